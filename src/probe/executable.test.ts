import { afterAll, describe, expect, test } from 'bun:test';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import { DemineError } from '../model/error.ts';
import { printableText } from '../model/text.ts';
import { liveNative } from '../native/live.ts';
import { liveTarget } from '../target/live.ts';
import { neutralisedMark, probeExecutable, recoverExecutable, restored } from './executable.ts';
import { suspect } from './suspect.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'demine-exe-'));
const copy = join(folder, 'kworker');
const original = readFileSync('/bin/sleep');
copyFileSync('/bin/sleep', copy);
const child = Bun.spawn([copy, '60'], { stdio: ['ignore', 'ignore', 'ignore'] });
rmSync(copy);
const target = liveTarget(liveNative());
const stat = target.readNow({ kind: 'file', path: printableText(`/proc/${child.pid}/stat`) });
const process = suspect({
  pid: child.pid,
  startTicks: parseProcStat(stat.bytes)?.startTicks ?? -1,
  exe: { path: printableText(copy), deleted: true, memfd: false, size: original.length },
});
const sha256 = new Bun.CryptoHasher('sha256').update(original).digest('hex');

afterAll(async () => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  await target.close();
});

describe('a deleted executable', () => {
  test('is hashed as it runs', () => {
    const { facts, sources } = probeExecutable(target, process);
    expect(facts).toEqual([
      {
        kind: 'executable',
        source: { source: printableText(`/proc/${child.pid}/exe`) },
        path: printableText(copy),
        pids: [child.pid],
        sha256,
        size: original.length,
        format: 'elf',
        partial: false,
      },
    ]);
    expect(sources).toMatchObject([{ status: 'ok', bytes: original.length }]);
  });

  test('read in part it has no hash, and the source is cut', () => {
    const { facts, sources } = probeExecutable(target, process, 1000);
    expect(facts[0]).toMatchObject({ sha256: '', partial: true, size: original.length });
    expect(sources).toMatchObject([{ status: 'truncated', bytes: 1000 }]);
  });

  test('is recovered so that it is no program, and comes back byte by byte', () => {
    const recovered = recoverExecutable(target, process, folder);
    expect(recovered).toEqual({ path: join(folder, `${sha256}.neutralised`), sha256, size: original.length });
    const stored = readFileSync(recovered.path);
    expect(stored.subarray(0, neutralisedMark.length).toString()).toBe(neutralisedMark);
    expect(stored.includes(original.subarray(0, 16))).toBe(false);
    expect(statSync(recovered.path).mode & 0o777).toBe(0o400);
    expect(Buffer.from(restored(stored) ?? []).equals(original)).toBe(true);
    expect(readdirSync(folder)).toEqual([`${sha256}.neutralised`]);
  });

  test('recovering again is the same file', () => {
    expect(recoverExecutable(target, process, folder).sha256).toBe(sha256);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('one that is too large leaves nothing behind', () => {
    expect(() => recoverExecutable(target, process, folder, 100)).toThrow(DemineError);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe('what cannot be read', () => {
  test('a process that is not there is a status', () => {
    const gone = suspect({ pid: 4_000_000 });
    const { facts, sources } = probeExecutable(target, gone);
    expect(facts).toEqual([]);
    expect(sources[0]?.status).toBe('absent');
    expect(() => recoverExecutable(target, gone, folder)).toThrow(DemineError);
  });

  test('a number of another process is not taken for the suspect', () => {
    const other = { ...process, startTicks: process.startTicks + 1 };
    expect(probeExecutable(target, other).facts).toEqual([]);
    expect(() => recoverExecutable(target, other, folder)).toThrow(DemineError);
  });

  test('other bytes are no neutralised file', () => {
    expect(restored(original)).toBeUndefined();
    expect(restored(new Uint8Array(10))).toBeUndefined();
  });
});

test('the text of an executable is searched: our own holds the words that we look for', () => {
  const own = suspect({
    pid: globalThis.process.pid,
    startTicks:
      parseProcStat(target.readNow({ kind: 'file', path: printableText('/proc/self/stat') }).bytes)
        ?.startTicks ?? -1,
  });
  const { facts } = probeExecutable(target, own, 1 << 20);
  expect(facts[0]).toMatchObject({ kind: 'executable', format: 'elf', partial: true });
});
