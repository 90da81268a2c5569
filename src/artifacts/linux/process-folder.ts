/**
 * The folder of one process, however the target gives it: the quick way of a live host, or one request for each
 * part (recorded trees, processes that something is mounted over). Both give the same.
 */
import { bytesOf, joinPath, type PathText, printableText } from '../../model/text.ts';
import { kernelFileLimit, type Part } from '../../native/kernel-folder.ts';
import type { FileStatus, KernelFolder, Outcome, TakeNumberedLink, Target } from '../../target/port.ts';

const outcome = ({ status, reason }: Outcome): Outcome => ({
  status,
  ...(reason === undefined ? {} : { reason }),
});

/** Asks for each part by its path. */
class RequestedFolder implements KernelFolder {
  readonly #target: Target;
  readonly #path: PathText;

  constructor(target: Target, path: PathText) {
    this.#target = target;
    this.#path = path;
  }

  file(part: Part): ReturnType<KernelFolder['file']> {
    const file = this.#target.readNow({ kind: 'file', path: this.#at(part), limit: kernelFileLimit });
    return { ...outcome(file), bytes: file.bytes };
  }

  link(part: Part): ReturnType<KernelFolder['link']> {
    const link = this.#target.readNow({ kind: 'link', path: this.#at(part) });
    return { ...outcome(link), target: link.target };
  }

  statBehind(): undefined {
    return undefined;
  }

  links(part: Part, limit: number, take: TakeNumberedLink): Outcome {
    const path = this.#at(part);
    const listing = this.#target.readNow({ kind: 'directory', path, limit });
    const names = listing.entries.map((entry) => entry.name).filter((name) => /^\d{1,10}$/.test(name));
    for (const name of names.slice(0, limit)) {
      const { status, target } = this.#target.readNow({ kind: 'link', path: joinPath(path, name) });
      const text = bytesOf(target);
      take(Number(name), text, text.length, status);
    }
    return names.length > limit ? { status: 'truncated' } : outcome(listing);
  }

  #at(part: Part): PathText {
    return joinPath(this.#path, printableText(part.name));
  }
}

export class ProcessFolder {
  readonly path: PathText;
  readonly target: Target;
  readonly #parts: KernelFolder;

  /** Good until the folder of another process is opened. */
  constructor(target: Target, path: PathText) {
    this.path = path;
    this.target = target;
    this.#parts = target.kernelFolderNow?.(path) ?? new RequestedFolder(target, path);
  }

  file(part: Part): ReturnType<KernelFolder['file']> {
    return this.#parts.file(part);
  }

  link(part: Part): ReturnType<KernelFolder['link']> {
    return this.#parts.link(part);
  }

  links(part: Part, limit: number, take: TakeNumberedLink): Outcome {
    return this.#parts.links(part, limit, take);
  }

  /** Of the folder or file itself. */
  stat(part: Part): FileStatus | undefined {
    return this.target.readNow({ kind: 'stat', path: this.pathOf(part) }).stat;
  }

  /** Of the file behind a link whose text was read just now. */
  statBehind(part: Part, text: PathText): Outcome & { readonly stat?: FileStatus } {
    const stat = this.#parts.statBehind(part, text);
    if (stat !== undefined) return { status: 'ok', stat };
    return this.target.readNow({ kind: 'stat', path: this.pathOf(part), follow: true });
  }

  pathOf(part: Part): PathText {
    return joinPath(this.path, printableText(part.name));
  }
}
