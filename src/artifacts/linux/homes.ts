/**
 * Homes of all accounts, and homes that no account names.
 *
 * Why: keys, crontabs, profiles and user units live below them, also below those of system accounts and of
 * accounts that were removed. What it is NOT: a look into them. Several accounts may share one home.
 * Sources: passwd(5); folders of /home and /root. Bound: 4,000 homes.
 */
import { parsePasswd } from '../../formats/passwd.ts';
import { baseName, joinPath, type PathText, type Printable, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

export interface Home {
  readonly path: PathText;
  /** Empty where no account has it. */
  readonly user: Printable;
  /** -1 where no account has it. */
  readonly uid: number;
}

const most = 4_000;
const passwdPath = printableText('/etc/passwd');
const homeFolder = printableText('/home');
const rootHome = printableText('/root');

const remembered = new WeakMap<Target, readonly Home[]>();

function look(target: Target): readonly Home[] {
  const homes = new Map<string, Home>();
  const passwd = target.readNow({ kind: 'file', path: passwdPath, limit: 8 << 20 });
  for (const { name, uid, home } of parsePasswd(passwd.bytes)) {
    // Many system accounts have / or a folder that is not there.
    if (home.startsWith('/') && home !== '/' && !homes.has(home))
      homes.set(home, { path: home, user: name, uid });
  }
  if (!homes.has(rootHome)) homes.set(rootHome, { path: rootHome, user: printableText('root'), uid: 0 });
  const listed = target.readNow({ kind: 'directory', path: homeFolder, limit: most });
  for (const { name, type } of listed.entries) {
    const path = joinPath(homeFolder, name);
    if (type !== 'directory' || homes.has(path)) continue;
    homes.set(path, { path, user: baseName(path), uid: -1 });
  }
  return [...homes.values()].slice(0, most);
}

/** Homes of the target, read once for all artifacts. */
export function homesOf(target: Target): readonly Home[] {
  const known = remembered.get(target);
  if (known !== undefined) return known;
  const homes = look(target);
  remembered.set(target, homes);
  return homes;
}
