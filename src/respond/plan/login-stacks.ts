/**
 * What logins rest on, and what a plan must not take from under them: removing a module that a stack still names, the
 * line that checks passwords, or a shell that an account still has, locks everybody out (knowledge on eradication §6.4).
 *
 * Lines of a stack jump over others by their number, so one that is jumped over cannot go by itself. Modules that a line
 * in force names fail the login where they are gone; those with a minus before their type do not.
 * Sources: pam.d(5), "value=N" and "-type"; pam_unix(8), pam_deny(8); passwd(5).
 */

import { type PamLine, parsePam } from '../../formats/pam-config.ts';
import { pamModuleName } from '../../formats/pam-stack.ts';
import { printableLatin1 } from '../../formats/text-lines.ts';
import { baseName, type PathText, type Printable } from '../../model/text.ts';
import { editedBytes } from '../execute/edited-bytes.ts';
import { type CaseView, isSurveyed, type Survey } from './case-view.ts';
import { type Draft, leftOut } from './draft.ts';
import type { Drafted } from './drafted.ts';

const stack = /^\/(?:usr\/lib|etc)\/pam\.(?:d\/[^/]+|conf)$/;
const accounts = '/etc/passwd';
const mostFiles = 1_000;
/** Modules of libpam lie in folders of this name. */
const moduleFolder = /\/security\/[^/]+$/;

/** Who asks for the proof, and who refuses where none was given. */
const needed: ReadonlySet<string> = new Set([
  ...['pam_unix', 'pam_unix2', 'pam_sss', 'pam_ldap', 'pam_winbind', 'pam_krb5', 'pam_tcb', 'pam_pwdb'],
  ...['pam_systemd_home', 'pam_localuser', 'pam_deny'],
]);

export const isLoginStack = (source: string): boolean => stack.test(source);

const formOf = (path: string): 'pam.d' | 'pam.conf' => (path.endsWith('/pam.conf') ? 'pam.conf' : 'pam.d');

const jumpsOf = ({ control }: PamLine): number =>
  Math.max(0, ...[...control.matchAll(/=\s*(\d{1,4})\b/g)].map(([, count]) => Number(count)));

/** Whether a line can go without turning others into what nobody wrote. @param line one-based */
export function mayLeaveStack(content: Uint8Array, source: string, line: number): boolean {
  const lines = parsePam(content, formOf(source));
  const own = lines.find((one) => one.line === line);
  if (own === undefined) return true;
  if (own.kind === 'module' && needed.has(pamModuleName(own.name))) return false;
  const same = lines.filter(
    ({ service, type }) =>
      service === own.service && (own.type === 'every' || type === 'every' || type === own.type),
  );
  const at = same.indexOf(own);
  return same.slice(0, at).every((before, index) => {
    const jumps = jumpsOf(before);
    // Where it led to, the next one stands then; behind the last there is nothing that would let anybody in.
    return index + jumps < at && (jumps === 0 || index + jumps + 1 < at || at + 1 < same.length);
  });
}

/** Files that say what logins need, as the scan met them. */
export const loginFilesToSurvey = ({ files }: CaseView): readonly string[] => [
  ...[...files.keys()].filter((path) => isLoginStack(path)),
  accounts,
];

/** Names that a login needs, by the file that names them: paths, and modules by their name alone. */
function namedIn(path: string, content: Uint8Array): readonly string[] {
  if (path === accounts) {
    const lines = Buffer.from(content).toString('latin1').split('\n');
    return lines.map((line) => line.split(':')[6] ?? '').filter((shell) => shell.startsWith('/'));
  }
  return parsePam(content, formOf(path))
    .filter(({ kind, optionalModule }) => kind !== 'module' || !optionalModule)
    .map(({ name }) => name);
}

const names = (name: string, path: PathText): boolean => {
  const said: string = printableLatin1(name);
  if (said.includes('/')) return said === path;
  return path === `/etc/pam.d/${said}` || (moduleFolder.test(path) && said === baseName(path));
};

/** Where a path is named, before the plan and after it. */
interface LoginFile {
  readonly path: Printable;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function loginFiles(view: CaseView, survey: Survey, drafts: readonly Draft[]): readonly LoginFile[] {
  const changes = new Map(
    drafts.flatMap(({ change }) => ('path' in change ? [[change.path as string, change] as const] : [])),
  );
  const files: LoginFile[] = [];
  const seen = new Set<string>();
  /** @param isNamed a stack in force includes it: then it stays, whatever the plan says */
  const visit = (path: string, isNamed: boolean): void => {
    const found = survey.at(path);
    if (seen.has(path) || seen.size >= mostFiles || !isSurveyed(found) || found.content === undefined) return;
    seen.add(path);
    const change = changes.get(found.file.path);
    const rest = change?.kind === 'edit-file' ? editedBytes(found.content, change.edits) : found.content;
    const goes = change?.kind === 'quarantine' && !isNamed;
    const after = goes || rest === undefined ? [] : namedIn(path, rest);
    files.push({ path: found.file.path, before: namedIn(path, found.content), after });
    if (path === accounts) return;
    for (const name of after) if (name.startsWith('/')) visit(printableLatin1(name), true);
  };
  for (const path of loginFilesToSurvey(view)) visit(path, false);
  return files;
}

/**
 * Leaves out what would lock everybody out, with the folders that it keeps from being empty; of what a login needed until
 * its line goes, says so, and takes it after the line.
 */
export function keptForLogins(view: CaseView, survey: Survey, drafts: readonly Draft[]): Drafted {
  const files = loginFiles(view, survey, drafts);
  const kept: PathText[] = [];
  const marked = drafts.map((draft): Draft => {
    const { change } = draft;
    if (change.kind !== 'quarantine') return draft;
    if (files.some(({ after }) => after.some((name) => names(name, change.path)))) kept.push(change.path);
    const until = files.filter(({ before }) => before.some((name) => names(name, change.path)));
    if (until.length === 0) return draft;
    return {
      ...draft,
      phase: draft.phase === 'persistence' ? 'files' : draft.phase,
      breaks: [
        ...draft.breaks.filter(({ id }) => id !== 'account-logs-in'),
        ...until.map(({ path }) => ({ id: 'account-logs-in' as const, subject: path })),
      ],
    };
  });
  const holds = (path: PathText): boolean => kept.some((one) => one === path || one.startsWith(`${path}/`));
  return {
    drafts: marked.filter(({ change }) => change.kind !== 'quarantine' || !holds(change.path)),
    left: kept.map((path) => leftOut(path, path, 'login-needs-it')),
  };
}
