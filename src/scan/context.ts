/** What the stages of one scan share. */

import type { Artifact, ArtifactContext } from '../artifacts/artifact.ts';
import { type Fact, FactSet } from '../model/fact.ts';
import type { HostFact } from '../model/facts/host.ts';
import type { SourceRecord } from '../model/source.ts';
import { SourceLog } from '../model/source-log.ts';
import type { Native } from '../native/port.ts';
import type { Target } from '../target/port.ts';
import type { ScanOptions } from './options.ts';
import type { Redactor } from './redact.ts';
import { Sweeper } from './sweeper.ts';

export interface ScanContext {
  readonly target: Target;
  readonly options: ScanOptions;
  readonly facts: FactSet;
  readonly log: SourceLog;
  readonly redactor: Redactor;
  readonly sweeper: Sweeper;
  readonly nowUs: number;
  /** What was done on the scene, one sentence each; only with `--active`. */
  readonly actions: string[];
}

export function makeContext(
  target: Target,
  options: ScanOptions,
  redactor: Redactor,
  native?: Native,
): ScanContext {
  return {
    target,
    options,
    redactor,
    facts: new FactSet(),
    log: new SourceLog(redactor.name),
    sweeper: new Sweeper(native),
    nowUs: Date.now() * 1000,
    actions: [],
  };
}

export function recordAll(context: ScanContext, sources: readonly SourceRecord[]): void {
  for (const source of sources) context.log.record(source);
}

/** Gathers one artifact into the fact set and returns what it gave. */
export async function gatherInto(context: ScanContext, artifact: Artifact): Promise<readonly Fact[]> {
  const input: ArtifactContext = {
    target: context.target,
    log: context.log,
    facts: context.facts,
    nowUs: context.nowUs,
    thorough: context.options.thorough,
    ...(context.options.integrity === undefined ? {} : { integrity: context.options.integrity }),
  };
  const facts = await artifact.gather(input);
  context.facts.addAll(facts);
  context.sweeper.sweep();
  return facts;
}

export function hostOf(context: ScanContext): HostFact | undefined {
  return context.facts.of('host')[0];
}
