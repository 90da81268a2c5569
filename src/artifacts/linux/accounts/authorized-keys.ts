/**
 * `linux.authorized-keys`: every key that opens an account.
 *
 * Reads authorized_keys wherever AuthorizedKeysFile points, of every account and of homes without one, those of system
 * accounts and of `/` too, and dropbear's. One entry a key: type, fingerprint and comment name it (the log of sshd names
 * the same), and the same fingerprint in several accounts is the same key. Why: nearly every family that comes by SSH
 * or Redis leaves a key, often made immutable. What it is NOT: a way to tell an attacker's key from an admin's by itself.
 * A line `cert-authority` is one of `ssh-trusted-ca`. Sources: sshd(8), AUTHORIZED_KEYS FILE FORMAT; dropbear(8);
 * knowledge on families §3, on entry §5.2. Bounds: those of `key-places.ts`; 20,000 keys.
 */
import { type AuthorizedKey, optionOf, parseAuthorizedKeys } from '../../../formats/authorized-keys.ts';
import type { PasswdLine } from '../../../formats/passwd-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import {
  baseName,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { type AccountBook, letsIn, readAccounts } from './account-book.ts';
import { keyPlaces } from './key-places.ts';
import { isBaseAccount, isRefusingShell, isUnusualPlace } from './known-accounts.ts';
import { keyCommand, loadedBy, shownKey } from './ssh-marks.ts';
import { readSshd, type SshdSettings, sshdSources } from './sshd-files.ts';

const id = 'linux.authorized-keys';
const dropbearKeys = printableText('/etc/dropbear/authorized_keys');
const dropbearFolder = printableText('/etc/dropbear');
const sshFolder = printableText('.ssh');
const byDefault = ['.ssh/authorized_keys', '.ssh/authorized_keys2'];
const mostKeys = 20_000;

interface Doors {
  readonly book: AccountBook;
  readonly sshd: SshdSettings;
  readonly dropbear: boolean;
  readonly nowUs: number;
}

interface KeyFile {
  readonly path: PathText;
  readonly account: PasswdLine | undefined;
  readonly user: Printable;
  readonly active: boolean;
  readonly shared: boolean;
}

/** `YYYYMMDD[HHMM[SS]][Z]`; a day is precise enough. */
function hasExpired(one: AuthorizedKey, nowUs: number): boolean {
  const found = /^(\d{4})(\d{2})(\d{2})/.exec(optionOf(one, 'expiry-time') ?? '');
  if (found === null) return false;
  return (Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) + 86_400_000) * 1000 < nowUs;
}

function keyMarks(
  doors: Doors,
  file: KeyFile,
  one: AuthorizedKey,
  noise: boolean,
): readonly PersistenceMark[] {
  const { account, path, shared } = file;
  const marks: PersistenceMark[] = [];
  if (noise) marks.push('binary-noise');
  if (one.concealed) marks.push('concealed-in-file');
  if (isUnusualPlace(path)) marks.push('unusual-place');
  if (account === undefined || account.uid === 0) return marks;
  const system = doors.book.isSystem(account);
  if (system) marks.push('of-system-account');
  // A key that runs one command is how backups reach an account of the system.
  const bound = optionOf(one, 'command') !== undefined;
  const closed = isBaseAccount(account.name) || (system && isRefusingShell(account.shell));
  if (closed && !bound && !shared) marks.push('key-of-system-account');
  return marks;
}

function keyEntries(context: ArtifactContext, doors: Doors, file: KeyFile): readonly PersistenceFact[] {
  const reading = readFileNow(context, id, file.path, settingsLimit);
  if (!reading.readable) return [];
  const { keys, noise } = parseAuthorizedKeys(reading.bytes);
  return keys.flatMap((one): readonly PersistenceFact[] => {
    const authority = optionOf(one, 'cert-authority') !== undefined;
    const shared = {
      source: { source: file.path, line: one.line },
      user: file.user,
      trigger: phrase`login`,
      active: file.active && !one.refused && !hasExpired(one, doors.nowUs),
      marks: keyMarks(doors, file, one, noise),
      text: shownKey(one),
    };
    const loads = one.options.flatMap(({ name, value }) => {
      const loaded = name === 'environment' ? loadedBy(value) : undefined;
      return loaded === undefined ? [] : [loaded];
    });
    const allowed = doors.sshd.isEver('permituserenvironment', /^(?!no$)/i, false);
    return [
      entry({
        ...shared,
        mechanism: authority ? 'ssh-trusted-ca' : 'ssh-authorized-key',
        ...keyCommand(one),
      }),
      ...loads.map((loaded) =>
        entry({
          ...shared,
          mechanism: 'ssh-authorized-key',
          ...loaded,
          language: 'setting',
          active: shared.active && allowed,
        }),
      ),
    ];
  });
}

function isOpen({ sshd, dropbear }: Doors, account: PasswdLine): boolean {
  if (dropbear) return true;
  if (!sshd.isEver('pubkeyauthentication', /^yes$/i, true)) return false;
  return account.uid !== 0 || sshd.isEver('permitrootlogin', /^(?!no$)/i, true);
}

/** Files in which a daemon looks, then those that lie beside them and are not looked at. */
function keyFiles(context: ArtifactContext, doors: Doors): readonly KeyFile[] {
  const { book, sshd, dropbear } = doors;
  const files = new Map<PathText, KeyFile>();
  const isThere = (path: PathText): boolean =>
    context.target.readNow({ kind: 'stat', path }).status !== 'absent';
  for (const { path, account, shared } of keyPlaces(book, sshd, 'authorizedkeysfile', byDefault)) {
    if (!isThere(path)) continue;
    const user = shared ? phrase`every user` : account.name;
    files.set(path, { path, account, user, active: isOpen(doors, account), shared });
  }
  const root = book.passwd.find(({ uid, compat }) => uid === 0 && !compat);
  if (isThere(dropbearKeys)) {
    const user = root?.name ?? phrase`root`;
    files.set(dropbearKeys, { path: dropbearKeys, account: root, user, active: true, shared: false });
  }
  const owners = new Map<PathText, PasswdLine>();
  for (const account of book.passwd) {
    const known = owners.get(account.home);
    if (known === undefined || (!letsIn(known.shell) && letsIn(account.shell)))
      owners.set(account.home, account);
  }
  const homes = new Set<PathText>([...homesOf(context.target).map(({ path }) => path), printableText('/')]);
  for (const home of homes) {
    const folder = joinPath(home, sshFolder);
    if (!isThere(folder)) continue;
    for (const { path, name } of filesIn(context, id, folder, (one) => one.startsWith('authorized_keys'))) {
      if (files.has(path)) continue;
      const account = owners.get(home);
      const plain = byDefault.some((one) => one.endsWith(`/${name}`));
      const user = account?.name ?? (home === '/' ? phrase`` : baseName(home));
      files.set(path, {
        path,
        account,
        user,
        active: plain && dropbear && account !== undefined,
        shared: false,
      });
    }
  }
  return [...files.values()];
}

export const authorizedKeys: PersistenceArtifact = {
  id,
  sources: [
    ...sshdSources,
    { kind: 'glob', path: '/home/*/.ssh/authorized_keys*', live: false },
    { kind: 'glob', path: '/root/.ssh/authorized_keys*', live: false },
    { kind: 'file', path: dropbearKeys, live: false },
  ],
  mechanisms: ['ssh-authorized-key', 'ssh-trusted-ca'],
  order: 14,
  required: true,
  gather(context) {
    const doors: Doors = {
      book: readAccounts(context, id),
      sshd: readSshd(context, id),
      dropbear: context.target.readNow({ kind: 'stat', path: dropbearFolder }).status === 'ok',
      nowUs: context.nowUs,
    };
    const facts: PersistenceFact[] = [];
    for (const file of keyFiles(context, doors)) {
      facts.push(...keyEntries(context, doors, file));
      if (facts.length >= mostKeys) break;
    }
    return Promise.resolve(facts);
  },
};
