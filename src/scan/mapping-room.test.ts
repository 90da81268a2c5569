import { describe, expect, test } from 'bun:test';
import { matchShapes } from '../coins/match-shapes.ts';
import { decodeMaps } from '../formats/proc-maps.ts';
import type { MemoryMapFact } from '../model/facts/process.ts';
import { printableText } from '../model/text.ts';
import { leastOfProcess, MappingRoom, mostOfProcess, mostOfScan } from './mapping-room.ts';

const mapOf = (lines: readonly string[]): MemoryMapFact => ({
  kind: 'memory-map',
  source: { source: printableText('/proc/9/maps') },
  pid: 9,
  startTicks: 1,
  mappings: decodeMaps(Buffer.from(lines.join(''))),
  detailed: false,
});
const mebibyte = 0x100000;
/** The nth mapping of a process, `gap` bytes after the one before. */
const line = (index: number, size: number, access: string, file = '', gap = 16 * mebibyte): string => {
  const start = 0x10000 + index * gap;
  return `${start.toString(16)}-${(start + size).toString(16)} ${access} 00000000 00:00 0 ${file}\n`;
};
const many = (count: number, size: number, access = 'rw-p', file = ''): readonly string[] =>
  Array.from({ length: count }, (_, index) => line(index, size, access, file));
/** Data set, cache, scratchpads and code of RandomX at the end of the address space. */
const miner = [
  line(1_000_000, 0x82000000, 'rw-p'),
  line(1_000_200, 0x10000000, 'rw-p'),
  line(1_000_300, 0x200000, 'rw-p'),
  line(1_000_301, 0x20000, 'rwxp'),
];
const shapes = { hugetlb: 0, locked: 0, pinnedThreads: 0, busyThreads: 1 };
const modeOf = (fact: MemoryMapFact) => matchShapes(fact.mappings, shapes)[0]?.mode;

describe('mappings that are kept of a suspect', () => {
  test('are all, of an ordinary process', () => {
    const fact = mapOf([...many(3000, 4096), ...miner]);
    expect(new MappingRoom().keep(fact)).toEqual({ fact, lost: 0 });
  });

  test.each([
    ['pages', many(60_000, 4096)],
    ['files, as of a search engine', many(60_000, 8 * mebibyte, 'r--s', '/srv/index/a.cfs')],
  ])('behind 60,000 %s are those of an algorithm, and nothing of a shape is lost', (_, filler) => {
    const fact = mapOf([...filler, ...miner]);
    const { fact: kept, lost } = new MappingRoom().keep(fact);
    expect(modeOf(kept)).toBe('fast');
    expect(kept.mappings).toHaveLength(leastOfProcess);
    expect(kept.left).toBe(60_004 - leastOfProcess);
    expect(lost).toBe(0);
    expect(
      kept.mappings.every((one, index, all) => index === 0 || one.start > (all[index - 1]?.start ?? 0)),
    ).toBe(true);
  });

  test('behind 60,000 blocks of the size of scratchpads are cut, and that is told', () => {
    const { fact: kept, lost } = new MappingRoom().keep(mapOf([...many(60_000, 2 * mebibyte), ...miner]));
    expect(modeOf(kept)).toBe('fast');
    expect(lost).toBe(60_004 - leastOfProcess);
  });

  test('code of a virtual machine keeps the reserved range beside it, and is none of a miner', () => {
    const reserved = [
      line(900_000, 0x20000, 'rwxp', '', mebibyte),
      `${(0x10000 + 900_000 * mebibyte + 0x20000).toString(16)}-${(0x10000 + 900_001 * mebibyte).toString(16)} ---p 00000000 00:00 0 \n`,
    ];
    const { fact: kept } = new MappingRoom().keep(mapOf([...many(60_000, 4096), ...reserved]));
    expect(kept.mappings.map(({ access }) => access)).toContain('---p');
  });

  test('of fifty such processes are bounded together', () => {
    const room = new MappingRoom();
    const fact = mapOf([...many(mostOfProcess - 4, 4096), ...miner]);
    const kept = Array.from({ length: 50 }, () => room.keep(fact).fact);
    expect(kept.reduce((sum, { mappings }) => sum + mappings.length, 0)).toBeLessThan(
      mostOfScan + 50 * leastOfProcess,
    );
    expect(kept.every((one) => modeOf(one) === 'fast')).toBe(true);
  });
});
