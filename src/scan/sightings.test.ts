import { describe, expect, test } from 'bun:test';
import { processFact } from '../../test/process-fact.ts';
import { RecordedTarget } from '../../test/recorded-target.ts';
import { FactSet } from '../model/fact.ts';
import type { Mapping, MemoryMapFact } from '../model/facts/process.ts';
import { printableText } from '../model/text.ts';
import { recordedNative } from '../native/recorded.ts';
import { parseIndicator } from './indicator.ts';
import { sightCheap, sightEnvironments, sightMemory } from './sightings.ts';

const indicator = parseIndicator('pool.example.net');

describe('an indicator in a command line', () => {
  test('is told with the line, without the secrets in it', () => {
    const facts = new FactSet();
    const argv = ['x', '-o', 'pool.example.net:3333', '--password=two words, three'];
    facts.add(processFact(7, { argv: argv.map(printableText) }));
    const found = sightCheap([indicator], facts, new Set());
    expect(found.map(({ pid, text }) => [pid, String(text)])).toEqual([
      [7, 'x -o pool.example.net:3333 --password=***'],
    ]);
  });

  test('of the scan itself is none', () => {
    const facts = new FactSet();
    facts.add(processFact(7, { argv: ['demine', '--seen', 'pool.example.net'].map(printableText) }));
    expect(sightCheap([indicator], facts, new Set([7]))).toEqual([]);
  });
});

describe('an indicator in memory', () => {
  const mapping = (start: number, path = '', flags: readonly string[] = []): Mapping => ({
    start,
    size: 4096,
    access: 'rw-p',
    offset: 0,
    inode: 0,
    line: 1,
    path: printableText(path),
    flags,
  });
  const maps = (...mappings: Mapping[]): MemoryMapFact => ({
    kind: 'memory-map',
    source: { source: printableText('/proc/7/maps') },
    pid: 7,
    startTicks: 1,
    mappings,
    detailed: true,
  });

  test('is found, and memory that may never come is not asked for', () => {
    const asked: number[] = [];
    const native = {
      ...recordedNative(),
      readMemory: (_pid: number, address: number, into: Uint8Array) => {
        asked.push(address);
        return { status: 'ok' as const, value: into.set(Buffer.from('at pool.example.net:3333')) ?? 24 };
      },
    };
    const found = sightMemory(
      [indicator],
      native,
      maps(mapping(0x1000, '/srv/share/file'), mapping(0x2000, '', ['rd', 'wr', 'um']), mapping(0x3000)),
      1 << 20,
    );
    expect(asked).toEqual([0x3000]);
    expect(found.map(({ source }) => source.offset)).toEqual([0x3003]);
  });
});

describe('an indicator in an environment', () => {
  const one = processFact(7);
  const target = (environ: string) =>
    new RecordedTarget({ files: { '/proc/7/environ': environ, '/proc/8/environ': environ } });
  const facts = new FactSet();
  facts.addAll([one, processFact(8)]);

  test('is told by the name of the variable, and its value is not', () => {
    const environ = 'HOME=/root\0C2=https://me:secret@pool.example.net/x\0POOL=other.example.net\0';
    const found = sightEnvironments([indicator], target(environ), facts, new Set([8]));
    expect(found.map(({ pid, text, source }) => [pid, String(text), source.offset])).toEqual([
      [7, 'C2 = … pool.example.net …', 11],
    ]);
  });

  test('of which there is none is none, and one without end is bounded', () => {
    expect(sightEnvironments([indicator], target('HOME=/root\0'), facts, new Set())).toEqual([]);
    const many = 'A=pool.example.net\0'.repeat(5000);
    expect(sightEnvironments([indicator], target(many), facts, new Set())).toHaveLength(200);
  });
});
