/**
 * The memory map of a suspect: /proc/pid/maps, and smaps with page sizes and flags.
 *
 * Why: sizes, access and flags of anonymous memory show the algorithm; they also say what may be read of it.
 * How: smaps costs the kernel a walk of the page tables, so only suspects get it. It is bounded to 16 MiB; a
 * process with so many mappings that smaps does not fit keeps all lines of maps, with details where smaps had them:
 * small mappings must not push the large ones out of sight.
 * What it is NOT: a stable picture: the process goes on mapping while the file is read.
 * Units: bytes. Sources: proc_pid_maps(5), proc_pid_smaps(5).
 */

import { decodeMaps } from '../formats/proc-maps.ts';
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import { decodeSmaps } from '../formats/proc-smaps.ts';
import type { Mapping, MemoryMapFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import type { SourceRecord } from '../model/source.ts';
import { type PathText, phrase } from '../model/text.ts';
import type { ResultFor, Target } from '../target/port.ts';

const artifact = 'probe.memory-map';
const fileLimit = 16 << 20;
const statLimit = 4096;

export interface MemoryMapResult {
  readonly facts: readonly MemoryMapFact[];
  readonly sources: readonly SourceRecord[];
  /** False where the list of mappings was cut: the one that matters may stand behind. */
  readonly whole: boolean;
}

/** True while the pid is still the process that is meant: the kernel gives numbers out again. */
export function isStill(target: Target, { pid, startTicks }: ProcessIdentity): boolean {
  const stat = target.readNow({ kind: 'file', path: phrase`/proc/${pid}/stat`, limit: statLimit });
  return stat.status === 'ok' && parseProcStat(stat.bytes)?.startTicks === startTicks;
}

function recordOf(source: PathText, result: ResultFor<'file'>): SourceRecord {
  const { status, reason, bytes } = result;
  return { source, artifact, status, bytes: bytes.length, ...(reason === undefined ? {} : { reason }) };
}

/** Lines of maps, each with the details that smaps has for its start. */
function overlaid(mappings: readonly Mapping[], details: readonly Mapping[]): readonly Mapping[] {
  const byStart = new Map(details.map((mapping) => [mapping.start, mapping]));
  return mappings.map((mapping) => {
    const detail = byStart.get(mapping.start);
    // Tens of thousands of small mappings have none, and need not be held twice.
    if (detail?.resident === undefined && detail?.flags === undefined) return mapping;
    const { resident, pageSize, flags } = detail;
    return {
      ...mapping,
      ...(resident === undefined ? {} : { resident }),
      ...(pageSize === undefined ? {} : { pageSize }),
      ...(flags === undefined ? {} : { flags }),
    };
  });
}

export function probeMemoryMap(
  target: Target,
  process: ProcessIdentity,
  { detailed }: { readonly detailed: boolean },
): MemoryMapResult {
  const { pid, startTicks } = process;
  const sources: SourceRecord[] = [];
  const read = (source: PathText): ResultFor<'file'> => {
    const result = target.readNow({ kind: 'file', path: source, limit: fileLimit });
    sources.push(recordOf(source, result));
    return result;
  };
  const answer = (
    source: PathText,
    mappings: readonly Mapping[],
    deep: boolean,
    whole = true,
  ): MemoryMapResult => {
    if (!isStill(target, process)) {
      return {
        facts: [],
        sources: [{ source, artifact, status: 'absent', reason: 'process ended', bytes: 0 }],
        whole,
      };
    }
    const fact: MemoryMapFact = {
      kind: 'memory-map',
      source: { source },
      pid,
      startTicks,
      mappings,
      detailed: deep,
    };
    return { facts: [fact], sources, whole };
  };

  let details: readonly Mapping[] = [];
  if (detailed) {
    const source = phrase`/proc/${pid}/smaps`;
    const smaps = read(source);
    details = smaps.status === 'ok' || smaps.status === 'truncated' ? decodeSmaps(smaps.bytes) : [];
    if (smaps.status === 'ok' && details.length > 0) return answer(source, details, true);
  }
  const source = phrase`/proc/${pid}/maps`;
  const maps = read(source);
  if (maps.status !== 'ok' && maps.status !== 'truncated') return { facts: [], sources, whole: false };
  const mappings = overlaid(decodeMaps(maps.bytes), details);
  return answer(source, mappings, details.length > 0, maps.status === 'ok');
}
