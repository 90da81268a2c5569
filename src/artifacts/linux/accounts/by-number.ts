/** Names of a host's accounts by their numbers, as its own /etc/passwd has them: what a file's owner is called. */
import { parsePasswd } from '../../../formats/passwd.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';

const passwd = printableText('/etc/passwd');

/** The first line of a number names it. */
export function accountsByNumber(target: Target): ReadonlyMap<number, Printable> {
  const { bytes } = target.readNow({ kind: 'file', path: passwd, limit: 8 << 20 });
  const accounts = new Map<number, Printable>();
  for (const { uid, name } of parsePasswd(bytes)) if (!accounts.has(uid)) accounts.set(uid, name);
  return accounts;
}
