/** Accounts of Windows beside the events that made, raised, renamed and deleted them. */
import { describe, expect, test } from 'bun:test';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import type { GivenEvent } from '../../src/formats/evtx/evtx.fixture.ts';
import { type AliasSpec, machineSid, type UserSpec } from '../../src/formats/sam/sam.fixture.ts';
import type { ScanResult } from '../../src/model/result.ts';
import { type HostSpec, ticks, usualAccounts, usualGroups, usualSystem } from './windows-host.fixture.ts';
import { at, auditing, guesses, logon, look, usual, ways } from './windows-logs.fixture.ts';

/** The numbers of the SID that the account database of the test hosts has. */
const ownMachine: readonly number[] = [1_111_111_111, 2_222_222_222, 3_333_333_333];
const session = 0x5_1234;
const sid = (rid: number) => given.sid(21, ...ownMachine, rid);

interface Done {
  readonly by?: string;
  readonly session?: number;
  readonly was?: string;
}

/** An event about an account as Windows writes it: of a new name in 4781, of a member by its SID alone in 4732. */
function change(eventId: number, time: string, rid: number, name: string, done: Done = {}): GivenEvent {
  const subject = {
    SubjectUserName: done.by ?? 'Administrator',
    SubjectLogonId: given.hex64(BigInt(done.session ?? session)),
  };
  const data =
    eventId === 4732
      ? {
          MemberName: '-',
          MemberSid: sid(rid),
          TargetUserName: 'Administrators',
          TargetSid: given.sid(32, 544),
        }
      : eventId === 4781
        ? { OldTargetUserName: done.was ?? '', NewTargetUserName: name, TargetSid: sid(rid) }
        : { TargetUserName: name, TargetSid: sid(rid) };
  return {
    provider: auditing,
    channel: 'Security',
    computer: 'WEB-07',
    eventId,
    us: at(time),
    data: { ...data, ...subject },
  };
}

const came = logon(4624, at('2026-02-28T19:55:00Z'), 'Administrator', '198.51.100.23', 10, session);

/** The usual accounts, with those of the scenario; the database was written when the last of them was. */
function host(users: readonly UserSpec[], admins: readonly number[] = [], wroteLast?: string): HostSpec {
  const groups: readonly AliasSpec[] = usualGroups.map((group) =>
    group.rid === 544 ? { ...group, members: [...group.members, ...admins] } : group,
  );
  const own = usualAccounts.map((user) =>
    user.rid === 500 && wroteLast !== undefined ? { ...user, written: ticks(wroteLast) } : user,
  );
  return { users: [...own, ...users], groups };
}

const rowOf = (result: ScanResult, name: string) =>
  result.persistence.find((row) => row.mechanism === 'windows-account' && row.name === name);
const reasonsOf = (result: ScanResult, name: string): readonly string[] =>
  (rowOf(result, name)?.reasons ?? []).map(({ id }) => id).sort();
const saidOf = (result: ScanResult, name: string, id: string, language: 'en' | 'zh-CN' = 'en') =>
  rowOf(result, name)?.reasons.find((reason) => reason.id === id)?.texts[language];

describe('an account of the database', () => {
  const shadow: UserSpec = { rid: 1004, name: 'admin$', written: ticks('2026-02-28T20:00:00Z') };
  const burst = [
    change(4720, '2026-02-28T20:00:00Z', 1004, 'admin$'),
    change(4722, '2026-02-28T20:00:00Z', 1004, 'admin$'),
    change(4724, '2026-02-28T20:00:01Z', 1004, 'admin$'),
    change(4738, '2026-02-28T20:00:01Z', 1004, 'admin$'),
    change(4732, '2026-02-28T20:00:02Z', 1004, 'admin$'),
  ];

  test('says when and by whom it was made and put into Administrators, and from where', async () => {
    const { result } = await look(host([shadow], [1004]), { Security: [came, ...burst] });
    expect(rowOf(result, 'admin$')?.judgement).toBe('malicious');
    expect(reasonsOf(result, 'admin$')).toEqual([
      'account-made',
      'account-raised',
      'administrator',
      'dollar-account',
      'fresh-account',
    ]);
    expect(saidOf(result, 'admin$', 'account-made')).toBe(
      'It was made on 2026-02-28 20:00:00 UTC by Administrator in a session from 198.51.100.23.',
    );
    expect(saidOf(result, 'admin$', 'account-raised', 'zh-CN')).toBe(
      '该账户于 2026-02-28 20:00:02 UTC 由 Administrator（会话来自 198.51.100.23）加入本地管理员组。',
    );
    const [finding] = result.findings.filter(({ rule }) => rule === 'persistence.malicious');
    expect(finding?.evidence.some(({ text }) => text.includes('4720'))).toBe(true);
  });

  test('is the work of whoever made it, when the way in is looked for', async () => {
    const told = await look(host([shadow], [1004]), {
      Security: [...usual, ...guesses('198.51.100.23', '2026-02-28T18:00:00Z', 60), came, ...burst],
    });
    expect(ways(told)).toEqual(['confirmed rdp-brute-force Administrator 198.51.100.23']);
    expect(told.result.entry?.[0]?.missing).toEqual([]);
  });

  test('knows the session also where a later file of the log has its beginning', async () => {
    const { result } = await look(host([shadow], [1004]), {
      Security: burst,
      'Archive-Security-2026-02-28-19-59-00-000': [came],
    });
    expect(saidOf(result, 'admin$', 'account-made')).toContain('in a session from 198.51.100.23');
  });

  test('is not given the address of another session with the same number', async () => {
    const other = logon(4624, at('2026-02-28T19:55:00Z'), 'ops', '198.51.100.23', 10, session);
    const later = logon(4624, at('2026-02-28T21:00:00Z'), 'Administrator', '203.0.113.9', 10, session);
    const { result } = await look(host([shadow], [1004]), { Security: [other, ...burst, later] });
    expect(saidOf(result, 'admin$', 'account-made')).toBe(
      'It was made on 2026-02-28 20:00:00 UTC by Administrator.',
    );
  });

  test('that an event deleted came back by hand', async () => {
    const back: UserSpec = { rid: 1005, name: 'help', written: ticks('2026-02-28T20:10:00Z') };
    const { result } = await look(host([back], [1005]), {
      Security: [
        came,
        change(4720, '2026-02-28T20:00:00Z', 1005, 'help'),
        change(4732, '2026-02-28T20:00:02Z', 1005, 'help'),
        change(4726, '2026-02-28T20:05:00Z', 1005, 'help'),
      ],
    });
    expect(rowOf(result, 'help')?.judgement).toBe('malicious');
    expect(reasonsOf(result, 'help')).toContain('deleted-yet-there');
    expect(saidOf(result, 'help', 'deleted-yet-there')).toContain('deleted on 2026-02-28 20:05:00 UTC');
    expect(result.verdict).toBe('suspicious');
  });

  test('that a copy of the database has from before it was deleted is not accused', async () => {
    const older: UserSpec = { rid: 1005, name: 'intern', written: ticks('2025-11-01T08:00:00Z') };
    const { result } = await look(host([older]), {
      Security: [change(4726, '2026-03-02T08:00:00Z', 1005, 'intern')],
    });
    expect(rowOf(result, 'intern')?.judgement).toBe('benign');
    expect(reasonsOf(result, 'intern')).toEqual(['account-removed']);
    expect(result.verdict).toBe('clean');
  });

  test('that was renamed so that lists leave it out says what it was', async () => {
    const renamed: UserSpec = { rid: 1001, name: 'ops$', written: ticks('2026-02-28T20:00:00Z') };
    const { result } = await look(
      { users: [...usualAccounts.filter(({ rid }) => rid !== 1001), renamed] },
      { Security: [came, change(4781, '2026-02-28T20:00:00Z', 1001, 'ops$', { was: 'ops' })] },
    );
    expect(reasonsOf(result, 'ops$')).toContain('account-renamed');
    expect(saidOf(result, 'ops$', 'account-renamed')).toContain('it had been ops');
  });

  test('that came while the log was written without a word of it is told, and is no finding alone', async () => {
    const silent: UserSpec = { rid: 1006, name: 'svc', written: ticks('2026-02-28T20:30:00Z') };
    const log = [
      change(4724, '2026-01-10T08:00:00Z', 1001, 'ops'),
      change(4738, '2026-03-02T08:00:00Z', 1001, 'ops'),
    ];
    const { result } = await look(host([silent]), { Security: log });
    expect(rowOf(result, 'svc')?.judgement).toBe('unusual');
    expect(reasonsOf(result, 'svc')).toContain('made-unlogged');
    expect(result.verdict).toBe('clean');
    const cleared: GivenEvent = {
      provider: 'Microsoft-Windows-Eventlog',
      channel: 'Security',
      computer: 'WEB-07',
      eventId: 1102,
      us: at('2026-03-01T04:00:00Z'),
      userData: 'LogFileCleared',
      data: { SubjectUserName: 'Administrator' },
    };
    const { result: after } = await look(host([silent]), { Security: [...log, cleared] });
    expect(reasonsOf(after, 'svc')).not.toContain('made-unlogged');
  });

  test('Guest that somebody enabled says who did', async () => {
    const guest = usualAccounts.map((user) => (user.rid === 501 ? { ...user, flags: 0x210 } : user));
    const { result } = await look(
      { users: guest },
      { Security: [came, change(4722, '2026-02-28T20:00:00Z', 501, 'Guest')] },
    );
    expect(reasonsOf(result, 'Guest')).toEqual(['account-enabled', 'guest-enabled']);
  });
});

describe('an account that the database has no more', () => {
  const made = [
    change(4720, '2026-02-28T20:00:00Z', 1007, 'temp'),
    change(4732, '2026-02-28T20:00:02Z', 1007, 'temp'),
  ];

  test('and that no event deleted was taken out by hand', async () => {
    const { result, events } = await look(host([], [], '2026-03-02T02:00:00Z'), {
      Security: [came, ...made],
    });
    const row = rowOf(result, 'temp');
    expect([row?.judgement, row?.active]).toEqual(['suspicious', false]);
    expect(reasonsOf(result, 'temp')).toEqual([
      'account-in-one-place',
      'account-made',
      'account-raised',
      'administrator',
    ]);
    expect(row?.text).toBe(
      `temp, ${machineSid}-1007, not in the account database, made 2026-02-28 20:00:00 by Administrator from 198.51.100.23, into Administrators 2026-02-28 20:00:02 by Administrator from 198.51.100.23, no event deleted it`,
    );
    expect(result.verdict).toBe('suspicious');
    // Its name is known to whoever reads the timeline, though the database has it no more.
    expect(events.find(({ what, text }) => what === 'account' && text.includes('4732'))).toMatchObject({
      account: 'temp',
    });
  });

  test('of a copy that is older than the log is told and not accused', async () => {
    const { result } = await look(host([], [], '2026-02-20T02:00:00Z'), { Security: [came, ...made] });
    expect(rowOf(result, 'temp')?.judgement).toBe('benign');
    expect(result.verdict).toBe('clean');
  });

  test('an administrator who was made from the internet and deleted within the hour', async () => {
    const gone = change(4726, '2026-02-28T20:40:00Z', 1007, 'temp');
    const spec = host([], [], '2026-03-02T02:00:00Z');
    const { result } = await look(spec, { Security: [came, ...made, gone] });
    expect(rowOf(result, 'temp')?.judgement).toBe('suspicious');
    expect(reasonsOf(result, 'temp')).toContain('account-removed');
    // From the desk of its administrator the same is a trial.
    const near = logon(4624, at('2026-02-28T19:55:00Z'), 'Administrator', '10.0.0.50', 10, session);
    const { result: honest } = await look(spec, { Security: [near, ...made, gone] });
    expect(rowOf(honest, 'temp')?.judgement).toBe('benign');
    expect(honest.verdict).toBe('clean');
  });
});

describe('accounts that are left in peace', () => {
  test('an administrator whom another made from home years ago', async () => {
    const old: UserSpec = { rid: 1008, name: 'li', written: ticks('2021-05-04T08:00:00Z') };
    const { result } = await look(host([old], [1008]), {
      Security: [
        logon(4624, at('2021-05-04T07:58:00Z'), 'Administrator', '198.51.100.23', 10, session),
        change(4720, '2021-05-04T08:00:00Z', 1008, 'li'),
        change(4732, '2021-05-04T08:00:02Z', 1008, 'li'),
        change(4724, '2026-02-01T08:00:02Z', 1008, 'li', { by: 'ops' }),
      ],
    });
    expect(rowOf(result, 'li')?.judgement).toBe('benign');
    // Who made it is told all the same.
    expect(reasonsOf(result, 'li')).toEqual(['account-made', 'account-raised', 'account-reset']);
    expect(result.verdict).toBe('clean');
  });

  test('accounts of a domain, of another machine before it was cloned, and of a controller', async () => {
    const foreign = (eventId: number, name: string, ...numbers: readonly number[]): GivenEvent => ({
      ...change(eventId, '2026-02-28T20:00:00Z', 0, name),
      data: { TargetUserName: name, TargetSid: given.sid(21, ...numbers), SubjectUserName: 'SYSTEM' },
    });
    const log = [
      foreign(4720, 'defaultuser0', 9, 9, 9, 1000),
      foreign(4720, 'zhang', 7, 7, 7, 1234),
      {
        ...change(4732, '2026-02-28T20:00:00Z', 0, ''),
        data: {
          MemberSid: given.sid(21, 7, 7, 7, 1234),
          TargetUserName: 'Administrators',
          TargetSid: given.sid(32, 544),
        },
      },
    ];
    const spec = host([], [], '2026-03-02T02:00:00Z');
    const { result } = await look(spec, { Security: log });
    expect(result.persistence.filter(({ mechanism }) => mechanism === 'windows-account')).toHaveLength(4);
    expect(result.verdict).toBe('clean');
    const { result: controller } = await look(
      {
        ...spec,
        system: { ...usualSystem, 'ControlSet001\\Control\\ProductOptions': { ProductType: 'LanmanNT' } },
      },
      { Security: [change(4720, '2026-02-28T20:00:00Z', 1050, 'zhang')] },
    );
    expect(rowOf(controller, 'zhang')).toBeUndefined();
    expect(controller.verdict).toBe('clean');
  });
});

describe('hostile evidence', () => {
  test('names that deceive, events without number and thousands of accounts end nothing', async () => {
    const nasty = '</td><script>\u202e\u0007';
    const many = Array.from({ length: 700 }, (_, index) =>
      change(4720, '2026-02-28T20:00:00Z', 2_000 + index, `u${index}`),
    );
    const flood = Array.from({ length: 500 }, (_, index) =>
      change(4738, `2026-02-28T2${index % 3}:00:00Z`, 1001, nasty, { by: nasty }),
    );
    const { result } = await look(host([], [], '2026-03-02T02:00:00Z'), { Security: [...many, ...flood] });
    expect(result.persistence.filter(({ mechanism }) => mechanism === 'windows-account')).toHaveLength(504);
    expect(
      result.sources.some(
        ({ artifact, status }) => artifact === 'windows.accounts' && status === 'truncated',
      ),
    ).toBe(true);
    expect(JSON.stringify(result)).not.toContain('\u202e');
  }, 60_000);
});
