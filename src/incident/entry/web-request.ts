/**
 * What is kept of a request that may have been a success, and who asked.
 *
 * Behind a proxy, or Docker's userland NAT, the log names this host or its neighbour; then the last address that the proxy
 * adds is who asked. Of a client from outside its own word is not taken.
 */
import type { RequestEvent } from '../../model/facts/event.ts';
import { beginningOf, type Printable, printableText } from '../../model/text.ts';
import { type Kept, shapeOf } from './kept.ts';

/** Characters of a line: enough to know it again, and an attacker may send any number of them. */
const longestText = 512;

export interface KeptRequest extends Kept {
  readonly address: Printable;
  readonly server: string;
  readonly status: number;
  readonly size: number;
}

const inside =
  /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)|^::1$|^f[cd][0-9a-f]{2}:|^fe80:/i;

export function addressOf({ client, forwarded }: RequestEvent): Printable {
  if (forwarded === undefined || forwarded === '' || !inside.test(client)) return beginningOf(client, 64);
  const told = forwarded.split(',').map((part) => part.trim());
  const outside = told.findLast((part) => part !== '' && !inside.test(part));
  return outside === undefined ? beginningOf(client, 64) : beginningOf(printableText(outside), 64);
}

export function keep(event: RequestEvent): KeptRequest {
  const { us, certain, source, text, server, status, size } = event;
  const address = addressOf(event);
  const line = { us, certain, source, text: beginningOf(text, longestText), ...shapeOf(event) };
  return { ...line, address, server, status, size };
}
