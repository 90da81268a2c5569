/** What is told of a watch, in both languages and at the width of a terminal. */
import { describe, expect, test } from 'bun:test';
import { type PathText, printableBytes, printableText } from '../../model/text.ts';
import { type Comeback, type WatchRecord, watchVersion } from '../../model/watch.ts';
import { displayWidth } from '../width.ts';
import { WatchScreen } from './watch-screen.ts';

const text = printableText;
const odd: PathText = printableBytes(Buffer.from(`/var/tmp/${'\u001b[31m\u0007长'.repeat(12)}`));
const at = (hour: number): string => `2026-01-02T${String(hour).padStart(2, '0')}:00:00.000Z`;
const link = (name: string, pid: number) => ({
  pid,
  startTicks: 1,
  name: text(name),
  exe: text(`/usr/local/libexec/${name}`),
  argv: [],
  user: text('root'),
  unit: `${name}.service`,
});
const comeback: Comeback = {
  id: 'W1',
  kind: 'file',
  what: odd,
  first: at(4),
  last: at(5),
  times: 3,
  how: 'event',
  same: true,
  writer: {
    known: 'ended',
    pid: 9,
    sha256: 'a'.repeat(64),
    loginUid: 1000,
    chain: ['cp', 'agentd', ...Array.from({ length: 12 }, (_, deep) => `parent${deep}`)].map((name, pid) =>
      link(name, pid + 9),
    ),
  },
  answer: { plan: 2, steps: ['S3', 'S4'], left: [odd], removed: 'not-asked' },
};
const record: WatchRecord = {
  schema: `demine-watch/${watchVersion}`,
  tool: '0',
  host: text('web-1'),
  machineId: '',
  settings: {
    seconds: 86_400,
    remove: true,
    acceptIrreversible: false,
    acrossReboots: true,
    language: 'en',
    name: 'kofelu',
  },
  begun: at(3),
  until: at(3).replace('02T', '03T'),
  spans: [
    { from: at(3), to: at(6), bootId: 'a', end: 'killed' },
    { from: at(7), to: at(8), bootId: 'a' },
  ],
  gaps: [{ from: at(6), to: at(7), why: 'killed', counts: true }],
  means: {
    files: 'fanotify',
    folders: 512,
    foldersWithoutWriter: 3,
    foldersLeft: 2,
    processes: 'programs',
    removed: 7,
  },
  counts: { events: 9, overflows: 2, unread: 1 },
  returns: [comeback, ...Array.from({ length: 20 }, (_, more) => ({ ...comeback, id: `W${more + 2}` }))],
  returnsDropped: 9,
  changes: [],
  changesDropped: 0,
  logins: [{ user: text('ada'), line: text('pts/0'), from: text('192.0.2.9'), begin: at(3), end: at(4) }],
  loginsDropped: 0,
  looks: [{ at: at(3), why: 'begin', verdict: 'clean', seconds: 6 }],
  busy: [{ name: text('x'), exe: odd, minutes: 40, withLogin: 0, first: at(3), last: at(8) }],
};
const hour = 3_600_000;

describe.each(['en', 'zh-CN'] as const)('a watch in %s', (language) => {
  const screen = new WatchScreen({ width: 80, color: false, language });
  const shown = [
    screen.begun(record, {
      folder: '/root/cases/x/watch-1',
      case: '/root/cases/x',
      bytes: 1e6,
      pid: 7,
      root: false,
    }),
    screen.returned(comeback),
    screen.answered(comeback, '/root/cases/x', at(5)),
    screen.changed(odd, at(5), { known: 'unknown', pid: 0, chain: [] }),
    screen.gap({ from: at(6), to: at(7), why: 'clock', counts: true }),
    ...(['running', 'ended', 'left'] as const).map((state) =>
      screen.summary(record, { case: 'c', state, outcome: 'came-back', watchedMs: 4 * hour, gapsMs: hour }),
    ),
    screen.starter([
      { path: '/etc/systemd/system/kofelu.service', content: '[Unit]\nRestart=no\n' },
      { path: '/etc/systemd/system/multi-user.target.wants/kofelu.service', target: '/etc/x' },
    ]),
  ];

  test('fits a terminal, and nothing of the target acts in it', () => {
    const lines = shown.flatMap((one) => one.split('\n'));
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(lines.filter((line) => /[\u0000-\u001f\u007f]/.test(line))).toEqual([]);
  });

  test('names the writer, its hash, its parents and its unit, and how the responder goes on', () => {
    const [, told = '', answer = ''] = shown.map((one) =>
      one.replaceAll(/\s+/g, '').replaceAll('（', '(').replaceAll('）', ')'),
    );
    for (const part of ['cp(9)', 'a'.repeat(64), 'agentd(10)', 'cp.service', 'root', '1000', '…']) {
      expect(told).toContain(part);
    }
    expect(answer).toContain('S3S4');
    expect(answer).toContain('--yes');
  });

  test('counts what it does not show', () => {
    expect(shown.at(-2)).toContain('13');
  });
});
