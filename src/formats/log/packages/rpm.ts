/**
 * yum.log, dnf.rpm.log, dnf.log and zypper's history: what was installed, upgraded and removed by rpm's
 * front ends.
 *
 * `Jan 02 03:04:05 Installed: curl-7.29.0-59.el7.x86_64`; `2024-01-02T03:04:05+0000 SUBDEBUG Installed: curl-…`;
 * `… DDEBUG Command: dnf install curl`; `2024-01-02 03:04:05|install|curl|8.0-1|x86_64|root@web1|repo|…`.
 * A name with its version is `name-version-release.arch`: the last two dashes part it.
 * Sources: yum yum/rpmtrans.py (RPMBaseCallback: fileaction, filelog) and yum/logginglevels.py (setFileLog) at 4ed2552; dnf dnf/yum/rpmtrans.py, dnf/logging.py, dnf/cli/cli.py;
 * en.opensuse.org/openSUSE:Libzypp_history.
 */
import type { EventDetail, PackageEvent } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import { skipBlanks, space } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said, saidCommand } from '../messages/message.ts';
import { isoHead, serviceFormat } from '../service-log.ts';
import { isoTime } from '../syslog-head.ts';
import { monthAt, traditionalHead } from '../years.ts';

type Manager = PackageEvent['manager'];

/** `Upgraded` and `Downgraded` of dnf name the old version, which `Upgrade` and `Downgrade` tell already. */
const verbs: Readonly<Record<string, PackageEvent['action']>> = {
  Installed: 'installed',
  Reinstalled: 'installed',
  'Dep-Installed': 'installed',
  Updated: 'upgraded',
  Upgrade: 'upgraded',
  Downgrade: 'upgraded',
  Erase: 'removed',
  Erased: 'removed',
  Removed: 'removed',
};
const form = /^([A-Z][A-Za-z-]{4,14}): (\S{1,512})$/;
const whole =
  /^(?:\d{1,9}:)?(.{1,256})-([^-\s]{1,128}-[^-\s]{1,128}?)(?:\.(?:noarch|x86_64|i[3-6]86|aarch64|ppc64le|s390x|armv7hl|src))?$/;

function packageOf(manager: Manager, text: string): EventDetail | undefined {
  const found = form.exec(text);
  const verb = found?.[1] ?? '';
  const action = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (action === undefined) return undefined;
  const parted = whole.exec(found?.[2] ?? '');
  return {
    what: 'package',
    manager,
    action,
    package: said(parted?.[1] ?? found?.[2]),
    version: said(parted?.[2]),
  };
}

const none = printableText('');

const commandOf = (manager: Manager, command: string | undefined): EventDetail => ({
  what: 'package',
  manager,
  action: 'command',
  package: none,
  version: none,
  command: saidCommand(command),
});

/** `Jan 02 03:04:05 `. */
function yumHead({ bytes, start, end, number }: LogLine, clock: LogClock): number {
  const month = monthAt(bytes, start, end);
  if (month === 0 || bytes[start + 3] !== space || bytes[start + 15] !== space) return -1;
  const [, day, hour, minute, second] =
    /^(\d\d| \d) (\d\d):(\d\d):(\d\d)$/.exec(
      Buffer.prototype.latin1Slice.call(bytes, start + 4, start + 15),
    ) ?? [];
  if (day === undefined) return -1;
  const known = clock.yearless(number, month, Number(day), Number(hour), Number(minute), Number(second));
  return known ? start + 16 : -1;
}

export const yumLog = serviceFormat({
  id: 'yum',
  service: 'yum',
  verified: true,
  source: 'yum yum/rpmtrans.py (fileaction, filelog), yum/logginglevels.py (setFileLog) at 4ed2552',
  yearless: traditionalHead,
  head: yumHead,
  read: (text) => packageOf('yum', text),
});

const level = /^(?:SUBDEBUG|DDEBUG|TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL) /;
const command = /^Command: (.{1,4096})$/;

function readDnf(text: string): EventDetail | undefined {
  const head = level.exec(text)?.[0];
  if (head === undefined) return undefined;
  const rest = text.slice(head.length);
  const found = rest.startsWith('Command: ') ? command.exec(rest) : null;
  if (found !== null) return commandOf('dnf', found[1]);
  return packageOf('dnf', rest);
}

export const dnfLog = serviceFormat({
  id: 'dnf',
  service: 'dnf',
  verified: true,
  source: 'dnf dnf/logging.py, dnf/yum/rpmtrans.py (logger dnf.rpm), dnf/cli/cli.py',
  head: isoHead,
  read: readDnf,
  // Tables of a transaction stand below its line.
  goesOn: /^/,
});

/** `2024-01-02 03:04:05|`. Comments hold what rpm and scripts said. */
function zypperHead({ bytes, start, end }: LogLine, clock: LogClock): number {
  const after = isoTime(bytes, start, end, clock);
  return after >= 0 && bytes[after] === 0x7c ? skipBlanks(bytes, after + 1, end) : -1;
}

/** Fields between bars; a bar within a field has a backslash before it. */
const fieldsOf = (text: string): readonly string[] =>
  text.split(/(?<!\\)\|/, 16).map((field) => field.replaceAll('\\|', '|'));

function readZypper(text: string): EventDetail | undefined {
  const [verb = '', second, third] = fieldsOf(text);
  switch (verb.trim()) {
    case 'install':
    case 'remove': {
      const action = verb.trim() === 'install' ? 'installed' : 'removed';
      return { what: 'package', manager: 'zypper', action, package: said(second), version: said(third) };
    }
    case 'command':
      return commandOf('zypper', third);
    default:
      return undefined;
  }
}

export const zypperHistory = serviceFormat({
  id: 'zypper-history',
  service: 'zypper',
  verified: true,
  source: 'en.opensuse.org/openSUSE:Libzypp_history; libzypp zypp/HistoryLog.cc',
  head: zypperHead,
  read: readZypper,
  goesOn: /^#/,
});
