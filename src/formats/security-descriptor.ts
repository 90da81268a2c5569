/**
 * Self-relative security descriptors: owner, group, and who may do what.
 *
 * Why: a service or a task whose descriptor denies everybody is not shown by the tools of the system, though it runs;
 * malware hides so. What it is NOT: an evaluation: no group is resolved and no effective right computed.
 * Source: [MS-DTYP] §2.4.6 (SECURITY_DESCRIPTOR), §2.4.5 (ACL), §2.4.4 (ACE).
 */
import { u16, u32 } from './little-endian.ts';
import { sidText } from './security-identifier.ts';

/** ACE types of [MS-DTYP] §2.4.4.1 by number; further ones are told by their number. */
const aceKinds: Readonly<Record<number, AceKind>> = {
  0: 'allow',
  1: 'deny',
  2: 'audit',
  3: 'alarm',
  5: 'allow',
  6: 'deny',
  7: 'audit',
  8: 'alarm',
  9: 'allow',
  10: 'deny',
  11: 'allow',
  12: 'deny',
  13: 'audit',
  15: 'audit',
  17: 'label',
  18: 'attribute',
  19: 'policy',
};
/** Types of which the SID follows a GUID or two. */
const objectTypes: ReadonlySet<number> = new Set([0x05, 0x06, 0x07, 0x08, 0x0b, 0x0c, 0x0f]);

export type AceKind = 'allow' | 'deny' | 'audit' | 'alarm' | 'label' | 'attribute' | 'policy' | 'other';

export interface Ace {
  readonly kind: AceKind;
  /** The number of [MS-DTYP] §2.4.4.1. */
  readonly type: number;
  /** Of §2.4.4.1: 0x08 is for what is made below alone, 0x10 came from above. */
  readonly flags: number;
  /** ACCESS_MASK: what is allowed or denied. */
  readonly mask: number;
  /** Undefined where it is not well-formed. */
  readonly sid: string | undefined;
}

export interface SecurityDescriptor {
  /** Control bits of §2.4.6. */
  readonly control: number;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  /** In their order; undefined without a DACL, which lets everybody do everything. */
  readonly dacl: readonly Ace[] | undefined;
  readonly sacl: readonly Ace[] | undefined;
  /** Something in it was out of bounds and could not be read. */
  readonly damaged: boolean;
}

const daclPresent = 0x0004;
const saclPresent = 0x0010;
/** An ACL has at most 64 KiB, and an ACE at least eight bytes. */
const mostAces = 8192;

interface Acl {
  readonly aces: readonly Ace[];
  readonly damaged: boolean;
}

const sidAt = (bytes: Uint8Array, at: number): string | undefined => sidText(bytes, at, bytes.length - at);

/** Offset of the SID in an ACE: behind header and mask, and behind the GUIDs of an object ACE that are there. */
function sidOffset(ace: Uint8Array, type: number): number {
  if (!objectTypes.has(type)) return 8;
  const present = u32(ace, 8);
  return 12 + ((present & 1) !== 0 ? 16 : 0) + ((present & 2) !== 0 ? 16 : 0);
}

function aclAt(bytes: Uint8Array, at: number): Acl {
  if (at + 8 > bytes.length) return { aces: [], damaged: true };
  const claimed = at + u16(bytes, at + 2);
  const end = Math.min(claimed, bytes.length);
  const count = u16(bytes, at + 4);
  const aces: Ace[] = [];
  let next = at + 8;
  while (aces.length < Math.min(count, mostAces)) {
    const size = next + 8 <= end ? u16(bytes, next + 2) : 0;
    if (size < 8 || next + size > end) break;
    const own = bytes.subarray(next, next + size);
    const type = own[0] ?? 0;
    aces.push({
      kind: aceKinds[type] ?? 'other',
      type,
      flags: own[1] ?? 0,
      mask: u32(own, 4),
      sid: sidAt(own, sidOffset(own, type)),
    });
    next += size;
  }
  return { aces, damaged: aces.length < count || claimed > bytes.length };
}

/** A self-relative descriptor; undefined for what is none. What of it can be read is read. */
export function parseSecurityDescriptor(bytes: Uint8Array): SecurityDescriptor | undefined {
  if (bytes.length < 20 || bytes[0] !== 1) return undefined;
  const control = u16(bytes, 2);
  const [ownerAt, groupAt, saclAt, daclAt] = [u32(bytes, 4), u32(bytes, 8), u32(bytes, 12), u32(bytes, 16)];
  const owner = ownerAt === 0 ? undefined : sidAt(bytes, ownerAt);
  const group = groupAt === 0 ? undefined : sidAt(bytes, groupAt);
  // Present and at 0 is a NULL DACL: no protection at all, which is the same as none.
  const dacl = (control & daclPresent) !== 0 && daclAt !== 0 ? aclAt(bytes, daclAt) : undefined;
  const sacl = (control & saclPresent) !== 0 && saclAt !== 0 ? aclAt(bytes, saclAt) : undefined;
  return {
    control,
    owner,
    group,
    dacl: dacl?.aces,
    sacl: sacl?.aces,
    damaged:
      (ownerAt !== 0 && owner === undefined) ||
      (groupAt !== 0 && group === undefined) ||
      dacl?.damaged === true ||
      sacl?.damaged === true,
  };
}
