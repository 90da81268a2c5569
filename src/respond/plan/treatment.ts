/**
 * How what a mechanism left is taken away.
 *
 * - `lines` of a table or a setting, which belongs to others as well: the lines go, the file stays
 * - `file`: the file is the entry; it goes whole where no package owns it
 * - `account`: lines of the account files that belong together
 * - `container`: by people; containers themselves are `container-drafts.ts`
 * - `package`: the package brings it again
 * - `people`: a format in which a line cannot go by itself
 */
import { type Mechanism, type MechanismGroup, mechanismGroups } from '../../model/mechanism.ts';
import type { Phase } from '../../model/plan.ts';

export type Treatment = 'lines' | 'file' | 'account' | 'container' | 'package' | 'people';

const lines: ReadonlySet<Mechanism> = new Set<Mechanism>([
  ...(['cron-table', 'cron-drop-in', 'cron-user', 'cron-busybox', 'fcron', 'incron', 'inittab'] as const),
  ...(['rc-local', 'ld-preload', 'ld-conf', 'loader-environment', 'systemd-environment'] as const),
  ...(['shell-profile', 'shell-rc', 'shell-logout', 'zsh-startup', 'fish-startup', 'csh-startup'] as const),
  ...(['environment-file', 'pam-environment', 'skeleton', 'login-defaults', 'sudo-rule'] as const),
  ...([
    'ssh-authorized-key',
    'ssh-keys-command',
    'ssh-trusted-ca',
    'ssh-principals',
    'sshd-setting',
  ] as const),
  ...(['pam-stack', 'udev-rule', 'modprobe-install', 'modules-load', 'core-pattern'] as const),
  ...(['kernel-helper', 'kernel-setting', 'limits', 'hosts-file', 'resolver', 'firewall-rules'] as const),
  ...(['apt-hook', 'dpkg-hook', 'npm-hook', 'pip-setting', 'git-setting', 'python-path-file'] as const),
  ...(['tmpfiles-rule', 'php-user-ini', 'php-prepend'] as const),
]);

/** JSON, YAML, XML and databases, and lines of which others are made. */
const people: ReadonlySet<Mechanism> = new Set<Mechanism>([
  ...([
    'nss-module',
    'grub-setting',
    'editor-task',
    'composer-hook',
    'docker-daemon',
    'kubelet-setting',
  ] as const),
  ...(['redis', 'database-function', 'pm2', 'jenkins', 'airflow', 'bt-panel', 'cpanel'] as const),
  ...(['logrotate-hook', 'web-server-module'] as const),
]);

const containers: ReadonlySet<Mechanism> = new Set<Mechanism>([
  'docker-container',
  'overlay-file',
  'containerd-setting',
  'kubernetes-manifest',
]);

const accounts: ReadonlySet<Mechanism> = new Set<Mechanism>([
  'account-uid-0',
  'account-system-shell',
  'account-empty-password',
  'account-group',
]);

const ofPackages: ReadonlySet<Mechanism> = new Set(mechanismGroups.integrity);

const groups = new Map<string, MechanismGroup>();
for (const [group, names] of Object.entries(mechanismGroups)) {
  if (isGroup(group)) for (const name of names) groups.set(name, group);
}

function isGroup(name: string): name is MechanismGroup {
  return Object.hasOwn(mechanismGroups, name);
}

export const isMechanism = (name: string): name is Mechanism => groups.has(name);

/** @param line where the entry stands: a row of anacrontab is a line, a script of anacron a file */
export function treatmentOf(mechanism: Mechanism, line: number | undefined): Treatment {
  if (lines.has(mechanism) || (mechanism === 'anacron' && line !== undefined)) return 'lines';
  if (accounts.has(mechanism)) return 'account';
  if (containers.has(mechanism)) return 'container';
  if (ofPackages.has(mechanism)) return 'package';
  return people.has(mechanism) ? 'people' : 'file';
}

const systemdTimers: ReadonlySet<Mechanism> = new Set<Mechanism>([
  'systemd-service',
  'systemd-path',
  'systemd-socket',
]);
const kernelLoader: ReadonlySet<Mechanism> = new Set<Mechanism>([
  'kernel-module-file',
  'modules-load',
  'modprobe-install',
  'dkms',
]);
const settings: ReadonlySet<Mechanism> = new Set<Mechanism>([
  'kernel-setting',
  'limits',
  'hosts-file',
  'resolver',
  'firewall-rules',
]);

/** When in the order of a removal an entry goes. */
export function phaseOf(mechanism: Mechanism): Phase {
  if (settings.has(mechanism)) return 'restore';
  // A service with Restart= brings back within seconds what a table brings back within a minute.
  if (systemdTimers.has(mechanism)) return 'timers';
  if (kernelLoader.has(mechanism)) return 'loader';
  switch (groups.get(mechanism)) {
    case 'timers':
      return 'timers';
    case 'loader':
      return 'loader';
    case 'accounts':
      return 'accounts';
    case 'files':
      return 'files';
    case 'integrity':
      return 'restore';
    default:
      return 'persistence';
  }
}
