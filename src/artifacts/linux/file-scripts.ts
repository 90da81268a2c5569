/**
 * Lines of the scripts that entries run and no package owns.
 *
 * Why: a line of cron that says `/usr/local/sbin/netcheck` is as good or as bad as that script. What it is NOT: a
 * reader of programs, nor of what packages brought. Bounds: 1,000 scripts, 4 MiB
 * of all lines with what they cost to keep, `scriptLimit` of each.
 */
import { type ScriptFact, scriptLimit } from '../../model/facts/persistence.ts';
import type { SourceRecord } from '../../model/source.ts';
import type { PathText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import { bodyOf, perLine } from './entry.ts';

const artifact = 'linux.file-scripts';
const mostScripts = 1_000;
const mostBytes = 4 << 20;

/** @param before how many were read already */
export function scriptsOf(
  target: Target,
  paths: readonly PathText[],
  before: number,
): { readonly facts: readonly ScriptFact[]; readonly sources: readonly SourceRecord[] } {
  const facts: ScriptFact[] = [];
  const sources: SourceRecord[] = [];
  let size = 0;
  for (const path of paths) {
    if (before + facts.length >= mostScripts || size > mostBytes) {
      const reason = `${before + paths.length} scripts`;
      sources.push({ source: path, artifact, status: 'truncated', reason, bytes: 0 });
      break;
    }
    const { status, bytes, reason } = target.readNow({ kind: 'file', path, limit: scriptLimit.bytes });
    sources.push({
      source: path,
      artifact,
      status,
      bytes: bytes.length,
      ...(reason === undefined ? {} : { reason }),
    });
    if (status !== 'ok' && status !== 'truncated') continue;
    const body = bodyOf(bytes);
    for (const { text } of body) size += text.length + perLine;
    facts.push({ kind: 'script', source: { source: path }, path, body });
  }
  return { facts, sources };
}
