import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { cleanRanges, ownMemory, releaseOwnPages } from './own-pages.ts';

const smaps = (...mappings: readonly string[]): string => `${mappings.join('\n')}\n`;
const mapping = (
  head: string,
  anonymous = 'Anonymous:             0 kB',
  swap = 'Swap:                  0 kB',
): string =>
  `${head}\nSize:                 64 kB\nRss:                  64 kB\n${anonymous}\n${swap}\nVmFlags: rd mr mw me sd `;

const residentOfFiles = (): number =>
  Number(/^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);

describe('pages of our own executable', () => {
  test('those of its text and constants are given back', () => {
    const text = smaps(
      mapping('00400000-00410000 r--p 00000000 fe:00 4711       /opt/demine'),
      mapping('00410000-00450000 r-xp 00010000 fe:00 4711       /opt/demine'),
    );
    expect(cleanRanges(text, '/opt/demine')).toEqual([
      { start: 0x400000, size: 0x10000 },
      { start: 0x410000, size: 0x40000 },
    ]);
  });

  test('those that were written to live nowhere else', () => {
    const relocated = mapping(
      '7f0000000000-7f0000010000 r--p 00000000 fe:00 4711   /opt/demine',
      'Anonymous:             4 kB',
    );
    const writable = mapping('7f0000010000-7f0000020000 rw-p 00010000 fe:00 4711   /opt/demine');
    const locked = mapping('7f0000040000-7f0000050000 r--p 06400000 fe:00 4711   /opt/demine');
    const swapped = mapping(
      '7f0000050000-7f0000060000 r--p 00000000 fe:00 4711   /opt/demine',
      'Anonymous:             0 kB',
      'Swap:                 12 kB',
    );
    const silent = mapping(
      '7f0000020000-7f0000030000 r--p 00000000 fe:00 4711   /opt/demine',
      'Private: 0 kB',
    );
    const shared = mapping('7f0000030000-7f0000040000 r--s 00030000 fe:00 4711   /opt/demine');
    expect(cleanRanges(smaps(relocated, writable, silent, shared, locked, swapped), '/opt/demine')).toEqual(
      [],
    );
  });

  test('other files, memory without one, and a text that is none are left alone', () => {
    const other = mapping('7f0000000000-7f0000010000 r-xp 00000000 fe:00 4711   /opt/demine.so');
    const named = mapping('7f0000010000-7f0000020000 r-xp 00000000 00:00 0   [vdso]');
    expect(cleanRanges(smaps(other, named), '/opt/demine')).toEqual([]);
    expect(cleanRanges('', '/opt/demine')).toEqual([]);
    expect(cleanRanges('zz\n\0-- r-xp', '/opt/demine')).toEqual([]);
  });

  test('fewer are resident afterwards, and what stood in them is there again when it is wanted', () => {
    const before = residentOfFiles();
    expect(releaseOwnPages()).toBeGreaterThan(0);
    expect(residentOfFiles()).toBeLessThan(before);
    expect(JSON.stringify({ still: [1, 2, 3].map((one) => one * 2) })).toBe('{"still":[2,4,6]}');
  });

  test('memory of our own grows by what is filled', () => {
    const before = ownMemory();
    const filled = new Uint8Array(64 << 20).fill(1);
    const after = ownMemory();
    if (before.status !== 'ok' || after.status !== 'ok')
      throw new Error('statm of this process was not read');
    expect(after.value.anonymous - before.value.anonymous).toBeGreaterThan(48 << 20);
    expect(after.value.resident).toBeGreaterThan(after.value.anonymous);
    expect(filled[filled.length - 1]).toBe(1);
  });
});
