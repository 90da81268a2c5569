/**
 * The folder of a process of this machine, part by part: `KernelFolder` over `native/kernel-folder.ts`.
 *
 * What it is NOT: the judge of whether a folder is the kernel's own. The target finds that out before it hands one
 * out, by its mount table.
 */
import { joinPath, type PathText, type Printable, printableText, printableUpTo } from '../model/text.ts';
import { failure } from '../native/failure.ts';
import {
  kernelFileLimit,
  type Part,
  KernelFolder as Parts,
  part as partOf,
} from '../native/kernel-folder.ts';
import { quickStat, type RequestOf } from './answer.ts';
import type { HeldMemory } from './held-memory.ts';
import { quickStatusOf } from './magic-link.ts';
import type { MountTables } from './mount-tables.ts';
import type { FileStatus, KernelFolder, Outcome, ResultFor, TakeNumberedLink } from './port.ts';

const noBytes = new Uint8Array(0);
const noText: Printable = printableText('');
type LongWay = (request: RequestOf<'file'>) => ResultFor<'file'>;

const mountNamespace = partOf('ns/mnt');

export class LocalKernelFolder implements KernelFolder {
  readonly #parts = new Parts();
  readonly #tables: MountTables;
  readonly #held: HeldMemory;
  readonly #longWay: LongWay;
  #folder: PathText = noText;
  #pid = '';
  #namespace: PathText | undefined;

  /** @param longWay how a file is read where its process may keep us waiting */
  constructor(tables: MountTables, held: HeldMemory, longWay: LongWay) {
    this.#tables = tables;
    this.#held = held;
    this.#longWay = longWay;
  }

  enter(folder: PathText): this {
    this.#parts.enter(folder);
    this.#folder = folder;
    this.#pid = folder.slice(folder.lastIndexOf('/') + 1);
    this.#namespace = undefined;
    return this;
  }

  leave(): void {
    this.#parts.leave();
  }

  file(part: Part): Outcome & { readonly bytes: Uint8Array } {
    // The one of these files that is read under the lock of the address space.
    if (part.name === 'cmdline' && this.#held.holderOf(this.#pid) !== undefined) {
      const path = joinPath(this.#folder, printableText(part.name));
      return this.#longWay({ kind: 'file', path, limit: kernelFileLimit });
    }
    const size = this.#parts.readFile(part);
    if (part.name === 'stat')
      this.#held.sawStat(this.#pid, size > 0 ? this.#parts.contents(size) : undefined);
    if (size < 0) return { ...failure(size), bytes: noBytes };
    if (size === 0) return { status: 'empty', bytes: noBytes };
    if (size <= kernelFileLimit) return { status: 'ok', bytes: this.#parts.contents(size) };
    const bytes = this.#parts.contents(kernelFileLimit);
    return { status: 'truncated', reason: `${bytes.length} bytes read`, bytes };
  }

  link(part: Part): Outcome & { readonly target: PathText } {
    const size = this.#parts.readLink(part);
    if (size < 0) return { ...failure(size), target: noText };
    const target = printableUpTo(this.#parts.text, size);
    if (part.name === mountNamespace.name) this.#namespace = target;
    return { status: 'ok', target };
  }

  statBehind(part: Part, target: PathText): FileStatus | undefined {
    if (this.#namespace === undefined && this.link(mountNamespace).status !== 'ok') return undefined;
    const namespace = this.#namespace ?? noText;
    const status = quickStatusOf(target, namespace, this.#pid, this.#tables, () => this.#parts.status(part));
    return status === undefined ? undefined : quickStat(status);
  }

  links(part: Part, limit: number, take: TakeNumberedLink): Outcome {
    const answer = this.#parts.readLinks(part, limit, (number, text, size, failed) => {
      take(number, text, size, failed === 0 ? 'ok' : failure(failed).status);
    });
    if (answer.status !== 'ok') return { status: answer.status, reason: answer.reason };
    return { status: answer.value === 0 ? 'empty' : 'ok' };
  }
}
