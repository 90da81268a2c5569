/**
 * Accounts and groups that are made, changed and removed: useradd, adduser, usermod, userdel, groupadd, gpasswd, passwd,
 * chage, chpasswd, chfn, vipw.
 *
 * `new user: name=x, UID=0, GID=0, home=/root, shell=/bin/bash, from=/dev/pts/0`.
 * Source: shadow src/useradd.c, usermod.c, userdel.c, groupadd.c, groupmod.c, gpasswd.c, passwd.c (SYSLOG calls).
 */
import type { AccountEvent, EventDetail } from '../../../model/facts/event.ts';
import { type Message, said } from './message.ts';
import { pam } from './pam.ts';

/** A line by its form, whose groups are named as the fields of the event. */
interface Row {
  readonly action: AccountEvent['action'];
  readonly form: RegExp;
}

const rows: readonly Row[] = [
  {
    action: 'added',
    form: /^new user: name=(?<account>.{1,256}?), UID=(?<uid>\d{1,10}), GID=\d{1,10}, home=(?<home>.{0,1024}?), shell=(?<shell>.{0,1024}?)(?:, from=.{0,128})?$/,
  },
  { action: 'group-added', form: /^(?:new|add) group: name=(?<group>.{1,256}?), GID=\d{1,10}$/ },
  {
    action: 'group-added',
    form: /^group added to \S{1,64}: name=(?<group>.{1,256}?)(?:, GID=\d{1,10})?$/,
  },
  {
    action: 'member-added',
    form: /^add '(?<account>.{1,256}?)' to (?:shadow )?group '(?<group>.{1,256}?)'$/,
  },
  {
    action: 'member-added',
    form: /^user (?<account>.{1,256}?) added by (?<by>.{1,256}?) to group (?<group>.{1,256}?)$/,
  },
  {
    action: 'member-removed',
    form: /^(?:delete|removed?) '?(?<account>.{1,256}?)'? from (?:shadow )?group '?(?<group>.{1,256}?)'?$/,
  },
  {
    action: 'member-removed',
    form: /^user (?<account>.{1,256}?) removed by (?<by>.{1,256}?) from group (?<group>.{1,256}?)$/,
  },
  { action: 'removed', form: /^delete user '(?<account>.{1,256}?)'$/ },
  {
    action: 'group-removed',
    form: /^(?:removed? )?group '?(?<group>.{1,256}?)'? (?:removed|owned by .{1,256})$/,
  },
  { action: 'group-removed', form: /^group '(?<group>.{1,256}?)' removed/ },
  { action: 'password-changed', form: /^change user '(?<account>.{1,256}?)' password$/ },
  {
    action: 'changed',
    form: /^change user '(?<account>.{1,256}?)' UID from '\d{1,10}' to '(?<uid>\d{1,10})'$/,
  },
  {
    action: 'changed',
    form: /^change user '(?<account>.{1,256}?)' shell from '.{0,1024}?' to '(?<shell>.{0,1024}?)'$/,
  },
  {
    action: 'changed',
    form: /^change user '(?<account>.{1,256}?)' home from '.{0,1024}?' to '(?<home>.{0,1024}?)'$/,
  },
  { action: 'locked', form: /^lock user '(?<account>.{1,256}?)' password$/ },
  { action: 'unlocked', form: /^unlock user '(?<account>.{1,256}?)' password$/ },
  { action: 'changed', form: /^change user '(?<account>.{1,256}?)' .{1,64}? from '/ },
  {
    action: 'password-changed',
    form: /^password for '?(?<account>.{1,256}?)'? changed by '?(?<by>.{1,256}?)'?$/,
  },
];

const fields = ['group', 'home', 'shell', 'by'] as const;

function detailOf(action: AccountEvent['action'], groups: Readonly<Record<string, string>>): EventDetail {
  const { account, uid } = groups;
  return {
    what: 'account',
    action,
    account: said(account),
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    ...Object.fromEntries(
      fields.flatMap((name) => (groups[name] === undefined ? [] : [[name, said(groups[name])]])),
    ),
  };
}

export function accounts(message: Message): EventDetail | undefined {
  for (const { action, form } of rows) {
    const groups = form.exec(message.text)?.groups;
    if (groups !== undefined) return detailOf(action, groups);
  }
  return pam(message);
}
