/**
 * One record of utmp, wtmp or btmp: who stands on which line since when.
 *
 * Text is what a client may have chosen (`ut_user` of a failed login, `ut_host` by way of its own DNS). Units:
 * microseconds UTC. Source: utmp(5), utmpdump(1) for the form of the text.
 */
import { type Printable, phrase, printableBytes, printableText } from '../../model/text.ts';
import { addressText } from '../inet-address.ts';
import { isBlank, secondsAt, type UtmpLayout } from './layout.ts';

export interface UtmpRecord {
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** `ut_type`, 0 to 9. */
  readonly type: number;
  readonly pid: number;
  readonly line: Printable;
  readonly id: Printable;
  readonly user: Printable;
  readonly host: Printable;
  /** Address in text; empty where there is none. */
  readonly address: string;
  readonly us: number;
  /** The writer told microseconds. */
  readonly exact: boolean;
}

/** Up to the first NUL. */
export function paddedText(bytes: Uint8Array, at: number, size: number): Printable {
  const nul = bytes.indexOf(0, at);
  return printableBytes(bytes.subarray(at, nul < 0 || nul > at + size ? at + size : nul));
}

function addressAt(bytes: Uint8Array, at: number, size: number): string {
  if (isBlank(bytes, at, size)) return '';
  const isFour = size === 4 || isBlank(bytes, at + 4, 12);
  return addressText(bytes.subarray(at, at + (isFour ? 4 : 16)));
}

export function readUtmpRecord(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  layout: UtmpLayout,
  offset: number,
): UtmpRecord {
  const { littleEndian, seconds, micro, address } = layout;
  const textOf = (field: { readonly at: number; readonly size: number }): Printable =>
    paddedText(bytes, at + field.at, field.size);
  const fraction = micro === undefined ? 0 : secondsAt(view, at + micro.at, micro.size, littleEndian);
  return {
    offset,
    type: view.getInt16(at, littleEndian),
    pid: view.getInt32(at + 4, littleEndian),
    line: textOf(layout.line),
    id: textOf(layout.id),
    user: textOf(layout.user),
    host: textOf(layout.host),
    address: addressAt(bytes, at + address.at, address.size),
    us: secondsAt(view, at + seconds.at, seconds.size, littleEndian) * 1e6 + fraction,
    exact: fraction !== 0,
  };
}

export const isoOf = (us: number): Printable => printableText(new Date(us / 1000).toISOString());

/** As utmpdump(1) shows it, without its padding. */
export const utmpText = ({ type, pid, id, user, line, host, address, us }: UtmpRecord): Printable =>
  phrase`[${type}] [${pid}] [${id}] [${user}] [${line}] [${host}] [${printableText(address)}] [${isoOf(us)}]`;
