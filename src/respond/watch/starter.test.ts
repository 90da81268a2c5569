/** What starts a watch with its host: the exact text, with paths that somebody chose oddly. */
import { expect, test } from 'bun:test';
import { DemineError } from '../../model/error.ts';
import type { LedgerEntry, LedgerRecord } from '../../model/ledger.ts';
import { addStarter, starterFiles, starterOf } from './starter.ts';

const wish = {
  name: 'kofelu',
  caseFolder: '/root/cases/web 1',
  command: ['/usr/local/bin/tool'],
  until: '2026-01-03',
  init: 'systemd',
} as const;

test('is one unit and the link by which it is enabled, and says nothing of the tool but its path', () => {
  const files = starterFiles(wish);
  expect(files.map(({ path, target }) => `${path} ${target ?? ''}`.trim())).toEqual([
    '/etc/systemd/system/kofelu.service',
    '/etc/systemd/system/multi-user.target.wants/kofelu.service /etc/systemd/system/kofelu.service',
  ]);
  expect(files[0]?.content).toBe(`[Unit]
Description=Watch over this host until 2026-01-03; takes itself away then
[Service]
ExecStart=@"/usr/local/bin/tool" "kofelu" "--internal" "watch"
WorkingDirectory=/root/cases/web 1
Restart=no
StandardInput=null
StandardOutput=null
StandardError=null
[Install]
WantedBy=multi-user.target
`);
});

test('a path with signs that mean something there stays that path', () => {
  const odd = { ...wish, caseFolder: "/root/50%/it's", command: ['/opt/a"b\\c$d%e'] };
  expect(starterFiles(odd)[0]?.content).toContain('ExecStart=@"/opt/a\\"b\\\\c$$d%%e" "kofelu"');
  expect(starterFiles(odd)[0]?.content).toContain("WorkingDirectory=/root/50%%/it's\n");
  const [table] = starterFiles({ ...odd, init: 'cron' });
  expect(String(table?.path)).toBe('/etc/cron.d/kofelu');
  expect(table?.content?.split('\n')[1]).toBe(
    `@reboot root cd '/root/50\\%/it'\\''s' && exec '/opt/a"b\\c$d\\%e' '--internal' 'watch' >/dev/null 2>&1`,
  );
});

test('where nothing would start it, or a path would be two lines, nothing is written', () => {
  expect(() => starterFiles({ ...wish, init: 'none' })).toThrow(DemineError);
  expect(() => starterFiles({ ...wish, caseFolder: '/a\n/b' })).toThrow(DemineError);
});

test('what stands is what was added last and not removed', () => {
  const entry = (record: LedgerRecord, n: number): LedgerEntry => ({ n, time: '', record });
  const adding: LedgerRecord = {
    kind: 'starter-adding',
    files: starterFiles(wish).map((one) => ({ ...one })),
  };
  const removed: LedgerRecord = { kind: 'starter', result: 'removed', detail: '' };
  expect(starterOf([]).length).toBe(0);
  // Also where it was cut off before it was all written.
  expect(starterOf([adding].map(entry)).length).toBe(2);
  expect(starterOf([adding, removed].map(entry)).length).toBe(0);
  expect(starterOf([adding, removed, adding].map(entry)).length).toBe(2);
});

test('a test in the namespaces of the machine writes nothing', () => {
  const refused = process.env['DEMINE_OUTER_NAMESPACES'];
  delete process.env['DEMINE_OUTER_NAMESPACES'];
  try {
    const ledger = { entries: [], append: () => expect.unreachable(), close: () => {} };
    expect(() => addStarter(ledger, starterFiles(wish))).toThrow(DemineError);
  } finally {
    if (refused !== undefined) process.env['DEMINE_OUTER_NAMESPACES'] = refused;
  }
});
