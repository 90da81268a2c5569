/**
 * `linux.accounts`: accounts that let in who should not be let in.
 *
 * Reads passwd and shadow: root and every other account with uid 0; system accounts with a shell, with a password, or
 * with a shell that only looks like one that refuses (a blank after nologin, a nologin that leads to bash); empty
 * passwords; shells of persons that no distribution brings; names that are hard to tell from a system account's.
 * Why: miners that come by SSH make accounts to come back by, and give `games` or `news` a shell because nobody reads
 * those lines. What it is NOT: a list of persons, or of strong passwords; a hash is never kept.
 * Where most system accounts have a shell, the distribution gave it to them (Debian 7, SUSE), and none is marked.
 * Sources: passwd(5), shadow(5), shells(5), nsswitch.conf(5); knowledge on families §3 ("backdoor accounts").
 * Bound: 10,000 entries.
 */
import type { PasswdLine } from '../../../formats/passwd-lines.ts';
import type { ShadowLine } from '../../../formats/shadow.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { baseName, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { type AccountBook, letsIn, passwdPath, readAccounts, shadowPath } from './account-book.ts';
import {
  hasBlank,
  isBaseAccount,
  isRefusingShell,
  isUnusualPlace,
  isUsualShell,
  looksLikeBaseAccount,
  mayHaveShell,
} from './known-accounts.ts';

const id = 'linux.accounts';
const mostEntries = 10_000;
const shellsPath = printableText('/etc/shells');
const nameServices = printableText('/etc/nsswitch.conf');
const standIns = ['/usr/sbin/nologin', '/sbin/nologin', '/bin/false', '/usr/bin/false'].map((path) =>
  printableText(path),
);

interface Host {
  readonly book: AccountBook;
  /** Shells that the owner allows. */
  readonly shells: ReadonlySet<string>;
  /** Lines of NIS are in effect. */
  readonly compat: boolean;
  /** The distribution gives its system accounts shells. */
  readonly shellsAreUsual: boolean;
  readonly today: number;
}

function hostOf(context: ArtifactContext): Host {
  const book = readAccounts(context, id);
  const shells = new Set<string>();
  for (const { text } of textLines(readFileNow(context, id, shellsPath, 1 << 20).bytes, { lines: 1_000 })) {
    if (text.startsWith('/')) shells.add(printableLatin1(text.trimEnd()));
  }
  const services = [...textLines(readFileNow(context, id, nameServices, 1 << 20).bytes, { lines: 1_000 })];
  const base = book.passwd.filter(({ name, uid, compat }) => !compat && uid !== 0 && isBaseAccount(name));
  const withShell = base.filter(({ shell }) => isUsualShell(shell));
  return {
    book,
    shells,
    compat: services.some(({ text }) => /^\s*passwd\s*:[^#]*\bcompat\b/.test(text)),
    shellsAreUsual: base.length >= 6 && withShell.length * 2 > base.length,
    today: Math.floor(context.nowUs / 86_400_000_000),
  };
}

function lineEntry(
  account: PasswdLine,
  mechanism: Mechanism,
  marks: readonly PersistenceMark[],
  active: boolean,
): PersistenceFact {
  const shell: PathText = account.shell === '' ? printableText('/bin/sh') : account.shell;
  return entry({
    source: { source: passwdPath, line: account.line },
    mechanism,
    user: account.name,
    trigger: phrase`login`,
    command: shell,
    language: shell.startsWith('/') && !hasBlank(shell) ? 'argv' : 'none',
    ...(shell.startsWith('/') ? { target: shell } : {}),
    active,
    marks,
    text: account.shown,
  });
}

function marksOf(host: Host, account: PasswdLine, first: PasswdLine | undefined): readonly PersistenceMark[] {
  const { name, uid, shell, home } = account;
  const { book, shellsAreUsual } = host;
  const marks: PersistenceMark[] = [];
  const opens = letsIn(shell) || !isRefusingShell(shell);
  // The uid of a system account under another name is that account all the same.
  const alias = first !== undefined && first.name !== name && isBaseAccount(first.name);
  if (hasBlank(shell)) marks.push('shell-with-blank');
  const shut = (isBaseAccount(name) && !mayHaveShell(name)) || alias;
  if (uid !== 0 && letsIn(shell) && shut && !shellsAreUsual) {
    marks.push('system-account-shell');
  }
  if (book.isSystem(account)) marks.push('of-system-account');
  if (opens && looksLikeBaseAccount(name)) marks.push('look-alike-name');
  if (opens && isUnusualPlace(home)) marks.push('unusual-place');
  return marks;
}

function accountEntries(host: Host): readonly PersistenceFact[] {
  const { book, shells, compat } = host;
  const byUid = new Map<number, PasswdLine>();
  const roots = book.passwd.filter((one) => one.uid === 0 && !one.compat);
  const root = roots.find(({ name }) => name === 'root') ?? roots[0];
  return book.passwd.flatMap((account): readonly PersistenceFact[] => {
    const { name, uid, shell } = account;
    if (account.compat) {
      // `+::0:0::` gives every account of the directory uid 0.
      const mechanism = uid === 0 ? 'account-uid-0' : 'account-system-shell';
      return [lineEntry(account, mechanism, uid === 0 ? ['uid-0'] : [], compat && name.startsWith('+'))];
    }
    const first = byUid.get(uid);
    if (first === undefined) byUid.set(uid, account);
    const marks = marksOf(host, account, first);
    const reached = book.account(name) === account;
    if (uid === 0) {
      const other = account !== root;
      return [lineEntry(account, 'account-uid-0', other ? ['uid-0', ...marks] : marks, reached)];
    }
    const odd = !isRefusingShell(shell) && !isUsualShell(shell) && !shells.has(shell);
    const opens = letsIn(shell) || !isRefusingShell(shell);
    const telling = odd || marks.some((mark) => mark !== 'of-system-account');
    if (!telling && !(opens && book.isSystem(account))) return [];
    return [lineEntry(account, 'account-system-shell', marks, reached)];
  });
}

function passwordEntry(
  host: Host,
  account: PasswdLine,
  one: ShadowLine | undefined,
): readonly PersistenceFact[] {
  const { book, today } = host;
  const own = account.password.state !== 'shadowed';
  const { state } = own ? account.password : (one?.password ?? { state: 'locked' });
  const system = isBaseAccount(account.name) && account.uid !== 0;
  if (state !== 'empty' && !(state === 'set' && system)) return [];
  const open = letsIn(account.shell) || !isRefusingShell(account.shell);
  const closed = one?.expires !== undefined && one.expires <= today;
  const marks: readonly PersistenceMark[] = [
    ...(state === 'empty' ? (['empty-password'] as const) : []),
    ...(state === 'set' && open && !host.shellsAreUsual ? (['opens-access'] as const) : []),
    ...(book.isSystem(account) ? (['of-system-account'] as const) : []),
  ];
  const inShadow = !own && one !== undefined;
  return [
    entry({
      source: inShadow ? { source: shadowPath, line: one.line } : { source: passwdPath, line: account.line },
      mechanism: state === 'empty' ? 'account-empty-password' : 'account-system-shell',
      user: account.name,
      trigger: phrase`login`,
      language: 'none',
      active: open && !closed,
      marks,
      text: inShadow ? one.shown : account.shown,
    }),
  ];
}

/** A program that refuses, and leads to one that does not. */
function standInEntries(context: ArtifactContext): readonly PersistenceFact[] {
  return standIns.flatMap((path) => {
    const link = context.target.readNow({ kind: 'link', path });
    if (link.status !== 'ok' || !/^(?:ba|da|z|k|a|c|tc|fi)?sh$/.test(baseName(link.target))) return [];
    return [
      entry({
        source: { source: path },
        mechanism: 'account-system-shell',
        user: phrase`every system account`,
        trigger: phrase`login`,
        command: link.target,
        language: 'none',
        marks: ['system-account-shell'],
        text: phrase`${path} -> ${link.target}`,
      }),
    ];
  });
}

export const accounts: PersistenceArtifact = {
  id,
  sources: [
    ...[passwdPath, shadowPath, shellsPath, ...standIns].map((path) => ({
      kind: 'file' as const,
      path,
      live: false,
    })),
  ],
  mechanisms: ['account-uid-0', 'account-system-shell', 'account-empty-password'],
  order: 14,
  required: true,
  gather(context) {
    const host = hostOf(context);
    const shadow = new Map([...host.book.shadow].reverse().map((one) => [one.name, one]));
    const passwords = host.book.passwd
      .filter(({ compat }) => !compat)
      .flatMap((account) => passwordEntry(host, account, shadow.get(account.name)));
    const facts = [...standInEntries(context), ...accountEntries(host), ...passwords];
    return Promise.resolve(facts.slice(0, mostEntries));
  },
};
