/**
 * A Debian root with systemd as its first process, cron, at, and software that keeps other programs running: the host
 * of the tests of removal. What comes back there is brought back by the real thing.
 *
 *   bun scripts/lab-root.ts          makes what is missing and prints where it is
 *
 * Kept in the user's cache like the root of `test-root.ts`, and apart from it: a host that boots is to be small, and
 * runs no databases.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  anonymous,
  architecture,
  debootstrap,
  empty,
  hashOf,
  hostMirror,
  install,
  megabytes,
  mustWork,
  needDebootstrap,
  put,
  remove,
  runInside,
  sweep,
} from './root-building.ts';
import { asScript, cache, markUsed, runLocked, say } from './root-cache.ts';

/** Any change here makes a new root. */
const recipe = {
  version: 1,
  suite: 'bookworm',
  architecture,
  packages: [
    ...['systemd', 'systemd-sysv', 'libpam-systemd', 'dbus', 'udev', 'cron', 'at', 'procps', 'sudo', 'login'],
    // Other people's software, by which a job comes back.
    ...['supervisor', 'monit', 'xinetd', 'git', 'python3-minimal', 'openssh-server'],
    // What the programs of an infection are made with, and what looks at attributes.
    ...['e2fsprogs', 'attr', 'acl', 'libcap2-bin'],
  ],
  /** Started by the scenario that is about them. */
  resting: ['supervisor', 'monit', 'xinetd', 'ssh', 'atd', 'systemd-timesyncd', 'e2scrub_reap'],
  excluded: ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*'],
} as const;

const root = join(cache, `lab-${hashOf(JSON.stringify(recipe))}`);

async function make(): Promise<void> {
  if (existsSync(root)) return;
  await needDebootstrap();
  const mirror = hostMirror();
  const building = `${root}.building`;
  await remove(building);
  mkdirSync(building, { mode: 0o755 });
  const started = performance.now();
  const { suite, packages, excluded } = recipe;
  say(`making Debian ${suite} with ${packages.join(', ')} from ${mirror}, once, in ${root} …`);
  await debootstrap(building, { suite, mirror, dpkg: excluded.map((glob) => `path-exclude=${glob}`) });
  await install(building, packages);
  for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale']) await empty(building, folder);
  mustWork('systemctl disable', await runInside(building, ['systemctl', 'disable', ...recipe.resting]));
  // What stand-ins want to see before they start, for all that is started on this host.
  put(building, 'etc/environment', 'DEMINE_IN_NAMESPACE=1\n');
  mkdirSync(join(building, 'etc/systemd/system.conf.d'), { recursive: true });
  put(
    building,
    'etc/systemd/system.conf.d/lab.conf',
    '[Manager]\nDefaultEnvironment=DEMINE_IN_NAMESPACE=1\n',
  );
  anonymous(building);
  renameSync(building, root);
  await sweep(/^lab-[0-9a-f]{12}(\.building)?$/, [root]);
  say(`done in ${Math.round((performance.now() - started) / 1000)} s, ${await megabytes(root)} MB`);
}

/**
 * The root; treat as read only.
 *
 * @throws TestRootError with words for people when it cannot be made
 */
export function labRoot(): string {
  if (!existsSync(root)) runLocked(import.meta.path, 2);
  markUsed([root]);
  return root;
}

if (import.meta.main) {
  await asScript(async () => {
    if (process.argv.includes('--locked')) await make();
    else process.stdout.write(`${labRoot()}\n`);
  });
}
