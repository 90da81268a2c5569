/** The parts of which changes of a file are made (`file-work.ts`): keep, make, exchange, let go, put rights back. */
import type { Note, RecordedFile, Stop } from '../../model/ledger.ts';
import { bytesOf } from '../../model/text.ts';
import {
  closeDescriptor,
  createAt,
  flush,
  lock,
  makeFolderAt,
  makeLinkAt,
  type NotRestored,
  renameAt,
  setLinkState,
  setRights,
  setTimes,
  setTimesAndFlags,
  unlinkAt,
  writeAll,
} from '../../native/file-change.ts';
import { openAt, statusAt } from '../../native/file-state.ts';
import type { PlaceInFolder } from '../../native/place-in-folder.ts';
import type { Answer } from '../../native/port.ts';
import type { ReadAt, Vault } from '../vault/vault.ts';
import { isStop, lookAt, readerOf, stateFrom, stopOf } from './look.ts';
import type { Boundary } from './port.ts';

export type Result = Stop | readonly Note[];

export const notesOf = (lost: readonly NotRestored[]): readonly Note[] =>
  lost.map(({ part, reason }) => ({ part, detail: reason }));

const readerOfBytes =
  (bytes: Uint8Array): ReadAt =>
  (into, at) => {
    const part = bytes.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  };

/** Writes pieces; the first failure ends it. */
type Fill = (put: (bytes: Uint8Array) => void) => void;

export class FileSteps {
  readonly #vault: Vault;
  readonly #boundary: Boundary;

  constructor(vault: Vault, boundary: Boundary) {
    this.#vault = vault;
    this.#boundary = boundary;
  }

  /** A copy in the vault, whole and on the disk. */
  keep(place: PlaceInFolder, file: RecordedFile, token: string): Stop | undefined {
    if (file.state.type !== 'file') {
      return this.#vault.keep(token, file, readerOfBytes(bytesOf(file.target ?? ('' as typeof file.path))));
    }
    const opened = openAt(place);
    if (opened.status !== 'ok') return stopOf(opened, file.path);
    try {
      return this.#vault.keep(token, file, readerOf(opened.value));
    } finally {
      closeDescriptor(opened.value);
    }
  }

  /** Takes off what keeps a file from being moved. A link carries no flags. */
  unlock(place: PlaceInFolder, file: RecordedFile, flags = 0): Stop | undefined {
    if (file.state.type === 'link' || file.state.flags === undefined) return undefined;
    const opened = openAt(place);
    if (opened.status !== 'ok') return stopOf(opened, file.path);
    try {
      const changed = lock(opened.value, flags);
      return changed.status === 'ok' ? undefined : stopOf(changed, file.path);
    } finally {
      closeDescriptor(opened.value);
    }
  }

  /** Gives a file its flags again where nothing came of it; the first reason is the one that is told. */
  relock(place: PlaceInFolder, file: RecordedFile, stop: Stop): Stop {
    return this.unlock(place, file, file.state.flags ?? 0) === undefined
      ? stop
      : { ...stop, detail: `${stop.detail} (flags)` };
  }

  /** A new file beside the old one, with its rights; nobody else can open it before. */
  write(aside: PlaceInFolder, file: RecordedFile, fill: Fill): Stop | undefined {
    const cleared = this.clear(aside, file);
    if (cleared !== undefined) return cleared;
    const created = createAt(aside);
    if (created.status !== 'ok') return stopOf(created, file.path);
    const descriptor = created.value;
    try {
      let written: Answer<true> = { status: 'ok', value: true };
      fill((bytes) => {
        if (written.status === 'ok') written = writeAll(descriptor, bytes);
      });
      if (written.status === 'ok') {
        setRights(descriptor, stateFrom(file.state));
        written = flush(descriptor);
      }
      return written.status === 'ok' ? undefined : this.giveUp(aside, stopOf(written, file.path));
    } finally {
      closeDescriptor(descriptor);
    }
  }

  /** What the vault keeps, beside where it lay. */
  make(aside: PlaceInFolder, file: RecordedFile, token: string): Stop | undefined {
    if (!this.#vault.holds(token, file)) {
      return { id: 'vault-damaged', subject: file.path, detail: token };
    }
    switch (file.state.type) {
      case 'file':
        return this.write(aside, file, (put) => this.#vault.content(token, put));
      case 'link':
      case 'directory': {
        const cleared = this.clear(aside, file);
        if (cleared !== undefined) return cleared;
        const made =
          file.state.type === 'link'
            ? makeLinkAt(aside, bytesOf(file.target ?? file.path))
            : makeFolderAt(aside);
        return made.status === 'ok' ? undefined : stopOf(made, file.path);
      }
      case 'other':
        return { id: 'other-type', subject: file.path, detail: '' };
    }
  }

  /** What an attempt before a crash left under our name. */
  clear(aside: PlaceInFolder, file: Pick<RecordedFile, 'path'>): Stop | undefined {
    const left = statusAt(aside);
    if (left.status !== 'ok') return left.reason === 'ENOENT' ? undefined : stopOf(left, file.path);
    const gone = unlinkAt(aside, left.value.type === 'directory');
    return gone.status === 'ok' ? undefined : stopOf(gone, file.path);
  }

  giveUp(aside: PlaceInFolder, stop: Stop): Stop {
    const gone = unlinkAt(aside);
    return gone.status === 'ok' || gone.reason === 'ENOENT'
      ? stop
      : { ...stop, detail: `${stop.detail} (${gone.reason})` };
  }

  /**
   * Puts the file aside in the place of the other, which must hold `sha256` when it comes out.
   * File systems that cannot exchange (EINVAL) replace; then it was looked at just before.
   */
  exchange(place: PlaceInFolder, aside: PlaceInFolder, file: RecordedFile, sha256: string): Stop | undefined {
    const unlocked = this.unlock(place, file);
    if (unlocked !== undefined) return this.giveUp(aside, unlocked);
    let exchanged = renameAt(aside, place, 'exchange');
    if (exchanged.status !== 'ok' && exchanged.reason === 'EINVAL') {
      const now = lookAt(place, file.path);
      if (isStop(now) || now.sha256 !== sha256) {
        const stop = isStop(now) ? now : ({ id: 'other-content', subject: file.path, detail: '' } as const);
        return this.giveUp(aside, this.relock(place, file, stop));
      }
      exchanged = renameAt(aside, place, 'replace');
    }
    if (exchanged.status !== 'ok') {
      return this.giveUp(aside, this.relock(place, file, stopOf(exchanged, file.path)));
    }
    this.#boundary('exchanged');
    return undefined;
  }

  /**
   * Removes what an exchange brought out, if it is what was looked at. If not, somebody wrote to it meanwhile: it goes
   * back to its place, and ours is removed.
   */
  letGo(place: PlaceInFolder, aside: PlaceInFolder, file: RecordedFile, sha256: string): Stop | undefined {
    const out = lookAt(aside, file.path);
    if (isStop(out)) return out.id === 'missing' ? undefined : out;
    if (out.sha256 !== sha256) {
      const stop: Stop = { id: 'other-content', subject: file.path, detail: out.sha256 };
      const back = renameAt(aside, place, 'exchange');
      if (back.status !== 'ok') return stopOf(back, file.path);
      return this.giveUp(aside, this.relock(place, file, stop));
    }
    const gone = unlinkAt(aside);
    if (gone.status !== 'ok') return stopOf(gone, file.path);
    this.#boundary('let-go');
    return undefined;
  }

  /** Owner, attributes, mode, times and flags of what lies there, as recorded. */
  putRights(place: PlaceInFolder, file: RecordedFile, times: boolean): Result {
    const state = stateFrom(file.state);
    if (state.type === 'link') return notesOf(setLinkState(place, state));
    const opened = openAt(place);
    if (opened.status !== 'ok') return stopOf(opened, file.path);
    try {
      const unlocked = lock(opened.value, 0);
      if (unlocked.status !== 'ok') return stopOf(unlocked, file.path);
      const lost = [...setRights(opened.value, state), ...setTimesAndFlags(opened.value, state, { times })];
      const flushed = flush(opened.value);
      return flushed.status === 'ok' ? notesOf(lost) : stopOf(flushed, file.path);
    } finally {
      closeDescriptor(opened.value);
    }
  }

  /** Times of the folder as they were before the first change. */
  putFolderTimes(place: PlaceInFolder, file: Pick<RecordedFile, 'folder'>): readonly Note[] {
    const { accessedNs, modifiedNs } = file.folder;
    const set = setTimes(place.folder, { accessedNs: BigInt(accessedNs), modifiedNs: BigInt(modifiedNs) });
    return set.status === 'ok' ? [] : [{ part: 'times', detail: set.reason }];
  }
}
