/**
 * The folder in the user's cache that holds the Debian roots of the tests: its lock, what is kept there and how long,
 * and what people are told when nothing can be made in it.
 */
import { mkdirSync, mkdtempSync, rmSync, statfsSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';

/** Said to people as it is: what is missing and what to do. */
export class TestRootError extends Error {}

export const cache = cacheFolder(process.env, homedir());

export function say(text: string): void {
  process.stderr.write(`test root: ${text}\n`);
}

/** The kernel ends a program that we started when we end, however that was. */
export const withUs = ['setpriv', '--pdeathsig', 'KILL'] as const;

/** Asked before anything is started, because flock and debootstrap fail there in words of their own. */
function needWritableCache(gigabytes: number): void {
  const hint = `Set XDG_CACHE_HOME to a folder on a disk with ${gigabytes} GB of free space.`;
  try {
    mkdirSync(cache, { recursive: true });
    // As root, access(2) tells nothing of a read-only file system; a folder made and removed does.
    rmSync(mkdtempSync(join(cache, 'probe-')), { recursive: true });
  } catch (thrown) {
    throw new TestRootError(`nothing can be written to ${cache}: ${String(thrown)}\n${hint}`);
  }
  const { bavail, bsize } = statfsSync(cache);
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes) throw new TestRootError(`${cache} has ${free.toFixed(1)} GB free.\n${hint}`);
}

/** The sweep goes by the age. */
export function markUsed(paths: readonly string[]): void {
  const now = new Date();
  try {
    for (const path of paths) utimesSync(path, now, now);
  } catch (thrown) {
    // A reader without rights may use what root made.
    say(`not marked as used: ${String(thrown)}`);
  }
}

/** Exit code of flock(1) when another holds the lock. */
const busy = 75;

/**
 * Runs a script of ours with `--locked`, alone on this machine, and gives what it printed.
 *
 * @throws TestRootError with words for people when it may not, cannot or did not
 */
export function runLocked(script: string, gigabytes: number): string {
  if (process.platform !== 'linux') throw new TestRootError('the tests of live hosts need Linux');
  if (process.getuid?.() !== 0) {
    throw new TestRootError(
      `making the Debian roots in ${cache} takes root's rights: run "npm test" as root`,
    );
  }
  const missing = ['unshare', 'setpriv', 'flock', 'chroot'].filter((name) => Bun.which(name) === null);
  if (missing.length > 0) {
    throw new TestRootError(`${missing.join(', ')} missing: install util-linux and coreutils`);
  }
  needWritableCache(gigabytes);
  // The lock is the kernel's and ends with its holder, so an abort cannot leave it behind.
  const own = [join(cache, 'root.lock'), process.execPath, script, '--locked'];
  const attempt = (...options: readonly string[]): Bun.SyncSubprocess<'pipe', 'inherit'> =>
    Bun.spawnSync([...withUs, 'flock', '--no-fork', ...options, ...own], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  let done = attempt('--nonblock', '--conflict-exit-code', `${busy}`);
  if (done.exitCode === busy) {
    say('another run is making it; waiting …');
    done = attempt();
  }
  if (done.exitCode !== 0) throw new TestRootError('the test root is not ready, see above');
  return done.stdout.toString();
}

/** The end of a script: what it says to people when it cannot. */
export async function asScript(action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (thrown) {
    if (!(thrown instanceof TestRootError)) throw thrown;
    say(thrown.message);
    process.exit(1);
  }
}
