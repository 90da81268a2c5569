/**
 * Carries out a plan on a root file system: a mounted image, or the folder in which a container's files lie. Nothing
 * runs there, so what concerns processes is refused and said.
 *
 * The lock is flock(2) on the root folder itself: it writes nothing, is one for every case, and falls with us.
 */

import { DemineError } from '../../model/error.ts';
import type { Before } from '../../model/ledger.ts';
import type { Precondition } from '../../model/plan.ts';
import { type PathText, type Printable, printableBytes } from '../../model/text.ts';
import { closeDescriptor, lockWhole } from '../../native/file-change.ts';
import { openRoot } from '../../native/place-in-folder.ts';
import type { Vault } from '../vault/vault.ts';
import { FileWork } from './file-work.ts';
import { atPath, driftOf, isStop, lookAt } from './look.ts';
import {
  type Boundary,
  type Carried,
  type Executor,
  type Performed,
  type Prepared,
  stopped,
} from './port.ts';

type OfFile = Extract<Carried, { readonly path: unknown }>;

export const isOfFile = (change: Carried): change is OfFile => 'path' in change;

export class FolderExecutor implements Executor {
  readonly kind = 'folder';
  readonly name: Printable;
  readonly #root: number;
  readonly #work: FileWork;

  /** @throws DemineError `target-missing` */
  constructor(path: string | Uint8Array, vault: Vault, boundary: Boundary = () => {}) {
    const bytes = typeof path === 'string' ? Buffer.from(path) : path;
    this.name = printableBytes(bytes);
    const opened = openRoot(bytes);
    if (opened.status !== 'ok')
      throw new DemineError('target-missing', opened.reason, { subject: this.name });
    this.#root = opened.value;
    this.#work = new FileWork(this.#root, vault, boundary);
  }

  lock(): boolean {
    const locked = lockWhole(this.#root);
    if (locked.status === 'ok') return locked.value;
    throw new DemineError('target-missing', locked.reason, { subject: this.name });
  }

  async prepare(change: Carried, preconditions: readonly Precondition[]): Promise<Prepared> {
    if (!isOfFile(change)) return stopped('no-running-system', this.name);
    return this.prepareFile(change.path, preconditions);
  }

  /** Compares what lies at `path` with what the plan was made for. */
  prepareFile(path: PathText, preconditions: readonly Precondition[]): Prepared {
    const now = atPath(this.#root, path, (place) => lookAt(place, path));
    if (isStop(now)) return { kind: 'stopped', stop: now };
    for (const one of preconditions) {
      const drift = one.kind === 'file' && one.file.path === path ? driftOf(one.file, now) : undefined;
      if (drift !== undefined) return { kind: 'stopped', stop: drift };
    }
    return { kind: 'ready', before: { kind: 'file', file: now } };
  }

  async perform(change: Carried, before: Before, token: string): Promise<Performed> {
    if (before.kind !== 'file') return stopped('no-running-system', this.name);
    switch (change.kind) {
      case 'quarantine':
        return this.#work.quarantine(before.file, token);
      case 'edit-file':
        return this.#work.edit(change, before.file, token);
      case 'set-metadata':
        return this.#work.setMetadata(change, before.file, token);
      case 'freeze':
      case 'kill':
      case 'reload':
        return stopped('no-running-system', this.name);
    }
  }

  async revert(change: Carried, before: Before, token: string): Promise<Performed> {
    if (before.kind !== 'file') return stopped('no-running-system', this.name);
    switch (change.kind) {
      case 'quarantine':
        return this.#work.putBack(before.file, token);
      case 'edit-file':
        return this.#work.unedit(change, before.file, token);
      case 'set-metadata':
        return this.#work.resetMetadata(before.file, token);
      case 'freeze':
      case 'kill':
      case 'reload':
        return stopped('no-running-system', this.name);
    }
  }

  close(): void {
    closeDescriptor(this.#root);
  }
}
