/**
 * Windows hosts as folders: hives, files and logs of a lived-in server, with what a scenario adds. Hives are written by the
 * writer of the tests (synthetic); what systems wrote is read in `test/corpus/`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  hiveOf,
  type KeySpec,
  numberValue,
  textValue,
  type ValueSpec,
} from '../../src/formats/registry/hive.fixture.ts';
import { valueType } from '../../src/formats/registry/value.ts';
import { type AliasSpec, samTree, type UserSpec } from '../../src/formats/sam/sam.fixture.ts';
import { actionsValue, runAction } from '../../src/formats/task/task.fixture.ts';
import { emptyConfig, type OwnerConfig } from '../../src/model/config.ts';
import type { ScanResult } from '../../src/model/result.ts';
import { scan } from '../../src/scan/scan.ts';
import { folderTarget } from '../../src/target/folder.ts';

/** FILETIME of a moment as ISO says it. */
export const ticks = (iso: string): bigint => BigInt(Date.parse(iso)) * 10_000n + 116_444_736_000_000_000n;

/** A value as it is easiest to write: text (with variables as REG_EXPAND_SZ), a number as DWORD, bytes. */
export type Value = string | number | readonly string[] | Uint8Array;
export interface KeyValues {
  readonly values: Readonly<Record<string, Value>>;
  readonly written?: bigint;
}
/** Values by the path of their key. */
export type Keys = Readonly<Record<string, KeyValues | Readonly<Record<string, Value>>>>;

function specOf(name: string, value: Value): ValueSpec {
  if (typeof value === 'number') return numberValue(name, value);
  if (typeof value === 'string')
    return textValue(name, value, value.includes('%') ? valueType.expandString : valueType.string);
  if (value instanceof Uint8Array) return { name, type: valueType.binary, data: value };
  return {
    name,
    type: valueType.multiString,
    data: Uint8Array.from(Buffer.from(`${value.join('\0')}\0\0`, 'utf16le')),
  };
}

interface Open {
  readonly name: string;
  readonly keys: Map<string, Open>;
  values: ValueSpec[];
  written: bigint | undefined;
}

const isKeyValues = (given: Keys[string]): given is KeyValues =>
  typeof given['values'] === 'object' && !(given['values'] instanceof Uint8Array);

const usual = ticks('2021-03-02T08:00:00Z');

export function treeOf(keys: Keys): KeySpec {
  const root: Open = { name: 'ROOT', keys: new Map(), values: [], written: undefined };
  for (const [path, given] of Object.entries(keys)) {
    let at = root;
    for (const name of path.split('\\')) {
      const known = at.keys.get(name.toLowerCase()) ?? {
        name,
        keys: new Map(),
        values: [],
        written: undefined,
      };
      at.keys.set(name.toLowerCase(), known);
      at = known;
    }
    const { values, written } = isKeyValues(given) ? given : { values: given, written: undefined };
    at.written = written;
    at.values.push(...Object.entries(values).map(([name, value]) => specOf(name, value)));
  }
  const close = ({ name, keys: below, values, written }: Open): KeySpec => ({
    name,
    values,
    written: written ?? usual,
    keys: [...below.values()]
      .sort((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1))
      .map(close),
  });
  return close(root);
}

export interface HostSpec {
  readonly system?: Keys;
  readonly software?: Keys;
  readonly users?: readonly UserSpec[];
  readonly groups?: readonly AliasSpec[];
  /** Keys of the hive of Administrator. */
  readonly user?: Keys;
  readonly classes?: Keys;
  /** Tasks; those of an honest server where none are given. */
  readonly tasks?: readonly TaskSpec[];
  /** Content by path below the drive, `inetpub/wwwroot/a.aspx`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Where the drive lies in the folder; the folder itself for ''. */
  readonly drive?: string;
  /** Hives that are not there. */
  readonly without?: readonly ('SYSTEM' | 'SOFTWARE' | 'SAM' | 'NTUSER')[];
}

const services = 'ControlSet001\\Services';

/** What an honest Windows Server 2019 with IIS, SQL Server and a backup agent has, as far as it is looked at. */
export const usualSystem: Keys = {
  Select: { Current: 1, Default: 1, LastKnownGood: 1 },
  'ControlSet001\\Control\\ComputerName\\ComputerName': { ComputerName: 'WEB-07' },
  'ControlSet001\\Control\\TimeZoneInformation': {
    TimeZoneKeyName: 'China Standard Time',
    ActiveTimeBias: 0xffff_fe20,
  },
  'ControlSet001\\Control\\Session Manager\\Environment': {
    PROCESSOR_ARCHITECTURE: 'AMD64',
    NUMBER_OF_PROCESSORS: '8',
    ComSpec: '%SystemRoot%\\system32\\cmd.exe',
  },
  'ControlSet001\\Control\\Lsa': {
    'Authentication Packages': ['msv1_0'],
    'Security Packages': ['kerberos', 'msv1_0', 'schannel', 'wdigest', 'tspkg', 'pku2u'],
    'Notification Packages': ['rassfm', 'scecli'],
  },
  'ControlSet001\\Control\\Print\\Monitors\\Local Port': { Driver: 'localspl.dll' },
  [`${services}\\Schedule`]: {
    Type: 32,
    Start: 2,
    ImagePath: '%systemroot%\\system32\\svchost.exe -k netsvcs -p',
    ObjectName: 'LocalSystem',
  },
  [`${services}\\Schedule\\Parameters`]: { ServiceDll: '%systemroot%\\system32\\schedsvc.dll' },
  [`${services}\\Spooler`]: {
    Type: 0x110,
    Start: 2,
    ImagePath: '%SystemRoot%\\System32\\spoolsv.exe',
    ObjectName: 'LocalSystem',
  },
  [`${services}\\MSSQLSERVER`]: {
    Type: 16,
    Start: 2,
    ImagePath:
      '"C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe" -sMSSQLSERVER',
    ObjectName: 'NT Service\\MSSQLSERVER',
  },
  [`${services}\\W3SVC`]: {
    Type: 32,
    Start: 2,
    ImagePath: '%windir%\\system32\\svchost.exe -k iissvcs',
    ObjectName: 'LocalSystem',
  },
  [`${services}\\VeeamAgent`]: {
    Type: 16,
    Start: 2,
    ImagePath: 'C:\\Program Files\\Veeam\\Endpoint Backup\\Veeam.EndPoint.Service.exe',
    ObjectName: 'LocalSystem',
  },
  [`${services}\\disk`]: { Type: 1, Start: 0, ImagePath: 'System32\\drivers\\disk.sys' },
  [`${services}\\cpuz149`]: {
    Type: 1,
    Start: 3,
    ImagePath: '\\??\\C:\\Windows\\temp\\cpuz149\\cpuz149_x64.sys',
  },
  [`${services}\\Tcpip\\Parameters`]: { Hostname: 'WEB-07' },
  [`${services}\\Tcpip\\Parameters\\Interfaces\\{6e1f9a4c-0000-4000-8000-000000000001}`]: {
    NameServer: '10.0.0.2,10.0.0.3',
  },
  [`${services}\\W32Time\\TimeProviders\\NtpClient`]: { DllName: '%systemroot%\\system32\\w32time.dll' },
};

const nt = 'Microsoft\\Windows NT\\CurrentVersion';

export const usualSoftware: Keys = {
  [nt]: {
    ProductName: 'Windows Server 2019 Standard',
    ReleaseId: '1809',
    CurrentBuildNumber: '17763',
    CurrentMajorVersionNumber: 10,
    CurrentMinorVersionNumber: 0,
    UBR: 5458,
    InstallDate: Date.parse('2020-06-01T00:00:00Z') / 1000,
  },
  'Microsoft\\Cryptography': { MachineGuid: '11111111-2222-4333-8444-555555555555' },
  [`${nt}\\Winlogon`]: { Shell: 'explorer.exe', Userinit: 'C:\\Windows\\system32\\userinit.exe,' },
  [`${nt}\\Windows`]: { AppInit_DLLs: '', LoadAppInit_DLLs: 0 },
  [`${nt}\\ProfileList\\S-1-5-18`]: { ProfileImagePath: '%systemroot%\\system32\\config\\systemprofile' },
  [`${nt}\\ProfileList\\S-1-5-21-1111111111-2222222222-3333333333-500`]: {
    ProfileImagePath: 'C:\\Users\\Administrator',
  },
  'Microsoft\\Windows\\CurrentVersion\\Run': {
    SecurityHealth: '%windir%\\system32\\SecurityHealthSystray.exe',
    'VMware User Process': '"C:\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe" -n vmusr',
  },
  'Microsoft\\Windows Defender\\Exclusions\\Paths': { 'C:\\Program Files\\Microsoft SQL Server': 0 },
  'Microsoft\\NetSh': { 1: 'ifmon.dll', authfwcfg: 'authfwcfg.dll' },
  [`${nt}\\Image File Execution Options\\sqlservr.exe`]: { MitigationOptions: 256 },
  'Classes\\CLSID\\{00000000-0000-4000-8000-000000000001}\\InprocServer32': {
    '': 'C:\\Windows\\System32\\shell32.dll',
  },
};

export const usualUser: Keys = {
  'Software\\Microsoft\\Windows\\CurrentVersion\\Run': {
    OneDrive: '"C:\\Users\\Administrator\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe" /background',
  },
  Environment: { TEMP: '%USERPROFILE%\\AppData\\Local\\Temp' },
  'Control Panel\\Desktop': { Wallpaper: '' },
};

export const usualAccounts: readonly UserSpec[] = [
  {
    rid: 500,
    name: 'Administrator',
    lastLogon: ticks('2026-03-01T02:00:00Z'),
    logons: 210,
    written: ticks('2020-06-01T01:00:00Z'),
  },
  { rid: 501, name: 'Guest', flags: 0x211, written: ticks('2020-06-01T01:00:00Z') },
  { rid: 503, name: 'DefaultAccount', flags: 0x211, written: ticks('2020-06-01T01:00:00Z') },
  {
    rid: 1001,
    name: 'ops',
    lastLogon: ticks('2026-02-27T02:00:00Z'),
    logons: 31,
    written: ticks('2020-06-03T01:00:00Z'),
  },
];
export const usualGroups: readonly AliasSpec[] = [
  { rid: 544, name: 'Administrators', members: [500, 1001] },
  { rid: 545, name: 'Users', members: [1001] },
];

export interface Planted {
  readonly path: string;
  remove(): void;
}

/** @param base of another host than the usual server; nothing of it where `{}` is given */
export function plantWindows(spec: HostSpec): Planted {
  const path = mkdtempSync(join(tmpdir(), 'demine-windows-'));
  const drive = join(path, spec.drive ?? '');
  const put = (at: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(drive, at)), { recursive: true });
    writeFileSync(join(drive, at), content);
  };
  const has = (name: NonNullable<HostSpec['without']>[number]): boolean =>
    spec.without?.includes(name) !== true;
  const tasks = tasksOf(spec.tasks ?? usualTasks);
  const config = 'Windows/System32/config';
  put(`${config}/BCD-Template`, 'x');
  if (has('SYSTEM')) put(`${config}/SYSTEM`, hiveOf(treeOf({ ...usualSystem, ...spec.system })));
  if (has('SOFTWARE'))
    put(`${config}/SOFTWARE`, hiveOf(treeOf({ ...usualSoftware, ...tasks.software, ...spec.software })));
  if (has('SAM'))
    put(`${config}/SAM`, hiveOf(samTree(spec.users ?? usualAccounts, spec.groups ?? usualGroups)));
  if (has('NTUSER')) put('Users/Administrator/NTUSER.DAT', hiveOf(treeOf({ ...usualUser, ...spec.user })));
  if (spec.classes !== undefined)
    put('Users/Administrator/AppData/Local/Microsoft/Windows/UsrClass.dat', hiveOf(treeOf(spec.classes)));
  put(
    'Windows/System32/drivers/etc/hosts',
    '# Copyright (c) 1993-2009 Microsoft Corp.\n127.0.0.1 localhost\n10.0.0.9 intranet.example\n',
  );
  for (const [at, content] of Object.entries({ ...tasks.files, ...spec.files })) put(at, content);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Scans a folder as `demine scan FOLDER` does, without a case. */
export async function scanWindowsFolder(
  path: string,
  language: 'en' | 'zh-CN' = 'en',
  config: OwnerConfig = emptyConfig,
): Promise<ScanResult> {
  const target = folderTarget(path);
  try {
    const asked = { interval: 0, active: false, thorough: false, keepSecrets: false, seen: [] } as const;
    const { result } = await scan(target, undefined, { ...asked, language, config }, '0');
    return result;
  } finally {
    await target.close();
  }
}

export async function scanSpec(spec: HostSpec, config: OwnerConfig = emptyConfig): Promise<ScanResult> {
  const planted = plantWindows(spec);
  try {
    return await scanWindowsFolder(planted.path, 'en', config);
  } finally {
    planted.remove();
  }
}

/** A task file as the scheduler writes it. */
export const taskXml = (
  command: string,
  parameters = '',
  given: {
    readonly trigger?: string;
    readonly user?: string;
    readonly author?: string;
    readonly uri?: string;
  } = {},
): Uint8Array => {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const xml = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Date>2026-02-28T20:01:00</Date><Author>${escaped(given.author ?? 'Microsoft Corporation')}</Author><URI>${given.uri ?? ''}</URI></RegistrationInfo>
  <Triggers>${given.trigger ?? '<BootTrigger><Enabled>true</Enabled></BootTrigger>'}</Triggers>
  <Principals><Principal id="Author"><UserId>${given.user ?? 'S-1-5-18'}</UserId></Principal></Principals>
  <Settings><Enabled>true</Enabled></Settings>
  <Actions Context="Author"><Exec><Command>${escaped(command)}</Command><Arguments>${escaped(parameters)}</Arguments></Exec></Actions>
</Task>`;
  return Uint8Array.from(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml, 'utf16le')]));
};

export interface TaskSpec {
  /** `\Microsoft\Windows\x` */
  readonly path: string;
  readonly command: string;
  readonly parameters?: string;
  /** What the registry says is run, where that is another command. */
  readonly cached?: string;
  readonly trigger?: string;
  readonly file?: boolean;
  readonly registry?: boolean;
  readonly descriptor?: boolean;
  readonly index?: number;
}

/** The smallest descriptor: no owner, no list. */
const descriptor = Uint8Array.from([1, 0, 4, 128, ...Array<number>(16).fill(0)]);

/** Files and keys of tasks, to be set beside those of a host. */
export function tasksOf(specs: readonly TaskSpec[]): {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly software: Keys;
} {
  const files: Record<string, Uint8Array> = {};
  const software: Record<string, KeyValues | Readonly<Record<string, Value>>> = {};
  const cache = `${nt}\\Schedule\\TaskCache`;
  for (const [index, spec] of specs.entries()) {
    const { path, command, parameters = '', cached = command, file = true, registry = true } = spec;
    if (file)
      files[`Windows/System32/Tasks${path.replaceAll('\\', '/')}`] = taskXml(
        command,
        parameters,
        spec.trigger === undefined ? {} : { trigger: spec.trigger },
      );
    if (!registry) continue;
    const id = `{00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}}`;
    software[`${cache}\\Tree${path}`] = {
      Id: id,
      Index: spec.index ?? 3,
      ...(spec.descriptor === false ? {} : { SD: descriptor }),
    };
    software[`${cache}\\Tasks\\${id}`] = {
      Path: path,
      Actions: Uint8Array.from(actionsValue(runAction(cached, parameters))),
    };
  }
  return { files, software };
}

/** Tasks of an honest server. */
export const usualTasks: readonly TaskSpec[] = [
  {
    path: '\\Microsoft\\Windows\\Defrag\\ScheduledDefrag',
    command: '%windir%\\system32\\defrag.exe',
    parameters: '-c -h -k -g -$',
  },
  {
    path: '\\Microsoft\\Windows\\Time Synchronization\\SynchronizeTime',
    command: '%windir%\\system32\\sc.exe',
    parameters: 'start w32time task_started',
  },
  {
    path: '\\GoogleUpdateTaskMachineUA',
    command: 'C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe',
    parameters: '/ua /installsource scheduler',
    trigger:
      '<TimeTrigger><StartBoundary>2021-01-01T00:00:00</StartBoundary><Repetition><Interval>PT1H</Interval></Repetition></TimeTrigger>',
  },
  {
    path: '\\Ops\\Nightly backup',
    command: 'powershell.exe',
    parameters: '-NoProfile -ExecutionPolicy Bypass -File D:\\Ops\\backup.ps1',
  },
];
