/**
 * Programs that read and write Windows' own formats, in the root of `scripts/windows-tools.ts`. Whoever imports this makes
 * `scripts/test.ts` make that root first.
 */
import { variable } from './host.ts';

const script = 'mount --bind "$1" "$0/srv" && shift && exec chroot "$0" "$@"';

export interface ToolRun {
  readonly code: number;
  readonly output: Uint8Array;
  readonly errors: string;
}

/** Runs a program of the root, with a folder of ours as its `/srv`. Nothing stays mounted. */
export function windowsTool(folder: string, command: readonly string[], input = ''): ToolRun {
  const enter = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-euc', script];
  const done = Bun.spawnSync([...enter, variable('DEMINE_TEST_WINDOWS_TOOLS'), folder, ...command], {
    stdin: Buffer.from(input),
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  });
  return { code: done.exitCode, output: done.stdout, errors: done.stderr.toString() };
}
