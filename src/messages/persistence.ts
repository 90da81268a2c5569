/** Texts of what starts by itself: names of mechanisms, words of judgement, and the reasons for it. */

/** The ids of `model/mechanism.ts`; that none is missing is checked where the names are used. */
type MechanismName =
  | 'cron-table'
  | 'cron-drop-in'
  | 'cron-user'
  | 'cron-busybox'
  | 'cron-period'
  | 'anacron'
  | 'fcron'
  | 'incron'
  | 'at-job'
  | 'systemd-timer'
  | 'systemd-service'
  | 'systemd-drop-in'
  | 'systemd-path'
  | 'systemd-socket'
  | 'systemd-generator'
  | 'systemd-transient'
  | 'systemd-user-unit'
  | 'systemd-linger'
  | 'systemd-extension'
  | 'systemd-environment'
  | 'shell-profile'
  | 'shell-rc'
  | 'shell-logout'
  | 'zsh-startup'
  | 'fish-startup'
  | 'csh-startup'
  | 'environment-file'
  | 'pam-environment'
  | 'motd-script'
  | 'desktop-autostart'
  | 'x-session'
  | 'skeleton'
  | 'login-defaults'
  | 'account-uid-0'
  | 'account-system-shell'
  | 'account-empty-password'
  | 'account-group'
  | 'sudo-rule'
  | 'ssh-authorized-key'
  | 'ssh-keys-command'
  | 'ssh-trusted-ca'
  | 'ssh-principals'
  | 'ssh-rc'
  | 'sshd-setting'
  | 'pam-stack'
  | 'pam-module'
  | 'polkit-rule'
  | 'dbus-service'
  | 'udev-rule'
  | 'network-dispatcher'
  | 'dhcp-hook'
  | 'interface-hook'
  | 'logrotate-hook'
  | 'binfmt'
  | 'core-pattern'
  | 'kernel-helper'
  | 'modprobe-install'
  | 'modules-load'
  | 'kernel-module-file'
  | 'dkms'
  | 'initramfs-hook'
  | 'dracut-module'
  | 'grub-setting'
  | 'cloud-init'
  | 'needrestart-hook'
  | 'apt-hook'
  | 'dpkg-script'
  | 'dpkg-hook'
  | 'dnf-plugin'
  | 'yum-plugin'
  | 'pacman-hook'
  | 'npm-hook'
  | 'pip-setting'
  | 'python-path-file'
  | 'python-site-hook'
  | 'git-hook'
  | 'git-setting'
  | 'editor-task'
  | 'composer-hook'
  | 'tmpfiles-rule'
  | 'php-prepend'
  | 'php-user-ini'
  | 'web-server-module'
  | 'docker-container'
  | 'docker-daemon'
  | 'overlay-file'
  | 'compose'
  | 'containerd-setting'
  | 'podman-quadlet'
  | 'static-pod'
  | 'kubelet-setting'
  | 'kubernetes-manifest'
  | 'redis'
  | 'database-function'
  | 'pm2'
  | 'supervisor'
  | 'monit'
  | 'xinetd'
  | 'jenkins'
  | 'airflow'
  | 'bt-panel'
  | 'cpanel'
  | 'setuid-file'
  | 'capability-file'
  | 'immutable-file'
  | 'hidden-program'
  | 'dropped-program'
  | 'packed-program'
  | 'hosts-file'
  | 'resolver'
  | 'firewall-rules'
  | 'kernel-setting'
  | 'limits'
  | 'init-script'
  | 'rc-link'
  | 'rc-local'
  | 'inittab'
  | 'openrc'
  | 'upstart'
  | 'runit'
  | 'systemd-sleep-hook'
  | 'ld-preload'
  | 'ld-conf'
  | 'loader-environment'
  | 'nss-module'
  | 'changed-tool'
  | 'changed-library'
  | 'missing-file'
  | 'renamed-tool'
  | 'run-key'
  | 'startup-folder'
  | 'logon-script'
  | 'winlogon'
  | 'active-setup'
  | 'windows-service'
  | 'windows-driver'
  | 'scheduled-task'
  | 'image-hijack'
  | 'silent-exit'
  | 'appinit-dll'
  | 'appcert-dll'
  | 'lsa-package'
  | 'print-monitor'
  | 'time-provider'
  | 'com-hijack'
  | 'netsh-helper'
  | 'cor-profiler'
  | 'command-autorun'
  | 'wmi-subscription'
  | 'windows-account'
  | 'logon-screen-list'
  | 'defender-exclusion'
  | 'defender-setting'
  | 'port-proxy'
  | 'windows-firewall-rule'
  | 'windows-dns'
  | 'windows-web-page';
type GroupName =
  | 'timers'
  | 'systemd'
  | 'init'
  | 'loader'
  | 'sessions'
  | 'accounts'
  | 'hooks'
  | 'packages'
  | 'containers'
  | 'services'
  | 'files'
  | 'integrity'
  | 'windows-start'
  | 'windows-services'
  | 'windows-tasks'
  | 'windows-hooks'
  | 'windows-accounts'
  | 'windows-guards'
  | 'windows-web';

/** What an artifact saw beside the command: the marks of `model/facts/persistence.ts`. */
type MarkName =
  | 'binary-noise'
  | 'uid-0'
  | 'system-account-shell'
  | 'shell-with-blank'
  | 'empty-password'
  | 'key-of-system-account'
  | 'opens-access'
  | 'weakens-guard'
  | 'unusual-place'
  | 'host-access'
  | 'restarts'
  | 'switched-off'
  | 'shadows-package'
  | 'loads-everywhere'
  | 'look-alike-name'
  | 'concealed-in-file'
  | 'foreign-host'
  | 'locks-out'
  | 'hidden-from-listing'
  | 'foreign-module'
  | 'silenced'
  | 'miner-setting'
  | 'of-system-account'
  | 'cloned-account'
  | 'account-in-one-place'
  | 'dollar-account'
  | 'hidden-at-logon'
  | 'administrator'
  | 'fresh-account'
  | 'guest-enabled'
  | 'registry-only'
  | 'file-only'
  | 'stores-differ'
  | 'excludes-everything'
  | 'excludes'
  | 'protection-off'
  | 'changed-default'
  | 'msr-driver'
  | 'vulnerable-driver'
  | 'failure-command'
  | 'forwards-port'
  | 'known-marker';

export const entryJudgements = ['benign', 'unusual', 'suspicious', 'malicious'] as const;
export type EntryJudgement = (typeof entryJudgements)[number];

type Path = { readonly path: string };
type Owned = { readonly path: string; readonly package: string };
/** When, by whom, and where that session came from; both may be empty. */
type Done = { readonly date: string; readonly by: string; readonly from: string };
type Nothing = Readonly<Record<string, never>>;
type ReasonTextOf<P extends Readonly<Record<string, string | number>>> = (params: P) => string;

/** Why an entry is judged as it is, one sentence each. */
export interface ReasonTexts extends Readonly<Record<MarkName, ReasonTextOf<Nothing>>> {
  readonly 'fetch-and-run': ReasonTextOf<{ url: string }>;
  readonly 'fetch-then-run': ReasonTextOf<{ url: string }>;
  readonly 'decode-and-run': ReasonTextOf<{ layers: number }>;
  readonly 'disguised-command': ReasonTextOf<{ command: string }>;
  readonly 'reverse-shell': ReasonTextOf<{ to: string }>;
  readonly 'web-shell': ReasonTextOf<Nothing>;
  readonly 'miner-command': ReasonTextOf<{ found: string }>;
  readonly 'kills-rivals': ReasonTextOf<{ what: string }>;
  readonly 'stops-protection': ReasonTextOf<{ what: string }>;
  readonly hides: ReasonTextOf<{ what: string }>;
  readonly 'clears-traces': ReasonTextOf<{ what: string }>;
  readonly 'writes-persistence': ReasonTextOf<{ what: string }>;
  readonly 'opens-account': ReasonTextOf<{ what: string }>;
  readonly 'opens-tunnel': ReasonTextOf<{ to: string }>;
  readonly 'runs-stored-code': ReasonTextOf<Nothing>;
  readonly 'encoded-command': ReasonTextOf<Nothing>;
  readonly 'hidden-window': ReasonTextOf<Nothing>;
  readonly 'family-mark': ReasonTextOf<{ family: string; mark: string }>;
  readonly 'running-miner': ReasonTextOf<{ process: string; pid: number }>;
  readonly 'same-url': ReasonTextOf<{ url: string; count: number }>;
  readonly 'same-file': ReasonTextOf<Path & { readonly count: number }>;
  readonly 'same-hash': ReasonTextOf<Path & { readonly other: string }>;
  readonly 'indicator-seen': ReasonTextOf<{ indicator: string }>;
  readonly 'mining-content': ReasonTextOf<Path & { readonly found: string }>;
  readonly 'bare-program': ReasonTextOf<Path>;
  readonly 'users-program': ReasonTextOf<Path & { readonly uid: number }>;
  readonly 'appeared-together': ReasonTextOf<Path & { readonly date: string }>;
  readonly 'system-name-elsewhere': ReasonTextOf<Path>;
  readonly 'windows-data-folder': ReasonTextOf<Path>;
  readonly 'loose-program': ReasonTextOf<Path>;
  readonly 'altered-signature': ReasonTextOf<Path & { readonly signer: string }>;
  readonly 'claims-microsoft': ReasonTextOf<Path>;
  readonly 'renamed-program': ReasonTextOf<Path & { readonly original: string }>;
  readonly 'says-miner': ReasonTextOf<Path & { readonly name: string }>;
  readonly 'hidden-path': ReasonTextOf<Path>;
  readonly 'temporary-path': ReasonTextOf<Path>;
  readonly 'writable-by-all': ReasonTextOf<Path>;
  readonly 'unowned-among-owned': ReasonTextOf<Path>;
  readonly 'unowned-privileged': ReasonTextOf<Path>;
  readonly 'program-among-data': ReasonTextOf<Path>;
  readonly 'edited-package-file': ReasonTextOf<Owned>;
  readonly 'replaced-package-file': ReasonTextOf<Owned>;
  readonly 'missing-package-file': ReasonTextOf<Owned>;
  readonly immutable: ReasonTextOf<Path>;
  readonly 'packed-program': ReasonTextOf<Path & { readonly packer: string }>;
  readonly 'absent-target': ReasonTextOf<Path>;
  readonly 'account-made': ReasonTextOf<Done>;
  readonly 'account-raised': ReasonTextOf<Done>;
  readonly 'account-renamed': ReasonTextOf<Done & { readonly was: string }>;
  readonly 'account-enabled': ReasonTextOf<Done>;
  readonly 'account-reset': ReasonTextOf<Done>;
  readonly 'account-removed': ReasonTextOf<Done>;
  readonly 'deleted-yet-there': ReasonTextOf<{ date: string }>;
  readonly 'made-unlogged': ReasonTextOf<Nothing>;
  readonly 'newer-than-neighbours': ReasonTextOf<
    /** `apart`: it came when no package did, as far as the package database tells. */
    Path & { readonly date: string; readonly apart: 'yes' | 'unknown' }
  >;
}

export type ReasonId = keyof ReasonTexts & string;
export type ReasonParams<R extends ReasonId> = Parameters<ReasonTexts[R]>[0];

export interface PersistenceTexts {
  readonly mechanisms: Readonly<Record<MechanismName, string>>;
  readonly groups: Readonly<Record<GroupName, string>>;
  readonly judgements: Readonly<Record<EntryJudgement, string>>;
  /** Words that artifacts use for when an entry runs; schedules stand as they are written. */
  readonly triggers: Readonly<Record<string, string>>;
  readonly reasons: ReasonTexts;
}
