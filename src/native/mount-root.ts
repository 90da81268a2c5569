/**
 * The root of the mount namespace in which another process lives, as a descriptor: names below it are resolved where that
 * process sees them, through mounts of its own, and nobody has to go there.
 *
 * Why not /proc/PID/root: that is the root which the process gave itself, and an intruder may chroot(2) into a folder of
 * his. How: setns(2) into a mount namespace is for a thread that shares its folders with no other (CLONE_FS), and it
 * moves that thread for good; so a child of ours goes there on its only busy thread, opens `/`, and is asked for what it
 * opened by /proc/CHILD/fd, which hands over the very folder (proc_pid_fd(5)). Nothing of the namespace is run.
 * Rights: CAP_SYS_ADMIN and CAP_SYS_CHROOT over the namespace, and those of ptrace(2) over the process.
 */

import { readSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { childCommand } from './child.ts';
import { namespace, openNamespace, setns, signalOnParentDeath, unshare } from './namespaces.ts';
import { openRoot } from './place-in-folder.ts';
import type { Answer } from './port.ts';
import { close } from './syscall.ts';

export const mountRootTask = 'mount-root';

/** Milliseconds; what opens there may be a file server that is dead. */
const patienceMs = 5_000;
const longestLine = 256;

/** `mount-root PID`: says `root FD` or why not, and waits until nobody wants it any more. */
export function runMountRoot(args: readonly string[]): number {
  signalOnParentDeath(constants.signals.SIGKILL);
  const tell = (line: string): void => {
    writeSync(1, `${line}\n`);
  };
  const pid = Number(args[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return 2;
  const there = openNamespace(pid, 'mnt');
  if (there.status !== 'ok') {
    tell(`${there.status} ${there.reason}`);
    return 1;
  }
  for (const answer of [unshare(namespace.files), setns(there.value, namespace.mount)]) {
    if (answer.status === 'ok') continue;
    tell(`${answer.status} ${answer.reason}`);
    return 1;
  }
  close(there.value);
  const root = openRoot(new Uint8Array([0x2f]));
  if (root.status !== 'ok') {
    tell(`${root.status} ${root.reason}`);
    return 1;
  }
  tell(`root ${root.value}`);
  // The end of the stream is the word to go.
  const byte = new Uint8Array(1);
  while (readSync(0, byte, 0, 1, null) === 1);
  return 0;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of stream) {
    text += decoder.decode(piece, { stream: true });
    if (text.includes('\n') || text.length > longestLine) break;
  }
  return text.split('\n', 1)[0] ?? '';
}

const statuses: ReadonlySet<string> = new Set(['absent', 'denied', 'timeout', 'error']);
const isStatus = (word: string): word is 'absent' | 'denied' | 'timeout' | 'error' => statuses.has(word);

/** The caller closes it. Whether the process is still the one that was meant, he asks afterwards. */
export async function openMountRoot(pid: number): Promise<Answer<number>> {
  const child = Bun.spawn(childCommand(mountRootTask, [String(pid)]), {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Nothing of the namespace is to be loaded by what we start.
    env: {},
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  try {
    const line = await firstLine(child.stdout);
    const [word = '', detail = ''] = line.split(' ');
    if (word === 'root' && /^\d{1,9}$/.test(detail)) {
      return openRoot(Buffer.from(`/proc/${child.pid}/fd/${detail}`));
    }
    return isStatus(word)
      ? { status: word, reason: detail }
      : { status: 'timeout', reason: `nothing within ${patienceMs} ms` };
  } finally {
    clearTimeout(timer);
    await child.stdin.end();
    await child.exited;
  }
}
