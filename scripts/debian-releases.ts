/**
 * Debian 11, 12 and 13 as people run them, for the tests: each minimal, and with web, database, container and server
 * software on one host. Made once and kept in the user's cache like the root of `test-root.ts`.
 *
 *   bun scripts/debian-releases.ts          makes what is missing and prints where it is
 *
 * The three are made side by side. Documentation and translations are left in: a file that its package brought is to
 * be there. Debian 11 has /bin and /lib of their own, as hosts that were upgraded to it have; later releases merge
 * them into /usr. A release that no mirror holds any more is told as such, with what the mirrors answered.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, mirrorOf } from './release-mirror.ts';
import {
  anonymous,
  aptSettings,
  architecture,
  debootstrap,
  hashOf,
  hostMirror,
  install,
  megabytes,
  mustWork,
  needDebootstrap,
  remove,
  run,
  sweep,
} from './root-building.ts';
import { asScript, cache, markUsed, runLocked, say } from './root-cache.ts';

const stacks = {
  web: ['nginx', 'apache2', 'php-fpm', 'cron', 'logrotate', 'curl'],
  database: ['postgresql', 'mariadb-server', 'redis-server'],
  docker: ['docker.io', 'docker-compose', 'systemd-sysv'],
  server: [
    ...['openssh-server', 'sudo', 'rsyslog', 'dbus', 'unattended-upgrades', 'needrestart', 'cloud-init'],
    ...['fail2ban', 'certbot', 'python3-venv', 'git', 'wget', 'vim-tiny'],
  ],
  // Writes the databases that our decoders read: the library it is built with differs from release to release.
  rpm: ['rpm'],
} as const;

interface Recipe {
  readonly version: number;
  readonly debian: number;
  readonly suite: string;
  readonly architecture: string;
  readonly packages: readonly string[];
  readonly options: readonly string[];
  /** Its support has ended, and mirrors may drop it. */
  readonly ended: boolean;
}

/** Any change here makes new roots. */
const recipeOf = (debian: number, suite: string, options: readonly string[] = []): Recipe => ({
  version: 1,
  debian,
  suite,
  architecture,
  packages: [...Object.values(stacks).flat(), debian === 11 ? 'policykit-1' : 'polkitd'],
  options,
  ended: debian === 11,
});

const recipes = [
  recipeOf(11, 'bullseye', ['--no-merged-usr']),
  recipeOf(12, 'bookworm'),
  recipeOf(13, 'trixie'),
] as const;

interface MadeRelease {
  readonly debian: number;
  /** Root file systems; treat as read only. */
  readonly minimal: string;
  readonly stacks: string;
}

interface GoneRelease {
  readonly debian: number;
  /** What each mirror that was asked for it answered. */
  readonly gone: readonly string[];
}

export type DebianRelease = MadeRelease | GoneRelease;

const folderOf = (recipe: Recipe): string =>
  join(cache, `debian-${recipe.debian}-${hashOf(JSON.stringify(recipe))}`);

const madeIn = (recipe: Recipe): MadeRelease => ({
  debian: recipe.debian,
  minimal: join(folderOf(recipe), 'minimal'),
  stacks: join(folderOf(recipe), 'stacks'),
});

async function ask(url: string): Promise<Answer> {
  const { proxy } = await aptSettings();
  const through = proxy[`${new URL(url).protocol.slice(0, -1)}_proxy`];
  const options = through === undefined || through === 'DIRECT' ? {} : { proxy: through };
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(30_000), ...options })).status;
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

async function makeRelease(recipe: Recipe): Promise<DebianRelease> {
  const { debian, suite, options, packages, ended } = recipe;
  const folder = folderOf(recipe);
  if (existsSync(folder)) return madeIn(recipe);
  const mirror = ended ? await mirrorOf(suite, hostMirror(), ask) : hostMirror();
  if (typeof mirror !== 'string') {
    say(`Debian ${debian} is on no mirror any more: ${mirror.join(', ')}`);
    return { debian, gone: mirror };
  }
  const started = performance.now();
  const building = `${folder}.building`;
  await remove(building);
  const [minimal, full] = [join(building, 'minimal'), join(building, 'stacks')];
  mkdirSync(minimal, { recursive: true, mode: 0o755 });
  say(`making Debian ${debian} from ${mirror}, once, in ${folder} …`);
  await debootstrap(minimal, { suite, mirror, options });
  mustWork('cp', await run(['cp', '-a', minimal, full]));
  await install(full, packages);
  for (const root of [minimal, full]) anonymous(root);
  renameSync(building, folder);
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`Debian ${debian} done in ${seconds} s, ${await megabytes(folder)} MB`);
  return madeIn(recipe);
}

async function make(): Promise<readonly DebianRelease[]> {
  if (recipes.some((recipe) => !existsSync(folderOf(recipe)))) await needDebootstrap();
  // One that fails ends the script, and the kernel ends the others with it; a later run starts them anew.
  const releases = await Promise.all(recipes.map(makeRelease));
  await sweep(/^debian-\d+-[0-9a-f]{12}(\.building)?$/, recipes.map(folderOf));
  return releases;
}

/**
 * The releases in their order, made when they are missing.
 *
 * @throws TestRootError with words for people when they cannot be made
 */
export function debianReleases(): readonly DebianRelease[] {
  const releases: readonly DebianRelease[] = recipes.every((recipe) => existsSync(folderOf(recipe)))
    ? recipes.map(madeIn)
    : JSON.parse(runLocked(import.meta.path, 6));
  markUsed(recipes.map(folderOf).filter((folder) => existsSync(folder)));
  return releases;
}

if (import.meta.main) {
  await asScript(async () => {
    const releases = process.argv.includes('--locked') ? await make() : debianReleases();
    process.stdout.write(`${JSON.stringify(releases)}\n`);
  });
}
