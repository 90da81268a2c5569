/**
 * Persistence entries, and the scripts and folders that they stand in: what every artifact of this kind needs.
 *
 * What it is NOT: a judgement. Bounds: `scriptLimit` for what is kept of one script and `BodyRoom` for all of them,
 * 4,096 files of one folder (of a million names in cron.d those are read that are worth it, and it is told).
 */
import { isConcealed } from '../../formats/concealed.ts';
import { printableLatin1, type TextLine, textLines } from '../../formats/text-lines.ts';
import { type BodyLine, type PersistenceFact, scriptLimit } from '../../model/facts/persistence.ts';
import type { SourceLog } from '../../model/source-log.ts';
import { joinPath, type PathText, type Printable, phrase } from '../../model/text.ts';
import type { DirectoryEntry } from '../../target/port.ts';
import { settingsLimit } from '../../target/thrifty.ts';
import { rememberSifted, type Sifted, siftedBefore, siftFolder, type Wanted } from './flooded-folder.ts';
import { listNow, type ReadContext, readFileNow } from './reading.ts';

export { settingsLimit };

/** Files of one folder that are read. */
export const mostFiles = 4_096;

const nothing = phrase``;

type Needed = Pick<PersistenceFact, 'source' | 'mechanism' | 'text'>;

/** An entry with what it has; the rest says nothing. */
export function entry(
  given: Needed & Partial<Omit<PersistenceFact, 'kind' | keyof Needed>>,
): PersistenceFact {
  return {
    kind: 'persistence',
    user: nothing,
    trigger: nothing,
    command: nothing,
    language: 'shell',
    body: [],
    active: true,
    marks: [],
    ...given,
  };
}

export interface FolderFile {
  readonly path: PathText;
  readonly name: Printable;
  readonly type: DirectoryEntry['type'];
}

const everyName = (): boolean => true;

const endings = new Map<string, (name: Printable) => boolean>();

/** Names that end so: one function for one ending, by which a flooded folder that was sifted is known again. */
export function endsIn(ending: string): (name: Printable) => boolean {
  const known = endings.get(ending) ?? ((name) => name.endsWith(ending));
  endings.set(ending, known);
  return known;
}

/** Files and links of one folder, not of those below it; recorded under the artifact. */
export function filesIn(
  context: ReadContext,
  artifact: string,
  folder: PathText,
  matches: (name: Printable) => boolean = everyName,
): readonly FolderFile[] {
  return namesIn(context, artifact, folder, { kinds: 'files', matches, most: mostFiles })
    .filter(({ name, type }) => type !== 'directory' && matches(name))
    .map(({ name, type }) => ({ path: joinPath(folder, name), name, type }));
}

/** Folders of one folder. */
export function foldersIn(
  context: ReadContext,
  artifact: string,
  folder: PathText,
  matches: (name: Printable) => boolean = everyName,
): readonly FolderFile[] {
  return namesIn(context, artifact, folder, { kinds: 'folders', matches, most: mostFiles })
    .filter(({ name, type }) => type === 'directory' && matches(name))
    .map(({ name, type }) => ({ path: joinPath(folder, name), name, type }));
}

/** All that lies in one folder; of one with more names than are read, what is worth it. */
export function namesIn(
  context: ReadContext,
  artifact: string,
  folder: PathText,
  wanted: Wanted = { kinds: 'all', matches: everyName, most: mostFiles },
): readonly DirectoryEntry[] {
  const { log } = context;
  const before = siftedBefore(log, folder, wanted);
  if (before !== undefined) return flooded(context, artifact, folder, before);
  const listed = listNow(context, artifact, folder, wanted.most);
  if (listed.status !== 'truncated') return listed.entries;
  // The reason of a listing that is cut tells the number of names.
  const names = Number(/\d+/.exec(listed.reason ?? '')?.[0] ?? wanted.most);
  const sifted = siftFolder(context, folder, names, wanted) ?? {
    names,
    unread: Math.max(0, names - wanted.most),
    entries: listed.entries,
  };
  rememberSifted(log, folder, wanted, sifted);
  // Stores of containers and of jobs have as many folders as they like.
  if (wanted.kinds !== 'folders') log.flood({ path: folder, names, unread: sifted.unread });
  return flooded(context, artifact, folder, sifted);
}

function flooded(
  { log }: ReadContext,
  artifact: string,
  folder: PathText,
  { names, unread, entries }: Sifted,
): readonly DirectoryEntry[] {
  const reason = `${names} names, ${entries.length} read, ${unread} not looked into`;
  log.record({ source: folder, artifact, status: 'truncated', reason, bytes: 0 });
  return entries;
}

const isElf = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

/** What a line costs beside its text, in bytes. */
export const perLine = 100;
const wholeBody = scriptLimit.bytes + perLine * scriptLimit.lines;

/**
 * What the lines of all scripts of a scan may take. One script takes at most a sixteenth of what is left, and always
 * so much that a few lines of its beginning and its end are kept: so a folder full of scripts holds a bounded amount,
 * and the scripts of an honest host are kept whole.
 */
export class BodyRoom {
  #left = 6 << 20;

  take(bytes: Uint8Array): { readonly body: readonly BodyLine[]; readonly cut: boolean } {
    const most = Math.min(wholeBody, Math.max(1024, this.#left / 16));
    const body = bodyOf(bytes, most);
    for (const { text } of body) this.#left -= text.length + perLine;
    return { body, cut: most < wholeBody && (body.at(-1)?.line ?? 0) > body.length };
  }
}

const rooms = new WeakMap<SourceLog, BodyRoom>();

/** The room of a scan, by the log that all of it shares. */
function roomOf({ log }: ReadContext): BodyRoom {
  const known = rooms.get(log) ?? new BodyRoom();
  rooms.set(log, known);
  return known;
}

/** The first of `lines` that fit into half of what is kept. */
function firstHalf(lines: readonly TextLine[], most: number): readonly TextLine[] {
  let size = 0;
  let kept = 0;
  const end = lines.slice(0, scriptLimit.lines / 2).findIndex(({ text }) => {
    size += text.length;
    kept += text.length + perLine;
    return size > scriptLimit.bytes / 2 || kept > most / 2;
  });
  return lines.slice(0, end < 0 ? scriptLimit.lines / 2 : end);
}

/**
 * Lines of a script within `scriptLimit`: its beginning and its end, where attackers append.
 * @param most bytes that they may take, each line counted with what it costs beside its text
 */
export function bodyOf(bytes: Uint8Array, most = wholeBody): readonly BodyLine[] {
  if (isElf(bytes)) return [];
  const all = [...textLines(bytes, { longest: 8192 })];
  const head = firstHalf(all, most);
  const tail = firstHalf(all.slice(head.length).toReversed(), most).toReversed();
  return [...head, ...tail].map(({ line, text }) => ({ line, text: printableLatin1(text) }));
}

const languages: readonly (readonly [RegExp, PersistenceFact['language']])[] = [
  [/\bpython[\d.]*\b/, 'python'],
  [/\bphp[\d.]*\b/, 'php'],
  [/\bperl\b/, 'perl'],
  [/\b(?:node|nodejs|bun|deno)\b/, 'javascript'],
  [/\blua[\d.]*\b/, 'lua'],
];

/** By the first line of a script; a shell where it names none. */
export function languageOf(bytes: Uint8Array): PersistenceFact['language'] {
  const [first] = textLines(bytes.subarray(0, 256), { lines: 1 });
  if (first === undefined || !first.text.startsWith('#!')) return 'shell';
  return languages.find(([pattern]) => pattern.test(first.text))?.[1] ?? 'shell';
}

/**
 * The entry of a file that is run whole: a script with its lines, or a program.
 * @returns nothing where it could not be read; the log says why
 */
export function scriptEntry(
  context: ReadContext,
  artifact: string,
  path: PathText,
  given: Pick<PersistenceFact, 'mechanism'> & Partial<Omit<PersistenceFact, 'kind' | 'mechanism' | 'source'>>,
): PersistenceFact | undefined {
  const reading = readFileNow(context, artifact, path, settingsLimit);
  if (!reading.readable) return undefined;
  const elf = isElf(reading.bytes);
  const { body, cut } = roomOf(context).take(reading.bytes);
  if (cut) {
    const reason = `${body.length} lines kept`;
    context.log.record({ source: path, artifact, status: 'truncated', reason, bytes: 0 });
  }
  const concealed = body.some(({ text }) => !/^\s*#/.test(text) && isConcealed(text));
  return entry({
    source: { source: path },
    text: elf ? phrase`${path}: a program` : path,
    language: elf ? 'argv' : languageOf(reading.bytes),
    target: path,
    body,
    ...given,
    marks: [...(given.marks ?? []), ...(concealed ? (['concealed-in-file'] as const) : [])],
  });
}
