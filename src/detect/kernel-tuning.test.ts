import { expect, test } from 'bun:test';
import type { MsrFact, SettingFact } from '../model/facts/kernel.ts';
import { hostFact, judgedBy, text, told } from './facts.fixture.ts';
import { kernelTuning } from './kernel-tuning.ts';

const analyze = judgedBy(kernelTuning);
const msr = (cpu: number, register: number, value: string): MsrFact => ({
  kind: 'msr',
  source: { source: text(`/dev/cpu/${cpu}/msr`), offset: register },
  cpu,
  register,
  value: value.padStart(16, '0'),
});
const setting = (name: string, value: string): SettingFact => ({
  kind: 'setting',
  source: { source: text('/proc/sys') },
  name,
  value: text(value),
});
const zen3 = (cpu: number) => [
  msr(cpu, 0xc0011020, '4480000000000'),
  msr(cpu, 0xc0011021, '1c000200000040'),
  msr(cpu, 0xc0011022, 'c000000401570000'),
  msr(cpu, 0xc001102b, '2000cc10'),
];

test('the four AMD registers with the miner values are medium', () => {
  const [found] = analyze(...zen3(0), ...zen3(1));
  expect(found).toMatchObject({
    rule: 'kernel.msr-mining-values',
    severity: 'medium',
    params: { preset: 'AMD Zen 3', cpus: 2 },
  });
});

test('three of four registers are nothing', () => {
  expect(analyze(...zen3(0).slice(0, 3))).toEqual([]);
});

test('all prefetchers off on Intel is low; the default is clean', () => {
  expect(told(analyze(msr(0, 0x1a4, 'f')))).toEqual(['kernel.msr-mining-values low']);
  expect(analyze(msr(0, 0x1a4, '0'))).toEqual([]);
});

test('settings count together, not alone', () => {
  const host = hostFact({ cores: 16 });
  expect(analyze(host, setting('vm.nr_hugepages', '1280'))).toEqual([]);
  expect(analyze(host, setting('kernel.nmi_watchdog', '0'), setting('vm.nr_hugepages', '512'))).toEqual([]);
  expect(told(analyze(host, setting('vm.nr_hugepages', '1184'), setting('msr.allow_writes', 'on')))).toEqual([
    'kernel.mining-tuning low',
  ]);
});

test('values that are no numbers break nothing', () => {
  expect(
    analyze(msr(0, 0x1a4, 'zz'), setting('vm.nr_hugepages', 'many'), setting('msr.allow_writes', '')),
  ).toEqual([]);
});
