/**
 * What every Debian root of the tests is made with: debootstrap, apt, and programs that run in private mount and pid
 * namespaces, so that mounts and left-over processes of a set-up die with it.
 *
 * Nothing is installed on this machine but `debootstrap` where it is missing. No package starts a service: a root
 * holds a policy that refuses before anything is added to what debootstrap installs.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianMirror } from './debian-mirror.ts';
import { cache, say, TestRootError, withUs } from './root-cache.ts';

export const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

export const hashOf = (...parts: readonly string[]): string => {
  const hash = new Bun.CryptoHasher('sha256');
  for (const part of parts) hash.update(`${part}\0`);
  return hash.digest('hex').slice(0, 12);
};

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end; others may run meanwhile. */
export async function run(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = Bun.spawn([...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...environment },
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output: stdout + stderr };
}

/** The last lines of a failed program, which is where the reason stands. */
export const reason = (output: string): string =>
  output
    .trim()
    .split('\n')
    .filter((line) => /^(E|W|Err|dpkg|error|.*(rror|ailed|annot|unable))/i.test(line))
    .slice(-6)
    .join('\n') || output.trim().split('\n').slice(-6).join('\n');

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

const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** @param mounts shell commands that each end in `&&`; `$0` is the root */
export function runInside(folder: string, command: readonly string[], mounts = ''): Promise<Outcome> {
  const script = `mount -t proc proc "$0/proc" && ${mounts} exec chroot "$0" "$@"`;
  return run([...privately, 'sh', '-euc', script, folder, ...command], {
    PATH: systemPath,
    DEBIAN_FRONTEND: 'noninteractive',
    HOME: '/root',
  });
}

interface AptSettings {
  readonly options: readonly string[];
  readonly proxy: Readonly<Record<string, string>>;
}

/** How this machine reaches its mirror: proxies, and checks its owner has switched off. */
export async function aptSettings(): Promise<AptSettings> {
  const options: string[] = [];
  const proxy: Record<string, string> = {};
  if (!existsSync('/usr/bin/apt-config')) return { options, proxy };
  for (const line of (await run(['apt-config', 'dump'])).output.split('\n')) {
    const match = /^(Acquire::(?:(https?)::Proxy|Check-Valid-Until|Check-Date)) "([^"]*)";$/.exec(line);
    if (match === null || match[3] === '') continue;
    options.push('-o', `${match[1]}=${match[3]}`);
    if (match[2] !== undefined) proxy[`${match[2]}_proxy`] = match[3] ?? '';
  }
  return { options, proxy };
}

export function hostMirror(): string {
  const files = ['/etc/apt/sources.list'];
  const folder = '/etc/apt/sources.list.d';
  if (existsSync(folder)) files.push(...readdirSync(folder).map((name) => join(folder, name)));
  const readable = files.filter((name) => /\.(list|sources)$/.test(name) && existsSync(name));
  const texts = readable.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  return debianMirror(texts, (path) => readFileSync(path, 'utf8'));
}

export async function needDebootstrap(): Promise<void> {
  if (Bun.which('debootstrap', { PATH: systemPath }) !== null) return;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new TestRootError('debootstrap is missing and this machine has no apt-get: install debootstrap');
  }
  say('installing debootstrap …');
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', 'debootstrap'];
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  if ((await run(install, environment)).code === 0) return;
  await run(['apt-get', 'update'], environment);
  const again = await run(install, environment);
  if (again.code !== 0) {
    throw new TestRootError(`debootstrap cannot be installed; is there a network?\n${reason(again.output)}`);
  }
}

export function mustWork(what: string, outcome: Outcome): void {
  if (outcome.code !== 0) {
    throw new TestRootError(
      `${what} failed (${outcome.code}); is there a network?\n${reason(outcome.output)}`,
    );
  }
}

/** Removes a tree of ours; never crosses into something mounted there. */
export async function remove(path: string): Promise<void> {
  const outcome = await run(['rm', '-rf', '--one-file-system', '--', path]);
  if (outcome.code !== 0) throw new TestRootError(`${path} cannot be removed: ${reason(outcome.output)}`);
}

/** Writes a file of a root. */
export const put = (root: string, path: string, text: string, mode = 0o644): void =>
  writeFileSync(join(root, path), text, { mode });

export interface Debian {
  readonly suite: string;
  readonly mirror: string;
  /** Of debootstrap. */
  readonly options?: readonly string[];
  /** Lines of dpkg.cfg for what is installed later. */
  readonly dpkg?: readonly string[];
}

/** Debian's smallest installation in an empty folder, and the policy by which nothing is started in it. */
export async function debootstrap(folder: string, debian: Debian): Promise<void> {
  const { suite, mirror, options = [], dpkg = [] } = debian;
  const { proxy } = await aptSettings();
  const scripts = '/usr/share/debootstrap/scripts';
  // What is older than the suite knows it by the script of the suite that is never released.
  const script = existsSync(join(scripts, suite)) ? [] : [join(scripts, 'sid')];
  const command = ['debootstrap', '--variant=minbase', ...options, suite, folder, mirror, ...script];
  mustWork(`debootstrap of ${suite}`, await run([...privately, ...command], { ...proxy, PATH: systemPath }));
  put(folder, 'usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', 0o755);
  put(folder, 'etc/dpkg/dpkg.cfg.d/demine', ['force-unsafe-io', ...dpkg, ''].join('\n'));
}

/** Without what is only recommended. Leaves neither lists nor archives of packages behind. */
export async function install(folder: string, packages: readonly string[]): Promise<void> {
  const { options } = await aptSettings();
  const command = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...options];
  mustWork(`apt-get install in ${folder}`, await runInside(folder, [...command, ...packages]));
  mustWork('apt-get clean', await runInside(folder, ['apt-get', 'clean']));
  await empty(folder, 'var/lib/apt/lists');
}

/** Removes what a folder of a root holds. */
export async function empty(root: string, path: string): Promise<void> {
  const folder = join(root, path);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) await remove(join(folder, name));
}

/** Takes this machine's name and name servers out. */
export function anonymous(root: string): void {
  rmSync(join(root, 'etc/resolv.conf'), { force: true });
  put(root, 'etc/hostname', 'demine-lab\n');
  put(root, 'etc/hosts', '127.0.0.1\tlocalhost\n127.0.1.1\tdemine-lab\n');
}

export const megabytes = async (path: string): Promise<string> =>
  (await run(['du', '-sm', path])).output.split('\t')[0] ?? '?';

/** Of other recipes, once nobody used them for a day; and what an abort left. */
export async function sweep(names: RegExp, keep: readonly string[]): Promise<void> {
  const dayAgo = Date.now() - 86_400_000;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (!names.test(name) || keep.includes(path)) continue;
    if (statSync(path).mtimeMs < dayAgo) await remove(path);
  }
}
