/**
 * sudoers with all that it includes, in the order in which sudo reads it.
 *
 * An include is taken from anywhere, as sudo does; a file of an included folder whose name has a dot or ends in `~`
 * is passed over by sudo and told as switched off. Files that include each other end.
 * Source: sudoers(5), "Including other files". Bounds: 256 files, 32 levels deep, 20,000 lines.
 */
import { parseSudoers, type SudoersLine } from '../../../formats/sudoers.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import { baseName, folderOf, joinPath, type PathText, printableText } from '../../../model/text.ts';
import { filesIn, settingsLimit } from '../entry.ts';
import { type ReadContext, readFileNow } from '../reading.ts';

export interface PlacedLine {
  readonly path: PathText;
  /** sudo reads the file. */
  readonly active: boolean;
  readonly line: SudoersLine;
}

const mains = ['/etc/sudoers', '/usr/local/etc/sudoers', '/usr/etc/sudoers'].map((path) =>
  printableText(path),
);
const usualFolder = printableText('/etc/sudoers.d');
const hostName = printableText('/etc/hostname');
const mostFiles = 256;
const mostLines = 20_000;
const deepest = 32;

export const sudoersSources = [
  ...mains.map((path) => ({ kind: 'file' as const, path, live: false })),
  { kind: 'glob' as const, path: `${usualFolder}/*`, live: false },
];

class SudoersReader {
  readonly lines: PlacedLine[] = [];
  readonly #context: ReadContext;
  readonly #artifact: string;
  readonly #done = new Set<PathText>();

  constructor(context: ReadContext, artifact: string) {
    this.#context = context;
    this.#artifact = artifact;
  }

  readFile(path: PathText, active: boolean, depth: number): void {
    if (this.#done.has(path) || this.#done.size >= mostFiles || depth > deepest) return;
    this.#done.add(path);
    for (const line of parseSudoers(readFileNow(this.#context, this.#artifact, path, settingsLimit).bytes)) {
      if (this.lines.length >= mostLines) return;
      if (line.kind !== 'include') {
        this.lines.push({ path, active, line });
        continue;
      }
      const name = printableLatin1(line.path.replaceAll('%h', this.#host()));
      const full = line.path.startsWith('/') ? name : joinPath(folderOf(path), name);
      // Told in its place: an include from an odd folder is an entry by itself.
      this.lines.push({ path, active, line });
      if (line.folder) this.readFolder(full.length > 1 ? trimmed(full) : full, active, depth + 1);
      else this.readFile(full, active, depth + 1);
    }
  }

  readFolder(folder: PathText, active: boolean, depth: number): void {
    const files = [...filesIn(this.#context, this.#artifact, folder)];
    files.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { path, name } of files) {
      this.readFile(path, active && !name.includes('.') && !name.endsWith('~'), depth);
    }
  }

  #host(): string {
    const { bytes } = this.#context.target.readNow({ kind: 'file', path: hostName, limit: 256 });
    return /^[A-Za-z0-9-]+/.exec(Buffer.from(bytes).toString('latin1'))?.[0] ?? 'localhost';
  }
}

/** A folder without a slash at its end. */
function trimmed(path: PathText): PathText {
  return path.endsWith('/') ? joinPath(folderOf(folderOf(path)), baseName(folderOf(path))) : path;
}

export function readSudoers(context: ReadContext, artifact: string): readonly PlacedLine[] {
  const reader = new SudoersReader(context, artifact);
  let first = true;
  for (const path of mains) {
    if (context.target.readNow({ kind: 'stat', path }).status === 'absent') continue;
    // The owner's file takes the place of the one that the distribution brings.
    reader.readFile(path, first, 0);
    first = false;
  }
  // Of a host whose include was taken out; what was read before is not read again.
  reader.readFolder(usualFolder, false, 1);
  return reader.lines;
}
