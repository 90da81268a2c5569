/**
 * Persistence entries, and the scripts and folders that they stand in: what every artifact of this kind needs.
 *
 * What it is NOT: a judgement. Bounds: `scriptLimit` for what is kept of one script, 4,096 files of one folder
 * (a million names in cron.d end as `truncated`, and the first are read all the same).
 */
import { isConcealed } from '../../formats/concealed.ts';
import { printableLatin1, type TextLine, textLines } from '../../formats/text-lines.ts';
import { type BodyLine, type PersistenceFact, scriptLimit } from '../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase } from '../../model/text.ts';
import type { DirectoryEntry } from '../../target/port.ts';
import { listNow, type ReadContext, readFileNow } from './reading.ts';

/** Files of one folder that are read. */
export const mostFiles = 4_096;
/** Bytes of one settings file that are read. */
export const settingsLimit = 4 << 20;

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

/** Files and links of one folder, not of those below it; recorded under the artifact. */
export function filesIn(
  context: ReadContext,
  artifact: string,
  folder: PathText,
  matches: (name: Printable) => boolean = () => true,
): readonly FolderFile[] {
  return listNow(context, artifact, folder, mostFiles)
    .entries.filter(({ name, type }) => type !== 'directory' && matches(name))
    .map(({ name, type }) => ({ path: joinPath(folder, name), name, type }));
}

/** Folders of one folder. */
export function foldersIn(
  context: ReadContext,
  artifact: string,
  folder: PathText,
  matches: (name: Printable) => boolean = () => true,
): readonly FolderFile[] {
  return listNow(context, artifact, folder, mostFiles)
    .entries.filter(({ name, type }) => type === 'directory' && matches(name))
    .map(({ name, type }) => ({ path: joinPath(folder, name), name, type }));
}

const isElf = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

/** The first of `lines` that fit into half of what is kept. */
function firstHalf(lines: readonly TextLine[]): readonly TextLine[] {
  let size = 0;
  const end = lines.slice(0, scriptLimit.lines / 2).findIndex(({ text }) => {
    size += text.length;
    return size > scriptLimit.bytes / 2;
  });
  return lines.slice(0, end < 0 ? scriptLimit.lines / 2 : end);
}

/** Lines of a script within `scriptLimit`: its beginning and its end, where attackers append. */
export function bodyOf(bytes: Uint8Array): readonly BodyLine[] {
  if (isElf(bytes)) return [];
  const all = [...textLines(bytes, { longest: 8192 })];
  const head = firstHalf(all);
  const tail = firstHalf(all.slice(head.length).toReversed()).toReversed();
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
  const body = bodyOf(reading.bytes);
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
