import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { decodeEnviron } from './proc-environ.ts';
import { decodeMaps } from './proc-maps.ts';
import { decodeSmaps } from './proc-smaps.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const maps = `55d0c0a00000-55d0c0a21000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0082000000 rw-p 00000000 00:00 0 
7f00a0000000-7f00a0020000 rwxp 00000000 00:00 0 
7f00b0000000-7f00b0001000 r--p 00001000 08:01 131                        /tmp/a b\\012c (deleted)
7f00c0000000-7f00c0200000 rw-p 00000000 00:0f 9                          /anon_hugepage (deleted)
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`;

describe('maps', () => {
  test('lines become mappings', () => {
    const [heap, dataset, code, file, huge] = decodeMaps(bytes(maps));
    expect(heap).toMatchObject({
      start: 0x55d0c0a00000,
      size: 0x21000,
      access: 'rw-p',
      path: '[heap]',
      line: 1,
    });
    expect(dataset).toMatchObject({ size: 0x82000000, path: '', inode: 0, line: 2 });
    expect(code?.access).toBe('rwxp');
    expect(file).toMatchObject({ offset: 0x1000, inode: 131, path: '/tmp/a b%0Ac (deleted)' });
    expect(huge?.path as string).toBe('/anon_hugepage (deleted)');
  });

  test('an address that a number cannot hold exactly is left out: the vsyscall page', () => {
    expect(decodeMaps(bytes(maps))).toHaveLength(5);
  });

  test('hostile lines are left out, and nothing throws', () => {
    for (const line of [
      '',
      '-',
      '1000-',
      '2000-1000 rw-p 00000000 00:00 0',
      '1000-2000 rw-p',
      '1000-2000 rwzp 00000000 00:00 0',
      'zzzz-2000 rw-p 00000000 00:00 0',
      '1000-2000 rw-p 00000000 00:00 x',
      `${'f'.repeat(5000)}-2000 rw-p 0 0 0`,
    ]) {
      expect(decodeMaps(bytes(line))).toEqual([]);
    }
  });

  test('a path of bytes that are not UTF-8, escapes and bidi is printable', () => {
    const line = Uint8Array.from([...bytes('1000-2000 r-xp 0 08:01 5 /tmp/'), 0xff, 0x1b, 0x5b, 0x32, 0x4a]);
    expect(String(decodeMaps(line)[0]?.path)).toBe('/tmp/%FF%1B[2J');
  });

  test('our own maps decode whole', () => {
    const own = readFileSync('/proc/self/maps');
    const lines = own.toString('latin1').trimEnd().split('\n');
    const kernel = lines.filter((line) => line.includes('[vsyscall]')).length;
    expect(decodeMaps(own)).toHaveLength(lines.length - kernel);
  });
});

describe('smaps', () => {
  const smaps = `7f0000000000-7f0082000000 rw-p 00000000 00:00 0 
Size:            2129920 kB
KernelPageSize:     2048 kB
MMUPageSize:        2048 kB
Rss:             2129920 kB
VmFlags: rd wr mr mw me lo de ht sd 
7f00b0000000-7f00b0001000 r--p 00001000 08:01 131                        /x
Rss:                   4 kB
VmFlags: rd mr 
`;

  test('page size, resident bytes and flags are kept of mappings of 64 KiB and more', () => {
    const [dataset, small] = decodeSmaps(bytes(smaps));
    expect(dataset).toMatchObject({
      size: 0x82000000,
      resident: 0x82000000,
      pageSize: 0x200000,
      flags: ['rd', 'wr', 'mr', 'mw', 'me', 'lo', 'de', 'ht', 'sd'],
      line: 1,
    });
    expect(small?.flags).toBeUndefined();
    expect(small?.line).toBe(7);
  });

  test('a file that ends in the middle gives what came before', () => {
    const cut = decodeSmaps(bytes(smaps.slice(0, 120)));
    expect(cut).toHaveLength(1);
    expect(cut[0]?.flags).toBeUndefined();
  });

  test('counters before any range, and flags without end, are harmless', () => {
    expect(decodeSmaps(bytes('Rss: 4 kB\nVmFlags: rd\n'))).toEqual([]);
    const long = decodeSmaps(
      bytes(`1000-90000000 rw-p 0 00:00 0\nVmFlags: ${'ht '.repeat(10_000)}\nRss: -5 kB\n`),
    );
    expect(long[0]?.flags?.length).toBeLessThanOrEqual(64);
    expect(long[0]?.resident).toBeUndefined();
  });

  test('our own smaps has the mappings of our own maps', () => {
    const named = (text: Uint8Array) => decodeSmaps(text).some((mapping) => (mapping.flags?.length ?? 0) > 0);
    expect(named(readFileSync('/proc/self/smaps'))).toBe(true);
  });
});

describe('environ', () => {
  test('names with the place of their values', () => {
    const text = bytes('PATH=/bin\0TOKEN=secret\0EMPTY=\0NAKED\0\0LD_PRELOAD=/x.so');
    const variables = decodeEnviron(text);
    expect(variables.map((variable) => String(variable.name))).toEqual([
      'PATH',
      'TOKEN',
      'EMPTY',
      'NAKED',
      'LD_PRELOAD',
    ]);
    const last = variables.at(-1);
    expect(new TextDecoder().decode(text.subarray(last?.valueStart, last?.valueEnd))).toBe('/x.so');
    expect(JSON.stringify(variables)).not.toContain('secret');
  });

  test('a million zero bytes, no end, a name of a megabyte', () => {
    expect(decodeEnviron(new Uint8Array(1_000_000))).toEqual([]);
    expect(decodeEnviron(bytes('A'.repeat(1_000_000)))[0]?.name).toHaveLength(256);
    expect(decodeEnviron(bytes('a=1\0'.repeat(100_000)))).toHaveLength(4096);
  });
});
