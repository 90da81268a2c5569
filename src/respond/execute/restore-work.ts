/**
 * Brings a file of a package back: from the cache of the package manager, or from the name under which it was put
 * aside. What stood in its place is kept in the vault and exchanged for it; undoing exchanges again.
 *
 * The content is that of the plan, by its SHA-256, or nothing is written: whoever writes to the cache meanwhile stops
 * the step. Mode, owner, capabilities and time are the package's; a security label stays that of the place.
 */
import { filesOfPackage, mostPackageBytes, mostPackagedBytes } from '../../formats/package/package-file.ts';
import type { RecordedAbsence, RecordedFile, RecordedState, Stop } from '../../model/ledger.ts';
import type { ChangeOf } from '../../model/plan.ts';
import { bytesOf, type PathText, printableText } from '../../model/text.ts';
import { closeDescriptor, flush, renameAt } from '../../native/file-change.ts';
import { openAt, statusOf } from '../../native/file-state.ts';
import type { PlaceInFolder } from '../../native/place-in-folder.ts';
import type { Vault } from '../vault/vault.ts';
import { FileSteps, type Result } from './file-steps.ts';
import { inFolder } from './in-folder.ts';
import { atPath, isStop, lookAt, readerOf, sha256Of, stopOf } from './look.ts';
import type { Boundary, Performed } from './port.ts';

type Restore = ChangeOf<'restore-file'>;

const label = 'security.selinux';
const capability = 'security.capability';

export class RestoreWork {
  readonly #root: number;
  readonly #boundary: Boundary;
  readonly #steps: FileSteps;

  /** @param root descriptor of the target's root; stays the caller's */
  constructor(root: number, vault: Vault, boundary: Boundary) {
    this.#root = root;
    this.#boundary = boundary;
    this.#steps = new FileSteps(vault, boundary);
  }

  /** In the place of what is there. */
  replace(change: Restore, file: RecordedFile, token: string): Performed {
    return inFolder(this.#root, file, token, (place, aside) => {
      const now = lookAt(place, file.path);
      if (isStop(now)) return now;
      const wanted = { ...file, state: stateOf(change, file.state) };
      if (!isBack(change, now)) {
        if (now.sha256 !== file.sha256 || now.state.type !== file.state.type) {
          return { id: 'other-content', subject: file.path, detail: now.sha256 };
        }
        const kept = this.#steps.keep(place, file, token);
        if (kept !== undefined) return kept;
        this.#boundary('kept');
        const written = this.#write(change, aside, wanted);
        if (written !== undefined) return written;
        const exchanged = this.#steps.exchange(place, aside, file, file.sha256);
        if (exchanged !== undefined) return exchanged;
      }
      return this.#steps.letGo(place, aside, file, file.sha256) ?? this.#steps.putRights(place, wanted, true);
    });
  }

  /** Where nothing is. */
  add(change: Restore, absence: RecordedAbsence, token: string): Performed {
    return inFolder(this.#root, absence, token, (place, aside) => {
      const wanted: RecordedFile = { ...absence, sha256: change.sha256, state: stateOf(change, undefined) };
      const now = lookAt(place, absence.path);
      if (isStop(now)) {
        if (now.id !== 'missing') return now;
        const written = this.#write(change, aside, wanted);
        if (written !== undefined) return written;
        const moved = renameAt(aside, place, 'free');
        if (moved.status !== 'ok') return this.#steps.giveUp(aside, stopOf(moved, absence.path));
        this.#boundary('moved');
      } else if (!isBack(change, now)) return { id: 'name-taken', subject: absence.path, detail: '' };
      return this.#steps.putRights(place, wanted, true);
    });
  }

  /** Takes away what `add` brought, where it is still that. */
  remove(change: Restore, absence: RecordedAbsence, token: string): Performed {
    return inFolder(this.#root, absence, token, (place, aside): Result => {
      const now = lookAt(place, absence.path);
      if (isStop(now)) {
        if (now.id !== 'missing') return now;
      } else {
        if (!isBack(change, now)) return { id: 'other-content', subject: absence.path, detail: now.sha256 };
        const moved = renameAt(place, aside, 'free');
        if (moved.status !== 'ok') return stopOf(moved, absence.path);
        this.#boundary('aside');
      }
      const gone = this.#steps.clear(aside, absence);
      if (gone !== undefined) return gone;
      this.#boundary('let-go');
      const flushed = flush(place.folder);
      if (flushed.status !== 'ok') return stopOf(flushed, absence.path);
      return this.#steps.putFolderTimes(place, absence);
    });
  }

  #write(change: Restore, aside: PlaceInFolder, wanted: RecordedFile): Stop | undefined {
    const content = this.#contentOf(change);
    if (!(content instanceof Uint8Array)) return content;
    const written = this.#steps.write(aside, wanted, (put) => put(content));
    if (written === undefined) this.#boundary('written');
    return written;
  }

  #contentOf({ from, sha256 }: Restore): Uint8Array | Stop {
    const path = from.kind === 'package' ? from.archive : from.path;
    const content = this.#opened(
      path,
      from.kind === 'package' ? mostPackageBytes : mostPackagedBytes,
      (fd) => (from.kind === 'package' ? memberOf(fd, from.member, path) : wholeOf(fd)),
    );
    if (!(content instanceof Uint8Array)) return content;
    return sha256Of(content) === sha256 ? content : { id: 'source-damaged', subject: path, detail: '' };
  }

  #opened(path: PathText, most: number, read: (descriptor: number) => Uint8Array | Stop): Uint8Array | Stop {
    return atPath(this.#root, path, (place): Uint8Array | Stop => {
      const opened = openAt(place);
      if (opened.status !== 'ok') return stopOf(opened, path);
      try {
        const status = statusOf(opened.value);
        if (status.status !== 'ok') return stopOf(status, path);
        const { type, size } = status.value;
        if (type !== 'file') return { id: 'other-type', subject: path, detail: type };
        return size > most ? { id: 'too-large', subject: path, detail: String(size) } : read(opened.value);
      } finally {
        closeDescriptor(opened.value);
      }
    });
  }
}

const isBack = ({ sha256 }: Restore, now: RecordedFile): boolean =>
  now.state.type === 'file' && now.sha256 === sha256;

function wholeOf(descriptor: number): Uint8Array {
  const read = readerOf(descriptor);
  const parts: Uint8Array[] = [];
  for (let at = 0; at <= mostPackagedBytes; ) {
    const piece = new Uint8Array(1 << 20);
    const size = read(piece, at);
    if (size === 0) break;
    parts.push(piece.subarray(0, size));
    at += size;
  }
  return Buffer.concat(parts);
}

function memberOf(descriptor: number, member: PathText, archive: PathText): Uint8Array | Stop {
  const read = readerOf(descriptor);
  const wanted = Buffer.from(bytesOf(member)).toString('latin1');
  const source = {
    read: (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, read(bytes, offset));
    },
  };
  const reading = filesOfPackage(source, new Set([wanted]));
  if (reading.status !== 'ok') return { id: 'source-damaged', subject: archive, detail: reading.reason };
  const [file] = reading.files;
  return file?.bytes ?? { id: 'source-damaged', subject: archive, detail: member };
}

/** What the file is to be. @param before what stands in its place */
function stateOf(change: Restore, before: RecordedState | undefined): RecordedState {
  const time = String(BigInt(change.modifiedSeconds) * 1_000_000_000n);
  const kept = before?.attributes.filter(({ name }) => name === label) ?? [];
  const given =
    change.capability === undefined ? [] : [{ name: printableText(capability), value: change.capability }];
  return {
    type: 'file',
    device: before?.device ?? '',
    inode: before?.inode ?? '0',
    size: change.size,
    mode: change.mode,
    uid: change.uid,
    gid: change.gid,
    links: 1,
    accessedNs: time,
    modifiedNs: time,
    changedNs: time,
    ...(before?.flags === undefined ? {} : { flags: 0 }),
    attributes: [...kept, ...given],
  };
}
