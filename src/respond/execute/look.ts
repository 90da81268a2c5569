/** A file of a target as it is: its state, the hash of what it holds, and its folder, in the form that the ledger keeps. */
import { readSync } from 'node:fs';
import type { RecordedAbsence, RecordedFile, RecordedState, Stop, StopReason } from '../../model/ledger.ts';
import type { FileIdentity } from '../../model/plan.ts';
import { bytesOf, type PathText, printableBytes } from '../../model/text.ts';
import { closeDescriptor } from '../../native/file-change.ts';
import { type FileState, openAt, stateAt, stateOf } from '../../native/file-state.ts';
import { linkTarget, type PlaceInFolder, placeInFolder } from '../../native/place-in-folder.ts';
import type { Answer } from '../../native/port.ts';
import type { ReadAt } from '../vault/vault.ts';

/** A file that is hashed and copied; a larger one is left to people. */
export const mostFileBytes = 2 ** 31;
const piece = 1 << 20;

export const emptySha256 = new Bun.CryptoHasher('sha256').digest('hex');
export const sha256Of = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher('sha256').update(bytes).digest('hex');

export const readerOf =
  (descriptor: number): ReadAt =>
  (into, at) =>
    readSync(descriptor, into, 0, into.length, at);

const reasons: Readonly<Record<string, StopReason>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ELOOP: 'through-link',
  EXDEV: 'through-link',
  EROFS: 'read-only',
  EACCES: 'denied',
  EPERM: 'denied',
  EBUSY: 'busy',
  ETXTBSY: 'busy',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EEXIST: 'name-taken',
  ENOTEMPTY: 'folder-not-empty',
};

export function stopOf(answer: Exclude<Answer<unknown>, { readonly status: 'ok' }>, subject: PathText): Stop {
  return { id: reasons[answer.reason] ?? 'failed', subject, detail: answer.reason };
}

export const isStop = (value: object): value is Stop => 'id' in value && 'detail' in value;

const recordedTimes = (state: Pick<FileState, 'accessedNs' | 'modifiedNs'>) => ({
  accessedNs: String(state.accessedNs),
  modifiedNs: String(state.modifiedNs),
});

export function recordedState(state: FileState): RecordedState {
  return {
    type: state.type,
    device: state.device,
    inode: String(state.inode),
    size: state.size,
    mode: state.mode,
    uid: state.uid,
    gid: state.gid,
    links: state.links,
    ...recordedTimes(state),
    changedNs: String(state.changedNs),
    ...(state.bornNs === undefined ? {} : { bornNs: String(state.bornNs) }),
    ...(state.flags === undefined ? {} : { flags: state.flags }),
    attributes: state.attributes.map(({ name, value }) => ({
      name: printableBytes(name),
      value: Buffer.from(value).toString('base64'),
    })),
  };
}

export function stateFrom(recorded: RecordedState): FileState {
  return {
    ...recorded,
    inode: BigInt(recorded.inode),
    accessedNs: BigInt(recorded.accessedNs),
    modifiedNs: BigInt(recorded.modifiedNs),
    changedNs: BigInt(recorded.changedNs),
    bornNs: recorded.bornNs === undefined ? undefined : BigInt(recorded.bornNs),
    flags: recorded.flags,
    attributes: recorded.attributes.map(({ name, value }) => ({
      name: bytesOf(name),
      value: new Uint8Array(Buffer.from(value, 'base64')),
    })),
  };
}

function hashOf(place: PlaceInFolder, state: FileState, path: PathText): { readonly sha256: string } | Stop {
  if (state.type !== 'file') return { sha256: emptySha256 };
  if (state.size > mostFileBytes) return { id: 'too-large', subject: path, detail: String(state.size) };
  const opened = openAt(place);
  if (opened.status !== 'ok') return stopOf(opened, path);
  try {
    const hasher = new Bun.CryptoHasher('sha256');
    const buffer = new Uint8Array(piece);
    const read = readerOf(opened.value);
    for (let at = 0; ; ) {
      const size = read(buffer, at);
      if (size === 0) return { sha256: hasher.digest('hex') };
      hasher.update(buffer.subarray(0, size));
      at += size;
      // It grows while we read: what was looked at is not what is there.
      if (at > mostFileBytes) return { id: 'too-large', subject: path, detail: String(at) };
    }
  } finally {
    closeDescriptor(opened.value);
  }
}

/** A name at which nothing lies, with its folder. */
export function absenceAt(place: PlaceInFolder, path: PathText): RecordedAbsence | Stop {
  const folder = stateOf(place.folder);
  if (folder.status !== 'ok') return stopOf(folder, path);
  const { flags } = folder.value;
  return { path, folder: { ...recordedTimes(folder.value), ...(flags === undefined ? {} : { flags }) } };
}

/** What lies at a place; its folder is recorded as it is now. */
export function lookAt(place: PlaceInFolder, path: PathText): RecordedFile | Stop {
  const state = stateAt(place);
  if (state.status !== 'ok') return stopOf(state, path);
  const around = absenceAt(place, path);
  if (isStop(around)) return around;
  const { type } = state.value;
  if (type === 'other') return { id: 'other-type', subject: path, detail: '' };
  const shared = { ...around, state: recordedState(state.value) };
  if (type === 'link') {
    const target = linkTarget(place);
    if (target.status !== 'ok') return stopOf(target, path);
    return { ...shared, sha256: sha256Of(target.value), target: printableBytes(target.value) };
  }
  const hash = hashOf(place, state.value, path);
  return isStop(hash) ? hash : { ...shared, sha256: hash.sha256 };
}

/** Runs `action` at a path below `root`, and closes its folder. */
export function atPath<T>(root: number, path: PathText, action: (place: PlaceInFolder) => T): T | Stop {
  const place = placeInFolder(root, bytesOf(path));
  if (place.status !== 'ok') return stopOf(place, path);
  try {
    return action(place.value);
  } finally {
    closeDescriptor(place.value.folder);
  }
}

/** What of a file is not as the plan says. */
export function driftOf(planned: FileIdentity, now: RecordedFile): Stop | undefined {
  const found = (id: StopReason, detail: string): Stop => ({ id, subject: planned.path, detail });
  if (now.state.type !== planned.type) return found('other-type', now.state.type);
  if (now.state.inode !== planned.inode) return found('other-file', now.state.inode);
  if (now.sha256 !== planned.sha256) return found('other-content', now.sha256);
  // What a folder holds changes its size, and that is looked at when it is taken.
  if (planned.type !== 'directory' && now.state.size !== planned.size) {
    return found('other-content', String(now.state.size));
  }
  return undefined;
}
