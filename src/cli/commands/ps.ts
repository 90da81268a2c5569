/** `demine ps`: the process tree with judgement; `demine ps PID`: one process in detail. */
import { matchShapes } from '../../coins/match-shapes.ts';
import type { Language } from '../../messages/catalogue.ts';
import { DemineError } from '../../model/error.ts';
import type { FactSet } from '../../model/fact.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import type { ScanResult } from '../../model/result.ts';
import { type ProcessDetail, type ProcessMemory, renderProcess } from '../../report/process-detail.ts';
import { renderProcessTree } from '../../report/process-tree.ts';
import { comesBack } from '../../scan/comes-back.ts';
import { lookOptions, runScan } from '../session.ts';
import { viewOf, write } from '../terminal.ts';

function memoryOf(facts: FactSet, process: ProcessFact): ProcessMemory {
  const map = facts.about('memory-map', process)[0];
  if (map === undefined) return { status: 'unread', reason: process.kernelThread ? '' : process.exeStatus };
  const shapes = matchShapes(map.mappings, {
    hugetlb: process.hugetlb,
    locked: process.locked,
    pinnedThreads: 0,
    busyThreads: 0,
  });
  return {
    status: 'ok',
    mappings: map.mappings.length + (map.left ?? 0),
    resident: process.rss,
    rwx: map.mappings.filter((one) => one.access.startsWith('rwx')).length,
    largest: map.mappings.toSorted((a, b) => b.size - a.size).slice(0, 8),
    shape: shapes.map((shape) => `${shape.algorithm} (${shape.mode})`).join(', '),
  };
}

function detailOf(result: ScanResult, facts: FactSet, pid: number): ProcessDetail | undefined {
  const row = result.processes.find((one) => one.pid === pid);
  const process = facts.process(pid);
  if (row === undefined || process === undefined) return undefined;
  const parent = result.processes.find((one) => one.pid === row.ppid);
  const context = facts.about('process-context', process)[0];
  const policy = process.container?.restartPolicy;
  return {
    row,
    ...(parent === undefined ? {} : { parent }),
    ...(process.cwd === undefined ? {} : { workingFolder: process.cwd }),
    files: process.descriptors.flatMap((one) =>
      one.kind === 'socket'
        ? []
        : [{ fd: one.fd, path: one.path, deleted: one.kind === 'file' ? one.deleted : false }],
    ),
    sockets: result.sockets.filter((socket) => socket.pids.includes(pid)),
    memory: memoryOf(facts, process),
    children: result.processes.filter((one) => one.ppid === pid),
    namespaces: context?.namespaces ?? process.namespaces,
    limits: context?.limits ?? process.limits,
    persistence: comesBack(result.persistence, facts)(pid),
    ...(policy === undefined ? {} : { restartPolicy: policy }),
    findings: result.findings.filter((finding) => finding.pid === pid),
    environmentNames: facts.about('environment', process).flatMap((one) => one.names),
    at: result.finished,
  };
}

export async function psCommand(args: {
  readonly language: Language;
  readonly pid: number | undefined;
  readonly all: boolean;
  readonly interval: number;
  readonly keepSecrets: boolean;
  readonly config: string | undefined;
}): Promise<number> {
  const view = { ...viewOf(args.language), all: args.all };
  // Only the look at one process tells what brings it back.
  const options = { ...lookOptions(args), persistence: args.pid !== undefined };
  if (args.pid === undefined) {
    const { result } = await runScan(undefined, options);
    await write(`${renderProcessTree(result, view)}\n`);
    return 0;
  }
  const { result, facts } = await runScan(undefined, { ...options, lookAt: args.pid });
  const detail = detailOf(result, facts, args.pid);
  if (detail === undefined) {
    throw new DemineError('process-missing', 'no such process', { subject: String(args.pid) });
  }
  await write(`${renderProcess(detail, view)}\n`);
  return 0;
}
