/** Which processes are this scan, so that it neither suspects nor finds itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { errorText } from '../model/error.ts';
import type { FactSet } from '../model/fact.ts';

export interface Ourselves {
  /** This process and its children. */
  readonly pids: ReadonlySet<number>;
  /** Those, and what started us up to the login shell: the indicator stands in their arguments. */
  readonly family: ReadonlySet<number>;
}

/** Our own threads' children, which may have been born after the listing. */
function childrenNow(): readonly number[] {
  const found: number[] = [];
  for (const tid of readdirSync('/proc/self/task')) {
    try {
      const line = readFileSync(`/proc/self/task/${tid}/children`, 'latin1');
      found.push(...line.split(' ').filter(Boolean).map(Number));
    } catch (thrown) {
      // The thread ended, or this kernel has no such file; the listing below still knows the children.
      if (!/ENOENT|ESRCH/.test(errorText(thrown))) throw thrown;
    }
  }
  return found;
}

export function ourselves(facts: FactSet): Ourselves {
  const pids = new Set<number>([process.pid, ...childrenNow()]);
  for (const one of facts.of('process')) if (one.parent === process.pid) pids.add(one.pid);
  const family = new Set(pids);
  for (let at = facts.process(process.pid)?.parent ?? 0; at > 1 && !family.has(at); ) {
    family.add(at);
    at = facts.process(at)?.parent ?? 0;
  }
  return { pids, family };
}
