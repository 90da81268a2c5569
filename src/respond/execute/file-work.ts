/**
 * Changes of one file that survive a power loss at any point and give way to whoever changes the file meanwhile.
 *
 * How: the content is kept in the vault first. A file is taken by renaming it aside, where nobody expects it, and is
 * looked at again there before it goes: what was swapped in is put back. An edit writes the new file beside the old one
 * with all that the old one carries and exchanges the two. Each of these can be begun again after a crash: it looks at
 * what is there and goes on. Immutable and append-only are taken off by ioctl(2) where they stand in the way, from the
 * file and from its folder, and the folder gets its own back.
 *
 * An edited file has the time of the edit, and a folder the time of its change: cron reads a table again only when the
 * times say so, and would run the removed line for ever. Undoing puts both times back.
 */
import type { RecordedFile, Stop } from '../../model/ledger.ts';
import type { ChangeOf } from '../../model/plan.ts';
import {
  closeDescriptor,
  flush,
  lock,
  lockingFlags,
  removeCapability,
  renameAt,
  setMode,
  setOwner,
  unlinkAt,
} from '../../native/file-change.ts';
import { openAt, statusAt } from '../../native/file-state.ts';
import type { PlaceInFolder } from '../../native/place-in-folder.ts';
import type { Answer } from '../../native/port.ts';
import type { Vault } from '../vault/vault.ts';
import { editedBytes, mostEditedBytes } from './edited-bytes.ts';
import { FileSteps, type Result } from './file-steps.ts';
import { inFolder } from './in-folder.ts';
import { isStop, lookAt, readerOf, sha256Of, stopOf } from './look.ts';
import type { Boundary, Performed } from './port.ts';

const nothingToDo: Answer<true> = { status: 'ok', value: true };
const immutable = 0x10;
const appendOnly = 0x20;

/** The content of a file that is small enough to be edited. */
function contentOf(place: PlaceInFolder, file: RecordedFile): Uint8Array | Stop {
  if (file.state.size > mostEditedBytes) {
    return { id: 'too-large', subject: file.path, detail: String(file.state.size) };
  }
  const opened = openAt(place);
  if (opened.status !== 'ok') return stopOf(opened, file.path);
  try {
    const bytes = new Uint8Array(file.state.size + 1);
    const read = readerOf(opened.value);
    let at = 0;
    for (let size = -1; size !== 0; at += size) size = read(bytes.subarray(at), at);
    return bytes.slice(0, at);
  } finally {
    closeDescriptor(opened.value);
  }
}

export class FileWork {
  readonly #root: number;
  readonly #vault: Vault;
  readonly #boundary: Boundary;
  readonly #steps: FileSteps;

  /** @param root descriptor of the target's root; stays the caller's */
  constructor(root: number, vault: Vault, boundary: Boundary) {
    this.#root = root;
    this.#vault = vault;
    this.#boundary = boundary;
    this.#steps = new FileSteps(vault, boundary);
  }

  /** Takes a file, a link or an empty folder out of the target. */
  quarantine(file: RecordedFile, token: string): Performed {
    return this.#at(file, token, (place, aside) => this.#take(place, aside, file, token));
  }

  /** Puts back what `quarantine` took, exactly. */
  putBack(file: RecordedFile, token: string): Performed {
    return this.#at(file, token, (place, aside) => {
      const now = lookAt(place, file.path);
      if (!isStop(now)) {
        // Ours from before a crash, or another's of the same content: either way it is what was promised.
        if (now.sha256 !== file.sha256 || now.state.type !== file.state.type) {
          return { id: 'name-taken', subject: file.path, detail: '' };
        }
      } else if (now.id !== 'missing') return now;
      else {
        const made = this.#steps.make(aside, file, token);
        if (made !== undefined) return made;
        this.#boundary('made');
        const moved = renameAt(aside, place, 'free');
        if (moved.status !== 'ok') return this.#steps.giveUp(aside, stopOf(moved, file.path));
        this.#boundary('moved');
      }
      return this.#restored(place, file);
    });
  }

  edit(change: ChangeOf<'edit-file'>, file: RecordedFile, token: string): Performed {
    return this.#at(file, token, (place, aside) => {
      const now = lookAt(place, file.path);
      if (isStop(now)) return now;
      if (now.sha256 !== change.after) {
        const begun = this.#beginEdit(change, file, now, place, aside, token);
        if (begun !== undefined) return begun;
      }
      const gone = this.#steps.letGo(place, aside, file, file.sha256);
      const { flags } = file.state;
      const state =
        change.unlock && flags !== undefined ? { ...file.state, flags: flags & ~lockingFlags } : file.state;
      return gone ?? this.#steps.putRights(place, { ...file, state }, false);
    });
  }

  /** Puts back what stood where our own content is now, where nobody changed it since. @param ours its SHA-256 */
  exchangeBack(ours: string, file: RecordedFile, token: string): Performed {
    return this.#at(file, token, (place, aside) => {
      const now = lookAt(place, file.path);
      if (isStop(now)) return now;
      if (now.sha256 !== file.sha256) {
        if (now.sha256 !== ours) return { id: 'other-content', subject: file.path, detail: '' };
        const made = this.#steps.make(aside, file, token);
        if (made !== undefined) return made;
        this.#boundary('made');
        const exchanged = this.#steps.exchange(place, aside, file, ours);
        if (exchanged !== undefined) return exchanged;
      }
      const gone = this.#steps.letGo(place, aside, file, ours);
      return gone ?? this.#restored(place, file);
    });
  }

  setMetadata(change: ChangeOf<'set-metadata'>, file: RecordedFile, token: string): Performed {
    return this.#at(file, token, (place) => this.#inPlace(place, file, () => this.#set(place, change, file)));
  }

  resetMetadata(file: RecordedFile, token: string): Performed {
    return this.#at(file, token, (place) =>
      this.#inPlace(place, file, () => this.#steps.putRights(place, file, false)),
    );
  }

  #beginEdit(
    change: ChangeOf<'edit-file'>,
    file: RecordedFile,
    now: RecordedFile,
    place: PlaceInFolder,
    aside: PlaceInFolder,
    token: string,
  ): Stop | undefined {
    const other: Stop = { id: 'other-content', subject: file.path, detail: now.sha256 };
    if (now.sha256 !== file.sha256 || now.state.type !== 'file') return other;
    const content = contentOf(place, file);
    if (!(content instanceof Uint8Array)) return content;
    const edited = editedBytes(content, change.edits);
    if (edited === undefined || sha256Of(edited) !== change.after) return other;
    const kept = this.#steps.keep(place, file, token);
    if (kept !== undefined) return kept;
    this.#boundary('kept');
    const written = this.#steps.write(aside, file, (put) => put(edited));
    if (written !== undefined) return written;
    this.#boundary('written');
    return this.#steps.exchange(place, aside, file, file.sha256);
  }

  #restored(place: PlaceInFolder, file: RecordedFile): Result {
    const rights = this.#steps.putRights(place, file, true);
    if (isStop(rights)) return rights;
    const flushed = flush(place.folder);
    if (flushed.status !== 'ok') return stopOf(flushed, file.path);
    return [...rights, ...this.#steps.putFolderTimes(place, file)];
  }

  #inPlace(place: PlaceInFolder, file: RecordedFile, action: () => Result): Result {
    const now = statusAt(place);
    if (now.status !== 'ok') return stopOf(now, file.path);
    const same = String(now.value.inode) === file.state.inode && now.value.type === file.state.type;
    return same ? action() : { id: 'other-file', subject: file.path, detail: String(now.value.inode) };
  }

  #set(place: PlaceInFolder, change: ChangeOf<'set-metadata'>, file: RecordedFile): Result {
    const opened = openAt(place);
    if (opened.status !== 'ok') return stopOf(opened, file.path);
    const descriptor = opened.value;
    const { state } = file;
    const flags =
      change.flags === undefined
        ? (state.flags ?? 0) & lockingFlags
        : (change.flags.immutable ? immutable : 0) | (change.flags.appendOnly ? appendOnly : 0);
    const steps: readonly (() => Answer<true>)[] = [
      () => lock(descriptor, 0),
      () => setOwner(descriptor, change.uid ?? state.uid, change.gid ?? state.gid),
      // Changing hands takes setuid away: the mode is said again.
      () => setMode(descriptor, change.mode ?? state.mode),
      () => (change.capability === undefined ? nothingToDo : removeCapability(descriptor)),
      () => lock(descriptor, flags),
      () => flush(descriptor),
    ];
    try {
      for (const step of steps) {
        const answer = step();
        if (answer.status === 'ok') continue;
        const back = this.#steps.putRights(place, file, false);
        return isStop(back) ? back : stopOf(answer, file.path);
      }
      return [];
    } finally {
      closeDescriptor(descriptor);
    }
  }

  #at(
    file: RecordedFile,
    token: string,
    action: (place: PlaceInFolder, aside: PlaceInFolder) => Result,
  ): Performed {
    return inFolder(this.#root, file, token, action);
  }

  #take(place: PlaceInFolder, aside: PlaceInFolder, file: RecordedFile, token: string): Result {
    const { path } = file;
    const isIt = (answer: ReturnType<typeof statusAt>): boolean =>
      answer.status === 'ok' && String(answer.value.inode) === file.state.inode;
    if (!isIt(statusAt(aside))) {
      const now = statusAt(place);
      if (!isIt(now)) return this.#alreadyTaken(now, file, token);
      const kept = this.#steps.keep(place, file, token);
      if (kept !== undefined) return kept;
      this.#boundary('kept');
      const unlocked = this.#steps.unlock(place, file);
      if (unlocked !== undefined) return unlocked;
      this.#boundary('unlocked');
      const moved = renameAt(place, aside, 'free');
      if (moved.status !== 'ok') return this.#steps.relock(place, file, stopOf(moved, path));
      this.#boundary('aside');
    }
    const back = (stop: Stop): Stop => {
      const returned = renameAt(aside, place, 'free');
      return returned.status === 'ok' ? this.#steps.relock(place, file, stop) : stopOf(returned, path);
    };
    // What came out is what was kept, also where somebody wrote to it meanwhile.
    const out = lookAt(aside, path);
    if (isStop(out)) return back(out);
    if (out.sha256 !== file.sha256) return back({ id: 'other-content', subject: path, detail: out.sha256 });
    if (!this.#vault.holds(token, file)) return back({ id: 'vault-damaged', subject: path, detail: token });
    const gone = unlinkAt(aside, file.state.type === 'directory');
    if (gone.status !== 'ok') return back(stopOf(gone, path));
    this.#boundary('let-go');
    return this.#linksOf(file);
  }

  #linksOf(file: RecordedFile): Result {
    const others = file.state.type === 'file' ? file.state.links - 1 : 0;
    return others > 0 ? [{ part: 'links', detail: String(others) }] : [];
  }

  #alreadyTaken(now: Answer<unknown>, file: RecordedFile, token: string): Result {
    const kept = this.#vault.holds(token, file);
    if (now.status !== 'ok' && now.reason === 'ENOENT') {
      return kept ? this.#linksOf(file) : { id: 'missing', subject: file.path, detail: '' };
    }
    if (now.status !== 'ok') return stopOf(now, file.path);
    return { id: kept ? 'came-back' : 'other-file', subject: file.path, detail: '' };
  }
}
