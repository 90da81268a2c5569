/** Journal and login files as systemd and util-linux write and read them, in the Debian root. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decompress } from '../../src/formats/journal/data.ts';
import { type JournalEntry, readJournal } from '../../src/formats/journal/reader.ts';
import { machines, utmpRecord } from '../../src/formats/utmp/utmp.fixture.ts';
import { type LabHost, openLabHost } from '../lab/host.ts';

const noon = 1_700_000_000e6;
const count = 1200;
const names = ['MESSAGE', 'SYSLOG_IDENTIFIER', '_PID', 'EXTRA'] as const;
const valuesOf = (index: number) => ({
  MESSAGE: `Failed password for root from 192.0.2.${index % 200} port ${1024 + index} ssh2`,
  SYSLOG_IDENTIFIER: 'sshd',
  _PID: `${900 + (index % 7)}`,
  EXTRA: index % 9 === 0 ? `${'long '.repeat(400)}${index}` : 'short',
});

/** systemd.io/JOURNAL_EXPORT_FORMATS */
const exported = (): string =>
  Array.from({ length: count }, (_, index) =>
    [
      `__REALTIME_TIMESTAMP=${noon + index * 1e6}`,
      `__MONOTONIC_TIMESTAMP=${5e6 + index * 1e6}`,
      `_BOOT_ID=${(index < count / 2 ? 'a' : 'b').repeat(32)}`,
      ...Object.entries(valuesOf(index)).map(([name, value]) => `${name}=${value}`),
      '',
      '',
    ].join('\n'),
  ).join('');

/** Debian's systemd 252 compresses with Zstandard alone. */
const decompress: Decompress = {
  xz: () => undefined,
  lz4: () => undefined,
  zstd: (bytes) => Bun.zstdDecompressSync(bytes),
};

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
  writeFileSync(join(host.root, 'srv/in.export'), exported());
});
afterAll(() => host.stop());

function read(bytes: Uint8Array) {
  const entries: (Omit<JournalEntry, 'values'> & { readonly values: readonly (string | undefined)[] })[] = [];
  const file = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const outcome = readJournal({ file, size: bytes.length, fields: names, decompress }, (entry) =>
    entries.push({ ...entry, values: [...entry.values] }),
  );
  return { entries, outcome };
}

const kinds = ['0', '1'].flatMap((compact) =>
  ['0', '1'].flatMap((keyed) => ['no', 'yes'].map((compress) => ({ compact, keyed, compress }))),
);

describe('journals that systemd-journal-remote wrote', () => {
  test.each(kinds)('%o', async ({ compact, keyed, compress }) => {
    const path = `/srv/${compact}${keyed}${compress}.journal`;
    const command = ['/lib/systemd/systemd-journal-remote', `--compress=${compress}`, '-o', path];
    const environment = { SYSTEMD_JOURNAL_COMPACT: compact, SYSTEMD_JOURNAL_KEYED_HASH: keyed };
    const done = await host.run([...command, '/srv/in.export'], { environment });
    if (done.code !== 0) throw new Error(done.stderr);
    const bytes = new Uint8Array(readFileSync(join(host.root, path)));
    const { entries, outcome } = read(bytes);
    expect(outcome).toMatchObject({
      status: 'ok',
      head: { compact: compact === '1', keyedHash: keyed === '1', state: 'offline' },
      entries: count,
      unlinked: 0,
      scanned: false,
      problems: [],
    });
    for (const [index, entry] of entries.entries()) {
      expect(entry.values).toEqual(Object.values(valuesOf(index)));
      expect(entry.realtimeUs).toBe(noon + index * 1e6);
      expect(entry.bootId).toBe((index < count / 2 ? 'a' : 'b').repeat(32));
    }
    // Without its chain all entries are found again.
    new DataView(bytes.buffer).setBigUint64(176, 8n, true);
    const scanned = read(bytes);
    expect(scanned.entries.map(({ seqnum }) => seqnum)).toEqual(entries.map(({ seqnum }) => seqnum));
    expect(scanned.outcome).toMatchObject({ unlinked: count, scanned: true });
  });
});

test('utmpdump reads our records as we mean them', async () => {
  const record = { type: 7, pid: 900, line: 'pts/0', id: 'ts/0', user: 'ada', host: 'a.example' };
  const bytes = utmpRecord(machines['x86-64'], { ...record, address: '192.0.2.7', seconds: noon / 1e6 });
  writeFileSync(join(host.root, 'srv/wtmp'), bytes);
  const done = await host.run(['utmpdump', '/srv/wtmp']);
  expect(done.stdout.replaceAll(/ +\]/g, ']').trim()).toBe(
    '[7] [00900] [ts/0] [ada] [pts/0] [a.example] [192.0.2.7] [2023-11-14T22:13:20,000000+00:00]',
  );
});
