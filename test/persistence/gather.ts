/** Runs one artifact over a recorded host, for tests. */
import type { Artifact } from '../../src/artifacts/artifact.ts';
import { FactSet } from '../../src/model/fact.ts';
import type { PersistenceFact } from '../../src/model/facts/persistence.ts';
import { SourceLog } from '../../src/model/source-log.ts';
import { type RecordedHost, RecordedTarget } from '../recorded-target.ts';

export interface Gathered {
  readonly entries: readonly PersistenceFact[];
  readonly log: SourceLog;
  /** Paths that it asked for. */
  readonly asked: readonly string[];
}

export async function gatherFrom(
  artifact: Artifact,
  files: RecordedHost['files'],
  kind: RecordedHost['kind'] = 'folder',
  facts: FactSet = new FactSet(),
): Promise<Gathered> {
  const log = new SourceLog();
  const target = new RecordedTarget({ kind, files });
  const given = await artifact.gather({ target, log, facts, nowUs: 0, thorough: false });
  const entries = given.filter((fact) => fact.kind === 'persistence');
  return { entries, log, asked: target.asked };
}
