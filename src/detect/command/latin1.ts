/** Text of facts as it is read: one character a byte, so that marks past 0xFF are free (`value.ts`). */
import { bytesOf, type Printable } from '../../model/text.ts';

export function latin1Of(text: Printable): string {
  return /^[\x00-\x24\x26-\x7f]*$/.test(text) ? text : Buffer.from(bytesOf(text)).toString('latin1');
}
