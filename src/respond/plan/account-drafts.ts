/**
 * Accounts: the whole account goes for a second root, its shell or its empty password for a system account, from all files
 * that name it. Hashes are shown nowhere.
 */

import { maskedPassword } from '../../formats/shadow.ts';
import type { Breakage, LeftOut } from '../../model/plan.ts';
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

const withoutHash = (line: Uint8Array): Printable => {
  const [name = '', password = '', ...rest] = Buffer.from(line).toString('latin1').split(':');
  const shown = [name, maskedPassword(password), ...rest].join(':');
  return printableBytes(Buffer.from(shown, 'latin1'));
};

export function accountDrafts(grounds: Grounds, rows: readonly ResultPersistence[]): Drafted {
  const drafts: Draft[] = [];
  const left: LeftOut[] = [];
  const named = new Map(rows.map((row) => [row.user as string, row]));
  // The first account is the owner's, whatever was done to it.
  if (named.delete('root'))
    left.push(
      ...refuseAll(
        rows.filter(({ user }) => user === 'root'),
        'whole-table',
      ).left,
    );
  for (const file of accountFiles) {
    const found = grounds.survey.at(file);
    if (!isSurveyed(found) || found.content === undefined || named.size === 0) continue;
    const changes = new Map<number, Printable | undefined>();
    const ids = new Set<string>();
    for (const [at, line] of linesOf(found.content).entries()) {
      const name = printableBytes(line.subarray(0, Math.max(0, line.indexOf(0x3a))));
      const row = named.get(name);
      const change = row === undefined ? undefined : accountLine(row, line, file);
      if (row === undefined || change === undefined) continue;
      ids.add(row.id);
      changes.set(at + 1, change === 'goes' ? undefined : change);
    }
    const edited = editsOf(found.content, changes, undefined, withoutHash);
    if (edited === undefined) continue;
    const breaks = [...named.keys()].map(
      (name): Breakage => ({ id: 'account-logs-in', subject: printableOf(name) }),
    );
    const draft = editDraft(found, edited, 'accounts', [...ids, ...grounds.findings(file)], breaks);
    if (draft !== undefined) drafts.push(draft);
  }
  return { drafts, left };
}
