/**
 * cron, crond, crontab, anacron, atd: what ran, and who changed a table.
 *
 * `(root) CMD (curl … | sh)` of Vixie cron and cronie; `USER root pid 12 cmd …` of BusyBox; `(root) REPLACE (ada)` of
 * crontab: whose hand, then whose table; `(*system*x) RELOAD (/etc/cron.d/x)`. A command is what stands between the
 * first parenthesis and the last of the line.
 * Sources: cronie src/misc.c (log_it), do_command.c, database.c; Debian cron do_command.c; busybox miscutils/crond.c;
 * cronie anacron/runjob.c; at atd.c.
 */
import type { EventDetail, TableEvent } from '../../../model/facts/event.ts';
import { type Message, said } from './message.ts';
import { pam } from './pam.ts';

const entry = /^\((.{1,256}?)\) ([A-Z][A-Z ]{1,30}) \((.*)\)$/s;
const busybox = /^(?:crond: )?USER (\S{1,256}) pid +(\d{1,10}) cmd (.*)$/s;
const actions: Readonly<Record<string, TableEvent['action']>> = {
  REPLACE: 'replaced',
  DELETE: 'deleted',
  'BEGIN EDIT': 'edited',
  LIST: 'listed',
  RELOAD: 'reloaded',
};

/** Debian puts the pid before the command of cronie: `CMD ([12] run-parts …)`. */
const withoutPid = (command: string): string => command.replace(/^\[\d{1,10}\] /, '').trim();

export function cron(message: Message): EventDetail | undefined {
  const { text } = message;
  if (text.startsWith('pam_')) return pam(message);
  const found = entry.exec(text);
  if (found === null) {
    const other = busybox.exec(text);
    if (other === null) return undefined;
    return { what: 'job', scheduler: 'cron', account: said(other[1]), command: said(other[3]) };
  }
  const [, account = '', verb = '', rest = ''] = found;
  if (verb === 'CMD' || verb === 'CMDEND') {
    if (verb === 'CMDEND') return undefined;
    return { what: 'job', scheduler: 'cron', account: said(account), command: said(withoutPid(rest)) };
  }
  const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined;
  if (action === undefined) return undefined;
  // cron itself tells of a table that it read again: `(tabs/root)`, `(/etc/cron.d/x)`, `(crontabs/root)`.
  const table = rest.replace(/^(?:tabs|crontabs)\//, '');
  return { what: 'table', action, by: said(action === 'reloaded' ? '' : account), table: said(table) };
}

const started = /^Job [`']([^'`]{1,256})' started$/;

export function anacron({ text }: Message): EventDetail | undefined {
  const found = started.exec(text);
  return found === null
    ? undefined
    : { what: 'job', scheduler: 'anacron', account: said('root'), command: said(found[1]) };
}

const atJob = /^Starting job (\d{1,10}) \((\w{1,64})\) for user '(.{1,256}?)' \(\d{1,10}\)$/;

export function atd(message: Message): EventDetail | undefined {
  const found = atJob.exec(message.text);
  if (found === null) return pam(message);
  return { what: 'job', scheduler: 'at', account: said(found[3]), command: said(found[2]) };
}
