/** Compressed files for the tests: made by the real tools, and some that need none. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Compression } from './detect.ts';
import type { UnpackBounds } from './output.ts';
import { unpacker } from './unpack.ts';
import type { UnpackOutcome } from './unpacker.ts';

/** Numbers that are the same at every run (a linear congruential generator); `next(n)` is below n. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** Lines as sshd writes them. */
export function logOf(lines: number, seed = 1): Uint8Array {
  const next = seeded(seed);
  const text = Array.from({ length: lines }, (_, at) => {
    const time = new Date(1_700_000_000_000 + at * 7000).toISOString();
    const user = ['root', 'admin', 'git', 'oracle'][next(4)];
    return `${time} web sshd[${900 + next(9000)}]: Failed password for ${user} from 192.0.2.${next(255)} port ${next(65_535)} ssh2\n`;
  });
  return Buffer.from(text.join(''));
}

export function noise(size: number, seed = 2): Uint8Array {
  const next = seeded(seed);
  return Uint8Array.from({ length: size }, () => next(256));
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Output of a tool that reads its standard input: this machine's, or that of the test root where it has none. */
export function tool([name = '', ...options]: readonly string[], input: Uint8Array): Uint8Array {
  const root = process.env['DEMINE_TEST_ROOT'] ?? '/';
  const program = Bun.which(name) === null ? ['chroot', root, name] : [name];
  const { exitCode, stdout, stderr } = Bun.spawnSync([...program, ...options], { stdin: input });
  if (exitCode !== 0) throw new Error(`${name} ${options.join(' ')}: ${stderr.toString()}`);
  return new Uint8Array(stdout);
}

const levels = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `-${from + at}`);

/** The tool of each compression, and every way of using it that changes what is written. */
export const tools: Readonly<Record<Compression, { name: string; base: string[]; variants: string[][] }>> = {
  gz: { name: 'gzip', base: ['gzip', '-c'], variants: [...levels(1, 9).map((level) => [level])] },
  xz: {
    name: 'xz',
    base: ['xz', '-c'],
    variants: [
      ...[...levels(0, 9), '-9e'].map((level) => [level]),
      ...['none', 'crc32', 'crc64', 'sha256'].map((check) => [`--check=${check}`]),
      ['--block-size=4096'],
      ['-T2', '--block-size=8192'],
      ['--lzma2=lc=0,lp=4,pb=0'],
      ['--lzma2=lc=4,lp=0,pb=4,dict=4KiB'],
    ],
  },
  lzma: {
    name: 'xz',
    base: ['xz', '-c', '--format=lzma'],
    variants: [...levels(0, 9).map((level) => [level]), ['--lzma1=lc=0,lp=4,pb=4'], ['--lzma1=dict=4KiB']],
  },
  bz2: { name: 'bzip2', base: ['bzip2', '-c'], variants: levels(1, 9).map((level) => [level]) },
  zst: {
    name: 'zstd',
    base: ['zstd', '-q', '-c'],
    variants: [
      ...levels(1, 19).map((level) => [level]),
      ['--fast=5'],
      ['--ultra', '-22'],
      ['--long=27'],
      ['--no-check'],
    ],
  },
  lz4: {
    name: 'lz4',
    base: ['lz4', '-q', '-c'],
    variants: [
      ...levels(1, 12).map((level) => [level]),
      ...[4, 5, 6, 7].map((size) => [`-B${size}`]),
      ['-BD', '-B4'],
      ['-BX'],
      ['--no-frame-crc'],
    ],
  },
};

export const compress = (compression: Compression, content: Uint8Array, ...options: string[]): Uint8Array =>
  tool([...tools[compression].base, ...options], content);

/** What needs no tool: the zlib of the runtime. */
export const gz = (content: Uint8Array): Uint8Array => new Uint8Array(gzipSync(content));
export const zst = (content: Uint8Array): Uint8Array => new Uint8Array(zstdCompressSync(content));

const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** `printf 'demine\\n'` through xz --check=crc32, xz --format=lzma, bzip2 and lz4. */
export const recorded = {
  xz: base64('/Td6WFoAAAFpIt42AgAhARYAAAB0L+WjAQAGZGVtaW5lCgAAwrI2JwABGwcS69QXkEKZDQEAAAAAAVla'),
  lzma: base64('XQAAgAD//////////wAyGUn+U9ZdGbCVf//+ZnAA'),
  bz2: base64('QlpoOTFBWSZTWXk8RVwAAADBAAAQBiMgACIYaDAGiFMLuSKcKEg8niKuAA=='),
  lz4: base64('BCJNGGRApwcAAIBkZW1pbmUKAAAAAJAh3rc='),
} as const satisfies Readonly<Partial<Record<Compression, Uint8Array>>>;

export interface Read {
  readonly outcome: UnpackOutcome;
  readonly bytes: Uint8Array;
}

/** Feeds the file in pieces, whose sizes `sizeOf` gives. */
export function read(
  compression: Compression,
  packed: Uint8Array,
  sizeOf: () => number = () => packed.length,
  bounds: UnpackBounds = {},
): Read {
  const pieces: Uint8Array[] = [];
  const stream = unpacker(compression, (bytes) => pieces.push(bytes.slice()), bounds);
  for (let at = 0; at < packed.length; ) {
    const size = Math.max(1, sizeOf());
    stream.push(packed.slice(at, at + size));
    at += size;
  }
  return { outcome: stream.end(), bytes: concat(...pieces) };
}
