/**
 * What was checked, and what a verdict of clean needs (house decision 9).
 *
 * Each row is one question a responder would ask. A required row that was not checked makes the best possible
 * verdict `inconclusive`; the others are told, and that is all.
 */
import type { HostFact } from '../model/facts/host.ts';
import type { ScanResult } from '../model/result.ts';
import type { SourceLog } from '../model/source-log.ts';

export type CoverageRow = ScanResult['coverage'][number];

export interface CoverageInput {
  readonly host: HostFact;
  readonly log: SourceLog;
  readonly interval: number;
  /** Processes of other users whose executable or descriptors were refused. */
  readonly processesDenied: number;
  readonly processes: number;
  readonly pidSweep: { readonly done: boolean; readonly reason?: string };
  /** Processes with running hot threads, and those whose registers were read. */
  readonly hot: number;
  readonly hotSampled: number;
  readonly hotReason?: string;
  readonly suspectsLeft: number;
  readonly suspectsUnread: number;
  readonly unownedJudged: boolean;
  readonly thorough: boolean;
}

const row = (id: string, required: boolean, checked: boolean, reason?: string): CoverageRow =>
  checked || reason === undefined ? { id, required, checked } : { id, required, checked, reason };

/** Whether an artifact was gathered: it has an ok source and none that failed outright. */
function gathered(log: SourceLog, artifact: string): { readonly ok: boolean; readonly reason?: string } {
  const groups = log.groups.filter((group) => group.artifact === artifact);
  if (groups.some((group) => group.status === 'ok' || group.status === 'empty')) return { ok: true };
  const first = log.listed.find((source) => source.artifact === artifact);
  if (first === undefined) return { ok: false, reason: 'not read' };
  return { ok: false, reason: `${first.source}: ${first.status}${first.reason ? ` (${first.reason})` : ''}` };
}

/** Coverage of a live host. */
export function liveCoverage(input: CoverageInput): readonly CoverageRow[] {
  const from = (id: string, artifact: string, required: boolean): CoverageRow => {
    const state = gathered(input.log, artifact);
    return row(id, required, state.ok, state.reason);
  };
  const { host } = input;
  return [
    row(
      'processes',
      true,
      input.processes > 0 && input.processesDenied === 0,
      input.processes === 0
        ? 'no process could be read'
        : `${input.processesDenied} processes of other users could not be read; run as root`,
    ),
    row('cpu', true, input.processes > 0, 'the process list could not be read'),
    row(
      'registers',
      true,
      input.hotSampled >= input.hot,
      `${input.hot - input.hotSampled} of ${input.hot} busy processes could not be looked into${
        input.hotReason === undefined ? '' : `: ${input.hotReason}`
      }`,
    ),
    row(
      'suspects',
      true,
      input.suspectsLeft === 0 && input.suspectsUnread === 0,
      input.suspectsLeft > 0
        ? `${input.suspectsLeft} further processes were left out; use --thorough`
        : `the memory of ${input.suspectsUnread} suspects could not be read`,
    ),
    row('hidden-processes', true, input.pidSweep.done, input.pidSweep.reason ?? 'not done'),
    from('sockets', 'linux.sockets', true),
    from('mounts', 'linux.mounts', true),
    from('modules', 'linux.modules', false),
    from('kernel-settings', 'linux.kernel-settings', false),
    from('forwards', 'linux.forwards', false),
    from('bpf', 'linux.bpf', false),
    from('ftrace', 'linux.ftrace', false),
    from('msr', 'linux.msr', false),
    from('gpu', 'linux.gpu', false),
    from('agents', 'linux.agents', false),
    from('load-history', 'linux.load', false),
    row('unowned-cpu', false, input.unownedJudged, 'not judged: needs --interval 30 or more'),
    row(
      'whole-host',
      false,
      host.scope === 'host',
      host.scope === 'container'
        ? 'this scan ran inside a container and sees only that container'
        : 'this scan ran inside a pid namespace and sees only its processes',
    ),
    row('persistence', false, false, 'what starts a miner again is not part of this scan'),
  ];
}

/** Coverage of a folder that is a root file system: nothing runs there. */
export function folderCoverage(log: SourceLog): readonly CoverageRow[] {
  const from = (id: string, artifact: string, required: boolean): CoverageRow => {
    const state = gathered(log, artifact);
    return row(id, required, state.ok, state.reason);
  };
  return [
    from('host', 'linux.host', true),
    from('agents', 'linux.agents', false),
    from('hosts-file', 'linux.hosts-file', false),
    from('containers', 'linux.containers', false),
    from('dropped-files', 'linux.dropped-files', true),
    row('processes', false, false, 'an image has no processes'),
    row('persistence', true, false, 'what starts a miner again is not part of this scan'),
  ];
}
