/**
 * Carries out a plan on a root file system: a mounted image, or the folder in which a container's files lie. Nothing
 * runs there, so what concerns processes is refused and said.
 *
 * The lock is flock(2) on the root folder itself: it writes nothing, is one for every case, and falls with us.
 */
import { join } from 'node:path';
import { DemineError } from '../../model/error.ts';
import type { Before, RecordedAbsence, RecordedFile, Stop } from '../../model/ledger.ts';
import type { ChangeOf, Precondition } from '../../model/plan.ts';
import { type Printable, printableBytes } from '../../model/text.ts';
import { closeDescriptor, lockWhole } from '../../native/file-change.ts';
import { openRoot } from '../../native/place-in-folder.ts';
import type { Vault } from '../vault/vault.ts';
import { EvidenceKeeper } from './evidence.ts';
import { FileWork } from './file-work.ts';
import { absenceAt, atPath, driftOf, isStop, lookAt } from './look.ts';
import {
  type Boundary,
  type Carried,
  type Executor,
  type Performed,
  type Prepared,
  stopped,
} from './port.ts';
import { RestoreWork } from './restore-work.ts';

type OfFile = Extract<Carried, { readonly path: unknown }>;
type OfHost = Exclude<Carried, OfFile | ChangeOf<'keep-evidence'>>;

/** Of what is not a file's: there is nothing to compare and nothing to record. */
export const nothingBefore: Prepared = { kind: 'ready', before: { kind: 'processes', processes: [] } };

const isRecorded = (found: RecordedAbsence): found is RecordedFile => 'state' in found;

export const isOfFile = (change: Carried): change is OfFile => 'path' in change;

export class FolderExecutor implements Executor {
  readonly kind = 'folder';
  readonly name: Printable;
  readonly #root: number;
  readonly #work: FileWork;
  readonly #restore: RestoreWork;
  readonly #vault: Vault;

  /** @throws DemineError `target-missing` */
  constructor(path: string | Uint8Array, vault: Vault, boundary: Boundary = () => {}) {
    const bytes = typeof path === 'string' ? Buffer.from(path) : path;
    this.name = printableBytes(bytes);
    const opened = openRoot(bytes);
    if (opened.status !== 'ok')
      throw new DemineError('target-missing', opened.reason, { subject: this.name });
    this.#root = opened.value;
    this.#work = new FileWork(this.#root, vault, boundary);
    this.#restore = new RestoreWork(this.#root, vault, boundary);
    this.#vault = vault;
  }

  lock(): boolean {
    const locked = lockWhole(this.#root);
    if (locked.status === 'ok') return locked.value;
    throw new DemineError('target-missing', locked.reason, { subject: this.name });
  }

  async prepare(change: Carried, preconditions: readonly Precondition[]): Promise<Prepared> {
    if (change.kind === 'keep-evidence') return nothingBefore;
    return isOfFile(change)
      ? this.prepareFile(change, preconditions)
      : stopped('no-running-system', this.name);
  }

  /** Compares what lies at the path with what the plan was made for. */
  prepareFile({ kind, path }: OfFile, preconditions: readonly Precondition[]): Prepared {
    const now = atPath(this.#root, path, (place) => {
      const found = lookAt(place, path);
      const mayLack = kind === 'restore-file' && isStop(found) && found.id === 'missing';
      return mayLack ? absenceAt(place, path) : found;
    });
    if (isStop(now)) return { kind: 'stopped', stop: now };
    const file = isRecorded(now) ? now : undefined;
    for (const one of preconditions) {
      if (one.kind === 'absent' && one.path === path && file !== undefined)
        return stopped('name-taken', path);
      if (one.kind !== 'file' || one.file.path !== path) continue;
      const drift = file === undefined ? stopped('missing', path).stop : driftOf(one.file, file);
      if (drift !== undefined) return { kind: 'stopped', stop: drift };
    }
    const before: Before = file === undefined ? { kind: 'absent', absence: now } : { kind: 'file', file };
    return { kind: 'ready', before };
  }

  async perform(change: Carried, before: Before, token: string): Promise<Performed> {
    if (change.kind === 'keep-evidence') {
      const keeper = this.evidence(token);
      const stop = this.keepFiles(keeper, change);
      return stop === undefined ? { kind: 'done', notes: [], kept: keeper.kept } : { kind: 'stopped', stop };
    }
    if (change.kind === 'restore-file' && before.kind === 'absent')
      return this.#restore.add(change, before.absence, token);
    if (!isOfFile(change) || before.kind !== 'file') return this.#refused(change);
    switch (change.kind) {
      case 'quarantine':
        return this.#work.quarantine(before.file, token);
      case 'edit-file':
        return this.#work.edit(change, before.file, token);
      case 'restore-file':
        return this.#restore.replace(change, before.file, token);
      case 'set-metadata':
        return this.#work.setMetadata(change, before.file, token);
    }
  }

  async revert(change: Carried, before: Before, token: string): Promise<Performed> {
    // What was kept stays: it changed nothing.
    if (change.kind === 'keep-evidence') return { kind: 'done', notes: [] };
    if (change.kind === 'restore-file' && before.kind === 'absent')
      return this.#restore.remove(change, before.absence, token);
    if (!isOfFile(change) || before.kind !== 'file') return this.#refused(change);
    switch (change.kind) {
      case 'quarantine':
        return this.#work.putBack(before.file, token);
      case 'edit-file':
        return this.#work.exchangeBack(change.after, before.file, token);
      case 'restore-file':
        return this.#work.exchangeBack(change.sha256, before.file, token);
      case 'set-metadata':
        return this.#work.resetMetadata(before.file, token);
    }
  }

  /** Keeps copies beside those of the vault. */
  evidence(token: string): EvidenceKeeper {
    return new EvidenceKeeper(join(this.#vault.folder, 'evidence'), token);
  }

  /** Files of the target, into a keeper. */
  keepFiles(keeper: EvidenceKeeper, change: ChangeOf<'keep-evidence'>): Stop | undefined {
    return keeper.files(this.#root, change);
  }

  #refused(change: OfHost | OfFile): Performed {
    return 'path' in change ? stopped('other-type', change.path) : stopped('no-running-system', this.name);
  }

  close(): void {
    closeDescriptor(this.#root);
  }
}
