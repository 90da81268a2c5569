/**
 * What fanotify(7) tells in a group with FAN_REPORT_DFID_NAME: the folder by its handle, the name in it, and who did it.
 *
 * Why: it is the one event of the kernel that names the process together with the name of the file.
 * What it is NOT: complete. Events of the same process on the same name are told once while they wait, and a full queue
 * drops all that follow and says so.
 * Sources: include/uapi/linux/fanotify.h (struct fanotify_event_metadata, fanotify_event_info_fid,
 * fanotify_event_info_pidfd), fanotify(7), Linux 5.9 for names, 5.15 for descriptors of processes.
 */

/** FAN_*: what happened. */
export const fanotifyMask = {
  modify: 0x2,
  attributes: 0x4,
  closeWrite: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  create: 0x100,
  remove: 0x200,
  openExec: 0x1000,
  overflow: 0x4000,
  onChild: 0x0800_0000,
  folder: 0x4000_0000,
} as const;

export interface FanotifyEvent {
  readonly mask: number;
  /** 0 where the process is outside of our pid namespace, or ended before the event was made. */
  readonly pid: number;
  /** A descriptor of the process that the reader closes; undefined where the kernel gives none. */
  readonly process: number | undefined;
  /** fsid and handle of the folder, in hexadecimal; empty where none was told. */
  readonly folder: string;
  /** In the folder; empty where it is the folder itself. */
  readonly name: Uint8Array;
}

const metadataSize = 24;
const version = 3;
/** FAN_EVENT_INFO_TYPE_*. */
const info = { folderAndName: 2, folder: 3, process: 4 } as const;
const none = new Uint8Array(0);

/** fsid (8 bytes), then struct file_handle: bytes, type, the handle. */
const handleText = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('hex');

/**
 * The events in what one read(2) gave. What does not fit its own lengths ends the reading.
 * @param take called for each, in their order; the event is good beyond the call
 * @returns false where something was no event of this form
 */
export function readFanotify(bytes: Uint8Array, take: (event: FanotifyEvent) => void): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    if (at + metadataSize > bytes.length) return false;
    const length = view.getUint32(at, true);
    const own = view.getUint16(at + 6, true);
    if (view.getUint8(at + 4) !== version || own < metadataSize || length < own || at + length > bytes.length)
      return false;
    const end = at + length;
    let folder = '';
    let name: Uint8Array = none;
    let process: number | undefined;
    for (let part = at + own; part + 4 <= end; ) {
      const kind = view.getUint8(part);
      const size = view.getUint16(part + 2, true);
      if (size < 4 || part + size > end) return false;
      if (kind === info.process && size >= 8) {
        const descriptor = view.getInt32(part + 4, true);
        // FAN_NOPIDFD and FAN_EPIDFD are negative.
        if (descriptor >= 0) process = descriptor;
      } else if ((kind === info.folderAndName || kind === info.folder) && size >= 20) {
        const handle = view.getUint32(part + 12, true);
        const last = part + 20 + handle;
        if (last > part + size) return false;
        folder = handleText(bytes, part + 4, 16 + handle);
        if (kind === info.folderAndName) {
          const nul = bytes.indexOf(0, last);
          name = bytes.slice(last, nul < 0 || nul > part + size ? part + size : nul);
          // The folder itself.
          if (name.length === 1 && name[0] === 0x2e) name = none;
        }
      }
      part += size;
    }
    // Masks have no bit past 31 that we ask for; FAN_RENAME's is left out.
    take({ mask: view.getUint32(at + 8, true), pid: view.getInt32(at + 20, true), process, folder, name });
    at = end;
  }
  return true;
}
