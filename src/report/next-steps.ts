/** What the reader should do next, in order, with the exact command where there is one. */
import { dirname } from 'node:path';
import type { NextStepId } from '../messages/report.ts';
import type { ScanResult } from '../model/result.ts';
import { headlineOf } from './texts.ts';

export interface NextStep {
  readonly id: NextStepId;
  readonly command?: string;
}

export interface NextStepOptions {
  /** Path of the HTML report, when one was written. */
  readonly reportPath?: string;
}

/** A word for a POSIX shell, quoted where it needs to be: it is meant to be copied. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function targetOf(result: ScanResult): string {
  return result.host.scope === 'files' ? ` ${shellWord(result.options.target)}` : '';
}

/** Files of an image that only root may read. */
const denied = (result: ScanResult): boolean => result.sources.some(({ status }) => status === 'denied');

/** The processes most worth a look: miners first, then suspects by score. */
function worstPids(result: ScanResult): readonly number[] {
  const suspects = result.processes
    .filter((row) => row.judgement === 'mining' || row.judgement === 'suspicious')
    .toSorted((a, b) => b.score - a.score)
    .map((row) => row.pid);
  return [...new Set([...result.miners.map((miner) => miner.pid), ...suspects])];
}

export function nextSteps(result: ScanResult, options: NextStepOptions = {}): readonly NextStep[] {
  const live = result.host.scope !== 'files';
  const [worst] = worstPids(result);
  const look: readonly NextStep[] =
    live && worst !== undefined ? [{ id: 'look-at-process', command: `demine ps ${worst}` }] : [];
  const read: readonly NextStep[] =
    options.reportPath === undefined ? [] : [{ id: 'read-report', command: shellWord(options.reportPath) }];
  const folder = options.reportPath === undefined ? undefined : dirname(options.reportPath);
  const contain: readonly NextStep[] =
    live && folder !== undefined
      ? [{ id: 'contain', command: `demine contain ${shellWord(folder)} --block --freeze` }]
      : [];
  const plan: readonly NextStep[] =
    folder === undefined ? [] : [{ id: 'plan', command: `demine plan ${shellWord(folder)}` }];
  const longer: NextStep = { id: 'watch-longer', command: `demine scan --interval 30 --thorough` };
  const exposed = result.exposure.some((row) => row.risk === 'high' && row.reach !== 'container');
  const close: readonly NextStep[] = exposed && live ? [{ id: 'close-exposure', command: 'demine net' }] : [];

  const outside: readonly NextStep[] =
    result.host.scope === 'container' || result.host.scope === 'pid-namespace' ? [{ id: 'from-host' }] : [];

  switch (headlineOf(result)) {
    case 'mining-running':
    case 'mining-stopped':
      // What holds the miner keeps the evidence too.
      return contain.length > 0
        ? [{ id: 'isolate' }, ...contain, ...plan, ...read]
        : [{ id: 'isolate' }, { id: 'keep-evidence' }, ...look, ...read];
    case 'mining-traces':
      return [{ id: 'search-way-in' }, ...look, ...close, ...plan, ...read];
    case 'suspicious':
      return [...look, ...(live ? [longer] : []), { id: 'declare' }, ...read];
    case 'inconclusive': {
      const root: readonly NextStep[] =
        result.host.privileged || (!live && !denied(result))
          ? []
          : [{ id: 'as-root', command: `sudo demine scan${targetOf(result)}` }];
      const again: readonly NextStep[] = root.length + outside.length === 0 && live ? [longer] : [];
      const unread = result.coverage.some((row) => row.id === 'persistence' && row.required && !row.checked);
      const byHand: readonly NextStep[] = unread ? [{ id: 'look-by-hand' }] : [];
      return [...root, ...outside, ...again, ...byHand, ...read];
    }
    case 'clean':
      return [
        ...close,
        // What was seen is clean; the rest of the host was not seen.
        ...outside,
        ...(close.length + outside.length === 0 ? [{ id: 'nothing' } satisfies NextStep] : []),
        ...(result.options.seen.length > 0 && live ? [longer] : []),
        ...read,
      ];
  }
}
