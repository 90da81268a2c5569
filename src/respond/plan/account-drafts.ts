/**
 * Accounts: the whole account goes for a second root, its shell or its empty password for a system account, from all files
 * that name it; a member goes from a group, and nobody else of it. Hashes are shown nowhere.
 *
 * Fields: passwd(5), shadow(5), group(5), gshadow(5), whose third are administrators of the group.
 */

import { maskedPassword } from '../../formats/shadow.ts';
import type { Breakage, LeftOut, LineEdit } from '../../model/plan.ts';
import type { ResultPersistence } from '../../model/result.ts';
import { type Printable, printableBytes } from '../../model/text.ts';
import { isSurveyed } from './case-view.ts';
import type { Draft } from './draft.ts';
import { type Drafted, editDraft, type Grounds, refuseAll } from './drafted.ts';
import { editsOf, linesOf } from './line-edits.ts';
import { printableOf } from './printable-of.ts';

/** What names the account in each line of its files. */
const accountFiles = ['/etc/passwd', '/etc/shadow', '/etc/group', '/etc/gshadow'] as const;

/** The whole account goes for a second root; its shell or its password for a system account. */
function accountLine(row: ResultPersistence, line: Uint8Array, file: string): Printable | 'goes' | undefined {
  const fields = Buffer.from(line).toString('latin1').split(':');
  if (row.mechanism === 'account-uid-0') return 'goes';
  if (row.mechanism === 'account-system-shell' && file === '/etc/passwd' && fields.length >= 7) {
    return printableBytes(Buffer.from([...fields.slice(0, 6), '/usr/sbin/nologin'].join(':'), 'latin1'));
  }
  if (row.mechanism === 'account-empty-password' && file === row.source && fields.length >= 2) {
    return printableBytes(Buffer.from([fields[0], '!', ...fields.slice(2)].join(':'), 'latin1'));
  }
  return undefined;
}

const fieldsOf = (line: Uint8Array): readonly string[] => Buffer.from(line).toString('latin1').split(':');

/** Members that go, by the group. */
function goingMembers(
  content: Uint8Array | undefined,
  rows: readonly ResultPersistence[],
): ReadonlyMap<string, readonly ResultPersistence[]> {
  const lines = content === undefined ? [] : linesOf(content);
  const byGroup = Map.groupBy(rows, ({ line }) => {
    const own = line === undefined ? undefined : lines[line - 1];
    return own === undefined ? '' : (fieldsOf(own)[0] ?? '');
  });
  byGroup.delete('');
  return byGroup;
}

interface Left {
  readonly line: Printable;
  /** Behind name and password, of which nothing is shown. */
  readonly edit: Pick<LineEdit, 'part' | 'before' | 'after'>;
  readonly rows: readonly ResultPersistence[];
}

/** A line of a group without members that go; undefined where none of them is in it. */
function withoutMembers(
  line: Uint8Array,
  file: string,
  rows: readonly ResultPersistence[],
): Left | undefined {
  const fields = fieldsOf(line);
  if (fields.length !== 4) return undefined;
  const gone = new Set<ResultPersistence>();
  const rest = fields.map((field, at) => {
    if (at !== 3 && !(at === 2 && file === '/etc/gshadow')) return field;
    return field
      .split(',')
      .filter((name) => {
        const going = rows.find(({ user }) => user === printableBytes(Buffer.from(name, 'latin1')));
        if (going !== undefined) gone.add(going);
        return going === undefined;
      })
      .join(',');
  });
  if (gone.size === 0) return undefined;
  const shown = (parts: readonly string[]): Printable =>
    printableBytes(Buffer.from(parts.slice(2).join(':'), 'latin1'));
  const at = fields.slice(0, 2).join(':').length + 1;
  return {
    line: printableBytes(Buffer.from(rest.join(':'), 'latin1')),
    edit: { part: { at, length: line.length - at }, before: shown(fields), after: shown(rest) },
    rows: [...gone],
  };
}

const withoutHash = (line: Uint8Array): Printable => {
  const [name = '', password = '', ...rest] = Buffer.from(line).toString('latin1').split(':');
  const shown = [name, maskedPassword(password), ...rest].join(':');
  return printableBytes(Buffer.from(shown, 'latin1'));
};

export function accountDrafts(grounds: Grounds, rows: readonly ResultPersistence[]): Drafted {
  const drafts: Draft[] = [];
  const left: LeftOut[] = [];
  const ofMembers = rows.filter(({ mechanism }) => mechanism === 'account-group');
  const named = new Map(
    rows.filter((row) => !ofMembers.includes(row)).map((row) => [row.user as string, row]),
  );
  const groups = grounds.survey.at('/etc/group');
  const members = goingMembers(
    isSurveyed(groups) ? groups.content : undefined,
    ofMembers.filter(({ source }) => source === '/etc/group'),
  );
  const done = new Set<ResultPersistence>();
  // The first account is the owner's, whatever was done to it.
  if (named.delete('root'))
    left.push(
      ...refuseAll(
        rows.filter((row) => row.user === 'root' && !ofMembers.includes(row)),
        'whole-table',
      ).left,
    );
  for (const file of accountFiles) {
    const found = grounds.survey.at(file);
    if (!isSurveyed(found) || found.content === undefined || named.size + members.size === 0) continue;
    const changes = new Map<number, Printable | undefined>();
    const ids = new Set<string>();
    const users = new Set<string>(named.keys());
    const parts = new Map<number, Left['edit']>();
    for (const [at, line] of linesOf(found.content).entries()) {
      const name = printableBytes(line.subarray(0, Math.max(0, line.indexOf(0x3a))));
      const row = named.get(name);
      const change = row === undefined ? undefined : accountLine(row, line, file);
      if (row !== undefined && change !== undefined) {
        ids.add(row.id);
        changes.set(at + 1, change === 'goes' ? undefined : change);
        continue;
      }
      const going =
        file === '/etc/group' || file === '/etc/gshadow' ? members.get(fieldsOf(line)[0] ?? '') : undefined;
      const rest = going === undefined ? undefined : withoutMembers(line, file, going);
      if (rest === undefined) continue;
      changes.set(at + 1, rest.line);
      parts.set(at + 1, rest.edit);
      for (const one of rest.rows) {
        ids.add(one.id);
        users.add(one.user);
        done.add(one);
      }
    }
    const edited = editsOf(found.content, changes, undefined, withoutHash);
    if (edited === undefined) continue;
    const breaks = [...users].map(
      (name): Breakage => ({ id: 'account-logs-in', subject: printableOf(name) }),
    );
    const edits = edited.edits.map((edit) => {
      const part = parts.get(edit.line);
      return part === undefined ? edit : { line: edit.line, ...part };
    });
    const draft = editDraft(
      found,
      { ...edited, edits },
      'accounts',
      [...ids, ...grounds.findings(file)],
      breaks,
    );
    if (draft !== undefined) drafts.push(draft);
  }
  // A group that is the first of an account stands in its line of passwd, where another has to be chosen.
  left.push(
    ...refuseAll(
      ofMembers.filter((row) => !done.has(row)),
      'unsupported',
    ).left,
  );
  return { drafts, left };
}
