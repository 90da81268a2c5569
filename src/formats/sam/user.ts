/**
 * One account of the SAM: its values F (times, flags, numbers) and V (texts and secrets).
 *
 * Why: a shadow account is made by changing these bytes. The number in F decides who somebody is after the logon; where it
 * is not that of the key, the account was made into another one (a clone of the administrator). What it is NOT: a
 * reader of password hashes: of those only whether there is one.
 * Sources: libyal/winreg-kb, winregrc/sam.yaml (F, V); [MS-SAMR] §2.2.1.12 (flags); places of the texts in V as in
 * Petter Nordahl-Hagen's sam.h; compared with hives of Windows 7 in the corpus.
 */
import type { Filetime } from '../filetime.ts';
import { u16, u32, u64 } from '../little-endian.ts';

/** Account control bits as the SAM keeps them, which are those of [MS-SAMR] §2.2.1.12. */
export const accountFlag = {
  disabled: 0x0001,
  homeFolderRequired: 0x0002,
  passwordNotRequired: 0x0004,
  normal: 0x0010,
  workstation: 0x0080,
  server: 0x0100,
  passwordNeverExpires: 0x0200,
  lockedOut: 0x0400,
} as const;

export interface UserNumbers {
  /** The number that counts after a logon. */
  readonly rid: number;
  readonly primaryGroup: number;
  /** Bits of `accountFlag`. */
  readonly flags: number;
  readonly lastLogon: Filetime;
  readonly passwordSet: Filetime;
  /** 0x7FFFFFFFFFFFFFFF or 0 for never. */
  readonly expires: Filetime;
  readonly lastFailure: Filetime;
  /** Wrong passwords since the last right one. */
  readonly failures: number;
  readonly logons: number;
}

const numbersSize = 68;

/** The value F; undefined where it is too short for one. */
export function parseUserNumbers(f: Uint8Array): UserNumbers | undefined {
  if (f.length < numbersSize) return undefined;
  return {
    lastLogon: u64(f, 8),
    passwordSet: u64(f, 24),
    expires: u64(f, 32),
    lastFailure: u64(f, 40),
    rid: u32(f, 48),
    primaryGroup: u32(f, 52),
    flags: u16(f, 56),
    failures: u16(f, 64),
    logons: u16(f, 66),
  };
}

export interface UserTexts {
  readonly name: string;
  readonly fullName: string;
  readonly comment: string;
  readonly homeFolder: string;
  readonly script: string;
  readonly profile: string;
  /** Names of hosts from which it may log on, with commas between them; empty for all. */
  readonly workstations: string;
  /** Undefined where the place of the hash is not understood. */
  readonly hasPassword: boolean | undefined;
  /** Some of its texts lie outside of it. */
  readonly damaged: boolean;
}

/** 17 places of twelve bytes each; offsets count from behind them. */
const base = 17 * 12;
const place = {
  name: 1,
  fullName: 2,
  comment: 3,
  homeFolder: 6,
  script: 8,
  profile: 9,
  workstations: 10,
  ntHash: 14,
} as const;
/** A hash of the first revision is 4 bytes of head and 16 of hash, of the second 24 and at least 32. */
const emptyHashes: ReadonlySet<number> = new Set([0, 4, 24]);

/** The value V; undefined where it is too short for one. */
export function parseUserTexts(v: Uint8Array): UserTexts | undefined {
  if (v.length < base) return undefined;
  let damaged = false;
  const text = (index: number): string => {
    const at = base + u32(v, index * 12);
    const size = u32(v, index * 12 + 4);
    if (size === 0) return '';
    if (at + size > v.length) {
      damaged = true;
      return '';
    }
    return Buffer.prototype.ucs2Slice.call(v, at, at + (size & ~1));
  };
  const hash = u32(v, place.ntHash * 12 + 4);
  const isHash = emptyHashes.has(hash) || hash === 20 || hash >= 40;
  return {
    name: text(place.name),
    fullName: text(place.fullName),
    comment: text(place.comment),
    homeFolder: text(place.homeFolder),
    script: text(place.script),
    profile: text(place.profile),
    workstations: text(place.workstations),
    hasPassword: isHash ? !emptyHashes.has(hash) : undefined,
    damaged,
  };
}
