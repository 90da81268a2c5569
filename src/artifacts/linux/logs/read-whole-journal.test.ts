/** A journal that lies on a disk and has many blocks: a target reads them all into one buffer. */
import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalFile } from '../../../formats/journal/journal.fixture.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { folderTarget } from '../../../target/folder.ts';
import { findLogs } from './find-logs.ts';
import { readLogs } from './read-logs.ts';
import { logKinds } from './table.ts';
import { unpackLog } from './unpack.ts';

const root = mkdtempSync(join(tmpdir(), 'demine-journal-'));
afterAll(() => rmSync(root, { recursive: true }));

const count = 9000;
const messageOf = (index: number): string => `message ${index} ${'x'.repeat(index % 300)}`;

test('its entries are those that were written, in their order', async () => {
  const folder = join(root, 'var/log/journal/0123456789abcdef0123456789abcdef');
  for (const path of [folder, join(root, 'etc')]) mkdirSync(path, { recursive: true });
  const entries = Array.from({ length: count }, (_, index) => ({
    fields: { MESSAGE: messageOf(index), SYSLOG_IDENTIFIER: `app${index % 50}`, _PID: `${index % 9}` },
    seqnum: index + 1,
    us: 1_700_000_000e6 + index * 1e6,
  }));
  const bytes = journalFile({ entries, keyed: true });
  expect(bytes.length).toBeGreaterThan(8 * (256 << 10));
  writeFileSync(join(folder, 'system.journal'), bytes);
  const target = folderTarget(root);
  const texts: string[] = [];
  const [fact] = readLogs(
    {
      target,
      log: new SourceLog(),
      found: findLogs(target, logKinds),
      unpack: unpackLog,
      nowUs: 1_800_000_000e6,
      bounds: { bytes: 2 ** 40, ms: 60_000 },
    },
    { begin() {}, event: ({ what, text }) => what === 'message' && texts.push(text), end() {} },
  );
  await target.close();
  expect(fact).toMatchObject({ status: 'ok', lines: count, unreadable: 0 });
  expect(texts).toEqual(entries.map(({ fields }) => fields.MESSAGE));
});
