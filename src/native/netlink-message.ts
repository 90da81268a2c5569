/**
 * Netlink messages in one datagram: `struct nlmsghdr` and what follows, one after the other.
 *
 * What it is NOT: a reader of sockets, nor of payloads: only where those stand is told.
 * Source: include/uapi/linux/netlink.h (NLMSG_ALIGNTO 4, NLMSG_MIN_TYPE 0x10); an error and the end of a dump begin
 * with an errno, negative or zero.
 */

const headSize = 16;
const messageError = 2;
const messageDone = 3;
const messageOverrun = 4;
/** Types below are of netlink itself. */
const firstOwnType = 0x10;
const flagInterrupted = 0x10;

export interface DatagramRead {
  /**
   * `more` the dump goes on · `done` it is at its end · `failed` the kernel refused, with its errno · `lost` messages
   * were dropped · `malformed` a length that cannot be.
   */
  readonly end: 'more' | 'done' | 'failed' | 'lost' | 'malformed';
  /** Positive; 0 unless the kernel gave one. */
  readonly errno: number;
  /** NLM_F_DUMP_INTR: the list changed while it was dumped. */
  readonly interrupted: boolean;
}

/**
 * Shows the messages of the dump with this sequence number; those of another are passed over.
 *
 * @param take called with the type and the payload, a view into `bytes`
 */
export function readDatagram(
  bytes: Uint8Array,
  sequence: number,
  take: (type: number, payload: Uint8Array) => void,
): DatagramRead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let interrupted = false;
  const ended = (end: DatagramRead['end'], errno = 0): DatagramRead => ({ end, errno, interrupted });
  for (let at = 0; at < bytes.length; ) {
    if (at + headSize > bytes.length) return ended('malformed');
    const length = view.getUint32(at, true);
    if (length < headSize || at + length > bytes.length) return ended('malformed');
    const type = view.getUint16(at + 4, true);
    if (view.getUint32(at + 8, true) === sequence) {
      if ((view.getUint16(at + 6, true) & flagInterrupted) !== 0) interrupted = true;
      const hasCode = length >= headSize + 4;
      const code = hasCode ? view.getInt32(at + headSize, true) : 0;
      if (type === messageError && !hasCode) return ended('malformed');
      if (type === messageError || type === messageDone)
        return code < 0 ? ended('failed', -code) : ended('done');
      if (type === messageOverrun) return ended('lost');
      if (type >= firstOwnType) take(type, bytes.subarray(at + headSize, at + length));
    }
    at += (length + 3) & ~3;
  }
  return ended('more');
}
