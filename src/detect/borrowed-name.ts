/**
 * Programs that show the name of a system service which they are not.
 *
 * What: argv[0] or the process name claims a well-known daemon or a path of the system, while the executable
 * is another file, in a drop place or without file, and no package owns it.
 * Why: `sshd` or `/usr/sbin/httpd` in a process list draws no look.
 * What it is NOT: a comparison of argv[0] with the executable. Daemons rewrite their titles (`nginx: worker`,
 * `postgres: writer`), interpreters and multi-call programs differ by design. Shells are left out: busybox.
 * Source: linux-hiding §3.1 (name spoofing); prctl(2) PR_SET_NAME.
 */
import type { Finding } from '../model/finding.ts';
import { baseName, type Printable, phrase, printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import { cpuEvidence, exeEvidence, type ProcessRecord, recordsOf, subjectOf } from './process-record.ts';

const services = new Set([
  ...[
    'accounts-daemon',
    'acpid',
    'agetty',
    'apache2',
    'atd',
    'auditd',
    'containerd',
    'cron',
    'crond',
    'cupsd',
  ],
  ...[
    'dbus-daemon',
    'dhclient',
    'dockerd',
    'getty',
    'httpd',
    'init',
    'irqbalance',
    'journald',
    'kubelet',
    'login',
  ],
  ...[
    'lvmetad',
    'mysqld',
    'named',
    'nginx',
    'nscd',
    'ntpd',
    'php-fpm',
    'polkitd',
    'postgres',
    'redis-server',
  ],
  ...[
    'rpcbind',
    'rsyslogd',
    'smbd',
    'snapd',
    'sshd',
    'sudo',
    'systemd',
    'systemd-journald',
    'systemd-logind',
  ],
  ...[
    'systemd-networkd',
    'systemd-resolved',
    'systemd-udevd',
    'udevd',
    'top',
    'htop',
    'ps',
    'tuned',
    'udisksd',
  ],
  ...['watchdogd', 'wpa_supplicant', 'chronyd', 'NetworkManager', 'ModemManager', 'packagekitd', 'master'],
]);
const systemFolder = /^\/(?:usr\/)?(?:s?bin|lib|lib64|libexec)\//;

/** The program that a title claims, without what follows a space or colon; empty when it claims none. */
function claimed(title: Printable): string {
  const word = title.slice(0, 256).split(/[\s:]/, 1)[0] ?? '';
  if (systemFolder.test(word)) return word.slice(word.lastIndexOf('/') + 1);
  return services.has(word) ? word : '';
}

function judge(record: ProcessRecord): Finding | undefined {
  const { process, owner, place } = record;
  const { exe } = process;
  if (exe === undefined || process.kernelThread || owner === 'package') return undefined;
  if (!isDropPlace(place) && !exe.memfd) return undefined;
  // In a build root below /tmp the paths of the system are those of the root, `cc` and `awk` links as everywhere.
  if (process.root !== undefined && process.root !== '/' && exe.path.startsWith(`${process.root}/`))
    return undefined;
  const program = baseName(exe.path);
  const title = process.argv[0];
  const byTitle = title === undefined ? '' : claimed(title);
  const claim = byTitle === '' && services.has(process.name) ? process.name : byTitle;
  // `python` for python3.12, `postgres` for postgres-17: the same program by another of its names.
  if (claim === '' || program.startsWith(claim) || claim.startsWith(program)) return undefined;
  const shown = byTitle === '' || title === undefined ? process.name : title;
  return finding(
    'disguise.borrowed-name',
    { process: record.name, pid: process.pid, shown, path: exe.path },
    {
      severity: 'medium',
      confidence: 75,
      technique: byTitle === '' ? 'T1036.005' : 'T1036.011',
      bearing: 'hides',
      witness: 'name',
      subject: subjectOf(process),
      evidence: [
        {
          source: printableText(`/proc/${process.pid}/${byTitle === '' ? 'comm' : 'cmdline'}`),
          text: phrase`${shown}`,
        },
        exeEvidence(process),
        ...cpuEvidence(record),
      ],
      benign: ['title-rewriting', 'developer-build'],
    },
  );
}

export const borrowedName: Analyzer = {
  id: 'borrowed-name',
  rules: ['disguise.borrowed-name'],
  analyze(facts, context) {
    return [...recordsOf(facts, context)].map(judge).filter((found) => found !== undefined);
  },
};
