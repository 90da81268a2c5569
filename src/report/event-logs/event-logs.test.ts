import { describe, expect, test } from 'bun:test';
import type { EventLogFile, EventLogSummary } from '../../model/event-log.ts';
import { displayWidth } from '../width.ts';
import { eventLogPage } from './page.ts';
import { renderEventLogs } from './screen.ts';

const us = Date.UTC(2026, 10, 26, 8, 54) * 1000;
const span = { firstUs: us, lastUs: us + 3600e6 };
const file = (more: Partial<EventLogFile> = {}): EventLogFile => ({
  path: 'Security.evtx',
  bytes: 1_118_208,
  status: 'read',
  chunks: 17,
  records: 900,
  carved: { free: 0, hidden: 0, stray: 0 },
  unread: 0,
  isDirty: false,
  problems: [],
  gaps: [],
  ...more,
});
const evil = '</td><script>alert(1)</script>\x1b[2J\u202e';

const summary = (more: Partial<EventLogSummary> = {}): EventLogSummary => ({
  files: [file()],
  hosts: [{ computer: 'SRV1', count: 1234, ...span }],
  kinds: [
    {
      channel: 'Security',
      provider: 'Microsoft-Windows-Security-Auditing',
      eventId: 4625,
      count: 1200,
      ...span,
    },
    { channel: 'System', provider: 'Service Control Manager', eventId: 7045, count: 34, ...span },
  ],
  logons: [
    {
      computer: 'SRV1',
      outcome: 'failure',
      type: 10,
      user: 'CORP\\administrator',
      from: '203.0.113.9',
      count: 1200,
      ...span,
    },
  ],
  events: 1234,
  firstUs: us,
  lastUs: us + 3600e6,
  leftOut: { hosts: 0, kinds: 0, logons: 0 },
  ...more,
});

const told = (given: EventLogSummary, where?: string) => ({
  summary: given,
  where,
  unread: [],
  version: '1.2.3',
});
const screen = (given: EventLogSummary, language: 'en' | 'zh-CN' = 'en') =>
  renderEventLogs(told(given), { width: 80, color: false, language });

describe('on the screen', () => {
  test('the summary tells hosts, logons and events in words', () => {
    const text = screen(summary());
    expect(text).toContain('1 file, 1.1 MB, 1,234 events');
    expect(text).toMatch(/1,200\s+failed \(remote desktop\)\s+2026-11-26 08:54 to 2026-11-26 09:54/);
    expect(text).toContain('CORP\\administrator from 203.0.113.9 on SRV1');
    expect(text).toMatch(/1,200\s+4625\s+Security\s+logon failed/);
    expect(text).toMatch(/34\s+7045\s+System\s+service installed/);
    expect(screen(summary(), 'zh-CN')).toContain('登录失败（远程桌面）');
  });

  test('nothing is wider than the screen, or acts on it, in both languages', () => {
    const given = summary({
      hosts: [{ computer: evil.repeat(20), count: 1, ...span }],
      logons: [
        { computer: evil, outcome: 'reached', type: 99, user: evil.repeat(9), from: evil, count: 1, ...span },
      ],
      kinds: [{ channel: evil.repeat(9), provider: evil, eventId: 4_294_967_295, count: 1, ...span }],
      files: [file({ path: evil.repeat(9), status: 'unread', reason: evil.repeat(9) })],
    });
    for (const language of ['en', 'zh-CN'] as const) {
      const text = screen(given, language);
      for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
    }
  });

  test('files are named where there is something to be known of them', () => {
    const odd = file({
      path: 'odd.evtx',
      carved: { free: 7, hidden: 2, stray: 0 },
      problems: [{ kind: 'numbers-missing', count: 2, offset: 0 }],
      gaps: [{ after: 10, before: 13 }],
      isDirty: true,
    });
    const text = screen(summary({ files: [file(), odd, file()] }));
    expect(text).toContain('odd.evtx');
    expect(text).toContain('2 records hidden inside another');
    expect(text).toContain('nothing between record 10 and 13');
    expect(text).toContain('2 files without remarks');
    expect(text).not.toContain('Security.evtx');
    // Older records alone are usual.
    expect(
      screen(summary({ files: [file({ carved: { free: 7, hidden: 0, stray: 0 } }), file()] })),
    ).not.toContain('Files');
  });

  test('nothing is told as nothing', () => {
    const none = summary({
      hosts: [],
      kinds: [],
      logons: [],
      events: 0,
      firstUs: undefined,
      lastUs: undefined,
    });
    expect(screen(none)).toContain('No event.');
    expect(screen({ ...none, files: [] })).toContain('No file with the ending .evtx.');
  });

  test('long lists say how much more there is', () => {
    const kinds = Array.from({ length: 100 }, (_, index) => ({
      channel: 'X',
      provider: '',
      eventId: index,
      count: 1,
      ...span,
    }));
    const text = screen(summary({ kinds, leftOut: { hosts: 0, kinds: 5, logons: 0 } }));
    expect(text).toContain('60 more; --html shows them');
    expect(text).toContain('5 events of further kinds not told apart');
  });
});

describe('as a page', () => {
  test('it holds all rows, and loads and runs nothing', () => {
    const page = eventLogPage(told(summary(), 'EventID = 4625'), 'en');
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
    expect(page).not.toMatch(/<script|<link|<img|\ssrc=|javascript:/i);
    expect(page).toContain('CORP\\administrator');
    expect(page).toContain('EventID = 4625');
    expect(eventLogPage(told(summary()), 'zh-CN')).toContain('lang="zh-CN"');
  });

  test('text of a log never becomes markup', () => {
    const page = eventLogPage(
      {
        ...told(
          summary({
            hosts: [{ computer: evil, count: 1, ...span }],
            logons: [
              { computer: evil, outcome: 'success', type: 2, user: evil, from: evil, count: 1, ...span },
            ],
            kinds: [{ channel: evil, provider: evil, eventId: 1, count: 1, ...span }],
            files: [file({ path: evil, status: 'unread', reason: evil })],
          }),
          evil,
        ),
        unread: [{ path: evil, reason: evil }],
      },
      'en',
    );
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/[\x1b\u202e]/);
  });
});
