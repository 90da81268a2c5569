/**
 * The options that our JavaScript engine takes from its environment, and only when it starts.
 *
 * What: the executable starts itself anew in its own place (execve(2)), once, with its last compiler tier off, the one
 * before it late, and a heap that grows as on a small machine.
 * Why: a scan is over before code from the last tier pays: measured with 2,000 processes, it took a tenth of all CPU
 * and 6 MB for nothing, on a host whose cores are wanted by a miner and by those it robs. The tier before it comes
 * thirty times later than by itself: a whole scan held 127 MB with it at once, and 117 a hundred times later, at 0.96 of
 * its CPU; ten, thirty and a hundred times later it holds 117, 114 and 112 MB, and a snapshot of its processes takes
 * 0.23, 0.235 and 0.25 s. Whoever reads
 * logs of millions of lines has it at once: half a million lines took 0.36 s instead of 0.42, or 0.52 and 0.72. And its
 * heap grows by what the machine has: told that this is little, it clears away sooner, 138 MB become 111 at no
 * measurable cost of a scan. Of logs it is one: there nearly everything dies young, and an engine whose young part is
 * less than a third of the whole looks through the old part as well, each time. A million lines to a case were cleared
 * 1,291 times, 645 of them whole, which was 6 of 20 s. Told of more memory and to grow by 0.6, it takes 14 s and 14 MB
 * more, and where it may always hold 24 MB before it clears, not 8, another twentieth less for 20 MB; whoever holds much
 * memory beside it clears away by himself.
 * It goes on without BUN_OPTIONS, by which the runtime takes code and options of whoever set it.
 * What it is NOT: another process. Pid, start time, descriptors and parent stay; it takes some 6 ms, and where the
 * kernel refuses, we go on as we are. Arguments and environment go on as bytes, whatever they are. Nor a defence: the
 * first start has obeyed BUN_OPTIONS before a line of ours ran, as the loader obeys LD_PRELOAD, and with BUN_BE_BUN=1
 * ours never runs. No switch of the build turns that off.
 */
import { compiled } from './child.ts';
import { readFile } from './dirents.ts';
import { errno, failure } from './failure.ts';
import { setThreadName } from './namespaces.ts';
import type { Answer } from './port.ts';
import { addressOf, encodePath, systemCall } from './syscall.ts';

const option = 'BUN_JSC_useFTLJIT';
const runtimeOptions = 'BUN_OPTIONS';
/** Bytes of memory that the engine takes the machine to have; a bound of growth, not of the heap. */
const memoryOf = (megabytes: number): string => `BUN_JSC_forceRAMSize=${megabytes << 20}`;
/**
 * How much larger than what it kept the heap may become before it is cleared, where the engine holds less than half of
 * the memory that it was told of; and bytes that it may always.
 */
const mostlyYoung = [
  memoryOf(256),
  'BUN_JSC_smallHeapGrowthFactor=1.6',
  'BUN_JSC_mediumHeapGrowthFactor=1.6',
  `BUN_JSC_largeHeapSize=${24 << 20}`,
];
/**
 * Points of the counter that a function gathers by calls and turns of its loops; 1,000 by itself.
 * Names: Source/JavaScriptCore/runtime/OptionsList.h.
 */
const late = ['AfterWarmUp', 'AfterLongWarmUp', 'Soon'].map(
  (when) => `BUN_JSC_thresholdForOptimize${when}=${30_000}`,
);
/** `logs`: millions of lines go through the same code. */
export type Work = 'scan' | 'logs';

export const leanOptions = (work: Work): readonly string[] => [
  `${option}=0`,
  ...(work === 'logs' ? mostlyYoung : [memoryOf(64), ...late]),
];
/** The kernel gives 6 MiB of arguments and environment at most to a stack of usual size. */
const most = 8 << 20;

/** Addresses of the strings in `bytes`, each of which ends in NUL, and a null at the end (argv of execve(2)). */
export function vectorOf(bytes: Uint8Array, base: number): BigUint64Array<ArrayBuffer> {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    starts.push(at);
    const end = bytes.indexOf(0, at);
    at = end < 0 ? bytes.length : end + 1;
  }
  const vector = new BigUint64Array(new ArrayBuffer((starts.length + 1) * 8));
  for (const [index, start] of starts.entries()) vector[index] = BigInt(base + start);
  return vector;
}

/** Our own arguments or environment as they were given to us, each string ended. */
function strings(file: 'cmdline' | 'environ'): Uint8Array | undefined {
  const answer = readFile(encodePath(`/proc/self/${file}`), most);
  if (answer.status !== 'ok') return undefined;
  return answer.value.length === 0 || answer.value.at(-1) === 0
    ? answer.value
    : Buffer.concat([answer.value, new Uint8Array(1)]);
}

/** The environment without the runtime's own options, as bytes like all the rest. */
export function withoutRuntimeOptions(environ: Uint8Array): Uint8Array {
  const name = encodePath(`${runtimeOptions}=`);
  const kept: Uint8Array[] = [];
  for (let at = 0; at < environ.length; ) {
    const nul = environ.indexOf(0, at);
    const end = nul < 0 ? environ.length : nul + 1;
    const one = environ.subarray(at, end);
    if (Buffer.compare(one.subarray(0, name.length), name) !== 0) kept.push(one);
    at = end;
  }
  return Buffer.concat(kept);
}

/** Comes back only when it failed. */
export function startAnew(work: Work): Answer<never> {
  const [given, environ] = [strings('cmdline'), strings('environ')];
  if (given === undefined || environ === undefined || given.length === 0) return failure(-errno.ENOENT);
  const path = encodePath('/proc/self/exe\0');
  const words = Uint8Array.from(given);
  const kept = withoutRuntimeOptions(environ);
  const names = Buffer.concat([kept, ...leanOptions(work).map((one) => encodePath(`${one}\0`))]);
  const argv = vectorOf(words, addressOf(words));
  const envp = vectorOf(names, addressOf(names));
  const [argvAt, envpAt] = [argv, envp].map((vector) => addressOf(new Uint8Array(vector.buffer)));
  return failure(systemCall('execve', addressOf(path), argvAt, envpAt));
}

/** To be called before anything else is begun. Without a compiled executable, and where it was done, nothing. */
export function startLean(work: Work): void {
  if (!compiled || process.platform !== 'linux') return;
  if (process.env[option] === undefined || process.env[runtimeOptions] !== undefined) startAnew(work);
  // The kernel named us after the link that we were started by.
  else setThreadName(encodePath('demine'));
}
