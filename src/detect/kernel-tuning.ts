/**
 * Traces of tuning for RandomX in the kernel and the processor.
 *
 * What: prefetch registers (MSR) with exactly the values XMRig writes, and settings that installers of miners
 * make together: huge pages for 2336 MiB, msr write access, NMI watchdog off.
 * Why: they outlive the miner, until reboot or longer, and tell that one was here.
 * What it is NOT: a sign that one runs. Each setting alone is harmless (databases, virtual machines, HPC);
 * Intel's four prefetchers off (0x1a4 = 0xf) is also a known tuning and stays low. AMD's values are four
 * registers with exact contents, which nothing else writes.
 * Sources: xmrig/xmrig src/crypto/rx/RxConfig.cpp, src/hw/msr/Msr_linux.cpp, scripts/enable_1gb_pages.sh;
 * miner-fingerprints §1.1.
 */
import type { FactSet } from '../model/fact.ts';
import type { MsrFact } from '../model/facts/kernel.ts';
import type { Finding } from '../model/finding.ts';
import { phrase, printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';

interface Preset {
  readonly name: string;
  readonly values: Readonly<Record<number, bigint>>;
  readonly distinct: boolean;
}

const presets: readonly Preset[] = [
  { name: 'Intel', values: { 420: 0xfn }, distinct: false },
  {
    name: 'AMD Zen 1, Zen 2',
    values: { 3221295136: 0n, 3221295137: 0x40n, 3221295138: 0x1510000n, 3221295147: 0x2000cc16n },
    distinct: true,
  },
  {
    name: 'AMD Zen 3',
    values: {
      3221295136: 0x4480000000000n,
      3221295137: 0x1c000200000040n,
      3221295138: 0xc000000401570000n,
      3221295147: 0x2000cc10n,
    },
    distinct: true,
  },
  {
    name: 'AMD Zen 4, Zen 5',
    values: {
      3221295136: 0x4400000000000n,
      3221295137: 0x4000000000040n,
      3221295138: 0x8680000401570000n,
      3221295147: 0x2040cc10n,
    },
    distinct: true,
  },
];

const numberOf = (fact: MsrFact): bigint | undefined =>
  /^[0-9a-fA-F]{1,16}$/.test(fact.value) ? BigInt(`0x${fact.value}`) : undefined;

function msr(facts: FactSet): Finding | undefined {
  const cpus = Map.groupBy(facts.of('msr'), (fact) => fact.cpu);
  for (const preset of presets) {
    const wanted = Object.entries(preset.values);
    const matching = [...cpus.values()].filter((registers) =>
      wanted.every(([register, value]) =>
        registers.some((fact) => fact.register === Number(register) && numberOf(fact) === value),
      ),
    );
    const [first] = matching;
    if (first === undefined) continue;
    return finding(
      'kernel.msr-mining-values',
      { preset: preset.name, cpus: matching.length },
      {
        severity: preset.distinct ? 'medium' : 'low',
        confidence: preset.distinct ? 80 : 35,
        technique: 'T1496.001',
        bearing: 'supports',
        witness: 'kernel',
        subject: { kind: 'host' },
        evidence: first
          .filter((fact) => preset.values[fact.register] !== undefined)
          .slice(0, 4)
          .map((fact) => ({
            ...fact.source,
            text: printableText(`MSR 0x${fact.register.toString(16)} = 0x${fact.value}`),
          })),
        benign: ['own-miner', 'performance-tuning'],
      },
    );
  }
  return undefined;
}

/** 2336 MiB of RandomX in pages of 2 MiB, plus a page for each thread; 1280 is what many guides write. */
function isMinerPageCount(value: number, cores: number): boolean {
  return value === 1280 || (value >= 1168 && value <= 1168 + Math.max(8, cores));
}

function tuning(facts: FactSet): Finding | undefined {
  const cores = facts.of('host')[0]?.cores ?? 0;
  const marks = facts.of('setting').filter(({ name, value }) => {
    if (name === 'vm.nr_hugepages') return isMinerPageCount(Number(value), cores);
    if (name === 'msr.allow_writes') return value === 'on';
    return name === 'kernel.nmi_watchdog' && value === '0';
  });
  const names = new Set(marks.map((fact) => fact.name));
  // Virtual machines have no NMI watchdog: it counts beside another sign only.
  if (names.size < 2) return undefined;
  return finding(
    'kernel.mining-tuning',
    { settings: marks.map((fact) => `${fact.name}=${fact.value}`).join(', ') },
    {
      severity: 'low',
      confidence: 40,
      technique: 'T1496.001',
      bearing: 'supports',
      witness: 'kernel',
      subject: { kind: 'host' },
      evidence: marks.map((fact) => ({
        ...fact.source,
        text: phrase`${printableText(fact.name)} = ${fact.value}`,
      })),
      benign: ['database-pages', 'performance-tuning'],
    },
  );
}

export const kernelTuning: Analyzer = {
  id: 'kernel-tuning',
  rules: ['kernel.msr-mining-values', 'kernel.mining-tuning'],
  analyze(facts) {
    return [msr(facts), tuning(facts)].filter((found) => found !== undefined);
  },
};
