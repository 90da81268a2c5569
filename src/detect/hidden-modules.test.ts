import { expect, test } from 'bun:test';
import type { DirectoryCountFact, ModuleFact, TaintFact } from '../model/facts/kernel.ts';
import { judgedBy, text, told } from './facts.fixture.ts';
import { hiddenModules } from './hidden-modules.ts';

const analyze = judgedBy(hiddenModules);
const module = (name: string, parts: Partial<ModuleFact> = {}): ModuleFact => ({
  kind: 'module',
  source: { source: text('/proc/modules'), line: 3 },
  name: text(name),
  seenBy: ['proc-modules', 'sysfs', 'kallsyms'],
  missingFrom: [],
  taint: '',
  ...parts,
});
const taint = (mask: number): TaintFact => ({
  kind: 'taint',
  source: { source: text('/proc/sys/kernel/tainted'), line: 1 },
  mask,
  text: text(String(mask)),
});
const count = (counted: number, listed: number): DirectoryCountFact => ({
  kind: 'directory-count',
  source: { source: text('/sys/module') },
  counted,
  listed,
});

test('a module missing from the lists is hidden', () => {
  const rootkit = module('acpi_thermal_mgr', {
    seenBy: ['kallsyms'],
    missingFrom: ['proc-modules', 'sysfs'],
  });
  const [found] = analyze(module('ext4'), rootkit);
  expect(found).toMatchObject({ rule: 'hidden.module', severity: 'high', confidence: 95 });
});

test('more folders counted than listed is high', () => {
  expect(told(analyze(count(81, 80)))).toEqual(['hidden.module-count high']);
});

test('fewer folders than listed, and a module without symbols, are clean', () => {
  expect(
    analyze(count(80, 80), count(79, 80), module('small', { missingFrom: ['kallsyms', 'vmallocinfo'] })),
  ).toEqual([]);
});

test('names of the kernel itself are no modules', () => {
  const own = ['bpf', '__builtin__ftrace', '__builtin__kprobes'];
  const parts = { seenBy: ['kallsyms'], missingFrom: ['proc-modules', 'sysfs'] } as const;
  expect(analyze(...own.map((name) => module(name, parts)))).toEqual([]);
});

test('taint that a listed driver explains is clean; without one it is low', () => {
  expect(analyze(taint(12289), module('nvidia', { taint: 'POE' }))).toEqual([]);
  expect(told(analyze(taint(12288), module('ext4')))).toEqual(['kernel.taint-unexplained low']);
  expect(analyze(taint(512), module('ext4'))).toEqual([]);
});

test('without a readable module list taint is not judged', () => {
  expect(analyze(taint(12288))).toEqual([]);
});

test('a module name with percent and escape stays one printable line', () => {
  const odd = module('a\u001b[2J%', { seenBy: ['sysfs'], missingFrom: ['proc-modules'] });
  expect(analyze(odd)[0]?.evidence[0]?.text).toContain('a%1B[2J%25:');
});
