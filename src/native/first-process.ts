/**
 * The first process of new namespaces.
 *
 * After unshare(CLONE_NEWPID) a process can make no more threads (clone(2), EINVAL), and Bun makes threads
 * whenever it likes. So the call that leaves the namespaces and the one that starts the child follow each
 * other without any JavaScript machinery between them; the process that does it does nothing else afterwards.
 */
import { DemineError } from '../model/error.ts';
import { cLibrary, long } from './c-library.ts';
import { namespace, unshare } from './namespaces.ts';
import { addressOf, pinned, systemCall } from './syscall.ts';

const encoder = new TextEncoder();

/** A NULL-terminated array of C strings, and what keeps them alive. */
function strings(texts: readonly string[]): {
  readonly address: number;
  readonly keep: readonly Uint8Array[];
} {
  const keep = texts.map((text) => encoder.encode(`${text}\0`));
  const table = pinned((texts.length + 1) * 8);
  keep.forEach((text, index) => {
    table.view.setBigUint64(index * 8, BigInt(addressOf(text)), true);
  });
  return { address: table.address, keep: [...keep, table.bytes] };
}

/**
 * Runs a program as pid 1 of new pid, mount, network, IPC, UTS and cgroup namespaces, with our standard
 * streams, and waits for its end.
 *
 * @returns its exit code, or 128 and the signal that ended it
 * @throws DemineError `drill-unavailable` when the kernel refuses
 */
export function runFirstProcess(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): number {
  const { posix_spawn } = cLibrary({
    posix_spawn: {
      args: [long, long, long, long, long, long],
      returns: 'i32',
    },
  });
  const path = encoder.encode(`${command[0] ?? ''}\0`);
  const argv = strings(command);
  const envp = strings(Object.entries(environment).map(([name, value]) => `${name}=${value}`));
  const pid = pinned(8);
  const status = pinned(8);
  const pathAt = addressOf(path);
  const { mount, network, ipc, uts, cgroup, pid: pids } = namespace;

  const left = unshare(mount | network | ipc | uts | cgroup | pids);
  if (left.status !== 'ok') {
    throw new DemineError('drill-unavailable', 'The kernel refused private namespaces.', {
      subject: left.reason,
      hint: 'Run the drill as root on the host itself, not in a container.',
    });
  }
  const spawned = posix_spawn(pid.address, pathAt, 0, 0, argv.address, envp.address);
  if (spawned !== 0) {
    throw new DemineError('drill-unavailable', 'The stage of the drill could not be started.', {
      subject: `${command[0]}: errno ${spawned}`,
    });
  }
  const child = pid.view.getInt32(0, true);
  let waited: number;
  do waited = systemCall('wait4', child, status.address, 0, 0);
  while (waited === -4); // EINTR
  const word = status.view.getInt32(0, true);
  const signal = word & 0x7f;
  // The arrays are named here so that they live until the child has read them.
  return argv.keep.length + envp.keep.length > 0 && signal !== 0 ? 128 + signal : (word >> 8) & 0xff;
}
