/**
 * What inotify(7) tells: the folder by the number of its watch, and the name in it. It does not say who.
 * Source: include/uapi/linux/inotify.h, struct inotify_event.
 */

/** IN_*. */
export const inotifyMask = {
  modify: 0x2,
  attributes: 0x4,
  closeWrite: 0x8,
  movedTo: 0x80,
  create: 0x100,
  removeSelf: 0x400,
  moveSelf: 0x800,
  overflow: 0x4000,
  ignored: 0x8000,
  onlyFolder: 0x0100_0000,
  noFollow: 0x0200_0000,
} as const;

export interface InotifyEvent {
  /** -1 with `overflow`. */
  readonly watch: number;
  readonly mask: number;
  readonly name: Uint8Array;
}

const headSize = 16;

/** @returns false where something was no event of this form */
export function readInotify(bytes: Uint8Array, take: (event: InotifyEvent) => void): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    if (at + headSize > bytes.length) return false;
    const length = view.getUint32(at + 12, true);
    const end = at + headSize + length;
    if (end > bytes.length) return false;
    const nul = bytes.indexOf(0, at + headSize);
    const name = bytes.slice(at + headSize, nul < 0 || nul > end ? end : nul);
    take({ watch: view.getInt32(at, true), mask: view.getUint32(at + 4, true), name });
    at = end;
  }
  return true;
}
