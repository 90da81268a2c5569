/**
 * The Debian root that the tests need, made once and kept in the user's cache, and the inert stand-ins that are
 * compiled with its compiler.
 *
 *   bun scripts/test-root.ts          makes what is missing and prints where it is
 *
 * `scripts/test.ts` calls it before it enters the namespaces, because only here the network is needed. The
 * folder's name carries a hash of the recipe: a changed recipe makes a new root and never a half-updated one.
 * It is built beside its final name and renamed when complete, under a lock that dies with its holder.
 *
 * Nothing is installed on this machine but `debootstrap` where it is missing; no package starts a service,
 * because everything runs in private mount and pid namespaces behind a policy that refuses.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
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
  needDebootstrap,
  put,
  remove,
  runInside,
  sweep,
} from './root-building.ts';
import { asScript, cache, markUsed, runLocked, say, TestRootError } from './root-cache.ts';

/** What the root is made of. Any change here makes a new root. */
const recipe = {
  version: 1,
  suite: 'bookworm',
  architecture,
  packages: [
    // The positive: RandomX that nobody here wrote, and the compiler for the stand-ins.
    ...['librandomx0', 'gcc', 'libc6-dev', 'procps', 'lsof'],
    // Busy honest programs, for the false alarms.
    ...['ffmpeg', 'openssl', 'xz-utils', 'sqlite3', 'default-jre-headless', 'nodejs', 'python3-numpy'],
    ...['redis-server', 'postgresql', 'nginx-light'],
    // Writers of the databases, journals and file systems that our own decoders read.
    ...['rpm', 'db5.3-util', 'e2fsprogs', 'systemd-journal-remote'],
    // Writers of compressed logs, beside those that every Debian has.
    ...['bzip2', 'zstd', 'lz4'],
  ],
  /** Never read by a test; a third of the size. */
  excluded: ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*'],
} as const;

export interface TestRoot {
  /** A Debian root file system; treat as read only. */
  readonly root: string;
  /** Folder of the compiled stand-ins, built against that root. */
  readonly standIns: string;
}

const rootHash = hashOf(JSON.stringify(recipe));
const root = join(cache, `root-${rootHash}`);
const standInSources = join(import.meta.dir, '..', 'test', 'lab', 'standins');

function standInFolder(): string {
  const names = readdirSync(standInSources).filter((name) => /\.[ch]$/.test(name));
  const texts = names.sort().flatMap((name) => [name, readFileSync(join(standInSources, name), 'utf8')]);
  return join(cache, `standins-${hashOf(rootHash, compilerOptions.join(' '), ...texts)}`);
}

const compilerOptions = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread'] as const;

async function makeRoot(): Promise<void> {
  await needDebootstrap();
  const mirror = hostMirror();
  const building = `${root}.building`;
  await remove(building);
  mkdirSync(building, { mode: 0o755 });

  const started = performance.now();
  const { suite, packages, excluded } = recipe;
  say(`making Debian ${suite} from ${mirror}, once, in ${root} …`);
  await debootstrap(building, { suite, mirror, dpkg: excluded.map((glob) => `path-exclude=${glob}`) });
  mkdirSync(join(building, 'etc/postgresql-common'), { recursive: true });
  put(building, 'etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n');

  say(`installing ${packages.join(', ')} …`);
  await install(building, packages);
  for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale']) await empty(building, folder);
  anonymous(building);

  renameSync(building, root);
  say(`done in ${Math.round((performance.now() - started) / 1000)} s, ${await megabytes(root)} MB`);
}

async function makeStandIns(folder: string): Promise<void> {
  const building = `${folder}.building`;
  await remove(building);
  mkdirSync(building, { mode: 0o755 });
  const names = readdirSync(standInSources).filter((name) => name.endsWith('.c'));
  const mounts = `mount --bind "${standInSources}" "$0/mnt" && mount --bind "${building}" "$0/srv" &&`;
  const randomx = recipe.architecture === 'arm64' ? 'aarch64' : 'x86_64';
  for (const name of names) {
    const output = `/srv/${name.slice(0, -2)}`;
    const libraries = name.startsWith('randomx')
      ? [`-L/usr/lib/${randomx}-linux-gnu`, '-l:librandomx.so.0']
      : [];
    const command = ['gcc', ...compilerOptions, '-o', output, `/mnt/${name}`, '-lm', ...libraries];
    const outcome = await runInside(root, command, mounts);
    if (outcome.code !== 0) throw new TestRootError(`${name} does not compile:\n${outcome.output}`);
  }
  renameSync(building, folder);
  say(`compiled ${names.join(', ')}`);
}

async function make(): Promise<void> {
  const standIns = standInFolder();
  if (!existsSync(root)) await makeRoot();
  if (!existsSync(standIns)) await makeStandIns(standIns);
  await sweep(/^(root|standins)-[0-9a-f]{12}(\.building)?$/, [root, standIns]);
}

/**
 * The root and the stand-ins, made when they are missing.
 *
 * @throws TestRootError with words for people when they cannot be made
 */
export function testRoot(): TestRoot {
  const standIns = standInFolder();
  if (!existsSync(root) || !existsSync(standIns)) runLocked(import.meta.path, 2);
  markUsed([root, standIns]);
  return { root, standIns };
}

if (import.meta.main) {
  await asScript(async () => {
    if (process.argv.includes('--locked')) await make();
    else process.stdout.write(`${JSON.stringify(testRoot())}\n`);
  });
}
