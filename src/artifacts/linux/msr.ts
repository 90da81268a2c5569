/**
 * `linux.msr`: the model-specific registers that miners write to switch prefetchers off.
 *
 * Why: XMRig sets 0x1a4 on Intel and 0xC0011020–2B on AMD Zen for 10–15 % more RandomX, and the values stay
 * until reboot (miner-fingerprints §1.3). What it is NOT: a reason to load the msr module; where
 * /dev/cpu/N/msr does not exist nothing is read and nothing changes. Only registers that the CPU's vendor has
 * are asked for, and at most four CPUs: miners set all alike.
 * Source: Intel SDM vol. 4 (MSR_MISC_FEATURE_CONTROL 0x1A4), AMD PPR (LS_CFG, IC_CFG, DC_CFG, L2 prefetch).
 */
import { asciiText, eachLine, find, startsWith } from '../../formats/ascii.ts';
import type { Fact } from '../../model/fact.ts';
import { joinPath, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { listNow, readFileNow, recordCall } from './reading.ts';

const artifact = 'linux.msr';
const mostCpus = 4;
const deviceFolder = printableText('/dev/cpu');
const cpuinfo = printableText('/proc/cpuinfo');

/** Registers by the vendor string of cpuid. */
const registers: Readonly<Record<string, readonly number[]>> = {
  GenuineIntel: [0x1a4],
  AuthenticAMD: [0xc0011020, 0xc0011021, 0xc0011022, 0xc001102b],
  HygonGenuine: [0xc0011020, 0xc0011021, 0xc0011022, 0xc001102b],
};

/** vendor_id of the first CPU in /proc/cpuinfo. */
export function cpuVendor(bytes: Uint8Array): string {
  let vendor = '';
  eachLine(bytes, (start, end) => {
    if (!startsWith(bytes, 'vendor_id', start, end)) return undefined;
    vendor = asciiText(bytes, find(bytes, 0x3a, start, end) + 1, end).trim();
    return false;
  });
  return vendor;
}

function readCpu(context: ArtifactContext, cpu: number, wanted: readonly number[]): readonly Fact[] {
  const { native } = context.target;
  if (native === undefined) return [];
  const facts: Fact[] = [];
  const source = printableText(`/dev/cpu/${cpu}/msr`);
  for (const register of wanted) {
    const answer = native.readMsr(cpu, register);
    recordCall(context, artifact, source, answer.status === 'ok' ? { status: 'ok' } : answer, 8);
    if (answer.status !== 'ok') continue;
    facts.push({
      kind: 'msr',
      source: { source, offset: register },
      cpu,
      register,
      value: BigInt.asUintN(64, answer.value).toString(16).padStart(16, '0'),
    });
  }
  return facts;
}

export const msr: Artifact = {
  id: artifact,
  sources: [
    { kind: 'file', path: cpuinfo, live: true },
    { kind: 'call', path: '/dev/cpu/[0-3]/msr', live: true },
  ],
  order: 3,
  required: false,
  gather(context) {
    if (context.target.native?.architecture !== 'x64') return Promise.resolve([]);
    const { entries } = listNow(context, artifact, deviceFolder, 8192);
    const cpus = entries
      .filter((entry) => /^\d{1,4}$/.test(entry.name))
      .map((entry) => Number(entry.name))
      .sort((a, b) => a - b)
      .slice(0, mostCpus)
      .filter((cpu) => {
        const path = joinPath(joinPath(deviceFolder, printableText(String(cpu))), printableText('msr'));
        return context.target.readNow({ kind: 'stat', path }).status === 'ok';
      });
    if (cpus.length === 0) return Promise.resolve([]);
    const wanted = registers[cpuVendor(readFileNow(context, artifact, cpuinfo, 65_536).bytes)] ?? [];
    return Promise.resolve(cpus.flatMap((cpu) => readCpu(context, cpu, wanted)));
  },
};
