/**
 * What the kernel's process connector tells: that a process was forked, ran another program, or ended.
 *
 * Why: what lives for a few milliseconds is in no listing; here its number and its parent are told.
 * What it is NOT: there for everybody. It needs CAP_NET_ADMIN and answers only in the first pid and network namespace.
 * Sources: include/uapi/linux/cn_proc.h (struct proc_event), include/uapi/linux/connector.h (struct cn_msg),
 * drivers/connector/cn_proc.c. All numbers are in the byte order of the machine, which is little endian on x64 and arm64.
 */

export type ProcessEvent =
  /** The kernel's answer to our wish to listen; 0, or an errno. */
  | { readonly kind: 'answer'; readonly error: number }
  | { readonly kind: 'fork'; readonly pid: number; readonly parent: number }
  | { readonly kind: 'exec' | 'exit'; readonly pid: number };

const messageSize = 16;
const connectorSize = 20;
/** struct proc_event before its union: what, cpu, timestamp. */
const headSize = 16;
const processes = 1;
/** PROC_EVENT_*. */
const what = { answer: 0, fork: 1, exec: 2, exit: 0x8000_0000 } as const;
/** PROC_CN_MCAST_LISTEN. */
const listen = 1;
const done = 3;

/** The message by which we ask to be told. @param port our own of netlink */
export function listenRequest(port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(messageSize + connectorSize + 4));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, done, true);
  view.setUint32(12, port, true);
  view.setUint32(messageSize, processes, true);
  view.setUint32(messageSize + 4, processes, true);
  view.setUint16(messageSize + 16, 4, true);
  view.setUint32(messageSize + connectorSize, listen, true);
  return bytes;
}

/** The events of one datagram. Threads are left out: they are no processes. */
export function readProcessEvents(bytes: Uint8Array, take: (event: ProcessEvent) => void): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    if (at + messageSize + connectorSize + headSize + 4 > bytes.length) return false;
    const length = view.getUint32(at, true);
    if (length < messageSize + connectorSize + headSize + 4 || at + length > bytes.length) return false;
    const event = at + messageSize + connectorSize;
    const own = event + headSize;
    const isOurs =
      view.getUint32(at + messageSize, true) === processes &&
      view.getUint32(at + messageSize + 4, true) === processes;
    const room = at + length - own;
    const kind = view.getUint32(event, true);
    if (isOurs && kind === what.answer) take({ kind: 'answer', error: view.getUint32(own, true) });
    else if (isOurs && kind === what.fork && room >= 16) {
      const [parent, pid, group] = [4, 8, 12].map((offset) => view.getInt32(own + offset, true));
      if (pid !== undefined && pid === group) take({ kind: 'fork', pid, parent: parent ?? 0 });
    } else if (isOurs && (kind === what.exec || kind === what.exit) && room >= 8) {
      const [pid, group] = [0, 4].map((offset) => view.getInt32(own + offset, true));
      if (pid !== undefined && pid === group) take({ kind: kind === what.exec ? 'exec' : 'exit', pid });
    }
    // NLMSG_ALIGN.
    at += (length + 3) & ~3;
  }
  return true;
}
