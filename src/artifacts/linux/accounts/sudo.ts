/**
 * `linux.sudo`: who may become root by sudo, by what, and what sudo itself loads and runs.
 *
 * Reads sudoers with its includes, and sudo.conf (its plugins are libraries that sudo loads as root). An entry for
 * each command that a rule allows, aliases put in. Why: one line in sudoers.d gives a
 * web server's account, and so whoever breaks into it again, the whole host; `!authenticate`, LD_PRELOAD in env_keep
 * or a group plugin do it without a rule. What it is NOT: what sudo would decide for a user of this host.
 * Sources: sudoers(5), sudo.conf(5). Bounds: those of `sudo-files.ts`; 64 commands of one rule, 10,000 entries.
 */

import { isConcealed } from '../../../formats/concealed.ts';
import { AliasTable, type DefaultsSetting, type Grant, type Member } from '../../../formats/sudoers.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { type AccountBook, readAccounts } from './account-book.ts';
import { isUnusualPlace } from './known-accounts.ts';
import { type PlacedLine, readSudoers, sudoersSources } from './sudo-files.ts';
import { rightsMarks, shellLevel } from './sudo-rights.ts';

const id = 'linux.sudo';
const sudoConf = printableText('/etc/sudo.conf');
const mostCommands = 64;
const mostEntries = 10_000;
const mostShown = 4096;

/** Settings whose value is a program that root runs, or a library that it loads. */
const programs: ReadonlySet<string> = new Set([
  'editor',
  'mailerpath',
  'askpass',
  'group_plugin',
  'noexec_file',
]);
/** Settings with files that bring in variables of every command. */
const files: ReadonlySet<string> = new Set(['env_file', 'restricted_env_file']);
const loaders =
  /\b(?:LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|BASH_ENV|ENV|PYTHONPATH|PERL5LIB|PERL5OPT|RUBYLIB)\b/;
const systemFolder = /^\/(?:usr\/)?(?:local\/)?s?bin$|^\/snap\/bin$|^\/opt\/[\w.-]+(?:\/[\w.-]+)*\/s?bin$/;

interface Reading {
  readonly book: AccountBook;
  readonly aliases: AliasTable;
  /** Scopes for which no password is asked: empty for all. */
  readonly unasked: readonly string[];
}

const isOf = (member: Member, name: RegExp): boolean => !member.negated && name.test(member.text);

function grantMarks(
  reading: Reading,
  users: readonly Member[],
  grant: Grant,
  command: Member,
): PersistenceMark[] {
  const { book, aliases, unasked } = reading;
  const runas = aliases.expand('runas', grant.runas);
  const subjects = aliases.expand('user', users).filter(({ negated }) => !negated);
  const isUnasked = subjects.some(({ text }) =>
    unasked.some((scope) => scope === '' || scope === `:${text}`),
  );
  const passwordless = grant.tags.includes('NOPASSWD') || (isUnasked && !grant.tags.includes('PASSWD'));
  return rightsMarks(book, subjects, {
    shell: command.negated ? 0 : shellLevel(command.text),
    asRoot: runas.length === 0 || runas.some((one) => isOf(one, /^(?:ALL|root|#0)$/)),
    withoutPassword: passwordless,
  });
}

const written = (members: readonly Member[]): string =>
  members.map(({ negated, text }) => `${negated ? '!' : ''}${text}`).join(',');

function ruleEntries(reading: Reading, placed: PlacedLine): readonly PersistenceFact[] {
  const { path, active, line } = placed;
  if (line.kind !== 'rule') return [];
  const facts: PersistenceFact[] = [];
  for (const grant of line.grants) {
    for (const command of reading.aliases.expand('command', [grant.command], mostCommands)) {
      if (facts.length >= mostCommands) return facts;
      const marks = grantMarks(reading, line.users, grant, command);
      const [program = ''] = command.text.split(/\s+/);
      const isPath = program.startsWith('/') && !/[*?[]|\/$/.test(program);
      const runas = grant.runas.length === 0 && grant.groups.length === 0 ? 'root' : written(grant.runas);
      facts.push(
        entry({
          source: { source: path, line: line.line },
          mechanism: 'sudo-rule',
          user: printableLatin1(written(line.users).slice(0, mostShown)),
          trigger: printableLatin1(`sudo as ${runas} ${grant.tags.join(' ')}`.trim()),
          command: printableLatin1(`${command.negated ? '!' : ''}${command.text}`.slice(0, mostShown)),
          language: isPath && !command.negated ? 'argv' : 'none',
          ...(isPath && !command.negated ? { target: printableLatin1(program) } : {}),
          active: active && !command.negated,
          marks: line.concealed ? [...marks, 'concealed-in-file'] : marks,
          text: printableLatin1(line.shown.slice(0, mostShown)),
        }),
      );
    }
  }
  return facts;
}

/** What a setting of Defaults does; nothing for one that only tells sudo how to look or to log. */
function settingMarks(
  { name, negated, operator, value }: DefaultsSetting,
  scope: string,
): readonly PersistenceMark[] | undefined {
  // Without a password for a user or a host is an owner's choice; for all it is none.
  if (name === 'authenticate' && negated) return scope === '' ? ['weakens-guard'] : [];
  if (/^env_(?:keep|check)$/.test(name) && operator !== '-=' && loaders.test(value)) {
    return /\bLD_(?:PRELOAD|AUDIT)\b/.test(value) ? ['weakens-guard', 'loads-everywhere'] : ['weakens-guard'];
  }
  if (name === 'env_reset' && negated) return ['weakens-guard'];
  // For one command of an agent that asks every minute, the log is turned off on purpose.
  if (name === 'syslog' && negated) return scope === '' ? ['weakens-guard'] : undefined;
  if (name === 'logfile' && value === '/dev/null') return ['weakens-guard'];
  if (programs.has(name) || files.has(name)) return isUnusualPlace(value) ? ['unusual-place'] : [];
  if (name === 'secure_path' && operator !== '') {
    const folders = value.split(':').filter((folder) => !systemFolder.test(folder));
    if (folders.length === 0) return undefined;
    return folders.some((folder) => isUnusualPlace(folder)) ? ['unusual-place', 'shadows-package'] : [];
  }
  return undefined;
}

function defaultsEntries({ path, active, line }: PlacedLine): readonly PersistenceFact[] {
  if (line.kind !== 'defaults') return [];
  return line.settings.flatMap((setting): readonly PersistenceFact[] => {
    const marks = settingMarks(setting, line.scope);
    if (marks === undefined) return [];
    const { name, negated, operator, value } = setting;
    const runs = programs.has(name) && !negated;
    // An editor may be a list; a plugin and a mailer have arguments.
    const [first = ''] = value.split(name === 'editor' || name === 'secure_path' ? ':' : /\s+/);
    return [
      entry({
        source: { source: path, line: line.line },
        mechanism: 'sudo-rule',
        user: printableLatin1(line.scope === '' ? 'every user' : line.scope),
        trigger: phrase`sudo`,
        command: printableLatin1(`${negated ? '!' : ''}${name}${operator}${value}`.slice(0, mostShown)),
        language: 'setting',
        ...((runs || files.has(name)) && first.startsWith('/') ? { target: printableLatin1(first) } : {}),
        active,
        marks: line.concealed ? [...marks, 'concealed-in-file'] : marks,
        text: printableLatin1(line.shown.slice(0, mostShown)),
      }),
    ];
  });
}

function otherEntries({ path, active, line }: PlacedLine): readonly PersistenceFact[] {
  if (line.kind === 'include' && !isUnusualPlace(line.path)) return [];
  if (line.kind !== 'include' && line.kind !== 'unreadable') return [];
  const include = line.kind === 'include';
  return [
    entry({
      source: { source: path, line: line.line },
      mechanism: 'sudo-rule',
      trigger: phrase`sudo`,
      command: printableLatin1(include ? line.path : ''),
      language: include ? 'setting' : 'none',
      ...(include && line.path.startsWith('/') ? { target: printableLatin1(line.path) } : {}),
      active: active && include,
      marks: include ? ['unusual-place'] : [],
      text: printableLatin1(line.shown.slice(0, mostShown)),
    }),
  ];
}

/** `Plugin symbol file` and `Path name file` of sudo.conf: libraries and programs of root. */
function confEntries(context: ArtifactContext): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, sudoConf, settingsLimit);
  return [...textLines(bytes, { lines: 5_000, longest: 8192 })].flatMap(({ line, text }) => {
    const found = /^\s*(Plugin|Path)\s+(\w+)\s+(\S+)/.exec(text);
    if (found === null) return [];
    const [, , name = '', file = ''] = found;
    const target: PathText | undefined = file.startsWith('/') ? printableLatin1(file) : undefined;
    return [
      entry({
        source: { source: sudoConf, line },
        mechanism: 'sudo-rule',
        user: phrase`root`,
        trigger: phrase`sudo`,
        command: printableLatin1(`${name} ${file}`),
        language: 'setting',
        ...(target === undefined ? {} : { target }),
        marks: [
          ...(isUnusualPlace(file) ? (['unusual-place'] as const) : []),
          ...(isConcealed(text) ? (['concealed-in-file'] as const) : []),
        ],
        text: printableLatin1(text.trim()),
      }),
    ];
  });
}

export const sudo: PersistenceArtifact = {
  id,
  sources: [...sudoersSources, { kind: 'file', path: sudoConf, live: false }],
  mechanisms: ['sudo-rule'],
  order: 14,
  required: true,
  gather(context) {
    const book = readAccounts(context, id);
    const lines = readSudoers(context, id);
    const aliases = new AliasTable();
    const unasked: string[] = [];
    for (const { line, active } of lines) {
      if (line.kind === 'alias') aliases.add(line.of, line.name, line.members);
      const open =
        line.kind === 'defaults' && line.settings.some((one) => one.name === 'authenticate' && one.negated);
      if (open && active && line.kind === 'defaults') unasked.push(line.scope);
    }
    const reading = { book, aliases, unasked };
    const facts: PersistenceFact[] = [];
    for (const placed of lines) {
      facts.push(...ruleEntries(reading, placed), ...defaultsEntries(placed), ...otherEntries(placed));
      if (facts.length >= mostEntries) break;
    }
    return Promise.resolve([...facts, ...confEntries(context)]);
  },
};
