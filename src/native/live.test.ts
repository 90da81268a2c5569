import { afterEach, describe, expect, test } from 'bun:test';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLimits } from '../formats/proc-limits.ts';
import { liveNative } from './live.ts';
import { mount, mountFlag, umount } from './namespaces.ts';
import { openBeneath, openFlag, resolve } from './openat2.ts';
import { endAll, startProgram, startRole, statOf, until } from './processes.fixture.ts';
import { close, encodePath, pinned, systemCall } from './syscall.ts';

afterEach(endAll);
const native = liveNative();
const folder = (): string => mkdtempSync(join(tmpdir(), 'demine-native-'));
const names = (path: string): string[] => {
  const answer = native.listDirectory(encodePath(path));
  if (answer.status !== 'ok') throw new Error(answer.reason);
  return answer.value.map(({ name }) => Buffer.from(name).toString('latin1')).sort();
};

describe('limits of a process', () => {
  test('are those that /proc prints, and nobody’s for a number that nobody has, or none', () => {
    const limits = native.processLimits?.(process.pid);
    if (limits?.status !== 'ok') throw new Error(limits?.reason);
    expect(limits.value).toEqual({ ...limits.value, ...parseLimits(readFileSync('/proc/self/limits')) });
    for (const pid of [0, 4_190_001]) expect(native.processLimits?.(pid).status).toBe('absent');
  });
});

describe('folders and files', () => {
  test('a folder is listed whole, with names that are not UTF-8, and without its dots', () => {
    const path = folder();
    for (let index = 0; index < 5000; index += 1) writeFileSync(join(path, `file-${index}`), '');
    const odd = Buffer.concat([encodePath(`${path}/`), Uint8Array.of(0xff, 0x0a, 0x1b)]);
    mkdirSync(odd);
    const listed = native.listDirectory(encodePath(path));
    if (listed.status !== 'ok') throw new Error(listed.reason);
    expect(listed.value).toHaveLength(5001);
    const found = listed.value.find(({ name }) => name[0] === 0xff);
    expect(found).toMatchObject({ type: 4, inode: statSync(odd).ino, name: Uint8Array.of(0xff, 0x0a, 0x1b) });
    const library = native.listByLibrary?.(encodePath(path));
    expect(library?.status === 'ok' ? library.value.length : library).toBe(5001);
    rmSync(path, { recursive: true });
  });

  test('what is missing, refused or of another type is a status', () => {
    expect(native.listDirectory(encodePath('/nowhere'))).toEqual({ status: 'absent', reason: 'ENOENT' });
    expect(native.listByLibrary?.(encodePath('/nowhere'))).toEqual({ status: 'absent', reason: 'ENOENT' });
    expect(native.readFile(encodePath('/nowhere'), 10).status).toBe('absent');
    expect(native.linkCount(encodePath('/nowhere')).status).toBe('absent');
    expect(native.listDirectory(encodePath('/etc/passwd')).status).toBe('absent');
    expect(native.readFile(encodePath('/etc'), 10)).toEqual({ status: 'error', reason: 'not a plain file' });
    expect(native.readFile(encodePath('/etc/\0passwd'), 10)).toEqual({ status: 'error', reason: 'EINVAL' });
  });

  test('a FIFO, an endless device and a link to itself end at once', () => {
    const path = folder();
    expect(Bun.spawnSync(['mkfifo', join(path, 'fifo')]).exitCode).toBe(0);
    symlinkSync('/dev/zero', join(path, 'zero'));
    symlinkSync('loop', join(path, 'loop'));
    for (const name of ['fifo', 'zero', 'loop']) {
      expect(native.readFile(encodePath(join(path, name)), 1 << 20).status).toBe('error');
    }
    rmSync(path, { recursive: true });
  });

  test('a file is read to its end or to the limit, and its access time stays', () => {
    const path = folder();
    const file = join(path, 'file');
    writeFileSync(file, Buffer.alloc(300_000, 7));
    const before = statSync(file).atimeMs;
    const whole = native.readFile(encodePath(file), 1 << 20);
    const part = native.readFile(encodePath(file), 131_073);
    expect(whole.status === 'ok' && whole.value.length).toBe(300_000);
    expect(part.status === 'ok' && part.value.length).toBe(131_073);
    expect(statSync(file).atimeMs).toBe(before);
    const status = native.readFile(encodePath('/proc/self/status'), 65_536);
    expect(status.status === 'ok' && Buffer.from(status.value).toString()).toContain(
      `\nPid:\t${process.pid}\n`,
    );
    rmSync(path, { recursive: true });
  });

  test('links are counted', () => {
    const path = folder();
    writeFileSync(join(path, 'a'), '');
    linkSync(join(path, 'a'), join(path, 'b'));
    symlinkSync('a', join(path, 'c'));
    expect(native.linkCount(encodePath(join(path, 'a')))).toEqual({ status: 'ok', value: 2 });
    expect(native.linkCount(encodePath(join(path, 'c')))).toEqual({ status: 'ok', value: 1 });
    rmSync(path, { recursive: true });
  });

  test('beneath a mount over /proc/pid its own folder is still to be read', () => {
    const { pid } = startProgram('sleep', '100');
    const path = folder();
    expect(mount({ source: path, target: `/proc/${pid}`, flags: mountFlag.bind }).status).toBe('ok');
    const proc = native.uncoveredProc?.();
    if (proc?.status !== 'ok') throw new Error('no uncovered /proc');
    const seen = {
      covered: existsSync(`/proc/${pid}/stat`),
      beneath: names(`${proc.value}/${pid}`).includes('stat'),
    };
    expect(umount(`/proc/${pid}`).status).toBe('ok');
    expect(seen).toEqual({ covered: false, beneath: true });
    rmSync(path, { recursive: true });
  });

  test('a path opened beneath a folder cannot leave it', () => {
    const path = folder();
    mkdirSync(join(path, 'etc'));
    writeFileSync(join(path, 'etc', 'passwd'), 'inside');
    symlinkSync('/etc/passwd', join(path, 'link'));
    symlinkSync('../../../../../../etc/passwd', join(path, 'up'));
    const flags = openFlag();
    const root = openBeneath(-100, encodePath(path), flags.pathOnly | flags.directory, 0);
    if (root.status !== 'ok') throw new Error(root.reason);
    for (const name of ['link', 'up', '/etc/passwd', '../etc/passwd']) {
      const file = openBeneath(root.value, encodePath(name), 0);
      if (file.status !== 'ok') throw new Error(file.reason);
      expect(readFileSync(file.value, 'utf8')).toBe('inside');
      close(file.value);
    }
    expect(openBeneath(root.value, encodePath('link'), 0, resolve.beneath)).toEqual({
      status: 'error',
      reason: 'EXDEV',
    });
    close(root.value);
    rmSync(path, { recursive: true });
  });
});

describe('memory of a process', () => {
  test('is read where it is mapped, up to a hole, and a hole is an error', async () => {
    const mark = 'this stands in memory';
    const { pid, said } = await startRole('memory', mark);
    const into = new Uint8Array(64);
    expect(native.readMemory(pid, Number(said) + 5000, into)).toEqual({ status: 'ok', value: 64 });
    expect(Buffer.from(into).toString().startsWith(mark)).toBe(true);
    expect(native.readMemory(pid, 0, into).status).toBe('error');
    expect(native.readMemory(pid, -1, into).status).toBe('error');
    expect(native.readMemory(999_999, 4096, into).status).toBe('absent');
    await until(() => statOf(pid).state === 'S');
  });
});

describe('programs of the kernel', () => {
  test('one that was loaded is listed with type, tag and owner, and not once it is gone', () => {
    // r0 = 0; exit: a socket filter that is attached to nothing.
    const code = pinned(16);
    code.bytes.set([0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);
    const license = pinned(8);
    license.bytes.set(encodePath('GPL\0'));
    const attributes = pinned(128);
    attributes.view.setUint32(0, 1, true);
    attributes.view.setUint32(4, 2, true);
    attributes.view.setBigUint64(8, BigInt(code.address), true);
    attributes.view.setBigUint64(16, BigInt(license.address), true);
    attributes.bytes.set(encodePath('demine_test'), 48);
    const program = systemCall('bpf', 5, attributes.address, 128);
    expect(program).toBeGreaterThan(0);
    const find = () => {
      const answer = native.bpfPrograms();
      if (answer.status !== 'ok') throw new Error(answer.reason);
      return answer.value.filter(({ name }) => Buffer.from(name).toString() === 'demine_test');
    };
    expect(find()).toMatchObject([{ type: 1, createdByUid: process.getuid?.() }]);
    expect(find()[0]?.tag.some((byte) => byte !== 0)).toBe(true);
    close(program);
    expect(find()).toEqual([]);
  });
});

describe('registers of the machine and legacy tables', () => {
  test('are absent where the kernel has none, and nothing is loaded for them', () => {
    const tables = (): string[] => readdirSync('/proc/net').filter((name) => name.includes('tables_names'));
    const before = tables();
    expect(native.readMsr(0, 0x1a4).status).toBe(existsSync('/dev/cpu/0/msr') ? 'ok' : 'absent');
    expect(native.iptablesEntries('ip', 'no-such-table').status).toBe('absent');
    expect(native.iptablesEntries('ip6', 'x'.repeat(40)).status).toBe('error');
    expect(tables()).toEqual(before);
  });

  test('a legacy table of another network namespace is read there, and is not ours', async () => {
    const { pid } = await startRole('table');
    const there = existsSync(`/proc/${pid}/net/ip_tables_names`) ? 'ok' : 'absent';
    expect(native.iptablesEntries('ip', 'nat', pid).status).toBe(there);
    expect(native.iptablesEntries('ip', 'nat').status).toBe('absent');
    expect(native.iptablesEntries('ip', 'nat', 4_000_000).status).toBe('absent');
  });
});

describe('our own priority', () => {
  test('is lowered for every thread, and never raised', async () => {
    const { pid } = await startRole('lower');
    const threads = readdirSync(`/proc/${pid}/task`).map(Number);
    const nice = threads.map((tid) => statOf(pid, tid).nice);
    expect(statOf(pid).nice).toBe(5);
    expect(nice.filter((value) => value < 5)).toEqual([]);
  });

  test('is kept on a crowded host, where the answer would take minutes', async () => {
    const { pid } = await startRole('lower', 'crowded');
    expect(statOf(pid).nice).toBe(0);
  });
});

test('what is asked of this kernel has a page size and a clock', () => {
  expect([native.pageSize, native.ticksPerSecond]).toEqual([4096, 100]);
});

describe('pids', () => {
  test('answer while the process lives, and as a zombie, and not after', async () => {
    const child = startProgram('sleep', '100');
    expect([native.pidByKill(child.pid), native.pidByScheduler(child.pid)]).toEqual([true, true]);
    await child.end();
    await until(() => !native.pidByKill(child.pid));
    expect(native.pidByScheduler(child.pid)).toBe(false);
    for (const odd of [0, -1, 1.5, Number.NaN]) {
      expect([native.pidByKill(odd), native.pidByScheduler(odd)]).toEqual([false, false]);
    }
  });
});
