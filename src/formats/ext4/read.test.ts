import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileCapabilityText } from '../file-capability.ts';
import type { RandomAccess } from '../random-access.ts';
import { capabilityOf } from './content.ts';
import { listExt4Folder, readExt4File } from './read.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-ext4-'));
const tree = join(scratch, 'tree');
const large = Buffer.alloc(3_000_000, 'abcdefghijk');
const sparseEnd = 900_000;

beforeAll(() => {
  for (const folder of ['etc', 'var/many', 'usr/lib', 'a/b/c'])
    mkdirSync(join(tree, folder), { recursive: true });
  writeFileSync(join(tree, 'etc/ld.so.preload'), '/usr/local/lib/libprocesshider.so\n');
  writeFileSync(join(tree, 'etc/empty'), '');
  writeFileSync(join(tree, 'etc/medium'), Buffer.alloc(140, 'm'));
  writeFileSync(join(tree, 'var/large'), large);
  const sparse = openSync(join(tree, 'var/sparse'), 'w');
  writeSync(sparse, 'head', 0);
  writeSync(sparse, 'tail', sparseEnd);
  ftruncateSync(sparse, 1_000_000);
  closeSync(sparse);
  // Some file systems of a machine keep a hole in runs: every second block of this one is written.
  const holes = openSync(join(tree, 'var/holes'), 'w');
  for (let block = 0; block < 600; block += 2) writeSync(holes, `${block}`, block * 4096);
  closeSync(holes);
  for (let file = 0; file < 1500; file += 1)
    writeFileSync(join(tree, `var/many/file-with-a-long-name-${file}`), `${file}`);
  writeFileSync(Buffer.concat([Buffer.from(`${tree}/a/b/c/`), Buffer.from([0xff, 0xfe])]), 'odd');
  symlinkSync('../etc/ld.so.preload', join(tree, 'usr/fast'));
  symlinkSync(`/${'./'.repeat(60)}etc/ld.so.preload`, join(tree, 'usr/slow'));
  symlinkSync('usr/lib', join(tree, 'lib'));
  symlinkSync('loop-b', join(tree, 'a/loop-a'));
  symlinkSync('loop-a', join(tree, 'a/loop-b'));
  writeFileSync(join(tree, 'usr/lib/deep'), 'deep');
});
afterAll(() => rmSync(scratch, { recursive: true }));

const opened: number[] = [];
afterAll(() => {
  for (const descriptor of opened) closeSync(descriptor);
});

function device(path: string): RandomAccess {
  const descriptor = openSync(path, 'r');
  opened.push(descriptor);
  return {
    read(offset, length) {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    },
  };
}

let images = 0;
function image(...options: readonly string[]): string {
  images += 1;
  const path = join(scratch, `image-${images}`);
  const made = Bun.spawnSync(['/usr/sbin/mkfs.ext4', '-q', '-F', '-d', tree, ...options, path, '48M']);
  if (made.exitCode !== 0) throw new Error(`mkfs.ext4 ${options.join(' ')}: ${made.stderr}`);
  return path;
}

const textOf = (source: RandomAccess, path: string): string => {
  const answer = readExt4File(source, path);
  return 'value' in answer
    ? Buffer.from(answer.value).toString('latin1')
    : `${answer.status}: ${answer.reason}`;
};

/** Sets of features that real file systems have or had. */
const sets: Readonly<Record<string, readonly string[]>> = {
  'as made today, 4 KiB blocks': ['-b', '4096'],
  '1 KiB blocks': ['-b', '1024'],
  'ext2: blocks by number, small inodes': [
    '-b',
    '1024',
    '-I',
    '128',
    '-O',
    '^extents,^has_journal,^64bit,^metadata_csum,^dir_index',
  ],
  'ext3: a journal and no extents': ['-b', '4096', '-O', '^extents,^64bit,^metadata_csum,^flex_bg'],
  'content inline in the inode': ['-b', '4096', '-I', '256', '-O', 'inline_data'],
  'content inline, 1 KiB blocks, inodes of 1 KiB': ['-b', '1024', '-I', '1024', '-O', 'inline_data'],
  'descriptors in groups of groups': ['-b', '1024', '-g', '1024', '-O', 'meta_bg,^resize_inode'],
  'descriptors of 64 bytes without sums': ['-b', '2048', '-O', '64bit,^metadata_csum'],
  'clusters of blocks': ['-b', '4096', '-O', 'bigalloc', '-C', '16384'],
};

describe('an image with', () => {
  for (const [name, options] of Object.entries(sets)) {
    test(`${name}: every file is what was put there`, () => {
      const source = device(image(...options));
      expect(textOf(source, '/etc/ld.so.preload')).toBe('/usr/local/lib/libprocesshider.so\n');
      expect(textOf(source, '/etc/empty')).toBe('');
      expect(textOf(source, '/etc/medium')).toBe('m'.repeat(140));
      const whole = readExt4File(source, '/var/large');
      expect('value' in whole && Buffer.compare(whole.value, large) === 0).toBe(true);
      const sparse = textOf(source, '/var/sparse');
      // mkfs.ext4 itself makes a file with a hole at its end shorter where content may be inline.
      expect([sparse.slice(0, 4), sparse.slice(4, 8), sparse.slice(sparseEnd, sparseEnd + 4)]).toEqual([
        ...['head', '\0\0\0\0', 'tail'],
      ]);
      const holes = readExt4File(source, '/var/holes');
      expect(
        'value' in holes && Buffer.compare(holes.value, readFileSync(join(tree, 'var/holes'))) === 0,
      ).toBe(true);
      expect(textOf(source, '/var/many/file-with-a-long-name-1271')).toBe('1271');
      expect(textOf(source, '/a/b/c/\xff\xfe')).toBe('odd');
      expect(textOf(source, '/usr/fast')).toContain('libprocesshider');
      expect(textOf(source, '/usr/slow')).toContain('libprocesshider');
      expect(textOf(source, '/lib/deep')).toBe('deep');
      expect(textOf(source, '/../../lib/../lib/./deep')).toBe('deep');
      const listed = listExt4Folder(source, '/var/many');
      expect('value' in listed && listed.value.length).toBe(1500);
      const top = listExt4Folder(source, '/');
      expect('value' in top && top.value.map((entry) => entry.name).sort()).toEqual([
        ...['a', 'etc', 'lib', 'lost+found', 'usr', 'var'],
      ]);
      const inner = listExt4Folder(source, '/a/b');
      expect('value' in inner && inner.value.map((entry) => entry.name)).toEqual(['c']);
    });
  }
});

test('a capability stands in the body of the inode, and a file without one has none', () => {
  const program = join(tree, 'usr/lib/deep');
  expect(Bun.spawnSync(['setcap', 'cap_setuid+ep', program]).exitCode).toBe(0);
  const source = device(image());
  const answer = readExt4File(source, '/usr/lib/deep');
  const value = 'inode' in answer ? capabilityOf(answer.inode) : undefined;
  expect(fileCapabilityText(value ?? new Uint8Array(0))).toBe('cap_setuid+ep');
  const plain = readExt4File(source, '/etc/medium');
  expect('inode' in plain ? capabilityOf(plain.inode) : 'none').toBeUndefined();
});

describe('what is not there or not whole', () => {
  test('a missing name is absent, a loop and a wrong kind are errors, a limit cuts and says so', () => {
    const source = device(image());
    expect(textOf(source, '/etc/none')).toBe('absent: no such name');
    expect(textOf(source, '/etc/empty/x')).toBe('absent: no such name');
    expect(textOf(source, '/a/loop-a')).toBe('error: links that lead in a circle');
    expect(textOf(source, '/etc')).toBe('error: not a file');
    expect(listExt4Folder(source, '/etc/empty')).toMatchObject({ status: 'error' });
    const cut = readExt4File(source, '/var/large', 10);
    expect([cut.status, 'value' in cut ? Buffer.from(cut.value).toString() : '']).toEqual([
      'truncated',
      'abcdefghij',
    ]);
  });

  test('an inode tells who owns it and when it was made', () => {
    const answer = readExt4File(device(image()), '/etc/ld.so.preload');
    expect(answer).toMatchObject({ status: 'ok', inode: { size: 34, links: 1, mode: 0o100644 } });
    expect('inode' in answer && (answer.inode.born ?? 0)).toBeGreaterThan(1_700_000_000);
  });

  test('no file system, half of one, and one of another kind are told', () => {
    const nothing: RandomAccess = { read: (_, length) => new Uint8Array(length) };
    expect(readExt4File(nothing, '/x')).toEqual({ status: 'error', reason: 'no ext file system' });
    const short: RandomAccess = { read: () => new Uint8Array(100) };
    expect(readExt4File(short, '/x')).toEqual({ status: 'error', reason: 'too short for a superblock' });
    const whole = readFileSync(image());
    const cut: RandomAccess = {
      read: (at, length) => whole.subarray(Math.min(at, 40_000), Math.min(at + length, 40_000)),
    };
    expect(readExt4File(cut, '/var/large').status).toBe('error');
    const odd = Buffer.from(whole.subarray(0, 1 << 20));
    odd.writeUInt32LE(0x8000_0000, 1024 + 0x60);
    const unknown: RandomAccess = { read: (at, length) => odd.subarray(at, at + length) };
    expect(readExt4File(unknown, '/x')).toEqual({ status: 'error', reason: 'unknown features 0x80000000' });
  });

  test('a damaged image ends in an answer, whatever byte was changed', () => {
    const whole = readFileSync(image('-b', '1024'));
    // A generator of our own, so that a failure can be made again.
    let state = 20_260_101;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 150; round += 1) {
      const damaged = Buffer.from(whole.subarray(0, 2 << 20));
      for (let change = 0; change < 400; change += 1)
        damaged[1024 + random(damaged.length - 1024)] = random(256);
      for (let change = 0; change < 4; change += 1) damaged[1024 + random(0x300)] = random(256);
      const source: RandomAccess = { read: (at, length) => damaged.subarray(at, at + length) };
      for (const path of ['/etc/ld.so.preload', '/var/large', '/usr/slow']) {
        expect(['ok', 'absent', 'error', 'truncated']).toContain(readExt4File(source, path).status);
      }
      expect(['ok', 'absent', 'error', 'truncated']).toContain(listExt4Folder(source, '/var/many').status);
    }
  });
});
