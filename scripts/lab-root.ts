/**
 * A Debian root with systemd as its first process, cron, at, and software that keeps other programs running: the host
 * of the tests of removal. What comes back there is brought back by the real thing.
 *
 *   bun scripts/lab-root.ts          makes what is missing and prints where it is
 *
 * Kept in the user's cache like the root of `test-root.ts`, and apart from it: a host that boots is to be small, and
 * runs no databases.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustWork, put, runInside } from './root-building.ts';
import { runAsScript, type SmallRoot, smallRoot } from './small-root.ts';

/** Started by the scenario that is about them. */
const resting = ['supervisor', 'monit', 'xinetd', 'ssh', 'atd', 'systemd-timesyncd', 'e2scrub_reap'] as const;

const wanted: SmallRoot = {
  name: 'lab',
  version: 1,
  suite: 'bookworm',
  packages: [
    ...['systemd', 'systemd-sysv', 'libpam-systemd', 'dbus', 'udev', 'cron', 'at', 'procps', 'sudo', 'login'],
    // Other people's software, by which a job comes back.
    ...['supervisor', 'monit', 'xinetd', 'git', 'python3-minimal', 'openssh-server'],
    // What the programs of an infection are made with, and what looks at attributes.
    ...['e2fsprogs', 'attr', 'acl', 'libcap2-bin'],
  ],
  gigabytes: 2,
  script: import.meta.path,
  finish: async (root) => {
    mustWork('systemctl disable', await runInside(root, ['systemctl', 'disable', ...resting]));
    // What stand-ins want to see before they start, for all that is started on this host.
    put(root, 'etc/environment', 'DEMINE_IN_NAMESPACE=1\n');
    const settings = 'etc/systemd/system.conf.d';
    mkdirSync(join(root, settings), { recursive: true });
    put(root, `${settings}/lab.conf`, '[Manager]\nDefaultEnvironment=DEMINE_IN_NAMESPACE=1\n');
  },
};

/** @throws TestRootError as `smallRoot` */
export const labRoot = (): string => smallRoot(wanted);

if (import.meta.main) await runAsScript(wanted);
