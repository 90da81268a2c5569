/** Lines of scripts that entries of a Windows host run. Bounds: 1,000 scripts, 4 MiB of all lines, `scriptLimit` of each. */
import { type ScriptFact, scriptLimit } from '../../model/facts/persistence.ts';
import type { SourceRecord } from '../../model/source.ts';
import type { PathText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import { bodyOfText, scriptText } from './script-lines.ts';

const artifact = 'windows.file-scripts';
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
      sources.push({
        source: path,
        artifact,
        status: 'truncated',
        reason: `${before + paths.length} scripts`,
        bytes: 0,
      });
      break;
    }
    // Twice the bound: one of UTF-16 has two bytes a letter.
    const { status, bytes, reason } = target.readNow({ kind: 'file', path, limit: 2 * scriptLimit.bytes });
    sources.push({
      source: path,
      artifact,
      status,
      bytes: bytes.length,
      ...(reason === undefined ? {} : { reason }),
    });
    if (status !== 'ok' && status !== 'truncated') continue;
    const body = bodyOfText(scriptText(bytes));
    size += bytes.length;
    facts.push({ kind: 'script', source: { source: path }, path, body });
  }
  return { facts, sources };
}
