/**
 * What was checked, and what a verdict of clean needs (house decision 9).
 *
 * Each row is one question a responder would ask. A required row that was not checked makes the best possible
 * verdict `inconclusive`; the others are told, and that is all.
 */
import { walkSource } from '../artifacts/linux/dropped-files.ts';
import { acceptedSockets } from '../artifacts/linux/sockets.ts';
import type { CoverageId, CoverageTexts } from '../messages/coverage.ts';
import type { HostFact } from '../model/facts/host.ts';
import type { ScanResult } from '../model/result.ts';
import type { SourceLog } from '../model/source-log.ts';
import { persistenceGap } from './persistence.ts';

export type CoverageRow = ScanResult['coverage'][number];

export interface CoverageInput {
  readonly host: HostFact;
  readonly log: SourceLog;
  readonly interval: number;
  /** Processes whose executable was refused. */
  readonly processesDenied: number;
  /** Whether we are root: then another right is missing than that. */
  readonly asRoot: boolean;
  /** Processes whose executable could not be told for another reason. */
  readonly processesUnread: number;
  readonly processes: number;
  readonly pidSweep: { readonly done: boolean; readonly reason?: string };
  /** Processes with running hot threads, and those whose registers were read. */
  readonly hot: number;
  readonly hotSampled: number;
  readonly hotReason?: string;
  readonly suspectsLeft: number;
  readonly suspectsUnread: number;
  readonly unownedJudged: boolean;
  /** What starts by itself was asked for. */
  readonly persistence: boolean;
}

const row = (id: CoverageId, required: boolean, checked: boolean, reason?: string): CoverageRow =>
  checked || reason === undefined ? { id, required, checked } : { id, required, checked, reason };

/**
 * Whether an artifact was gathered: at least one of its sources was read. For what a host need not have, such
 * as a GPU, it is an answer that nothing is there.
 */
function gathered(
  log: SourceLog,
  artifact: string,
  texts: CoverageTexts,
  optional: boolean,
): { readonly ok: boolean; readonly reason: string } {
  const groups = log.groups.filter((group) => group.artifact === artifact);
  if (groups.some((group) => group.status === 'ok' || group.status === 'empty')) {
    return { ok: true, reason: '' };
  }
  if (optional && groups.length > 0 && groups.every((group) => group.status === 'absent')) {
    return { ok: true, reason: '' };
  }
  const first = log.listed.find((source) => source.artifact === artifact);
  if (first === undefined) return { ok: false, reason: texts.notRead };
  const detail = first.reason === undefined ? first.status : `${first.status}, ${first.reason}`;
  return { ok: false, reason: `${first.source}: ${detail}` };
}

/** Whether the walk for dropped files came to its end: one folder that was read says nothing of the others. */
function walked(log: SourceLog, required: boolean, notWalked: string): CoverageRow {
  const groups = log.groups.filter((group) => group.artifact === 'linux.dropped-files');
  const whole =
    groups.length > 0 && groups.every((group) => group.status === 'ok' || group.status === 'empty');
  const cut = log.listed.find((source) => source.source === walkSource);
  const reason =
    cut === undefined ? notWalked : `${cut.status}${cut.reason === undefined ? '' : `, ${cut.reason}`}`;
  return row('dropped-files', required, whole, reason);
}

function persistence(log: SourceLog, texts: CoverageTexts, wanted: boolean): CoverageRow {
  if (!wanted) return row('persistence', false, false, texts.persistenceLeftOut);
  const gap = persistenceGap(log);
  return row('persistence', true, gap === undefined, gap);
}

/** What a bound cut off that is no gap: one view of two, mounts that lie over no process, clients of a busy server. */
const cutIsNoGap = (source: string): boolean =>
  source.startsWith('netlink:') || source === 'mounts' || source === acceptedSockets;

/** A required artifact that was read to a bound only: what the verdict needs may stand behind it. */
function whole(log: SourceLog, row: CoverageRow, artifact: string): CoverageRow {
  const cut = log.listed.find(
    (one) => one.artifact === artifact && one.status === 'truncated' && !cutIsNoGap(one.source),
  );
  if (cut === undefined || !row.checked) return row;
  const detail = cut.reason === undefined ? cut.status : `${cut.status}, ${cut.reason}`;
  return { ...row, checked: false, reason: `${cut.source}: ${detail}` };
}

type FromArtifact = (id: CoverageId, artifact: string, required: boolean) => CoverageRow;

const fromArtifact =
  (log: SourceLog, texts: CoverageTexts): FromArtifact =>
  (id, artifact, required) => {
    const state = gathered(log, artifact, texts, !required);
    return row(id, required, state.ok, state.reason);
  };

function processesReason(input: CoverageInput, texts: CoverageTexts): string {
  if (input.processes === 0) return texts.noProcesses;
  return input.processesDenied > 0
    ? texts.processesDenied({ count: input.processesDenied, asRoot: input.asRoot })
    : texts.processesUnread({ count: input.processesUnread });
}

/** Coverage of a live host. */
export function liveCoverage(input: CoverageInput, texts: CoverageTexts): readonly CoverageRow[] {
  const from = fromArtifact(input.log, texts);
  const seen = input.processes > 0;
  const busyUnread = input.hot - input.hotSampled;
  return [
    row(
      'processes',
      true,
      seen && input.processesDenied === 0 && input.processesUnread === 0,
      processesReason(input, texts),
    ),
    row('cpu', true, seen, texts.noProcesses),
    row(
      'registers',
      true,
      busyUnread <= 0,
      texts.busyUnread({ count: busyUnread, of: input.hot, reason: input.hotReason ?? '' }),
    ),
    row(
      'suspects',
      true,
      input.suspectsLeft === 0 && input.suspectsUnread === 0,
      input.suspectsLeft > 0
        ? texts.suspectsLeft({ count: input.suspectsLeft })
        : texts.suspectsUnread({ count: input.suspectsUnread }),
    ),
    row('hidden-processes', true, input.pidSweep.done, input.pidSweep.reason ?? texts.notRead),
    whole(input.log, from('sockets', 'linux.sockets', true), 'linux.sockets'),
    whole(input.log, from('mounts', 'linux.mounts', true), 'linux.mounts'),
    from('modules', 'linux.modules', false),
    from('kernel-settings', 'linux.kernel-settings', false),
    from('forwards', 'linux.forwards', false),
    from('bpf', 'linux.bpf', false),
    from('ftrace', 'linux.ftrace', false),
    from('msr', 'linux.msr', false),
    from('gpu', 'linux.gpu', false),
    from('agents', 'linux.agents', false),
    from('hosts-file', 'linux.hosts-file', false),
    from('load-history', 'linux.load', false),
    row('unowned-cpu', false, input.unownedJudged, texts.unownedNeedsInterval),
    row(
      'whole-host',
      false,
      input.host.scope === 'host',
      input.host.scope === 'container' ? texts.onlyContainer : texts.onlyNamespace,
    ),
    walked(input.log, false, texts.filesNeedThorough),
    persistence(input.log, texts, input.persistence),
  ];
}

/** Coverage of a folder that is a root file system: nothing runs there. */
export function folderCoverage(
  log: SourceLog,
  texts: CoverageTexts,
  wanted: boolean,
): readonly CoverageRow[] {
  const from = fromArtifact(log, texts);
  return [
    from('host', 'linux.host', true),
    from('agents', 'linux.agents', false),
    from('hosts-file', 'linux.hosts-file', false),
    from('containers', 'linux.containers', false),
    walked(log, true, texts.notRead),
    row('processes', false, false, texts.imageHasNoProcesses),
    persistence(log, texts, wanted),
  ];
}
