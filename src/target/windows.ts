/**
 * A folder with what is left of a Windows host, as a target whose paths are those of Windows: `C:\Windows\System32`.
 *
 * Names are found without case, component by component, as Windows finds them; where two names differ in case alone (an
 * image that was copied) the one written as asked goes first. A path that begins with a slash is one of the folder itself:
 * so files that lie outside of drives are read.
 */
import { joinPath, type PathText, type Printable, phrase } from '../model/text.ts';
import type { Request, ResultFor, SourceResult, Target, WindowsLayout } from './port.ts';
import { findWindows } from './windows-layout.ts';

const mostCached = 4_000;
const longestFolder = 100_000;

class WindowsTarget implements Target {
  readonly kind = 'folder';
  readonly name: Printable;
  readonly native = undefined;
  readonly windows: WindowsLayout;
  readonly #inner: Target;
  /** Names of folders that were listed, by their lower case. */
  readonly #folders = new Map<string, ReadonlyMap<string, readonly Printable[]>>();

  constructor(inner: Target, layout: WindowsLayout) {
    this.#inner = inner;
    this.name = inner.name;
    this.windows = layout;
  }

  /** Where it lies in the folder. What is not there has a place too: it answers that it is absent. */
  #place(path: PathText): PathText {
    const found = /^([A-Za-z]):(?:[\\/]|$)/.exec(path);
    if (found === null) return path;
    const drive = this.windows.drives.find(({ letter }) => letter === found[1]?.toUpperCase());
    if (drive === undefined) return phrase`/%00`;
    let place = drive.root;
    for (const name of path.slice(3).split(/[\\/]/)) {
      if (name === '') continue;
      // The name is part of printable text between separators: printable.
      place = joinPath(place, this.#real(place, name as Printable));
    }
    return place;
  }

  #real(folder: PathText, name: Printable): Printable {
    let names = this.#folders.get(folder);
    if (names === undefined) {
      const listed = this.#inner.readNow({ kind: 'directory', path: folder, limit: longestFolder });
      const grouped = new Map<string, Printable[]>();
      for (const entry of listed.entries) {
        const known = grouped.get(entry.name.toLowerCase());
        if (known === undefined) grouped.set(entry.name.toLowerCase(), [entry.name]);
        else known.push(entry.name);
      }
      names = grouped;
      if (this.#folders.size >= mostCached) this.#folders.clear();
      this.#folders.set(folder, names);
    }
    const found = names.get(name.toLowerCase()) ?? [];
    return found.find((one) => one === name) ?? found[0] ?? name;
  }

  async *gather(requests: Iterable<Request>): AsyncIterable<readonly SourceResult[]> {
    for (const request of requests) yield [await this.read(request)];
  }

  async read<R extends Request>(request: R): Promise<ResultFor<R['kind']>> {
    const answer = await this.#inner.read({ ...request, path: this.#place(request.path) });
    return { ...answer, request };
  }

  readNow<R extends Request>(request: R): ResultFor<R['kind']> {
    const answer = this.#inner.readNow({ ...request, path: this.#place(request.path) });
    return { ...answer, request };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** The folder as a Windows host; undefined where there is nothing of one in it. */
export function windowsTarget(folder: Target): Target | undefined {
  const layout = findWindows(folder);
  return layout === undefined ? undefined : new WindowsTarget(folder, layout);
}
