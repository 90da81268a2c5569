/**
 * Messages of D-Bus: calls without arguments, and what answers them.
 *
 * What it is NOT: a bus client. Signals and arguments of answers are passed over; of an error its name is told.
 * Layout: D-Bus Specification 0.43, "Message Protocol": byte order, type, flags, version, length of the body, serial;
 * then an array of (byte, variant) padded to 8. Little endian only is written; both are read.
 */
export interface MethodCall {
  readonly serial: number;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Not given between two that are connected without a bus. */
  readonly destination?: string;
  /** Arguments, all of them strings. */
  readonly texts?: readonly string[];
}

const field = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  signature: 8,
} as const;
const type = { call: 1, answer: 2, error: 3 } as const;
const littleEndian = 0x6c;
const bigEndian = 0x42;
const version = 1;
const padded = (at: number, to: number): number => Math.ceil(at / to) * to;

export function encodeCall(call: MethodCall): Uint8Array {
  const bytes: number[] = [littleEndian, type.call, 0, version, 0, 0, 0, 0];
  const u32 = (value: number): void => {
    bytes.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  };
  const align = (to: number): void => {
    while (bytes.length % to !== 0) bytes.push(0);
  };
  u32(call.serial);
  const lengthAt = bytes.length;
  u32(0);
  const text = (id: number, kind: 'o' | 's', value: string): void => {
    align(8);
    bytes.push(id, 1, kind.charCodeAt(0), 0);
    const content = Buffer.from(value, 'latin1');
    u32(content.length);
    bytes.push(...content, 0);
  };
  text(field.path, 'o', call.path);
  text(field.interface, 's', call.interface);
  text(field.member, 's', call.member);
  if (call.destination !== undefined) text(field.destination, 's', call.destination);
  const { texts = [] } = call;
  if (texts.length > 0) {
    align(8);
    bytes.push(
      field.signature,
      1,
      'g'.charCodeAt(0),
      0,
      texts.length,
      ...texts.map(() => 's'.charCodeAt(0)),
      0,
    );
  }
  const length = bytes.length - lengthAt - 4;
  align(8);
  const bodyAt = bytes.length;
  for (const value of texts) {
    align(4);
    const content = Buffer.from(value, 'latin1');
    u32(content.length);
    bytes.push(...content, 0);
  }
  const message = Uint8Array.from(bytes);
  const view = new DataView(message.buffer);
  view.setUint32(4, bytes.length - bodyAt, true);
  view.setUint32(lengthAt, length, true);
  return message;
}

export type DbusMessage =
  | { readonly kind: 'answer' | 'other'; readonly replySerial: number }
  | { readonly kind: 'error'; readonly replySerial: number; readonly name: string };

/** Bytes of one message; the bus allows 128 MiB, and none that is waited for is near it. */
const mostBytes = 1 << 20;
const fixed = 16;

/** `more` where the bytes end before the message does, `broken` where they are none. */
export type DbusReading =
  | { readonly kind: 'whole'; readonly message: DbusMessage; readonly size: number }
  | { readonly kind: 'more' }
  | { readonly kind: 'broken' };

/** Fields of the header whose values are texts or numbers; what comes after another kind is passed over. */
function fieldsOf(view: DataView, little: boolean, end: number): { replySerial: number; errorName: string } {
  let replySerial = 0;
  let errorName = '';
  for (let at = fixed; at + 4 <= end; ) {
    at = padded(at, 8);
    if (at + 4 > end || view.getUint8(at + 1) !== 1) break;
    const id = view.getUint8(at);
    const kind = String.fromCharCode(view.getUint8(at + 2));
    at += 4;
    if (kind === 'u') {
      if (at + 4 > end) break;
      if (id === field.replySerial) replySerial = view.getUint32(at, little);
      at += 4;
    } else if (kind === 's' || kind === 'o') {
      if (at + 4 > end) break;
      const length = view.getUint32(at, little);
      if (length > end - at - 4) break;
      if (id === field.errorName) {
        const from = view.byteOffset + at + 4;
        errorName = Buffer.from(view.buffer, from, length).toString('latin1');
      }
      at += 4 + length + 1;
    } else if (kind === 'g') {
      if (at + 1 > end) break;
      at += 1 + view.getUint8(at) + 1;
    } else break;
  }
  return { replySerial, errorName };
}

/** The message that stands at the beginning. */
export function readMessage(bytes: Uint8Array): DbusReading {
  if (bytes.length < fixed) return { kind: 'more' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const order = view.getUint8(0);
  if ((order !== littleEndian && order !== bigEndian) || view.getUint8(3) !== version) {
    return { kind: 'broken' };
  }
  const little = order === littleEndian;
  const end = fixed + view.getUint32(12, little);
  const size = padded(end, 8) + view.getUint32(4, little);
  if (size > mostBytes) return { kind: 'broken' };
  if (bytes.length < size) return { kind: 'more' };
  const { replySerial, errorName } = fieldsOf(view, little, end);
  const message: DbusMessage =
    view.getUint8(1) === type.error
      ? { kind: 'error', replySerial, name: errorName }
      : { kind: view.getUint8(1) === type.answer ? 'answer' : 'other', replySerial };
  return { kind: 'whole', message, size };
}
