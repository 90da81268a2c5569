/**
 * Accounts and groups that are made, changed and removed: useradd, adduser, usermod, userdel, groupadd, gpasswd, passwd,
 * chage, chpasswd, chfn, vipw.
 *
 * `new user: name=x, UID=0, GID=0, home=/root, shell=/bin/bash, from=/dev/pts/0`.
 * Source: shadow src/useradd.c, usermod.c, userdel.c, groupadd.c, groupmod.c, gpasswd.c, passwd.c (SYSLOG calls).
 */
import type { AccountEvent, EventBase, EventDetail } from '../../../model/facts/event.ts';
import { type Message, said } from './message.ts';
import { pam } from './pam.ts';

type Detail = Omit<AccountEvent, keyof EventBase>;

const newUser =
  /^new user: name=(.{1,256}?), UID=(\d{1,10}), GID=\d{1,10}, home=(.{0,1024}?), shell=(.{0,1024}?)(?:, from=(.{0,128}))?$/;
const forms: readonly { readonly form: RegExp; readonly detail: (found: RegExpExecArray) => Detail }[] = [
  {
    form: newUser,
    detail: ([, name, uid, home, shell]) => ({
      what: 'account',
      action: 'added',
      account: said(name),
      uid: Number(uid),
      home: said(home),
      shell: said(shell),
    }),
  },
  {
    form: /^(?:new|add) group: name=(.{1,256}?), GID=(\d{1,10})$|^group added to \S{1,64}: name=(.{1,256}?)(?:, GID=(\d{1,10}))?$/,
    detail: ([, name, , other]) => ({
      what: 'account',
      action: 'group-added',
      account: said(''),
      group: said(name ?? other),
    }),
  },
  {
    form: /^add '(.{1,256}?)' to (?:shadow )?group '(.{1,256}?)'$|^user (.{1,256}?) added by (.{1,256}?) to group (.{1,256}?)$/,
    detail: ([, name, group, otherName, by, otherGroup]) => ({
      what: 'account',
      action: 'member-added',
      account: said(name ?? otherName),
      group: said(group ?? otherGroup),
      ...(by === undefined ? {} : { by: said(by) }),
    }),
  },
  {
    form: /^(?:delete|remove[d]?) '?(.{1,256}?)'? from (?:shadow )?group '?(.{1,256}?)'?$|^user (.{1,256}?) removed by (.{1,256}?) from group (.{1,256}?)$/,
    detail: ([, name, group, otherName, by, otherGroup]) => ({
      what: 'account',
      action: 'member-removed',
      account: said(name ?? otherName),
      group: said(group ?? otherGroup),
      ...(by === undefined ? {} : { by: said(by) }),
    }),
  },
  {
    form: /^delete user '(.{1,256}?)'$/,
    detail: ([, name]) => ({ what: 'account', action: 'removed', account: said(name) }),
  },
  {
    form: /^(?:remove[d]? )?group '?(.{1,256}?)'? (?:removed|owned by .{1,256})$|^group '(.{1,256}?)' removed/,
    detail: ([, name, other]) => ({
      what: 'account',
      action: 'group-removed',
      account: said(''),
      group: said(name ?? other),
    }),
  },
  {
    form: /^change user '(.{1,256}?)' (password)$/,
    detail: ([, name]) => ({ what: 'account', action: 'password-changed', account: said(name) }),
  },
  {
    form: /^change user '(.{1,256}?)' UID from '\d{1,10}' to '(\d{1,10})'$/,
    detail: ([, name, uid]) => ({
      what: 'account',
      action: 'changed',
      account: said(name),
      uid: Number(uid),
    }),
  },
  {
    form: /^change user '(.{1,256}?)' shell from '.{0,1024}?' to '(.{0,1024}?)'$/,
    detail: ([, name, shell]) => ({
      what: 'account',
      action: 'changed',
      account: said(name),
      shell: said(shell),
    }),
  },
  {
    form: /^change user '(.{1,256}?)' home from '.{0,1024}?' to '(.{0,1024}?)'$/,
    detail: ([, name, home]) => ({
      what: 'account',
      action: 'changed',
      account: said(name),
      home: said(home),
    }),
  },
  {
    form: /^(un)?lock user '(.{1,256}?)' password$/,
    detail: ([, un, name]) => ({
      what: 'account',
      action: un === undefined ? 'locked' : 'unlocked',
      account: said(name),
    }),
  },
  {
    form: /^change user '(.{1,256}?)' .{1,64}? from '/,
    detail: ([, name]) => ({ what: 'account', action: 'changed', account: said(name) }),
  },
  {
    form: /^password for '?(.{1,256}?)'? changed by '?(.{1,256}?)'?$/,
    detail: ([, name, by]) => ({
      what: 'account',
      action: 'password-changed',
      account: said(name),
      by: said(by),
    }),
  },
];

export function accounts(message: Message): EventDetail | undefined {
  for (const { form, detail } of forms) {
    const found = form.exec(message.text);
    if (found !== null) return detail(found);
  }
  return pam(message);
}
