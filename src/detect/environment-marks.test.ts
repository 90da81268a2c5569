import { expect, test } from 'bun:test';
import type { EnvironmentFact } from '../model/facts/process.ts';
import { environmentMarks } from './environment-marks.ts';
import { identity, judgedBy, ownedBy, processFact, text, told } from './facts.fixture.ts';

const analyze = judgedBy(environmentMarks);
const process = processFact({ pid: 300 });
const environment = (
  marks: Readonly<Record<string, string>>,
  names: readonly string[] = [],
): EnvironmentFact => ({
  kind: 'environment',
  source: { source: text('/proc/300/environ') },
  ...identity(process),
  names: names.map(text),
  marks: Object.entries(marks).map(([name, value], at) => ({
    name: text(name),
    value: text(value),
    offset: at * 100,
  })),
});

test('a library forced in from a drop place is medium', () => {
  const [found] = analyze(process, environment({ LD_PRELOAD: '/dev/shm/.l/libp.so' }));
  expect(found).toMatchObject({ rule: 'disguise.preload', severity: 'medium', technique: 'T1574.006' });
});

test('an unowned library among those of packages is low', () => {
  const found = analyze(
    process,
    environment({ LD_PRELOAD: '/lib/libgcwrap.so' }),
    ownedBy('/lib/libgcwrap.so', ''),
  );
  expect(told(found)).toEqual(['disguise.preload low']);
});

test('the mark of a rootkit is high', () => {
  expect(told(analyze(process, environment({}, ['PATH', 'AAZHDE'])))).toEqual(['disguise.rootkit-mark high']);
});

test('allocators, fakeroot and agents are clean', () => {
  const values = [
    'libfakeroot-sysv.so',
    '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2',
    '/usr/local/lib/libmimalloc.so',
    '/opt/agent/lib/libagent.so:/home/a/src/libasan.so',
  ];
  const owned = ownedBy('/usr/lib/x86_64-linux-gnu/libjemalloc.so.2', 'libjemalloc2');
  for (const value of values) expect(analyze(process, owned, environment({ LD_PRELOAD: value }))).toEqual([]);
});

test('a value with thousands of libraries is bounded', () => {
  const value = Array.from({ length: 5000 }, () => '/tmp/a.so').join(':');
  expect(analyze(process, environment({ LD_PRELOAD: value })).length).toBeLessThanOrEqual(16);
});
