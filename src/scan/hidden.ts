/** Looks for hidden processes while the interval runs. */
import { listCgroupPids } from '../artifacts/linux/cgroup-pids.ts';
import { parseSystemStat } from '../formats/proc-system-stat.ts';
import type { Fact } from '../model/fact.ts';
import { printableText } from '../model/text.ts';
import type { Answer, Native, PidSweep } from '../native/port.ts';
import { probePidViews } from '../probe/pid-views.ts';
import { recordAll, type ScanContext } from './context.ts';
import type { Ourselves } from './ourselves.ts';

export interface HiddenOutcome {
  readonly facts: readonly Fact[];
  readonly outcome: { readonly done: boolean; readonly reason?: string };
}

/** Highest pid where the kernel's own bound cannot be read (include/linux/threads.h, PID_MAX_LIMIT). */
const pidMaxLimit = 4_194_304;

const pidMaxPath = printableText('/proc/sys/kernel/pid_max');

function pidMaxOf(context: ScanContext): number {
  const file = context.target.readNow({ kind: 'file', path: pidMaxPath, limit: 64 });
  const value = Number(Buffer.from(file.bytes).toString('latin1'));
  return Number.isInteger(value) && value > 0 ? Math.min(value, pidMaxLimit) : pidMaxLimit;
}

/** Room for what is born while we look. */
const slack = 4096;

/**
 * The highest pid that can be taken, where fewer processes were made since boot than there are pids: pids are
 * given out upwards, and start again from below only after the last one. `processes` of /proc/stat counts the
 * whole kernel, so in a pid namespace it only errs upwards. A pid that was asked for (clone3(2), set_tid) may
 * lie higher: kill and scheduler are asked about all pids in any case, and so is stat with --thorough.
 */
function highestPidOf(context: ScanContext, pidMax: number): number | undefined {
  const path = printableText('/proc/stat');
  const file = context.target.readNow({ kind: 'file', path, limit: 4 << 20 });
  const forks = file.status === 'ok' ? parseSystemStat(file.bytes)?.forks : undefined;
  return forks === undefined || forks === 0 || forks + slack >= pidMax ? undefined : forks + slack;
}

/** A sweep over all pids by children of ours, which run while the scan reads. */
export interface BegunSweep {
  readonly pidMax: number;
  /** Absent where names are to be looked up too: that takes so long that the listing must come close to it. */
  readonly answer?: Promise<Answer<PidSweep>>;
}

export function beginSweep(context: ScanContext, native: Native): BegunSweep {
  const pidMax = pidMaxOf(context);
  return context.options.thorough ? { pidMax } : { pidMax, answer: native.sweepPids(pidMax) };
}

export async function lookForHidden(
  context: ScanContext,
  native: Native,
  own: Ourselves,
  { pidMax, answer }: BegunSweep,
): Promise<HiddenOutcome> {
  const { facts, options, target } = context;
  const owners = new Set(facts.of('socket').flatMap((socket) => socket.owners));
  const highestPid = highestPidOf(context, pidMax);
  const result = await probePidViews(native, {
    pidMax,
    ...(highestPid === undefined ? {} : { highestPid }),
    ...(answer === undefined ? {} : { begun: answer }),
    readdirPids: facts.of('process').map((process) => process.pid),
    cgroupPids: listCgroupPids(target, context.log),
    socketOwnerPids: [...owners],
    mounts: facts.of('mount'),
    thorough: options.thorough,
    excludePids: own.pids,
  });
  recordAll(context, result.sources);
  const failed = result.sources.find((source) => !['ok', 'empty', 'absent'].includes(source.status));
  return {
    facts: [...result.facts, ...result.counts],
    outcome:
      failed === undefined
        ? { done: true }
        : { done: false, reason: `${failed.source}: ${failed.reason ?? failed.status}` },
  };
}
