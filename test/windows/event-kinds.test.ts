/** Every number of knowledge §4.4: what becomes of its record, and which of them are passed over. */
import { describe, expect, test } from 'bun:test';
import { evtxReading } from '../../src/artifacts/windows/event-logs/evtx-reading.ts';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import { type GivenEvent, logOf } from '../../src/formats/evtx/evtx.fixture.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';
import { printableText } from '../../src/model/text.ts';
import { at, auditing } from './windows-logs.fixture.ts';

function eventsOf(...events: readonly GivenEvent[]): readonly LogEvent[] {
  const bytes = logOf(events);
  const file = {
    size: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  const found: LogEvent[] = [];
  evtxReading.read(
    { file, size: bytes.length, source: printableText('Security.evtx'), accounts: new Map() },
    (event) => void found.push(event),
  );
  return found;
}

type Data = NonNullable<GivenEvent['data']>;
const record = (provider: string, eventId: number, data: Data, userData?: string): GivenEvent => ({
  provider,
  channel: 'x',
  computer: 'WEB-07',
  eventId,
  us: at('2026-03-01T03:00:00Z'),
  data,
  ...(userData === undefined ? {} : { userData }),
});
const security = (eventId: number, data: Data): GivenEvent => record(auditing, eventId, data);
const manager = 'Service Control Manager';
const sysmon = (eventId: number, data: Data): GivenEvent => record('Microsoft-Windows-Sysmon', eventId, data);
const wmi = 'Microsoft-Windows-WMI-Activity';
const outside = 'C:\\Users\\Public\\x.exe';
const windows = 'C:\\Windows\\System32\\svchost.exe';

type Expected = Readonly<Record<string, unknown>>;
const told: readonly (readonly [name: string, event: GivenEvent, expected: Expected])[] = [
  [
    '4648 credentials for another host',
    security(4648, { SubjectUserName: 'ops', TargetUserName: 'admin', TargetServerName: 'db01' }),
    { what: 'service', action: 'explicit-logon', account: 'ops', detail: 'admin at db01' },
  ],
  [
    '4672 a session of an administrator',
    security(4672, {
      SubjectUserName: 'ops',
      PrivilegeList: 'SeSecurityPrivilege\r\n\t\t\tSeLoadDriverPrivilege',
    }),
    { action: 'admin-session', account: 'ops', detail: 'SeSecurityPrivilege SeLoadDriverPrivilege' },
  ],
  [
    '4673 large pages',
    security(4673, { SubjectUserName: 'ops', PrivilegeList: 'SeLockMemoryPrivilege', ProcessName: outside }),
    { action: 'right-used', detail: `SeLockMemoryPrivilege: ${outside}` },
  ],
  [
    '4689 a program of nobody ends',
    security(4689, { SubjectUserName: 'ops', ProcessName: outside }),
    { action: 'process-ended', detail: outside },
  ],
  [
    '4700 a task is switched on',
    security(4700, { SubjectUserName: 'ops', TaskName: '\\Sync' }),
    { action: 'task-enabled', detail: '\\Sync' },
  ],
  [
    '4701 and off',
    security(4701, { SubjectUserName: 'ops', TaskName: '\\Sync' }),
    { action: 'task-disabled' },
  ],
  [
    '4704 a right is given',
    security(4704, {
      SubjectUserName: 'ops',
      TargetSid: given.sid(32, 544),
      PrivilegeList: 'SeLockMemoryPrivilege',
    }),
    { action: 'right-assigned', detail: 'SeLockMemoryPrivilege to S-1-5-32-544' },
  ],
  [
    '4776 NTLM is refused, with the name that the guesser gives itself',
    security(4776, { TargetUserName: 'admin', Workstation: 'KALI', Status: given.hex32(0xc000006a) }),
    { action: 'ntlm-refused', account: 'admin', from: 'KALI' },
  ],
  [
    '4778 a session is taken up again',
    security(4778, { AccountName: 'ops', ClientName: 'KALI', ClientAddress: '203.0.113.9' }),
    { what: 'login', outcome: 'accepted', service: 'rdp', account: 'ops', from: '203.0.113.9' },
  ],
  [
    '4779 and left',
    security(4779, { AccountName: 'ops', ClientName: 'KALI', ClientAddress: '203.0.113.9' }),
    { what: 'session', phase: 'closed', service: 'rdp', account: 'ops' },
  ],
  [
    '4948 a rule is deleted',
    security(4948, { SubjectUserName: 'ops', RuleName: 'block445' }),
    { service: 'firewall', action: 'rule-deleted', detail: 'block445' },
  ],
  ['4949 settings are restored', security(4949, {}), { service: 'firewall', action: 'settings-restored' }],
  [
    '4950 a setting is changed',
    security(4950, { SettingType: 'Enable Windows Firewall', SettingValue: 'No' }),
    { service: 'firewall', action: 'setting-changed', detail: 'Enable Windows Firewall = No' },
  ],
  [
    '5156 a program of nobody goes to the internet',
    security(5156, {
      Application: '\\device\\harddiskvolume2\\users\\public\\x.exe',
      Direction: '%%14593',
      DestAddress: '203.0.113.9',
      DestPort: '3333',
    }),
    { action: 'connected', detail: '\\device\\harddiskvolume2\\users\\public\\x.exe to 203.0.113.9:3333' },
  ],
  [
    '5157 and is kept back',
    security(5157, {
      Application: outside,
      Direction: '%%14593',
      DestAddress: '203.0.113.9',
      DestPort: '3333',
    }),
    { action: 'connection-blocked' },
  ],
  [
    '1100 the service of logs ends',
    record('Microsoft-Windows-Eventlog', 1100, {}, 'ServiceShutdown'),
    { action: 'log-service-stopped' },
  ],
  [
    '7036 Defender is stopped',
    record(manager, 7036, { param1: 'Windows Defender Antivirus Service', param2: 'stopped' }),
    { action: 'service-stopped', detail: 'Windows Defender Antivirus Service' },
  ],
  [
    '7040 a service is disabled',
    record(manager, 7040, { param1: 'Windows Event Log', param2: 'auto start', param3: 'disabled' }),
    { action: 'service-start-changed', detail: 'Windows Event Log: auto start to disabled' },
  ],
  [
    '12 a start in safe mode',
    record('Microsoft-Windows-Kernel-General', 12, { BootMode: given.u32(1) }),
    { what: 'host', action: 'booted', detail: 'the system was started in safe mode' },
  ],
  [
    '129 what a task started',
    record('Microsoft-Windows-TaskScheduler', 129, {
      TaskName: '\\Sync',
      Path: outside,
      ProcessID: given.u32(77),
    }),
    { what: 'command', command: outside, pid: 77 },
  ],
  [
    '201 a task is done',
    record('Microsoft-Windows-TaskScheduler', 201, {
      TaskName: '\\Sync',
      ActionName: outside,
      ResultCode: given.u32(0),
    }),
    { action: 'task-completed', detail: `\\Sync: ${outside}, 0` },
  ],
  [
    '5857 a provider that is not of Windows',
    record(
      wmi,
      5857,
      { ProviderName: 'Upd', ProviderPath: 'C:\\ProgramData\\p.dll' },
      'Operation_StartedOperational',
    ),
    { service: 'wmi', action: 'provider-started', detail: 'Upd: C:\\ProgramData\\p.dll' },
  ],
  [
    '5859 a filter is started',
    record(
      wmi,
      5859,
      { NamespaceName: '//./root/subscription', Query: 'select * from x' },
      'Operation_EssStarted',
    ),
    { action: 'filter-started', detail: '//./root/subscription: select * from x' },
  ],
  [
    '5860 somebody listens',
    record(
      wmi,
      5860,
      { NamespaceName: 'root/cimv2', Query: 'select * from y', User: 'WEB-07\\ops' },
      'Operation_TemporaryEssStarted',
    ),
    { action: 'listens', account: 'WEB-07\\ops' },
  ],
  [
    '4103 what a module was called with',
    record('Microsoft-Windows-PowerShell', 4103, {
      ContextInfo: '        Severity = Informational\r\n        User = WEB-07\\ops\r\n',
      Payload:
        'CommandInvocation(Add-MpPreference): "Add-MpPreference"\r\nParameterBinding(Add-MpPreference): name="ExclusionPath"; value="C:\\"\r\n',
    }),
    {
      what: 'command',
      script: 'powershell',
      account: 'ops',
      command: "Add-MpPreference -ExclusionPath 'C:\\'",
    },
  ],
  [
    '600 an engine is started',
    record('PowerShell', 600, [
      'Registry',
      'Started',
      '\tProviderName=Registry\r\n\tHostApplication=powershell -File C:\\x.ps1\r\n',
    ]),
    { what: 'command', command: 'powershell -File C:\\x.ps1' },
  ],
  ...([22, 23, 24] as const).map(
    (id) =>
      [
        `${id} a session of Remote Desktop`,
        record('Microsoft-Windows-TerminalServices-LocalSessionManager', id, {
          User: 'WEB-07\\ops',
          Address: '203.0.113.9',
        }),
        { what: 'session', phase: id === 22 ? 'opened' : 'closed', account: 'ops', from: '203.0.113.9' },
      ] as const,
  ),
  ...([1024, 1102] as const).map(
    (id) =>
      [
        `${id} of the client: where this host went`,
        record('Microsoft-Windows-TerminalServices-ClientActiveXCore', id, {
          Name: 'Server Name',
          Value: 'db01',
        }),
        { service: 'rdp', action: 'connects-out', detail: 'db01' },
      ] as const,
  ),
  [
    '2033 all rules are deleted',
    record('Microsoft-Windows-Windows Firewall With Advanced Security', 2033, { ModifyingUser: 'S-1-5-18' }),
    { service: 'firewall', action: 'rules-deleted' },
  ],
  [
    '3 a transfer is made',
    record('Microsoft-Windows-Bits-Client', 3, {
      jobTitle: 'j',
      jobOwner: 'WEB-07\\ops',
      processPath: outside,
    }),
    { service: 'bits', action: 'job-made', detail: `j: ${outside}` },
  ],
  [
    '60 and ends',
    record('Microsoft-Windows-Bits-Client', 60, { name: 'j', url: 'http://203.0.113.9/x' }),
    { action: 'transfer-stopped', detail: 'j: http://203.0.113.9/x' },
  ],
  ...([3023, 3077] as const).map(
    (id) =>
      [
        `${id} a driver is refused`,
        record('Microsoft-Windows-CodeIntegrity', id, { 'File Name': '\\Windows\\Temp\\d.sys' }),
        { service: 'codeintegrity', action: 'file-refused', detail: '\\Windows\\Temp\\d.sys' },
      ] as const,
  ),
  [
    '33205 a statement of SQL Server',
    record('MSSQLSERVER$AUDIT', 33205, [
      'audit_schema_version:1\naction_id:SL\nserver_principal_name:sa\nstatement:EXEC sp_procoption x\n',
    ]),
    { service: 'sqlserver', action: 'audit', account: 'sa', detail: 'EXEC sp_procoption x' },
  ],
  [
    'Sysmon 3 a connection',
    sysmon(3, {
      Image: outside,
      User: 'ops',
      DestinationIp: '203.0.113.9',
      DestinationPort: '3333',
      DestinationHostname: '-',
    }),
    { service: 'sysmon', action: 'connected', detail: `${outside} to 203.0.113.9:3333` },
  ],
  [
    'Sysmon 6 a driver without a signature, or one that miners load',
    sysmon(6, { ImageLoaded: 'C:\\Tools\\WinRing0x64.sys', Signed: 'true', SignatureStatus: 'Valid' }),
    { action: 'driver-loaded', detail: 'C:\\Tools\\WinRing0x64.sys' },
  ],
  [
    'Sysmon 7 a library',
    sysmon(7, { Image: windows, ImageLoaded: 'C:\\ProgramData\\p.dll', Signed: 'false' }),
    { action: 'library-loaded' },
  ],
  [
    'Sysmon 8 a thread in another process',
    sysmon(8, { SourceImage: outside, TargetImage: windows }),
    { action: 'thread-in-other', detail: `${outside} in ${windows}` },
  ],
  [
    'Sysmon 10 the passwords are asked for',
    sysmon(10, {
      SourceImage: outside,
      TargetImage: 'C:\\Windows\\System32\\lsass.exe',
      GrantedAccess: '0x1010',
    }),
    { action: 'process-opened' },
  ],
  [
    'Sysmon 11 a program is put there',
    sysmon(11, { Image: windows, TargetFilename: outside }),
    { action: 'file-made', detail: `${outside} by ${windows}` },
  ],
  [
    'Sysmon 12 a key',
    sysmon(12, { Image: outside, TargetObject: 'HKLM\\SAM\\SAM\\Domains\\Account\\Users\\Names\\admin$' }),
    { action: 'key-changed' },
  ],
  [
    'Sysmon 13 a value',
    sysmon(13, {
      Image: outside,
      TargetObject: 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Upd',
      Details: outside,
    }),
    {
      action: 'value-set',
      detail: `HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Upd = ${outside} by ${outside}`,
    },
  ],
  [
    'Sysmon 14 a name',
    sysmon(14, {
      Image: outside,
      TargetObject: 'HKLM\\System\\CurrentControlSet\\Services\\a\\ImagePath',
      NewName: 'b',
    }),
    { action: 'key-renamed' },
  ],
  [
    'Sysmon 19 a filter',
    sysmon(19, { Name: 'f', Query: 'select 1' }),
    { service: 'wmi', action: 'filter-made' },
  ],
  [
    'Sysmon 20 a consumer',
    sysmon(20, { Name: 'c', Destination: outside }),
    { service: 'wmi', action: 'subscribed', detail: `c: ${outside}` },
  ],
  ['Sysmon 21 both', sysmon(21, { Consumer: 'c', Filter: 'f' }), { service: 'wmi', action: 'bound' }],
  [
    'Sysmon 22 a name is asked for',
    sysmon(22, { Image: outside, QueryName: 'pool.example.com' }),
    { action: 'name-asked', detail: `pool.example.com by ${outside}` },
  ],
  [
    'Sysmon 25 a process is hollowed',
    sysmon(25, { Image: windows, Type: 'Image is replaced' }),
    { action: 'process-tampered' },
  ],
];

describe('a record of the number', () => {
  test.each(told)('%s', (_, event, expected) => {
    const events = eventsOf(event);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ host: 'WEB-07', us: at('2026-03-01T03:00:00Z'), ...expected });
  });
});

describe('what is written all day', () => {
  const honest: readonly (readonly [string, GivenEvent])[] = [
    [
      '4648 of a service',
      security(4648, { SubjectUserName: 'WEB-07$', TargetUserName: 'x', TargetServerName: 'db01' }),
    ],
    [
      '4648 on this host',
      security(4648, { SubjectUserName: 'ops', TargetUserName: 'x', TargetServerName: 'localhost' }),
    ],
    ['4672 of the system', security(4672, { SubjectUserName: 'SYSTEM', PrivilegeList: 'SeTcbPrivilege' })],
    [
      '4673 of no matter',
      security(4673, { SubjectUserName: 'ops', PrivilegeList: 'SeProfileSingleProcessPrivilege' }),
    ],
    ['4689 of Windows', security(4689, { SubjectUserName: 'ops', ProcessName: windows })],
    [
      '4776 that is accepted',
      security(4776, { TargetUserName: 'ops', Workstation: 'PC', Status: given.hex32(0) }),
    ],
    ['4778 at the console', security(4778, { AccountName: 'ops', ClientAddress: 'LOCAL' })],
    [
      '5156 of Windows',
      security(5156, {
        Application: '\\device\\harddiskvolume2\\windows\\system32\\svchost.exe',
        Direction: '%%14593',
        DestAddress: '203.0.113.9',
      }),
    ],
    [
      '5156 that comes in',
      security(5156, { Application: outside, Direction: '%%14592', DestAddress: '203.0.113.9' }),
    ],
    [
      '5156 to a neighbour',
      security(5156, { Application: outside, Direction: '%%14593', DestAddress: '10.0.0.9' }),
    ],
    ['7036 of no guard', record(manager, 7036, { param1: 'Windows Update', param2: 'stopped' })],
    [
      '7036 that runs',
      record(manager, 7036, { param1: 'Windows Defender Antivirus Service', param2: 'running' }),
    ],
    [
      '5857 of Windows',
      record(
        wmi,
        5857,
        { ProviderName: 'CIMWin32', ProviderPath: '%systemroot%\\system32\\wbem\\cimwin32.dll' },
        'x',
      ),
    ],
    [
      '600 of another provider',
      record('PowerShell', 600, ['\tProviderName=Alias\r\n\tHostApplication=powershell\r\n']),
    ],
    ['4103 without a call', record('Microsoft-Windows-PowerShell', 4103, { Payload: '' })],
    [
      'Sysmon 3 of a browser',
      sysmon(3, {
        Image: 'C:\\Program Files\\Browser\\b.exe',
        DestinationIp: '203.0.113.9',
        DestinationPort: '443',
      }),
    ],
    [
      'Sysmon 6 that is signed',
      sysmon(6, { ImageLoaded: 'C:\\x.sys', Signed: 'true', SignatureStatus: 'Valid' }),
    ],
    ['Sysmon 10 of no matter', sysmon(10, { SourceImage: outside, TargetImage: windows })],
    ['Sysmon 11 a text', sysmon(11, { Image: outside, TargetFilename: 'C:\\Users\\Public\\a.txt' })],
    [
      'Sysmon 13 of no matter',
      sysmon(13, { Image: outside, TargetObject: 'HKCU\\Software\\Tool\\Window', Details: '1' }),
    ],
    ['Sysmon 22 of Windows', sysmon(22, { Image: windows, QueryName: 'time.windows.com' })],
  ];
  test.each(honest)('is not told: %s', (_, event) => {
    expect(eventsOf(event)).toEqual([]);
  });
});

test('fields that are not there, and texts that deceive, end nothing', () => {
  const numbers = [
    12, 129, 201, 600, 1024, 3077, 33205, 4103, 4648, 4672, 4673, 4704, 4776, 4778, 5156, 5857, 7040,
  ];
  const providers = [...new Set(told.map(([, event]) => event.provider ?? ''))];
  const events = providers.flatMap((provider) =>
    numbers.map((id) =>
      record(provider, id, { Payload: 'CommandInvocation('.repeat(800), x: '\u202e\0<script>' }),
    ),
  );
  expect(() => {
    for (const event of events) eventsOf(event);
  }).not.toThrow();
});
