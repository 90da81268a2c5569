/**
 * What a rule of sudo or doas is worth: whether a command gives a whole shell, and whether whom it names should
 * have one.
 *
 * What it is NOT: a judgement of the owner's rules. A person, an agent of the cloud, or a group of administrators
 * with `NOPASSWD: ALL` is how images are made, and carries no mark; a daemon, everybody, or a group in which everybody
 * is does. Sources: sudoers(5), "Security notes" on shell escapes; doas.conf(5).
 */
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceMark } from '../../../model/facts/persistence.ts';
import { type AccountBook, letsIn } from './account-book.ts';
import { isBaseAccount, isWideGroup, looksLikeBaseAccount } from './known-accounts.ts';

const shells = /(?:^|\/)(?:(?:ba|da|z|k|a|c|tc|fi)?sh|su|sudo|busybox)$/;
/**
 * Programs from which a user comes into a shell of root at once: interpreters, editors, pagers, wrappers. Those that
 * only write files (tee, cp, rsync) are left out: web applications are given them every day.
 */
const escapes =
  /(?:^|\/)(?:env|vim?|vim\.\w+|view|nvim|nano|pico|emacs|ed|less|more|man|most|find|awk|gawk|mawk|perl|python[\d.]*|ruby|lua[\d.]*|node|php[\d.]*|expect|tclsh|gdb|strace|nsenter|chroot|unshare|systemd-run|xargs|nice|nohup|timeout|socat|nc|ncat|visudo|insmod)$/;
const programFolder = /^(?:\/usr)?(?:\/local)?\/s?bin\/\*?$|^\/\*$/;

/** 2 for a whole shell, 1 for a program from which one comes, 0 for one command. */
export function shellLevel(command: string): 0 | 1 | 2 {
  if (command === 'ALL') return 2;
  const [program = '', ...args] = command.split(/\s+/);
  if (programFolder.test(program)) return 2;
  // Arguments that are all laid down leave no choice; `""` allows none at all.
  const free = args.length === 0 || args.some((arg) => /(?:^|[^\\])[*?]/.test(arg));
  if (!free) return 0;
  return shells.test(program) ? 2 : escapes.test(program) ? 1 : 0;
}

export interface Subject {
  /** As the rule writes it: `ALL`, a name, `%group`, `#uid`. */
  readonly text: string;
}

export interface Rights {
  readonly shell: 0 | 1 | 2;
  readonly asRoot: boolean;
  readonly withoutPassword: boolean;
}

/** The least that whoever has no business with root must not have: everybody and daemons, then other services. */
function forbiddenFrom(book: AccountBook, subject: string): 1 | 2 | undefined {
  if (subject === 'ALL') return 1;
  if (subject.startsWith('%')) return isWideGroup(subject.slice(1)) ? 1 : undefined;
  const uid = /^#(\d{1,10})$/.exec(subject)?.[1];
  const account = uid === undefined ? book.account(printableLatin1(subject)) : book.accountOf(Number(uid));
  if (account === undefined) return isBaseAccount(printableLatin1(subject)) ? 1 : undefined;
  if (account.uid === 0) return undefined;
  if (isBaseAccount(account.name)) return 1;
  // A service that cannot log in (a web application, a database); one with a shell is used by people.
  return book.isSystem(account) && !letsIn(account.shell) ? 2 : undefined;
}

export function rightsMarks(
  book: AccountBook,
  subjects: readonly Subject[],
  rights: Rights,
): PersistenceMark[] {
  const marks: PersistenceMark[] = [];
  const unfit = subjects.some(({ text }) => rights.shell >= (forbiddenFrom(book, text) ?? 3));
  const daemon = subjects.some(({ text }) => {
    const account = book.account(printableLatin1(text));
    return account !== undefined && book.isSystem(account);
  });
  if (daemon) marks.push('of-system-account');
  if (unfit && rights.asRoot && rights.withoutPassword) marks.push('opens-access');
  if (subjects.some(({ text }) => looksLikeBaseAccount(printableLatin1(text)))) marks.push('look-alike-name');
  return marks;
}
