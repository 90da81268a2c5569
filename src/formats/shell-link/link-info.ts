/** Where the target lay when the link was made: on which volume or share. Source: [MS-SHLLINK] §2.3. */
import { u32 } from '../little-endian.ts';

export interface LinkInfo {
  /** `C:\Windows\x.exe`; undefined where it was on a share. */
  readonly localPath: string | undefined;
  /** `\\host\share\x.exe` */
  readonly networkPath: string | undefined;
  /** [MS-SHLLINK] §2.3.1: 2 removable, 3 fixed, 4 remote, 5 CD, 6 memory. */
  readonly driveType: number | undefined;
  readonly serial: number | undefined;
  readonly label: string | undefined;
  /** An offset or a size in it lies outside of it. */
  readonly damaged: boolean;
}

const hasLocal = 1;
const hasNetwork = 2;

function textAt(bytes: Uint8Array, at: number, wide: boolean): string | undefined {
  if (at <= 0 || at >= bytes.length) return undefined;
  if (!wide) {
    const end = bytes.indexOf(0, at);
    return Buffer.prototype.latin1Slice.call(bytes, at, end < 0 ? bytes.length : end);
  }
  const text: string = Buffer.prototype.ucs2Slice.call(bytes, at, at + ((bytes.length - at) & ~1));
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** A text by its offset in UTF-16 where there is one, else by the one of a byte each. */
function preferred(bytes: Uint8Array, unicodeAt: number, at: number): string | undefined {
  return textAt(bytes, unicodeAt, true) ?? textAt(bytes, at, false);
}

function networkPath(bytes: Uint8Array): string | undefined {
  const nameAt = u32(bytes, 8);
  const unicode = nameAt > 0x14;
  return preferred(bytes, unicode ? u32(bytes, 20) : 0, nameAt);
}

/** The structure with its own size before it. */
export function parseLinkInfo(bytes: Uint8Array): LinkInfo {
  const header = u32(bytes, 4);
  const flags = u32(bytes, 8);
  const unicode = header >= 0x24;
  const offset = (at: number): number => (header > at ? u32(bytes, at) : 0);
  const suffix = preferred(bytes, unicode ? offset(32) : 0, offset(24)) ?? '';
  const volumeAt = offset(12);
  const networkAt = offset(20);
  const hasVolume = (flags & hasLocal) !== 0 && volumeAt > 0 && volumeAt + 16 <= bytes.length;
  const volume = hasVolume ? bytes.subarray(volumeAt) : undefined;
  const labelAt = volume === undefined ? 0 : u32(volume, 12);
  const local = (flags & hasLocal) === 0 ? undefined : preferred(bytes, unicode ? offset(28) : 0, offset(16));
  const share =
    (flags & hasNetwork) === 0 || networkAt <= 0 || networkAt + 20 > bytes.length
      ? undefined
      : networkPath(bytes.subarray(networkAt));
  const joined = suffix === '' || share?.endsWith('\\') === true ? suffix : `\\${suffix}`;
  return {
    localPath: local === undefined ? undefined : local + suffix,
    networkPath: share === undefined ? undefined : share + joined,
    driveType: volume === undefined ? undefined : u32(volume, 4),
    serial: volume === undefined ? undefined : u32(volume, 8),
    label:
      volume === undefined
        ? undefined
        : labelAt === 0x14
          ? textAt(volume, u32(volume, 16), true)
          : textAt(volume, labelAt, false),
    damaged:
      ((flags & hasLocal) !== 0 && (local === undefined || !hasVolume)) ||
      ((flags & hasNetwork) !== 0 && share === undefined),
  };
}
