/**
 * `linux.ssh-trust`: whom SSH trusts beside keys: authorities, principals, and hosts.
 *
 * Reads the keys of TrustedUserCAKeys, AuthorizedPrincipalsFile of every account, and the files of trusted hosts
 * (.rhosts, .shosts, hosts.equiv, shosts.equiv). Why: whoever has the key of one authority writes himself a new
 * certificate for root whenever he likes, and no authorized_keys changes; `+ +` in .rhosts lets in everybody where
 * a daemon reads it. What it is NOT: revocation lists. Principals work only where an authority is trusted.
 * Sources: sshd_config(5), TrustedUserCAKeys, AuthorizedPrincipalsFile; hosts.equiv(5). Bound: 5,000 lines of a file.
 */
import { parseAuthorizedKeys } from '../../../formats/authorized-keys.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { readAccounts } from './account-book.ts';
import { keyPlaces } from './key-places.ts';
import { isBaseAccount, isUnusualPlace } from './known-accounts.ts';
import { isNone, keyCommand, shownKey } from './ssh-marks.ts';
import { readSshd, type SshdSettings, sshdSources } from './sshd-files.ts';

const id = 'linux.ssh-trust';
const hostFiles = ['/etc/hosts.equiv', '/etc/shosts.equiv', '/etc/ssh/shosts.equiv'].map((path) =>
  printableText(path),
);
const homeHosts = ['.rhosts', '.shosts'].map((name) => printableText(name));
const remoteShells = ['/usr/sbin/in.rshd', '/usr/sbin/in.rlogind', '/usr/sbin/rshd', '/usr/sbin/rlogind'].map(
  (path) => printableText(path),
);
const most = 5_000;

const isThere = (context: ArtifactContext, path: PathText): boolean =>
  context.target.readNow({ kind: 'stat', path, follow: true }).status !== 'absent';

function authorities(context: ArtifactContext, sshd: SshdSettings): readonly PersistenceFact[] {
  return sshd.all
    .filter(({ keyword, args }) => keyword === 'trustedusercakeys' && !isNone(args[0]))
    .flatMap((setting) => {
      const path = printableLatin1(setting.args[0] ?? '');
      if (!path.startsWith('/') || !isThere(context, path)) return [];
      const { keys, noise } = parseAuthorizedKeys(readFileNow(context, id, path, settingsLimit).bytes);
      return keys.map((one) => {
        const marks: PersistenceMark[] = [];
        if (noise) marks.push('binary-noise');
        if (one.concealed) marks.push('concealed-in-file');
        if (isUnusualPlace(path)) marks.push('unusual-place');
        return entry({
          source: { source: path, line: one.line },
          mechanism: 'ssh-trusted-ca',
          user: phrase`every user`,
          trigger: phrase`login`,
          ...keyCommand(one),
          active: sshd.isEffective(setting),
          marks,
          text: shownKey(one),
        });
      });
    });
}

function principals(context: ArtifactContext, sshd: SshdSettings): readonly PersistenceFact[] {
  if (!sshd.all.some(({ keyword }) => keyword === 'authorizedprincipalsfile')) return [];
  const trusted = sshd.isEver('trustedusercakeys', /^(?!none$)/i, false);
  const book = readAccounts(context, id);
  return keyPlaces(book, sshd, 'authorizedprincipalsfile', []).flatMap(({ path, account, shared }) => {
    if (!isThere(context, path)) return [];
    const { bytes } = readFileNow(context, id, path, settingsLimit);
    return [...textLines(bytes, { lines: most, longest: 8192 })].flatMap(({ line, text }) => {
      const trimmed = text.trim();
      if (trimmed === '' || trimmed.startsWith('#')) return [];
      const command = /(?:^|,)command="((?:[^"\\]|\\.)*)"/.exec(trimmed)?.[1]?.replaceAll('\\"', '"');
      const marks: PersistenceMark[] = [];
      if (isUnusualPlace(path)) marks.push('unusual-place');
      if (account.uid !== 0 && isBaseAccount(account.name) && command === undefined && !shared) {
        marks.push('of-system-account', 'key-of-system-account');
      }
      return [
        entry({
          source: { source: path, line },
          mechanism: 'ssh-principals',
          user: shared ? phrase`every user` : account.name,
          trigger: phrase`login`,
          command: printableLatin1(command ?? trimmed),
          language: command === undefined ? 'none' : 'shell',
          active: trusted,
          marks,
          text: printableLatin1(trimmed),
        }),
      ];
    });
  });
}

/** `host [user]` or `+`; a daemon must read them, sshd with HostbasedAuthentication or rlogin and rsh. */
function trustedHosts(
  context: ArtifactContext,
  path: PathText,
  user: Printable,
  active: boolean,
): readonly PersistenceFact[] {
  if (!isThere(context, path)) return [];
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: most, longest: 4096 })].flatMap(({ line, text }) => {
    const trimmed = text.trim();
    if (trimmed === '' || /^[#-]/.test(trimmed)) return [];
    return [
      entry({
        source: { source: path, line },
        mechanism: 'ssh-authorized-key',
        user,
        trigger: phrase`login`,
        command: phrase`trusts ${printableLatin1(trimmed)}`,
        language: 'none',
        active,
        // `+` is every host.
        marks: /^\+(?:\s|$)/.test(trimmed) ? ['opens-access'] : [],
        text: printableLatin1(trimmed),
      }),
    ];
  });
}

export const sshTrust: PersistenceArtifact = {
  id,
  sources: [
    ...sshdSources,
    ...hostFiles.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...homeHosts.map((name) => ({ kind: 'glob' as const, path: `/home/*/${name}`, live: false })),
  ],
  mechanisms: ['ssh-trusted-ca', 'ssh-principals', 'ssh-authorized-key'],
  order: 14,
  required: true,
  gather(context) {
    const sshd = readSshd(context, id);
    const remote = remoteShells.some((path) => isThere(context, path));
    const byHost = sshd.isEver('hostbasedauthentication', /^yes$/i, false);
    const ofUsers = byHost && sshd.isEver('ignorerhosts', /^(?:no|shosts-only)$/i, false);
    const facts = [
      ...authorities(context, sshd),
      ...principals(context, sshd),
      ...hostFiles.flatMap((path) => trustedHosts(context, path, phrase`every user`, byHost || remote)),
      ...homesOf(context.target).flatMap(({ path, user }) =>
        homeHosts.flatMap((name) => trustedHosts(context, joinPath(path, name), user, ofUsers || remote)),
      ),
    ];
    return Promise.resolve(facts);
  },
};
