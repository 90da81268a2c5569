/**
 * What is known of single files: kind, owner, times, and what they begin with.
 *
 * Why: a persistence entry is judged by the file it stands in and by what it runs. What it is NOT: a walk, nor a
 * reader of whole files; nothing is hashed here. A link is told with where it leads, and the rest is said of the
 * file behind it, since that is what runs. Bounds: 20,000 paths, 4 KiB of each.
 */
import { decodeElf, type ElfHeader, hasPackedShape, isElf, isScript, upxMark } from '../../formats/elf.ts';
import { fileCapabilityText } from '../../formats/file-capability.ts';
import { printableLatin1, textLines } from '../../formats/text-lines.ts';
import { isWindowsPath } from '../../formats/windows-path.ts';
import type { FileFact } from '../../model/facts/persistence.ts';
import type { SourceRecord, SourceStatus } from '../../model/source.ts';
import type { PathText } from '../../model/text.ts';
import type { FileStatus, Target } from '../../target/port.ts';
import { linkEnd } from './real-path.ts';

const artifact = 'linux.file-facts';
const mostPaths = 20_000;
const headSize = 4096;

function unread(path: PathText, status: SourceStatus): FileFact {
  return {
    kind: 'file',
    source: { source: path },
    path,
    status,
    type: 'unknown',
    mode: 0,
    uid: -1,
    gid: -1,
    size: 0,
    links: 0,
    modifiedUs: 0,
    changedUs: 0,
    flags: [],
    capabilities: '',
    format: 'other',
  };
}

/** A text has neither NUL nor other control characters in its beginning. */
const isText = (head: Uint8Array): boolean =>
  !head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b));

/** Seen in the beginning of a program; the tail, where UPX leaves a second mark, is not read here. */
function packerOf(head: Uint8Array, header: ElfHeader | undefined): string | undefined {
  if (upxMark(head) >= 0) return 'UPX';
  return header !== undefined && hasPackedShape(header) ? 'UPX, altered' : undefined;
}

/** A kernel loads by segments; a header without any is no program. */
const isBare = ({ segments, dynamic, withoutSections }: ElfHeader): boolean =>
  withoutSections && !dynamic && segments.length > 0;

function contentOf(
  target: Target,
  path: PathText,
  stat: FileStatus,
): Pick<FileFact, 'format' | 'interpreter' | 'packer' | 'bare'> {
  if (stat.type !== 'file') return { format: 'other' };
  const { status, bytes } = target.readNow({ kind: 'file', path, limit: headSize });
  if (status === 'empty') return { format: 'empty' };
  if (status !== 'ok' && status !== 'truncated') return { format: 'other' };
  if (isElf(bytes)) {
    const header = decodeElf(bytes);
    const packer = packerOf(bytes, header);
    if (packer !== undefined) return { format: 'elf', packer };
    return { format: 'elf', ...(header !== undefined && isBare(header) ? { bare: true } : {}) };
  }
  if (isScript(bytes)) {
    const [first] = textLines(bytes, { lines: 1, longest: 256 });
    return { format: 'script', interpreter: printableLatin1((first?.text ?? '#!').slice(2).trim()) };
  }
  if (bytes[0] === 0x4d && bytes[1] === 0x5a) return { format: 'pe' };
  return { format: isText(bytes) ? 'text' : 'other' };
}

/** Said of what a link leads to, like the rest. A link that leads nowhere carries nothing. */
function attributesOf(
  target: Target,
  path: PathText,
  follow: boolean,
): Pick<FileFact, 'flags' | 'capabilities'> {
  const { attributes } = target.readNow({ kind: 'attributes', path, follow });
  const capability = attributes?.capability;
  return {
    flags: attributes?.flags ?? [],
    capabilities: capability === undefined ? '' : fileCapabilityText(capability),
  };
}

function factOf(target: Target, path: PathText): { readonly fact: FileFact; readonly reason?: string } {
  const own = target.readNow({ kind: 'stat', path });
  if (own.stat === undefined) {
    return { fact: unread(path, own.status), ...(own.reason === undefined ? {} : { reason: own.reason }) };
  }
  const isLink = own.stat.type === 'link';
  const behind = isLink ? target.readNow({ kind: 'stat', path, follow: true }) : own;
  const leadsTo = isLink ? linkEnd(target, path) : undefined;
  const stat = behind.stat ?? own.stat;
  return {
    fact: {
      kind: 'file',
      source: { source: path },
      path,
      status: behind.status,
      type: stat.type,
      ...(leadsTo === undefined ? {} : { leadsTo }),
      mode: stat.mode,
      uid: stat.uid,
      gid: stat.gid,
      size: stat.size,
      links: stat.links,
      modifiedUs: stat.modifiedUs,
      changedUs: stat.changedUs,
      ...(stat.bornUs === undefined ? {} : { bornUs: stat.bornUs }),
      ...attributesOf(target, path, isLink),
      ...contentOf(target, path, stat),
    },
  };
}

/** Facts of `paths`, each told once, and the paths that could not be looked at. */
export function fileFactsOf(
  target: Target,
  paths: Iterable<PathText>,
): { readonly facts: readonly FileFact[]; readonly sources: readonly SourceRecord[] } {
  const facts: FileFact[] = [];
  const sources: SourceRecord[] = [];
  const asked = new Set(paths);
  for (const path of asked) {
    if (!path.startsWith('/') && !isWindowsPath(path)) continue;
    if (facts.length >= mostPaths) {
      const reason = `${asked.size} files`;
      sources.push({ source: path, artifact, status: 'truncated', reason, bytes: 0 });
      break;
    }
    const { fact, reason } = factOf(target, path);
    facts.push(fact);
    const seen = fact.status === 'ok' || fact.status === 'absent';
    if (seen) continue;
    sources.push({
      source: path,
      artifact,
      status: fact.status,
      bytes: 0,
      ...(reason === undefined ? {} : { reason }),
    });
  }
  return { facts, sources };
}
