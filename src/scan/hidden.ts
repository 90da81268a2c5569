/** Looks for hidden processes while the interval runs. */
import { listCgroupPids } from '../artifacts/linux/cgroup-pids.ts';
import type { Fact } from '../model/fact.ts';
import type { Native } from '../native/port.ts';
import { probePidViews } from '../probe/pid-views.ts';
import { recordAll, type ScanContext } from './context.ts';
import type { Ourselves } from './ourselves.ts';

export interface HiddenOutcome {
  readonly facts: readonly Fact[];
  readonly outcome: { readonly done: boolean; readonly reason?: string };
}

/** Highest pid where the kernel's own bound cannot be read (include/linux/threads.h, PID_MAX_LIMIT). */
const pidMaxLimit = 4_194_304;

function pidMaxOf(context: ScanContext): number {
  const setting = context.facts.of('setting').find((one) => one.name === 'kernel.pid_max');
  const value = Number(setting?.value);
  return Number.isInteger(value) && value > 0 ? Math.min(value, pidMaxLimit) : pidMaxLimit;
}

export async function lookForHidden(
  context: ScanContext,
  native: Native,
  own: Ourselves,
): Promise<HiddenOutcome> {
  const { facts, options, target } = context;
  const owners = new Set(facts.of('socket').flatMap((socket) => socket.owners));
  const result = await probePidViews(native, {
    pidMax: pidMaxOf(context),
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
