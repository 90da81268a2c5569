/**
 * Programs of a Debian root, run over our files: what makes journals and packs logs, and what reads logs too.
 *
 * Nothing is written to the root: what lies over it ends with the mount namespace of the program.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BenchError, type Stage } from './stage.ts';

/** `$0` is the root, `$1` what is `/srv` in it, `$2` an empty folder; then the program and its arguments. */
const script = [
  'scratch="$2"',
  'mount -t tmpfs scratch "$scratch"',
  'mkdir "$scratch/upper" "$scratch/work" "$scratch/root"',
  'mount -t overlay -o "lowerdir=$0,upperdir=$scratch/upper,workdir=$scratch/work" root "$scratch/root"',
  'echo 9c2e7a41d5f84b06b3a81c0e6f7d2945 > "$scratch/root/etc/machine-id"',
  'mount -t proc proc "$scratch/root/proc"',
  'mount --rbind /dev "$scratch/root/dev"',
  'mount --rbind "$1" "$scratch/root/srv"',
  'shift 2',
  'exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root chroot "$scratch/root" "$@"',
].join('\n');

/** The command that runs a program of a root with a folder of ours as `/srv`, given to whoever starts it. */
export function withinRoot<T>(
  stage: Stage,
  root: string,
  folder: string,
  command: readonly string[],
  start: (command: readonly string[]) => T,
): T {
  const scratch = mkdtempSync(join(stage.folder, 'scratch-'));
  const enter = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-euc', script];
  try {
    return start([...enter, root, folder, scratch, ...command]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function run(stage: Stage, folder: string, command: readonly string[], input?: string): string {
  const done = withinRoot(stage, stage.root.root, folder, command, (whole) =>
    Bun.spawnSync([...whole], {
      stdio: [input === undefined ? 'ignore' : Bun.file(input), 'pipe', 'pipe'],
    }),
  );
  const said = done.stdout.toString() + done.stderr.toString();
  if (done.exitCode === 0) return said;
  throw new BenchError(`${command.join(' ')} ended with ${done.exitCode}: ${said.trim()}`);
}

/** Has systemd write an exported journal into the folder, in as many files as it takes. @returns its entries */
export function writeJournal(stage: Stage, exported: string, folder: string): number {
  mkdirSync(folder, { recursive: true });
  const command = ['/lib/systemd/systemd-journal-remote', '-o', '/srv/system.journal', '-'];
  const entries = Number(/writing (\d+) entries/.exec(run(stage, folder, command, exported))?.[1]);
  if (!(entries > 0)) throw new BenchError('no entry was written to the journal');
  return entries;
}

/** Packs a file with a window of so many bits of an offset. @returns its path */
export function packed(stage: Stage, path: string, windowBits: number): string {
  run(stage, dirname(path), ['zstd', '-q', '-3', `--long=${windowBits}`, `/srv/${basename(path)}`]);
  return `${path}.zst`;
}
