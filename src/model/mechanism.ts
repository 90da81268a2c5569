/**
 * The places from which a miner comes back, named as responders name them, in the groups in which they are
 * looked for. An id is stable: results, declarations and the coverage table carry it.
 *
 * Sources: knowledge on families §2.3 ("persistence surface"); MITRE ATT&CK T1037, T1053, T1543, T1546, T1547,
 * T1574, T1098, T1136, T1525, T1610; the manual page of each mechanism, cited in its artifact.
 */
export const mechanismGroups = {
  timers: [
    'cron-table',
    'cron-drop-in',
    'cron-user',
    'cron-busybox',
    'cron-period',
    'anacron',
    'fcron',
    'incron',
    'at-job',
    'systemd-timer',
  ],
  systemd: [
    'systemd-service',
    'systemd-drop-in',
    'systemd-path',
    'systemd-socket',
    'systemd-generator',
    'systemd-transient',
    'systemd-user-unit',
    'systemd-linger',
    'systemd-extension',
    'systemd-environment',
    'systemd-sleep-hook',
  ],
  init: ['init-script', 'rc-link', 'rc-local', 'inittab', 'openrc', 'upstart', 'runit'],
  loader: ['ld-preload', 'ld-conf', 'loader-environment', 'nss-module'],
  sessions: [
    'shell-profile',
    'shell-rc',
    'shell-logout',
    'zsh-startup',
    'fish-startup',
    'csh-startup',
    'environment-file',
    'pam-environment',
    'motd-script',
    'desktop-autostart',
    'x-session',
    'skeleton',
    'login-defaults',
  ],
  accounts: [
    'account-uid-0',
    'account-system-shell',
    'account-empty-password',
    'account-group',
    'sudo-rule',
    'ssh-authorized-key',
    'ssh-keys-command',
    'ssh-trusted-ca',
    'ssh-principals',
    'ssh-rc',
    'sshd-setting',
  ],
  hooks: [
    'pam-stack',
    'pam-module',
    'polkit-rule',
    'dbus-service',
    'udev-rule',
    'network-dispatcher',
    'dhcp-hook',
    'interface-hook',
    'logrotate-hook',
    'binfmt',
    'core-pattern',
    'kernel-helper',
    'modprobe-install',
    'modules-load',
    'kernel-module-file',
    'dkms',
    'initramfs-hook',
    'dracut-module',
    'grub-setting',
    'cloud-init',
    'needrestart-hook',
  ],
  packages: [
    'apt-hook',
    'dpkg-script',
    'dpkg-hook',
    'dnf-plugin',
    'yum-plugin',
    'pacman-hook',
    'npm-hook',
    'pip-setting',
    'python-path-file',
    'python-site-hook',
    'git-hook',
    'git-setting',
    'editor-task',
    'composer-hook',
    'tmpfiles-rule',
    'php-prepend',
    'php-user-ini',
    'web-server-module',
  ],
  containers: [
    'docker-container',
    'docker-daemon',
    'overlay-file',
    'compose',
    'containerd-setting',
    'podman-quadlet',
    'static-pod',
    'kubelet-setting',
    'kubernetes-manifest',
  ],
  services: [
    'redis',
    'database-function',
    'pm2',
    'supervisor',
    'monit',
    'xinetd',
    'jenkins',
    'airflow',
    'bt-panel',
    'cpanel',
  ],
  files: [
    'setuid-file',
    'capability-file',
    'immutable-file',
    'hidden-program',
    'dropped-program',
    'packed-program',
    'hosts-file',
    'resolver',
    'firewall-rules',
    'kernel-setting',
    'limits',
  ],
  integrity: ['changed-tool', 'changed-library', 'missing-file', 'renamed-tool'],
} as const;

/** The same on Windows. Sources: knowledge on Windows §4.1, §4.2; MITRE ATT&CK T1037, T1053, T1543, T1546, T1547, T1562, T1564. */
export const windowsMechanismGroups = {
  'windows-start': ['run-key', 'startup-folder', 'logon-script', 'winlogon', 'active-setup'],
  'windows-services': ['windows-service', 'windows-driver'],
  'windows-tasks': ['scheduled-task'],
  'windows-hooks': [
    'image-hijack',
    'silent-exit',
    'appinit-dll',
    'appcert-dll',
    'lsa-package',
    'print-monitor',
    'time-provider',
    'com-hijack',
    'netsh-helper',
    'cor-profiler',
    'command-autorun',
    'wmi-subscription',
  ],
  'windows-accounts': ['windows-account', 'logon-screen-list'],
  'windows-guards': [
    'defender-exclusion',
    'defender-setting',
    'port-proxy',
    'windows-firewall-rule',
    'windows-dns',
  ],
  'windows-web': ['windows-web-page'],
} as const;

export type MechanismGroup = keyof typeof mechanismGroups;
export type WindowsMechanismGroup = keyof typeof windowsMechanismGroups;
export type LinuxMechanism = (typeof mechanismGroups)[MechanismGroup][number];
export type WindowsMechanism = (typeof windowsMechanismGroups)[WindowsMechanismGroup][number];
export type Mechanism = LinuxMechanism | WindowsMechanism;

/** Those of Linux. */
export const mechanisms: readonly LinuxMechanism[] = Object.values(mechanismGroups).flat();
export const windowsMechanisms: readonly WindowsMechanism[] = Object.values(windowsMechanismGroups).flat();

export const groupsOfWindows: readonly {
  readonly group: WindowsMechanismGroup;
  readonly mechanisms: readonly WindowsMechanism[];
}[] = [
  { group: 'windows-start', mechanisms: windowsMechanismGroups['windows-start'] },
  { group: 'windows-services', mechanisms: windowsMechanismGroups['windows-services'] },
  { group: 'windows-tasks', mechanisms: windowsMechanismGroups['windows-tasks'] },
  { group: 'windows-hooks', mechanisms: windowsMechanismGroups['windows-hooks'] },
  { group: 'windows-accounts', mechanisms: windowsMechanismGroups['windows-accounts'] },
  { group: 'windows-guards', mechanisms: windowsMechanismGroups['windows-guards'] },
  { group: 'windows-web', mechanisms: windowsMechanismGroups['windows-web'] },
];

const ofWindows: ReadonlySet<string> = new Set(windowsMechanisms);
export const isWindowsMechanism = (id: string): id is WindowsMechanism => ofWindows.has(id);

/** Rows of files as such, which start nothing by themselves: what an entry starts may be told there too. */
export const fileMechanisms: ReadonlySet<string> = new Set([
  ...mechanismGroups.files,
  ...mechanismGroups.integrity,
  'overlay-file',
]);

/** The groups with their mechanisms, in the order of the catalogue. */
export const groupsOfMechanisms: readonly {
  readonly group: MechanismGroup;
  readonly mechanisms: readonly Mechanism[];
}[] = [
  { group: 'timers', mechanisms: mechanismGroups.timers },
  { group: 'systemd', mechanisms: mechanismGroups.systemd },
  { group: 'init', mechanisms: mechanismGroups.init },
  { group: 'loader', mechanisms: mechanismGroups.loader },
  { group: 'sessions', mechanisms: mechanismGroups.sessions },
  { group: 'accounts', mechanisms: mechanismGroups.accounts },
  { group: 'hooks', mechanisms: mechanismGroups.hooks },
  { group: 'packages', mechanisms: mechanismGroups.packages },
  { group: 'containers', mechanisms: mechanismGroups.containers },
  { group: 'services', mechanisms: mechanismGroups.services },
  { group: 'files', mechanisms: mechanismGroups.files },
  { group: 'integrity', mechanisms: mechanismGroups.integrity },
];
