/**
 * /etc/passwd: names of user ids, and homes.
 *
 * Why: a miner's user names the way in (redis, postgres, www-data). What it is NOT: all accounts; directory
 * services know more, and nothing of the target is executed to ask them.
 * Source: passwd(5). The first line of a uid names it, as getpwuid does.
 */
import type { PathText, Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { colon, decimal, eachLine, find } from './ascii.ts';

export interface Account {
  readonly name: Printable;
  readonly uid: number;
  readonly gid: number;
  readonly home: PathText;
  readonly shell: PathText;
  /** One-based. */
  readonly line: number;
}

const mostAccounts = 100_000;

export function parsePasswd(bytes: Uint8Array): readonly Account[] {
  const accounts: Account[] = [];
  eachLine(bytes, (start, end, line) => {
    const bounds: [number, number][] = [];
    for (let at = start; at <= end && bounds.length < 7; ) {
      const stop = find(bytes, colon, at, end);
      bounds.push([at, stop]);
      at = stop + 1;
    }
    const field = (index: number): Uint8Array => bytes.subarray(...(bounds[index] ?? [0, 0]));
    const [uidField, gidField] = [field(2), field(3)];
    const uid = decimal(uidField, 0, uidField.length);
    const gid = decimal(gidField, 0, gidField.length);
    if (bounds.length >= 4 && field(0).length > 0 && uid >= 0 && uid <= 0xffff_ffff) {
      accounts.push({
        name: printableBytes(field(0)),
        uid,
        gid: Number.isNaN(gid) ? 0 : gid,
        home: printableBytes(field(5)),
        shell: printableBytes(field(6)),
        line,
      });
    }
    return accounts.length < mostAccounts;
  });
  return accounts;
}
