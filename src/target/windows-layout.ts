/**
 * Where the drives of a Windows host lie in a folder: a mounted image, the output of a collector, or single files.
 *
 * Collectors keep a folder for each drive (KAPE `C`, Velociraptor `auto/C%3A` and `ntfs/%5C%5C.%5CC%3A`, CyLR `C`), a mounted
 * volume has none. A folder is a drive where it has Windows with something of its system in it; its neighbours that are
 * named like drives are drives too. Names have no case. Copies of shadow volumes are not taken for another host.
 * What it is NOT: a search of a whole disk: six folders deep and 4,000 folders at most.
 * Sources: documentation of KAPE, Velociraptor (upload paths) and CyLR.
 */
import { bytesOf, joinPath, type PathText, type Printable, phrase } from '../model/text.ts';
import type { DirectoryEntry, Target, WindowsDrive, WindowsLayout } from './port.ts';

const deepest = 6;
const mostFolders = 4_000;
const mostLoose = 5_000;
const systemParts = new Set(['config', 'winevt', 'tasks', 'drivers', 'wbem']);

/** The letter of a drive that the name of its folder stands for. */
function letterOf(name: Printable): string | undefined {
  const raw = Buffer.from(bytesOf(name))
    .toString('latin1')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /^(?:\\\\[.?]\\)?([a-z])(?:[:_]|_drive)?$/i.exec(raw)?.[1]?.toUpperCase();
}

const key = (name: Printable): string => name.toLowerCase();

class Search {
  readonly #target: Target;
  readonly found: WindowsDrive[] = [];
  readonly loose: PathText[] = [];
  whole = false;
  #folders = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  #names(folder: PathText): readonly DirectoryEntry[] {
    this.#folders += 1;
    const { status, entries } = this.#target.readNow({ kind: 'directory', path: folder, limit: 20_000 });
    return status === 'ok' || status === 'truncated' ? entries : [];
  }

  #inside(folder: PathText, entries: readonly DirectoryEntry[], name: string): readonly DirectoryEntry[] {
    const found = entries.find((entry) => key(entry.name) === name && entry.type !== 'file');
    return found === undefined ? [] : this.#names(joinPath(folder, found.name));
  }

  /** Windows with something of its system in it. */
  #isDrive(folder: PathText, entries: readonly DirectoryEntry[]): boolean {
    for (const name of ['windows', 'winnt']) {
      const windows = entries.find((entry) => key(entry.name) === name && entry.type !== 'file');
      if (windows === undefined) continue;
      const at = joinPath(folder, windows.name);
      const inside = this.#names(at);
      const system = this.#inside(at, inside, 'system32');
      if (!system.some((entry) => systemParts.has(key(entry.name)))) continue;
      if (system.some((entry) => key(entry.name) === 'ntdll.dll' || key(entry.name) === 'ntoskrnl.exe'))
        this.whole = true;
      return true;
    }
    return false;
  }

  run(): void {
    let level: { readonly path: PathText; readonly name: Printable }[] = [
      { path: phrase`/`, name: phrase`` },
    ];
    for (let depth = 0; depth <= deepest && level.length > 0; depth += 1) {
      const next: typeof level = [];
      for (const { path, name } of level) {
        if (this.#folders > mostFolders) return;
        const entries = this.#names(path);
        if (this.#isDrive(path, entries)) {
          this.found.push({ letter: letterOf(name) ?? 'C', root: path });
          continue;
        }
        for (const entry of entries) {
          const at = joinPath(path, entry.name);
          if (
            entry.type === 'directory' &&
            !/^(?:vss\d*|\$extend|system volume information)$/i.test(entry.name)
          )
            next.push({ path: at, name: entry.name });
          else if (entry.type === 'file' && this.loose.length < mostLoose && this.#isEvidence(entry.name, at))
            this.loose.push(at);
        }
      }
      level = next;
      if (this.found.length > 0 && depth > 0) break;
    }
    // Drives without Windows on them lie beside the one that has it.
    const first = this.found[0];
    if (first === undefined || first.root === '/') return;
    const parent = first.root.slice(0, first.root.lastIndexOf('/')) || '/';
    for (const entry of this.#names(parent as PathText)) {
      const letter = letterOf(entry.name);
      const root = joinPath(parent as PathText, entry.name);
      if (letter !== undefined && entry.type === 'directory' && !this.found.some((one) => one.root === root))
        this.found.push({ letter, root });
    }
  }

  /** A hive or an event log by what it begins with; its name only says which files are opened. */
  #isEvidence(name: Printable, path: PathText): boolean {
    if (
      !/\.evtx$|^[^.]*(?:system|software|sam|security|default|ntuser|usrclass)[^.]*(?:\.dat|\.hiv|\.hive|\.reg_?|\.bak)?$|\.hve$/i.test(
        name,
      )
    )
      return false;
    const { bytes } = this.#target.readNow({ kind: 'file', path, limit: 8 });
    const magic = String.fromCharCode(...bytes.subarray(0, 7));
    return magic.startsWith('regf') || magic === 'ElfFile';
  }
}

/** Undefined where nothing of Windows is there. */
export function findWindows(target: Target): WindowsLayout | undefined {
  const search = new Search(target);
  search.run();
  if (search.found.length === 0 && search.loose.length === 0) return undefined;
  const letters = new Set<string>();
  const drives = search.found.filter(({ letter }) => {
    const isNew = !letters.has(letter);
    letters.add(letter);
    return isNew;
  });
  return { drives, loose: drives.length > 0 ? [] : search.loose, whole: search.whole };
}
