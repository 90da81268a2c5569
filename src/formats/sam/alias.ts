/**
 * Local groups of the SAM (aliases, such as Administrators): the value C, which names the group and lists its members.
 *
 * Source: the layout was worked out from hives of Windows 7 in the corpus (descriptors of twelve bytes from offset 4 on,
 * offsets counted from 0x34), and agrees with the second list that the SAM keeps below `Aliases\Members`.
 */
import { u32 } from '../little-endian.ts';
import { sidSize, sidText } from '../security-identifier.ts';

const base = 0x34;
/** Members of one group that are read. */
const mostMembers = 10_000;

export interface SamAlias {
  readonly rid: number;
  readonly name: string;
  readonly comment: string;
  readonly members: readonly string[];
  /** A text or a member lies outside of it. */
  readonly damaged: boolean;
}

/** The value C of a local group; undefined where it is too short for one. */
export function parseAlias(c: Uint8Array): SamAlias | undefined {
  if (c.length < base) return undefined;
  let damaged = false;
  const part = (at: number): readonly [number, number] => {
    const from = base + u32(c, at);
    const size = u32(c, at + 4);
    if (from + size <= c.length) return [from, size];
    if (size > 0) damaged = true;
    return [c.length, 0];
  };
  const text = (at: number): string => {
    const [from, size] = part(at);
    return Buffer.prototype.ucs2Slice.call(c, from, from + (size & ~1));
  };
  const name = text(0x10);
  const comment = text(0x1c);
  const [from, size] = part(0x28);
  const count = u32(c, 0x30);
  const members: string[] = [];
  for (let at = from; members.length < Math.min(count, mostMembers) && at < from + size; ) {
    const sid = sidText(c, at, from + size - at);
    if (sid === undefined) break;
    members.push(sid);
    at += sidSize(c, at);
  }
  return { rid: u32(c, 0), name, comment, members, damaged: damaged || members.length < count };
}
