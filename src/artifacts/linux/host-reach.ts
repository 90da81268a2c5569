/**
 * How far a look from here reaches: the whole host, a pid namespace of it, a container, or only files.
 *
 * Why: from inside a container the CPU of the whole machine stands against the processes of one container, and
 * "no miner" means "none in here". What it is NOT: a search for containers on this host.
 * Sources: include/linux/proc_ns.h (PROC_USER_INIT_INO 0xEFFFFFFD, PROC_PID_INIT_INO 0xEFFFFFFC,
 * PROC_CGROUP_INIT_INO 0xEFFFFFFB: fixed numbers, so another one is another namespace);
 * include/uapi/linux/capability.h (CAP_DAC_READ_SEARCH 2, CAP_SYS_PTRACE 19, CAP_SYS_ADMIN 21).
 */
import { cgroupPaths, parseCgroup } from '../../formats/cgroup.ts';
import { containerOfPaths } from '../../formats/container-id.ts';
import type { ProcStatus } from '../../formats/proc-pid-status.ts';
import type { HostFact } from '../../model/facts/host.ts';
import { printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

const firstUser = 0xefff_fffd;
const firstPid = 0xefff_fffc;
const firstCgroup = 0xefff_fffb;
const needed = [2, 19, 21].reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);
const environmentLimit = 65_536;

function namespaceOf(target: Target, kind: string): number | undefined {
  const link = target.readNow({ kind: 'link', path: printableText(`/proc/self/ns/${kind}`) });
  if (link.status !== 'ok') return undefined;
  const inode = Number.parseInt(link.target.slice(link.target.indexOf('[') + 1), 10);
  return Number.isNaN(inode) ? undefined : inode;
}

const exists = (target: Target, path: string): boolean =>
  target.readNow({ kind: 'stat', path: printableText(path) }).status === 'ok';

/** `container=…` in the environment of pid 1, which only the name of the variable is taken of. */
function startedAsContainer(target: Target): boolean {
  const file = target.readNow({
    kind: 'file',
    path: printableText('/proc/1/environ'),
    limit: environmentLimit,
  });
  if (file.status !== 'ok' && file.status !== 'truncated') return false;
  const text = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength).toString(
    'latin1',
  );
  return text.startsWith('container=') || text.includes('\0container=');
}

function firstProcessIsContained(target: Target): boolean {
  const file = target.readNow({
    kind: 'file',
    path: printableText('/proc/1/cgroup'),
    limit: environmentLimit,
  });
  return file.status === 'ok' && containerOfPaths(cgroupPaths(parseCgroup(file.bytes))) !== undefined;
}

function capable(status: ProcStatus | undefined): boolean {
  if (status === undefined || !/^[0-9a-f]{1,16}$/.test(status.capabilities)) return false;
  return (BigInt(`0x${status.capabilities}`) & needed) === needed;
}

export function hostReach(
  target: Target,
  self: ProcStatus | undefined,
): Pick<HostFact, 'scope' | 'privileged'> {
  if (target.kind !== 'live') return { scope: 'files', privileged: false };
  const user = namespaceOf(target, 'user');
  const pid = namespaceOf(target, 'pid');
  const cgroup = namespaceOf(target, 'cgroup');
  const privileged = self?.uids[1] === 0 && user === firstUser && capable(self);
  const marked =
    exists(target, '/.dockerenv') ||
    exists(target, '/run/.containerenv') ||
    startedAsContainer(target) ||
    firstProcessIsContained(target);
  // A mark is a file that anyone may leave behind; with the first pid namespace in view it is no container.
  if (pid === firstPid) return { scope: 'host', privileged };
  const apart = cgroup !== undefined && cgroup !== firstCgroup && user !== undefined && user !== firstUser;
  return { scope: marked || apart ? 'container' : 'pid-namespace', privileged };
}
