/**
 * One part of a scan, alone in a process, measured from inside: `part NAME [PID]`. Prints JSON; `part log …` and
 * `part hive …` print nothing, see `log-part.ts` and `hive-part.ts`.
 *
 * What it is NOT: a way to run a part for people. It is compiled and started like the executable, so that nothing
 * is measured that users do not run; and each loads what it needs, so that none pays for the others.
 */
import { readFileSync, writeSync } from 'node:fs';
import { FactSet } from '../src/model/fact.ts';
import { SourceLog } from '../src/model/source-log.ts';
import { liveNative } from '../src/native/live.ts';
import { pidLimit } from '../src/native/pids.ts';
import { liveTarget } from '../src/target/live.ts';

/** What a part tells: milliseconds, and what its result was, so that an empty one does not count as fast. */
interface Told {
  readonly ms: number;
  readonly count: number;
  readonly note?: string;
}

const registerCalls = 10;
const native = liveNative();
const target = liveTarget(native);

async function processOf(pid: number) {
  const { readProcess } = await import('../src/artifacts/linux/processes.ts');
  const process = readProcess(target, pid);
  if (process === undefined) throw new Error(`no process ${pid}`);
  return process;
}

const parts: Readonly<Record<string, (pid: number) => Told | Promise<Told>>> = {
  async snapshot() {
    const { processes } = await import('../src/artifacts/linux/processes.ts');
    const started = performance.now();
    const input = { target, log: new SourceLog(), facts: new FactSet(), nowUs: 0, thorough: false };
    const facts = await processes.gather(input);
    return { ms: performance.now() - started, count: facts.length };
  },
  async sweep() {
    const started = performance.now();
    const answer = await native.sweepPids(pidLimit);
    if (answer.status !== 'ok') throw new Error(answer.reason);
    return { ms: performance.now() - started, count: answer.value.kill.filter((byte) => byte !== 0).length };
  },
  async registers(pid) {
    const { probeRegisters } = await import('../src/probe/registers.ts');
    const process = await processOf(pid);
    const threads = native.listDirectory(new TextEncoder().encode(`/proc/${pid}/task`));
    if (threads.status !== 'ok') throw new Error(threads.reason);
    const tids = threads.value.map(({ name }) => Number(Buffer.from(name).toString('latin1')));
    const times: number[] = [];
    const notes: string[] = [];
    // The first call pays for code that runs for the first time; in a scan that is once, not once a thread.
    for (let call = 0; call < registerCalls; call += 1) {
      const started = performance.now();
      const facts = probeRegisters(native, [{ process, tids }]).flatMap((read) => read.facts);
      times.push((performance.now() - started) / Math.max(1, facts.length));
      const samples = facts.reduce((sum, fact) => sum + fact.samples.length, 0);
      const held = facts.reduce((sum, fact) => sum + fact.heldUs, 0);
      if (samples > 0) notes.push(`${samples} samples, ${Math.round(held)} µs stopped`);
    }
    const [first = 0, ...later] = times;
    const ms = later.sort((a, b) => a - b)[later.length >> 1] ?? first;
    return { ms, count: notes.length, note: `${notes.at(-1) ?? ''}; the first call ${first.toFixed(1)} ms` };
  },
  async memory(pid) {
    const { probeMemoryMap } = await import('../src/probe/memory-map.ts');
    const { probeMiningTraces } = await import('../src/probe/mining-traces.ts');
    const process = await processOf(pid);
    const started = performance.now();
    const map = probeMemoryMap(target, process, { detailed: true }).facts[0];
    const { sources } = probeMiningTraces(native, target, process, map, { maxBytes: 64 << 20, maxMs: 4000 });
    const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
    return { ms: performance.now() - started, count: bytes };
  },
  async report() {
    const { emptyConfig } = await import('../src/model/config.ts');
    const { scan } = await import('../src/scan/scan.ts');
    const { renderHtml } = await import('../src/report/html.ts');
    const asked = { interval: 0, active: false, thorough: false, keepSecrets: false };
    const options = { ...asked, language: 'en', seen: [], config: emptyConfig } as const;
    const { result } = await scan(target, native, options, '0');
    const started = performance.now();
    const page = renderHtml(result, { language: 'en' });
    return { ms: performance.now() - started, count: page.length };
  },
  /** The shared walk of /usr with modes, inode flags, capabilities and all topics. */
  async walk() {
    const { sharedWalk } = await import('../src/artifacts/linux/files/walk.ts');
    const { folderTarget } = await import('../src/target/folder.ts');
    const folder = folderTarget('/usr');
    const started = performance.now();
    const input = { target: folder, log: new SourceLog(), facts: new FactSet(), nowUs: 0, thorough: false };
    const { entries, folders, cut } = sharedWalk(input);
    if (cut !== undefined) throw new Error(cut);
    await folder.close();
    return { ms: performance.now() - started, count: entries, note: `${folders} folders` };
  },
  /** What `lowerPriority` left of us, by the kernel's own words. */
  priority() {
    native.lowerPriority();
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // proc_pid_stat(5): nice is field 19, and what follows the name begins with field 3.
    const nice = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    const { stdout } = Bun.spawnSync(['ionice', '-p', String(process.pid)]);
    return { ms: 0, count: nice, note: `disk: ${stdout.toString().trim()}` };
  },
};

export async function runPart([name = '', ...rest]: readonly string[]): Promise<number> {
  if (name === '--internal') return (await import('../src/cli/internal.ts')).internal(rest);
  if (name === 'evtx') return (await import('./evtx-part.ts')).runEvtxPart(rest);
  if (name === 'hive') return (await import('./hive-part.ts')).runHivePart(rest);
  if (name === 'log') return (await import('./log-part.ts')).runLogPart(rest);
  const part = parts[name];
  if (part === undefined) return 2;
  // Past the stream of the runtime, which it would load for this line alone, in as long as it reads a hundred processes.
  writeSync(1, JSON.stringify(await part(Number(rest[0]))));
  await target.close();
  return 0;
}
