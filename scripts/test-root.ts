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
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { debianMirror } from './debian-mirror.ts';

/** What the root is made of. Any change here makes a new root. */
const recipe = {
  version: 1,
  suite: 'bookworm',
  architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
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

/** Said to people as it is: what is missing and what to do. */
export class TestRootError extends Error {}

const hashOf = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 12);
};

const cache = cacheFolder(process.env, homedir());
const rootHash = hashOf(JSON.stringify(recipe));
const root = join(cache, `root-${rootHash}`);
const standInSources = join(import.meta.dir, '..', 'test', 'lab', 'standins');

function standInFolder(): string {
  const names = readdirSync(standInSources).filter((name) => /\.[ch]$/.test(name));
  const texts = names.sort().flatMap((name) => [name, readFileSync(join(standInSources, name), 'utf8')]);
  return join(cache, `standins-${hashOf(rootHash, compilerOptions.join(' '), ...texts)}`);
}

const compilerOptions = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread'] as const;

/** Exit code of flock(1) when another holds the lock. */
const busy = 75;

function say(text: string): void {
  process.stderr.write(`test root: ${text}\n`);
}

interface Outcome {
  readonly code: number;
  readonly output: string;
}

function run(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Outcome {
  const result = Bun.spawnSync([...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...environment },
  });
  return { code: result.exitCode, output: `${result.stdout}${result.stderr}` };
}

/** The last lines of a failed program, which is where the reason stands. */
const reason = (output: string): string =>
  output
    .trim()
    .split('\n')
    .filter((line) => /^(E|W|Err|dpkg|error|.*(rror|ailed|annot|unable))/i.test(line))
    .slice(-6)
    .join('\n') || output.trim().split('\n').slice(-6).join('\n');

/** The kernel ends a program that we started when we end, however that was. */
const withUs = ['setpriv', '--pdeathsig', 'KILL'] as const;

/** Namespaces in which mounts and left-over processes of the set-up die with it. */
const privately = [
  ...withUs,
  'unshare',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--propagation',
  'private',
  '--',
];

function runInside(folder: string, command: readonly string[], mounts = ''): Outcome {
  const script = `mount -t proc proc "$0/proc" && ${mounts} exec chroot "$0" "$@"`;
  return run([...privately, 'sh', '-euc', script, folder, ...command], {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    DEBIAN_FRONTEND: 'noninteractive',
    HOME: '/root',
  });
}

/** How this machine reaches its mirror: proxies, and checks its owner has switched off. */
function aptSettings(): { readonly options: readonly string[]; readonly proxy: Record<string, string> } {
  const options: string[] = [];
  const proxy: Record<string, string> = {};
  if (!existsSync('/usr/bin/apt-config')) return { options, proxy };
  for (const line of run(['apt-config', 'dump']).output.split('\n')) {
    const match = /^(Acquire::(?:(https?)::Proxy|Check-Valid-Until|Check-Date)) "([^"]*)";$/.exec(line);
    if (match === null || match[3] === '') continue;
    options.push('-o', `${match[1]}=${match[3]}`);
    if (match[2] !== undefined) proxy[`${match[2]}_proxy`] = match[3] ?? '';
  }
  return { options, proxy };
}

function hostMirror(): string {
  const files = ['/etc/apt/sources.list'];
  const folder = '/etc/apt/sources.list.d';
  if (existsSync(folder)) files.push(...readdirSync(folder).map((name) => join(folder, name)));
  const readable = files.filter((name) => /\.(list|sources)$/.test(name) && existsSync(name));
  const texts = readable.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  return debianMirror(texts, (path) => readFileSync(path, 'utf8'));
}

function needDebootstrap(): void {
  if (Bun.which('debootstrap', { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }) !== null) return;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new TestRootError('debootstrap is missing and this machine has no apt-get: install debootstrap');
  }
  say('installing debootstrap …');
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', 'debootstrap'];
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  if (run(install, environment).code === 0) return;
  run(['apt-get', 'update'], environment);
  const again = run(install, environment);
  if (again.code !== 0) {
    throw new TestRootError(`debootstrap cannot be installed; is there a network?\n${reason(again.output)}`);
  }
}

/** Asked before anything is started, because flock and debootstrap fail there in words of their own. */
function needWritableCache(): void {
  try {
    mkdirSync(cache, { recursive: true });
    // As root, access(2) tells nothing of a read-only file system; a folder made and removed does.
    rmSync(mkdtempSync(join(cache, 'probe-')), { recursive: true });
  } catch (thrown) {
    throw new TestRootError(
      `nothing can be written to ${cache}: ${String(thrown)}\n` +
        'Set XDG_CACHE_HOME to a folder on a disk with 2 GB of free space.',
    );
  }
}

function mustWork(what: string, outcome: Outcome): void {
  if (outcome.code !== 0) {
    throw new TestRootError(
      `${what} failed (${outcome.code}); is there a network?\n${reason(outcome.output)}`,
    );
  }
}

/** Removes a tree of ours; never crosses into something mounted there. */
function remove(path: string): void {
  const outcome = run(['rm', '-rf', '--one-file-system', '--', path]);
  if (outcome.code !== 0) throw new TestRootError(`${path} cannot be removed: ${reason(outcome.output)}`);
}

function makeRoot(): void {
  needDebootstrap();
  const mirror = hostMirror();
  const { options, proxy } = aptSettings();
  const building = `${root}.building`;
  remove(building);
  mkdirSync(building, { mode: 0o755 });

  const started = performance.now();
  say(`making Debian ${recipe.suite} from ${mirror}, once, in ${root} …`);
  mustWork(
    'debootstrap',
    run([...privately, 'debootstrap', '--variant=minbase', recipe.suite, building, mirror], {
      ...proxy,
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    }),
  );

  const put = (path: string, text: string, mode = 0o644): void =>
    writeFileSync(join(building, path), text, { mode });
  put('usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', 0o755);
  put(
    'etc/dpkg/dpkg.cfg.d/demine',
    `force-unsafe-io\n${recipe.excluded.map((glob) => `path-exclude=${glob}\n`).join('')}`,
  );
  mkdirSync(join(building, 'etc/postgresql-common'), { recursive: true });
  put('etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n');

  say(`installing ${recipe.packages.join(', ')} …`);
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...options];
  mustWork('apt-get install', runInside(building, [...install, ...recipe.packages]));

  mustWork('apt-get clean', runInside(building, ['apt-get', 'clean']));
  for (const leftover of ['var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale']) {
    const folder = join(building, leftover);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) remove(join(folder, name));
  }
  rmSync(join(building, 'etc/resolv.conf'), { force: true });
  put('etc/hostname', 'demine-lab\n');
  put('etc/hosts', '127.0.0.1\tlocalhost\n127.0.1.1\tdemine-lab\n');

  renameSync(building, root);
  const megabytes = run(['du', '-sm', root]).output.split('\t')[0];
  say(`done in ${Math.round((performance.now() - started) / 1000)} s, ${megabytes} MB`);
}

function makeStandIns(folder: string): void {
  const building = `${folder}.building`;
  remove(building);
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
    const outcome = runInside(root, command, mounts);
    if (outcome.code !== 0) throw new TestRootError(`${name} does not compile:\n${outcome.output}`);
  }
  renameSync(building, folder);
  say(`compiled ${names.join(', ')}`);
}

/** Roots and stand-ins of other recipes, once nobody used them for a day; and what an abort left. */
function sweep(keep: readonly string[]): void {
  const dayAgo = Date.now() - 86_400_000;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (!/^(root|standins)-[0-9a-f]{12}(\.building)?$/.test(name) || keep.includes(path)) continue;
    if (statSync(path).mtimeMs < dayAgo) remove(path);
  }
}

function make(): void {
  const standIns = standInFolder();
  if (!existsSync(root)) makeRoot();
  if (!existsSync(standIns)) makeStandIns(standIns);
  sweep([root, standIns]);
}

/**
 * The root and the stand-ins, made when they are missing.
 *
 * @throws TestRootError with words for people when they cannot be made
 */
export function testRoot(): TestRoot {
  const standIns = standInFolder();
  if (!existsSync(root) || !existsSync(standIns)) {
    if (process.platform !== 'linux') throw new TestRootError('the tests of live hosts need Linux');
    if (process.getuid?.() !== 0) {
      throw new TestRootError(
        `making the Debian root in ${cache} takes root's rights: run "npm test" as root`,
      );
    }
    const missing = ['unshare', 'setpriv', 'flock', 'chroot'].filter((name) => Bun.which(name) === null);
    if (missing.length > 0) {
      throw new TestRootError(`${missing.join(', ')} missing: install util-linux and coreutils`);
    }
    needWritableCache();
    // The lock is the kernel's and ends with its holder, so an abort cannot leave it behind.
    const own = [join(cache, 'root.lock'), process.execPath, import.meta.path, '--locked'];
    const attempt = (...options: readonly string[]): number | null =>
      Bun.spawnSync([...withUs, 'flock', '--no-fork', ...options, ...own], {
        stdio: ['ignore', 'inherit', 'inherit'],
      }).exitCode;
    let code = attempt('--nonblock', '--conflict-exit-code', `${busy}`);
    if (code === busy) {
      say('another run is making it; waiting …');
      code = attempt();
    }
    if (code !== 0) throw new TestRootError('the test root is not ready, see above');
  }
  const now = new Date();
  try {
    for (const path of [root, standIns]) utimesSync(path, now, now);
  } catch (thrown) {
    // Only the age counts for the sweep; a reader without rights may use what root made.
    say(`not marked as used: ${String(thrown)}`);
  }
  return { root, standIns };
}

if (import.meta.main) {
  try {
    if (process.argv.includes('--locked')) make();
    else process.stdout.write(`${JSON.stringify(testRoot())}\n`);
  } catch (thrown) {
    if (!(thrown instanceof TestRootError)) throw thrown;
    say(thrown.message);
    process.exit(1);
  }
}
