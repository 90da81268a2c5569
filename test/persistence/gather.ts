/** Runs one artifact over a recorded host, for tests. */
import type { Artifact } from '../../src/artifacts/artifact.ts';
import { FactSet } from '../../src/model/fact.ts';
import type { PersistenceFact } from '../../src/model/facts/persistence.ts';
import { SourceLog } from '../../src/model/source-log.ts';
import { type RecordedHost, RecordedTarget } from '../recorded-target.ts';

export interface Gathered {
  readonly entries: readonly PersistenceFact[];
  readonly log: SourceLog;
}

export async function gatherFrom(
  artifact: Artifact,
  files: RecordedHost['files'],
  kind: RecordedHost['kind'] = 'folder',
): Promise<Gathered> {
  const log = new SourceLog();
  const target = new RecordedTarget({ kind, files });
  const facts = await artifact.gather({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
  return { entries: facts.filter((fact) => fact.kind === 'persistence'), log };
}
