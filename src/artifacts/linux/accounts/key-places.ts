/**
 * Files in which sshd looks for the keys of each account, or for its principals.
 *
 * The tokens %h, %u, %U and %% are put in for every account of passwd; a relative path is one of its home. Accounts that
 * share a home or a file share the keys in it. What it is NOT: a reading of them.
 * Sources: sshd_config(5), TOKENS, AuthorizedKeysFile, AuthorizedPrincipalsFile. Bounds: 20,000 files, 64 settings below `Match`.
 */
import type { PasswdLine } from '../../../formats/passwd-lines.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import { bytesOf, type PathText } from '../../../model/text.ts';
import { type AccountBook, letsIn } from './account-book.ts';
import { isNone } from './ssh-marks.ts';
import { mayHoldFor, type SshdSettings } from './sshd-files.ts';

const most = 20_000;
const mostConditions = 64;

export interface KeyPlace {
  readonly path: PathText;
  /** Whom it lets in: of several accounts the first that has a shell. */
  account: PasswdLine;
  /** One file for every account. */
  readonly shared: boolean;
}

const latin1 = (text: PathText): string => Buffer.from(bytesOf(text)).toString('latin1');

function expanded(pattern: string, account: PasswdLine): PathText {
  const home = latin1(account.home);
  const text = pattern.replace(/%([%huU])/g, (_whole, token: string) => {
    if (token === 'h') return home;
    if (token === 'u') return latin1(account.name);
    return token === 'U' ? String(account.uid) : '%';
  });
  return printableLatin1(text.startsWith('/') ? text : `${home === '/' ? '' : home}/${text}`);
}

export function keyPlaces(
  book: AccountBook,
  sshd: SshdSettings,
  keyword: 'authorizedkeysfile' | 'authorizedprincipalsfile',
  byDefault: readonly string[],
): readonly KeyPlace[] {
  const places = new Map<PathText, KeyPlace>();
  const global = sshd.first(keyword)?.args ?? byDefault;
  const below = sshd.all
    .filter((one) => one.keyword === keyword && one.condition !== undefined)
    .slice(0, mostConditions);
  for (const account of book.passwd) {
    if (account.compat || book.account(account.name) !== account || !account.home.startsWith('/')) continue;
    const user = latin1(account.name).slice(0, 256);
    const own = below.filter((one) => mayHoldFor(one, user)).flatMap(({ args }) => args);
    for (const pattern of [...global, ...own].filter((one) => !isNone(one))) {
      const path = expanded(pattern, account);
      const known = places.get(path);
      if (known === undefined) {
        if (places.size >= most) return [...places.values()];
        places.set(path, { path, account, shared: pattern.startsWith('/') && !/%[huU]/.test(pattern) });
      } else if (!letsIn(known.account.shell) && letsIn(account.shell)) known.account = account;
    }
  }
  return [...places.values()];
}
