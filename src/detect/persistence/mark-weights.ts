/**
 * What a mark weighs with its mechanism: a shell of a person is no shell of a daemon, and a module that a list loads at
 * each boot is no driver. Where nothing is said, the table's weight holds (`weights.ts`).
 */
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { type Mechanism, mechanismGroups } from '../../model/mechanism.ts';
import type { EntryReading } from '../command/read-entry.ts';
import type { FilesKnown } from './files-known.ts';
import type { Weight } from './weights.ts';

const systemdMechanisms: ReadonlySet<Mechanism> = new Set(mechanismGroups.systemd);
/** Accounts that the system brings and nobody logs in to. */
const baseAccounts =
  /^(?:daemon|bin|sys|sync|games|man|lp|mail|news|uucp|proxy|www-data|nobody|nogroup|backup|list|irc|gnats|_apt|lightdm|adm|shutdown|halt|operator|ftp|dbus|polkitd|sshd|nginx|apache|messagebus|syslog|ntp|rpc|redis|memcached?|mongod|mongodb)$/;
/** Services to which their packages give a shell. */
const shellServices = /^(?:postgres|git|jenkins|gitlab-(?:runner|psql)|gitea|forgejo|oracle|rundeck)$/;
/** A database that is saved as a table of cron, as keys, as a web page or as a module. */
const ofDatabase =
  /^dir\s.*(?:cron|\.ssh|\/etc\/|\/init\.d|\/www|\/html)|^dbfilename\s+\S*(?:root|cron|authorized_keys|\.(?:so|php|jsp|sh))$/;
/** `#33` of sudoers(5): the number of a system account other than root. */
const systemUid = /^#[1-9]\d{0,2}$/;
/** A folder of a search path where everybody may write. */
const openFolder = /[=:"](?:\/tmp|\/var\/tmp|\/dev\/shm)(?:[/:"]|$)/;
const isPlainScriptOfHome = ({ body, source }: PersistenceFact, { signs }: EntryReading): boolean =>
  body.length > 0 && signs.length === 0 && /^\/(?:home|root|usr\/local)\//.test(source.source);

export function markWeight(
  mark: PersistenceMark,
  fact: PersistenceFact,
  files: FilesKnown,
  reading: EntryReading,
): Weight | undefined {
  switch (mark) {
    case 'system-account-shell':
    case 'key-of-system-account':
      return baseAccounts.test(fact.user) ? undefined : 'weak';
    case 'of-system-account':
      if (fact.mechanism === 'account-system-shell' && shellServices.test(fact.user)) return 'none';
      return fact.mechanism === 'systemd-linger' && baseAccounts.test(fact.user) ? 'medium' : undefined;
    case 'opens-access':
      // Amanda of Debian reads disks as `backup`.
      if (fact.mechanism === 'account-group' && fact.text.startsWith('disk:') && fact.user === 'backup')
        return 'weak';
      return fact.mechanism === 'sudo-rule' &&
        fact.user !== 'ALL' &&
        !baseAccounts.test(fact.user) &&
        !systemUid.test(fact.user)
        ? 'weak'
        : undefined;
    case 'weakens-guard':
      // Passwords are handed to a program that no package brought.
      return /\bexpose_authtok\b/.test(fact.text) &&
        fact.mechanism === 'pam-stack' &&
        fact.target !== undefined &&
        files.owned(fact.target) === 'none'
        ? 'medium'
        : undefined;
    case 'shadows-package':
      // A script of somebody's own may bear any name; one that hides or fetches is told by what it does.
      if (fact.mechanism === 'renamed-tool') {
        // Owners build their own where they put what they build.
        const built = fact.body.length === 0 && fact.source.source.startsWith('/usr/local/');
        return built || isPlainScriptOfHome(fact, reading) ? 'weak' : 'medium';
      }
      return fact.mechanism === 'sudo-rule' || systemdMechanisms.has(fact.mechanism) ? 'weak' : undefined;
    case 'unusual-place':
      if (fact.mechanism === 'sudo-rule' && openFolder.test(fact.command)) return 'medium';
      if (fact.mechanism === 'redis') return ofDatabase.test(fact.command) ? 'medium' : undefined;
      // A module that is neither the kernel's nor built by dkms; principals where nobody looks.
      return fact.mechanism === 'kernel-module-file' || fact.mechanism === 'ssh-principals'
        ? 'medium'
        : undefined;
    case 'foreign-module':
      // Its alias loads a driver; what a list loads at each boot has none.
      return files.owned(fact.target ?? fact.source.source) === 'package'
        ? 'none'
        : fact.trigger === 'boot'
          ? 'medium'
          : undefined;
    case 'silenced':
      return fact.marks.includes('restarts') &&
        reading.targets.some((path) => files.owned(path) === 'none' && files.file(path)?.format === 'elf')
        ? undefined
        : 'none';
    case 'loads-everywhere':
      return reading.targets.length > 0 && reading.targets.every((path) => files.owned(path) === 'package')
        ? 'weak'
        : undefined;
    default:
      return undefined;
  }
}
