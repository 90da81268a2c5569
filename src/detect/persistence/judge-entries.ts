/**
 * Every entry that starts by itself, with its judgement and the reasons for it.
 *
 * How: each entry by itself (`entry-reasons.ts`), then with the others: what a malicious one fetches or runs is
 * looked for in all, and so are the programs of processes that mine. Weights and thresholds: `weights.ts`.
 */
import type { EntryJudgement } from '../../messages/persistence.ts';
import type { FactSet } from '../../model/fact.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { type Mechanism, mechanismGroups } from '../../model/mechanism.ts';
import { baseName, type PathText, type Printable } from '../../model/text.ts';
import type { JudgeContext } from '../analyzer.ts';
import { ranFrom } from '../command/ran-from.ts';
import { type EntryReading, readEntry } from '../command/read-entry.ts';
import { processJudgements } from '../process-findings.ts';
import { exeEvidence, type ProcessRecord, recordsOf } from '../process-record.ts';
import { addressesOf } from './addresses.ts';
import { linkCopies } from './copies.ts';
import { type Draft, judged } from './draft.ts';
import { entryReasons, usesOf } from './entry-reasons.ts';
import { FilesKnown } from './files-known.ts';
import { ofLyingScript, startedPaths } from './lying-script.ts';
import { type EntryReason, heavier, weighed } from './reason.ts';

export type { EntryReason };

export interface JudgedEntry {
  readonly fact: PersistenceFact;
  readonly reading: EntryReading;
  readonly judgement: EntryJudgement;
  /** Heaviest first. */
  readonly reasons: readonly EntryReason[];
}

/** Mechanisms whose files only lie there. */
const lies: ReadonlySet<Mechanism> = new Set(mechanismGroups.files);

interface MinerPrograms {
  readonly byExe: ReadonlyMap<string, readonly ProcessRecord[]>;
  /** Processes by the unit in whose cgroup they are. */
  readonly byUnit: ReadonlyMap<string, readonly ProcessRecord[]>;
  readonly mining: ReadonlySet<number>;
  readonly suspected: ReadonlySet<number>;
}

function suspects(facts: FactSet, context: JudgeContext): MinerPrograms {
  const records = recordsOf(facts, context);
  const mining = new Set<number>();
  const suspected = new Set<number>();
  const found: ProcessRecord[] = [];
  for (const { pid, judgement } of processJudgements(facts, context)) {
    if (judgement !== 'mining' && judgement !== 'suspicious') continue;
    const record = records.byPid(pid);
    if (record === undefined) continue;
    found.push(record);
    if (judgement === 'mining') mining.add(pid);
    // A shell or an interpreter of a package is run by many.
    else if (record.owner !== 'package') suspected.add(pid);
  }
  const byUnit = new Map<string, ProcessRecord[]>();
  for (const record of found) {
    const { unit } = record.process;
    if (unit !== undefined) byUnit.set(unit, [...(byUnit.get(unit) ?? []), record]);
  }
  // A program of a package (a shell, an interpreter) is run by many.
  const own = found.filter(({ owner, process }) => owner !== 'package' && process.exe !== undefined);
  return { byExe: Map.groupBy(own, ({ process }) => process.exe?.path ?? ''), byUnit, mining, suspected };
}

/** What it starts is running now, and mines. */
function linkMiners(
  drafts: readonly Draft[],
  files: FilesKnown,
  { byExe, byUnit, mining }: MinerPrograms,
): void {
  if (byExe.size === 0 && byUnit.size === 0) return;
  for (const { fact, reading, reasons } of drafts) {
    const paths = [...usesOf(reading, files).map(({ path }) => path), fact.source.source];
    const source = fact.source.source;
    const unit =
      files.owned(source) === 'package' && files.unchanged(source) ? undefined : byUnit.get(baseName(source));
    const records = [...paths.flatMap((path) => byExe.get(path) ?? []), ...(unit ?? [])];
    const record = records.find(({ process }) => mining.has(process.pid)) ?? records[0];
    if (record === undefined) continue;
    const { process, name } = record;
    reasons.push(
      weighed(
        {
          id: 'running-miner',
          params: { process: name, pid: process.pid },
          evidence: [exeEvidence(process)],
        },
        mining.has(process.pid) ? 'strong' : 'medium',
      ),
    );
  }
}

/** What one entry fetches and another runs: one attack on two lines, of two hours or two users. */
function linkFetches(drafts: readonly Draft[]): void {
  const saved = new Map<PathText, { readonly url: Printable; readonly by: Draft }>();
  for (const draft of drafts) {
    for (const { path, url } of draft.reading.saved)
      if (!saved.has(path)) saved.set(path, { url, by: draft });
  }
  if (saved.size === 0) return;
  const told = new Set<Draft>();
  for (const draft of drafts) {
    for (const { path, how } of draft.reading.uses) {
      const from = saved.get(path);
      if (from === undefined || from.by === draft || how === 'loaded') continue;
      const id = ranFrom(path, from.url);
      const evidence = [from.by, draft].map(({ fact }) => ({ ...fact.source, text: fact.text }));
      for (const one of [from.by, draft]) {
        if (told.has(one)) continue;
        told.add(one);
        one.reasons.push(weighed({ id, params: { url: from.url }, evidence }));
      }
    }
  }
}

/** Of one malicious entry to the others: what it fetches from, and what it runs that no package owns. */
function linkEntries(drafts: readonly Draft[], files: FilesKnown): void {
  const urls = new Map<string, number>();
  const paths = new Map<PathText, number>();
  const bad = new Set<Draft>();
  for (const draft of drafts) {
    if (judged(draft) !== 'malicious') continue;
    bad.add(draft);
    for (const url of addressesOf(draft)) urls.set(url, (urls.get(url) ?? 0) + 1);
    for (const { path } of draft.reading.uses) {
      if (files.owned(path) === 'none') paths.set(path, (paths.get(path) ?? 0) + 1);
    }
  }
  if (bad.size === 0) return;
  for (const draft of drafts) {
    const { fact, reading, reasons } = draft;
    const own = bad.has(draft) ? 1 : 0;
    const evidence = [{ ...fact.source, text: fact.text }];
    const url = addressesOf(draft).find((one) => (urls.get(one) ?? 0) > own);
    if (url !== undefined) {
      reasons.push(weighed({ id: 'same-url', params: { url, count: (urls.get(url) ?? 0) - own }, evidence }));
    }
    const path = reading.targets.find((one) => (paths.get(one) ?? 0) > own);
    if (path !== undefined) {
      reasons.push(
        weighed({ id: 'same-file', params: { path, count: (paths.get(path) ?? 0) - own }, evidence }),
      );
    }
  }
}

/** The owner's own miner may be started by an entry. */
function isDeclared(reading: EntryReading, context: JudgeContext): boolean {
  return context.config.mining.some(({ exe }) => reading.targets.some((path) => path === exe));
}

/** What a miner that its owner declared is started with, made of and prepared by. */
const ofDeclaredMiners: ReadonlySet<EntryReason['id']> = new Set([
  'miner-command',
  'packed-program',
  'mining-content',
]);

function judgeAll(facts: FactSet, context: JudgeContext): readonly JudgedEntry[] {
  const files = new FilesKnown(facts);
  const entries = facts.of('persistence').map((fact) => {
    const starts = !lies.has(fact.mechanism);
    return { fact, starts, reading: readEntry(fact, files.scripts) };
  });
  const started = startedPaths(facts, entries);
  const drafts = entries.map(({ fact, starts, reading }): Draft => {
    const declared = isDeclared(reading, context);
    const found = entryReasons(fact, reading, files);
    const { source } = fact.source;
    const lying =
      !starts && fact.body.length > 0 && files.owned(source) !== 'package' && !started.has(source);
    const reasons = (lying ? ofLyingScript(fact, reading, found) : found).filter(
      ({ reason }) => !declared || !ofDeclaredMiners.has(reason.id),
    );
    return { fact, reading, reasons: [...reasons] };
  });
  linkFetches(drafts);
  const miners = suspects(facts, context);
  linkMiners(drafts, files, miners);
  linkCopies(drafts, files, facts, {
    ...miners,
    pidsOf: (path) => (miners.byExe.get(path) ?? []).map(({ process }) => process.pid),
  });
  linkEntries(drafts, files);
  return drafts.map((draft) => ({
    fact: draft.fact,
    reading: draft.reading,
    judgement: judged(draft),
    reasons: draft.reasons.toSorted(heavier).map(({ reason }) => reason),
  }));
}

const remembered = new WeakMap<
  FactSet,
  { readonly size: number; readonly context: JudgeContext; readonly entries: readonly JudgedEntry[] }
>();

/** The entries of a set of facts: judged once, again when facts were added. */
export function judgeEntries(facts: FactSet, context: JudgeContext): readonly JudgedEntry[] {
  const known = remembered.get(facts);
  if (known !== undefined && known.size === facts.size && known.context === context) return known.entries;
  const entries = judgeAll(facts, context);
  remembered.set(facts, { size: facts.size, context, entries });
  return entries;
}
