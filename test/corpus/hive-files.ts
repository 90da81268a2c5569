/** The real hives of the corpus, unpacked in memory, with their transaction logs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unxz } from '../../src/formats/compress/whole.ts';
import type { RandomAccess } from '../../src/formats/random-access.ts';
import { type Hive, openHive } from '../../src/formats/registry/hive.ts';

const folder = join(process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus'), 'hives');
const most = 64 << 20;

export const access = (bytes: Uint8Array): RandomAccess => ({
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

const unpacked = new Map<string, Uint8Array>();

/** Content of a file by its name without `.xz`. */
export function hiveBytes(name: string): Uint8Array {
  const known = unpacked.get(name);
  if (known !== undefined) return known;
  if (name === 'SAM-win7-plaso') return readFileSync(join(folder, name));
  const { state, bytes } = unxz(readFileSync(join(folder, `${name}.xz`)), most);
  if (state !== 'whole') throw new Error(`${name}.xz: ${state}`);
  unpacked.set(name, bytes);
  return bytes;
}

/** Every hive, without the logs. */
export const hiveNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name !== 'LICENSE' && !/\.log[12]\.xz$/i.test(name))
    .map((name) => name.replace(/\.xz$/, ''))
    .sort();

/** Opened with logs, or a failed test. */
export function openCorpus(name: string, ...logs: readonly string[]): Hive {
  const answer = openHive(
    access(hiveBytes(name)),
    logs.map((log) => access(hiveBytes(log))),
  );
  if (answer.status !== 'ok') throw new Error(`${name}: ${answer.reason}`);
  return answer.hive;
}

/** Hives that were not closed, each with its logs. */
export const withLogs: readonly (readonly [string, ...string[]])[] = [
  ['transactions_NTUSER.DAT', 'transactions_ntuser.dat.log1'],
  ['SYSTEM_B', 'SYSTEM_B.LOG1', 'SYSTEM_B.LOG2'],
  ['UsrClass.dat', 'UsrClass.dat.LOG1', 'UsrClass.dat.LOG2'],
];

/**
 * A hive with all entries of its logs written into it, log after log in the order in which they are given: no number and no
 * hash is looked at. Apart from our own reader, to be compared with it.
 */
export function laidOver(hive: Uint8Array, logs: readonly Uint8Array[]): Uint8Array {
  let out = Buffer.from(hive);
  for (const log of logs.map((bytes) => Buffer.from(bytes))) {
    for (let at = 512; log.toString('latin1', at, at + 4) === 'HvLE'; at += log.readUInt32LE(at + 4)) {
      const pages = log.readUInt32LE(at + 20);
      let from = at + 40 + pages * 8;
      for (let page = 0; page < pages; page += 1) {
        const to = 4096 + log.readUInt32LE(at + 40 + page * 8);
        const size = log.readUInt32LE(at + 44 + page * 8);
        if (to + size > out.length) out = Buffer.concat([out, Buffer.alloc(to + size - out.length)]);
        log.copy(out, to, from, from + size);
        from += size;
      }
      log.copy(out, 40, at + 16, at + 20);
      log.copy(out, 4, at + 12, at + 16);
      log.copy(out, 8, at + 12, at + 16);
    }
  }
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= out.readUInt32LE(at);
  out.writeUInt32LE(sum >>> 0, 508);
  return out;
}
