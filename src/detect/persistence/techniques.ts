/** ATT&CK techniques of mechanisms (Enterprise matrix, v17): one of each group, and those that have their own. */
import {
  type Mechanism,
  type MechanismGroup,
  mechanismGroups,
  type WindowsMechanism,
  windowsMechanisms,
} from '../../model/mechanism.ts';

const ofGroup: Readonly<Record<MechanismGroup, string>> = {
  timers: 'T1053.003',
  systemd: 'T1543.002',
  init: 'T1037.004',
  loader: 'T1574.006',
  sessions: 'T1546.004',
  accounts: 'T1098',
  hooks: 'T1546',
  packages: 'T1546.016',
  containers: 'T1543.005',
  services: 'T1505',
  files: 'T1564',
  integrity: 'T1554',
};

const own: Readonly<Partial<Record<Mechanism, string>>> = {
  'at-job': 'T1053.002',
  'systemd-timer': 'T1053.006',
  'rc-link': 'T1037.004',
  'desktop-autostart': 'T1547.013',
  'x-session': 'T1547.013',
  'account-uid-0': 'T1136.001',
  'account-system-shell': 'T1078.003',
  'account-empty-password': 'T1078.003',
  'sudo-rule': 'T1548.003',
  'ssh-authorized-key': 'T1098.004',
  'ssh-keys-command': 'T1098.004',
  'ssh-trusted-ca': 'T1098.004',
  'ssh-principals': 'T1098.004',
  'pam-stack': 'T1556.003',
  'pam-module': 'T1556.003',
  'udev-rule': 'T1546.017',
  'modprobe-install': 'T1547.006',
  'modules-load': 'T1547.006',
  'kernel-module-file': 'T1547.006',
  dkms: 'T1547.006',
  'initramfs-hook': 'T1542',
  'dracut-module': 'T1542',
  'grub-setting': 'T1542',
  'python-path-file': 'T1546.018',
  'python-site-hook': 'T1546.018',
  'editor-task': 'T1176.002',
  'php-prepend': 'T1505.003',
  'php-user-ini': 'T1505.003',
  'web-server-module': 'T1505.004',
  'kubernetes-manifest': 'T1053.007',
  'static-pod': 'T1543.005',
  'database-function': 'T1505.001',
  'setuid-file': 'T1548.001',
  'capability-file': 'T1548.001',
  'immutable-file': 'T1222.002',
  'hidden-program': 'T1564.001',
  'packed-program': 'T1027.002',
  'hosts-file': 'T1562',
  resolver: 'T1562',
  'firewall-rules': 'T1562.004',
};

const windows: Readonly<Record<WindowsMechanism, string>> = {
  'run-key': 'T1547.001',
  'startup-folder': 'T1547.001',
  'logon-script': 'T1037.001',
  winlogon: 'T1547.004',
  'active-setup': 'T1547.014',
  'windows-service': 'T1543.003',
  'windows-driver': 'T1543.003',
  'scheduled-task': 'T1053.005',
  'image-hijack': 'T1546.012',
  'silent-exit': 'T1546.012',
  'appinit-dll': 'T1546.010',
  'appcert-dll': 'T1546.009',
  'lsa-package': 'T1547.005',
  'print-monitor': 'T1547.010',
  'time-provider': 'T1547.003',
  'com-hijack': 'T1546.015',
  'netsh-helper': 'T1546.007',
  'cor-profiler': 'T1574.012',
  'command-autorun': 'T1546',
  'wmi-subscription': 'T1546.003',
  'windows-account': 'T1136.001',
  'logon-screen-list': 'T1564.002',
  'defender-exclusion': 'T1562.001',
  'defender-setting': 'T1562.001',
  'port-proxy': 'T1090',
  'windows-firewall-rule': 'T1562.004',
  'windows-dns': 'T1562',
  'windows-web-page': 'T1505.003',
};

const groups = new Map<string, string>();
for (const name of windowsMechanisms) groups.set(name, windows[name]);
for (const [group, technique] of Object.entries(ofGroup)) {
  const names: readonly string[] =
    Object.entries(mechanismGroups).find(([name]) => name === group)?.[1] ?? [];
  for (const name of names) groups.set(name, technique);
}

export function techniqueOf(mechanism: Mechanism): string {
  return own[mechanism] ?? groups.get(mechanism) ?? '';
}
