/** Records of utmp and lastlog as each kind of machine writes them, for tests. */
import { addressBytes } from '../inet-address.ts';
import type { UtmpLayout } from './layout.ts';

export interface RecordGiven {
  readonly type: number;
  readonly pid?: number;
  readonly line?: string;
  readonly id?: string;
  readonly user?: string;
  readonly host?: string;
  readonly address?: string;
  readonly seconds: number;
  readonly micro?: number;
}

export interface MachineGiven {
  readonly size: UtmpLayout['size'];
  readonly littleEndian: boolean;
}

export const machines = {
  'x86-64': { size: 384, littleEndian: true },
  aarch64: { size: 400, littleEndian: true },
  s390x: { size: 384, littleEndian: false },
  aarch64be: { size: 400, littleEndian: false },
  'musl i386': { size: 396, littleEndian: true },
  libc5: { size: 56, littleEndian: true },
} as const satisfies Readonly<Record<string, MachineGiven>>;

function put(bytes: Uint8Array, at: number, size: number, text = ''): void {
  bytes.set(Buffer.from(text, 'latin1').subarray(0, size), at);
}

/** One record in the layout of that machine. */
export function utmpRecord({ size, littleEndian }: MachineGiven, given: RecordGiven): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const address = given.address === undefined ? undefined : addressBytes(given.address);
  view.setInt16(0, given.type, littleEndian);
  view.setInt32(4, given.pid ?? 0, littleEndian);
  if (size === 56) {
    put(bytes, 8, 12, given.line);
    put(bytes, 20, 4, given.id);
    view.setUint32(24, given.seconds, littleEndian);
    put(bytes, 28, 8, given.user);
    put(bytes, 36, 16, given.host);
    if (address?.length === 4) bytes.set(address, 52);
    return bytes;
  }
  put(bytes, 8, 32, given.line);
  put(bytes, 40, 4, given.id);
  put(bytes, 44, 32, given.user);
  put(bytes, 76, 256, given.host);
  if (size === 384) {
    view.setUint32(340, given.seconds, littleEndian);
    view.setUint32(344, given.micro ?? 0, littleEndian);
  } else {
    view.setBigUint64(344, BigInt(given.seconds), littleEndian);
    view.setBigUint64(352, BigInt(given.micro ?? 0), littleEndian);
  }
  if (address !== undefined) bytes.set(address, size === 384 ? 348 : 360);
  return bytes;
}

export function lastlogRecord(
  { size, littleEndian }: { readonly size: 292 | 296; readonly littleEndian: boolean },
  given: { readonly seconds: number; readonly line?: string; readonly host?: string },
): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 292) view.setUint32(0, given.seconds, littleEndian);
  else view.setBigUint64(0, BigInt(given.seconds), littleEndian);
  put(bytes, size - 288, 32, given.line);
  put(bytes, size - 256, 256, given.host);
  return bytes;
}
