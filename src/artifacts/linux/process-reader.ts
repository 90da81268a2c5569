/**
 * Reads one process after another, with what they share kept once: accounts, control groups, mount tables.
 *
 * Reads of each: stat, status, cmdline, cgroup, the links exe, cwd, root and ns, and the descriptors; limits of
 * those that used a second of CPU or prepared memory, since raised limits of a sleeper say nothing.
 * Why so much of all: ranking needs it, and a miner is rarely the process one would have looked at.
 * What it is NOT: maps, memory and environment; those are read of suspects only.
 * A process may end between two reads. What stat said is kept then, and the parts that came too late stand in
 * `missing`. Sources: proc(5) and the pages it names.
 */
import { cgroupPaths, parseCgroup, unitOfEntries } from '../../formats/cgroup.ts';
import { containerOfPaths } from '../../formats/container-id.ts';
import { parsePasswd } from '../../formats/passwd.ts';
import { cmdlineLimit, parseCmdline } from '../../formats/proc-cmdline.ts';
import { parseLimits, type SoftLimits } from '../../formats/proc-limits.ts';
import { isKernelThread, type ProcStat, parseProcStat } from '../../formats/proc-pid-stat.ts';
import { type ProcStatus, parseProcStatus } from '../../formats/proc-pid-status.ts';
import { parseSystemStat } from '../../formats/proc-system-stat.ts';
import type { NamespaceKind, ProcessFact } from '../../model/facts/process.ts';
import type { ContainerIdentity, UserIdentity } from '../../model/identity.ts';
import type { SourceStatus } from '../../model/source.ts';
import type { SourceLog } from '../../model/source-log.ts';
import { joinPath, type PathText, type Printable, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import { type ExecutableReading, readExecutable } from './executable-view.ts';
import { type DescriptorReading, readDescriptors } from './process-descriptors.ts';

export const processesArtifact = 'linux.processes';
export const procFolder = printableText('/proc');

const part = {
  stat: printableText('stat'),
  status: printableText('status'),
  cmdline: printableText('cmdline'),
  cgroup: printableText('cgroup'),
  limits: printableText('limits'),
  cwd: printableText('cwd'),
  root: printableText('root'),
  fd: printableText('fd'),
} as const;

const namespacePart = {
  cgroup: printableText('ns/cgroup'),
  mnt: printableText('ns/mnt'),
  net: printableText('ns/net'),
  pid: printableText('ns/pid'),
  user: printableText('ns/user'),
} as const;
type ReadNamespace = keyof typeof namespacePart;

/**
 * Read of all. A namespace link costs as much as a file (the kernel makes an inode for each), so the others
 * follow only where one of these or the pids show that the process does not live where we do. ipc, time and
 * uts tell nothing that a judgement rests on.
 */
const ofAll: readonly ReadNamespace[] = ['mnt', 'net'];
const ofApart: readonly ReadNamespace[] = ['pid', 'user', 'cgroup'];

const nothing = new Uint8Array(0);
const smallFile = 65_536;
const passwdLimit = 8 * 1024 * 1024;

interface Placement {
  readonly cgroups: readonly PathText[];
  readonly unit?: string;
  readonly container?: ContainerIdentity;
}

const noPlacement: Placement = { cgroups: [] };
const noStatus: Partial<ProcStatus> = {};
const noLimits: SoftLimits = {};
const noNamespaces: ProcessFact['namespaces'] = {};
const noArguments: readonly Printable[] = [];
const noDescriptors: DescriptorReading = { status: 'ok', descriptors: [], count: 0 };
const noExecutable: ExecutableReading = { status: 'absent', statStatus: 'ok' };
const noneMissing: ProcessFact['missing'] = {};

/** The number in `mnt:[4026531841]`. */
function inodeOf(link: PathText): number | undefined {
  const inode = Number.parseInt(link.slice(link.indexOf('[') + 1), 10);
  return Number.isNaN(inode) ? undefined : inode;
}

export interface ReaderOptions {
  readonly log?: SourceLog;
  /** Where procfs is seen: another path shows what lies beneath mounts over /proc/pid. */
  readonly proc?: PathText;
}

export class ProcessReader {
  readonly #target: Target;
  readonly #log: SourceLog | undefined;
  readonly #proc: PathText;
  readonly #ticks: number;
  readonly #pageSize: number;
  readonly #bootUs: number;
  readonly #users = new Map<number, UserIdentity>();
  readonly #placements = new Map<string, Placement>();
  readonly #paths = new Map<string, PathText>();
  readonly #namespaces = new Map<string, ProcessFact['namespaces']>();
  readonly #limits = new Map<string, SoftLimits>();
  readonly #ours: ProcessFact['namespaces'];
  #okCount = 0;
  #okBytes = 0;

  constructor(target: Target, options: ReaderOptions = {}) {
    this.#target = target;
    this.#log = options.log;
    this.#proc = options.proc ?? procFolder;
    this.#ticks = target.native?.ticksPerSecond ?? 100;
    this.#pageSize = target.native?.pageSize ?? 4096;
    const stat = parseSystemStat(this.#file(joinPath(procFolder, part.stat), 4 * 1024 * 1024).bytes);
    this.#bootUs = (stat?.bootSeconds ?? 0) * 1e6;
    const passwd = this.#file(printableText('/etc/passwd'), passwdLimit);
    for (const account of parsePasswd(passwd.bytes)) {
      if (!this.#users.has(account.uid)) {
        this.#users.set(account.uid, { uid: account.uid, name: account.name });
      }
    }
    const own = joinPath(procFolder, printableText('self'));
    this.#ours = { mnt: this.#ownNamespace(own, 'mnt'), net: this.#ownNamespace(own, 'net') };
  }

  /** The process, or nothing when it is gone or the folder shows another one; the log says which. */
  read(pid: number): ProcessFact | undefined {
    const folder = joinPath(this.#proc, printableText(String(pid)));
    const source = joinPath(folder, part.stat);
    const file = this.#target.readNow({ kind: 'file', path: source, limit: smallFile });
    const stat = file.status === 'ok' ? parseProcStat(file.bytes) : undefined;
    if (stat === undefined || stat.pid !== pid) {
      if (stat !== undefined) this.#fail(source, 'error', `shows process ${stat.pid}`);
      else if (file.status === 'ok') this.#fail(source, 'error', 'not the form of proc_pid_stat(5)');
      else this.#fail(source, file.status, file.reason ?? 'ended while it was read');
      return undefined;
    }
    this.#ok(file.bytes.length);
    return this.#rest(folder, stat);
  }

  /** Puts what was read whole on the log; the rest stands there already. */
  finish(): void {
    this.#log?.countOk(processesArtifact, this.#okCount, this.#okBytes);
    this.#okCount = 0;
    this.#okBytes = 0;
  }

  #rest(folder: PathText, stat: ProcStat): ProcessFact {
    const missing: Record<string, SourceStatus> = {};
    const kernelThread = isKernelThread(stat.flags);
    // Neither a kernel thread nor a zombie has memory, files or an executable.
    const alive = !kernelThread && stat.state !== 'Z' && stat.state !== 'X';
    const status = parseProcStatus(this.#bytes(folder, 'status', missing)) ?? noStatus;
    const place = this.#placement(this.#bytes(folder, 'cgroup', missing));
    const argv = alive ? this.#argv(folder, missing) : noArguments;
    const worked = stat.userTicks + stat.systemTicks >= this.#ticks || (status.locked ?? 0) > 0;
    const limits =
      alive && (worked || (status.hugetlb ?? 0) > 0)
        ? this.#softLimits(this.#bytes(folder, 'limits', missing))
        : noLimits;
    const namespaces = kernelThread
      ? noNamespaces
      : this.#namespacesOf(folder, (status.namespacedPids?.length ?? 1) > 1, missing);
    const exe = alive ? this.#executable(folder, missing) : noExecutable;
    const cwd = alive ? this.#link(folder, 'cwd', missing) : undefined;
    const root = alive ? this.#link(folder, 'root', missing) : undefined;
    const files = alive ? this.#descriptors(folder, missing) : noDescriptors;
    const us = (ticks: number): number => Math.round((ticks * 1e6) / this.#ticks);
    return {
      kind: 'process',
      source: { source: folder },
      pid: stat.pid,
      startTicks: stat.startTicks,
      parent: stat.parent,
      session: stat.session,
      group: stat.group,
      terminal: stat.terminal,
      state: stat.state,
      kernelThread,
      startTime: {
        us: this.#bootUs + us(stat.startTicks),
        precision: 'tick',
        source: 'kernel start time',
        certain: this.#bootUs > 0,
      },
      name: stat.name,
      argv,
      userUs: us(stat.userTicks),
      systemUs: us(stat.systemTicks),
      childUs: us(stat.childUserTicks + stat.childSystemTicks),
      nice: stat.nice,
      policy: stat.policy,
      threads: stat.threads,
      rss: status.rss ?? stat.rssPages * this.#pageSize,
      virtual: stat.virtual,
      locked: status.locked ?? 0,
      hugetlb: status.hugetlb ?? 0,
      user: this.#user(status.uids?.[0] ?? -1),
      effectiveUid: status.uids?.[1] ?? -1,
      tracer: status.tracer ?? 0,
      namespacedPids: status.namespacedPids ?? [stat.pid],
      capabilities: status.capabilities ?? '',
      cpus: status.cpus ?? '',
      ...(exe.view === undefined ? {} : { exe: exe.view }),
      exeStatus: exe.status,
      ...(cwd === undefined ? {} : { cwd }),
      ...(root === undefined ? {} : { root }),
      ...place,
      namespaces,
      limits,
      descriptors: files.descriptors,
      descriptorCount: files.count,
      missing: Object.keys(missing).length === 0 ? noneMissing : missing,
    };
  }

  #argv(folder: PathText, missing: Record<string, SourceStatus>): readonly Printable[] {
    const file = this.#file(joinPath(folder, part.cmdline), cmdlineLimit);
    const line = parseCmdline(file.bytes);
    if (line.truncated) missing['cmdline'] = 'truncated';
    else if (file.status !== 'ok' && file.status !== 'empty') missing['cmdline'] = file.status;
    return line.argv;
  }

  #executable(folder: PathText, missing: Record<string, SourceStatus>): ExecutableReading {
    const reading = readExecutable(this.#target, folder);
    if (reading.status === 'ok') this.#ok(0);
    else {
      missing['exe'] = reading.status;
      this.#fail(joinPath(folder, printableText('exe')), reading.status, reading.reason);
    }
    if (reading.statStatus !== 'ok') missing['exe-stat'] = reading.statStatus;
    return reading;
  }

  #descriptors(folder: PathText, missing: Record<string, SourceStatus>): DescriptorReading {
    const path = joinPath(folder, part.fd);
    const reading = readDescriptors(this.#target, path);
    if (reading.status === 'ok') this.#ok(0);
    else {
      missing['fd'] = reading.status;
      this.#fail(path, reading.status, reading.reason);
    }
    return reading;
  }

  #namespacesOf(
    folder: PathText,
    nested: boolean,
    missing: Record<string, SourceStatus>,
  ): ProcessFact['namespaces'] {
    const found: Partial<Record<NamespaceKind, number>> = {};
    let key = this.#addNamespaces(found, folder, ofAll, missing);
    if (nested || found.mnt !== this.#ours.mnt || found.net !== this.#ours.net) {
      key += this.#addNamespaces(found, folder, ofApart, missing);
    }
    const known = this.#namespaces.get(key);
    if (known !== undefined) return known;
    this.#namespaces.set(key, found);
    return found;
  }

  #addNamespaces(
    found: Partial<Record<NamespaceKind, number>>,
    folder: PathText,
    kinds: readonly ReadNamespace[],
    missing: Record<string, SourceStatus>,
  ): string {
    let key = '';
    for (const kind of kinds) {
      // Where one is refused all are: the same check stands before each (ptrace read access).
      if (missing['ns'] !== undefined) break;
      const path = joinPath(folder, namespacePart[kind]);
      const link = this.#target.readNow({ kind: 'link', path });
      if (link.status === 'ok') {
        this.#ok(0);
        const inode = inodeOf(link.target);
        if (inode !== undefined) found[kind] = inode;
      } else {
        missing['ns'] = link.status;
        this.#fail(path, link.status, link.reason);
      }
      key += `${kind}${found[kind]} `;
    }
    return key;
  }

  #ownNamespace(self: PathText, kind: ReadNamespace): number {
    const link = this.#target.readNow({ kind: 'link', path: joinPath(self, namespacePart[kind]) });
    return (link.status === 'ok' ? inodeOf(link.target) : undefined) ?? 0;
  }

  #placement(bytes: Uint8Array): Placement {
    if (bytes.length === 0) return noPlacement;
    const key = Buffer.prototype.latin1Slice.call(bytes, 0, bytes.length);
    const known = this.#placements.get(key);
    if (known !== undefined) return known;
    const entries = parseCgroup(bytes);
    const cgroups = cgroupPaths(entries);
    const unit = unitOfEntries(entries);
    const container = containerOfPaths(cgroups);
    const placement = {
      cgroups,
      ...(unit === undefined ? {} : { unit }),
      ...(container === undefined ? {} : { container }),
    };
    this.#placements.set(key, placement);
    return placement;
  }

  #softLimits(bytes: Uint8Array): SoftLimits {
    const limits = parseLimits(bytes);
    const key = `${limits.lockedMemory} ${limits.openFiles}`;
    const known = this.#limits.get(key);
    if (known !== undefined) return known;
    this.#limits.set(key, limits);
    return limits;
  }

  #user(uid: number): UserIdentity {
    let user = this.#users.get(uid);
    if (user === undefined) {
      user = { uid, name: printableText('') };
      this.#users.set(uid, user);
    }
    return user;
  }

  #link(folder: PathText, name: 'cwd' | 'root', missing: Record<string, SourceStatus>): PathText | undefined {
    const path = joinPath(folder, part[name]);
    const link = this.#target.readNow({ kind: 'link', path });
    if (link.status !== 'ok') {
      missing[name] = link.status;
      this.#fail(path, link.status, link.reason);
      return undefined;
    }
    this.#ok(0);
    const known = this.#paths.get(link.target);
    if (known !== undefined) return known;
    this.#paths.set(link.target, link.target);
    return link.target;
  }

  #bytes(
    folder: PathText,
    name: 'status' | 'cgroup' | 'limits',
    missing: Record<string, SourceStatus>,
  ): Uint8Array {
    const file = this.#file(joinPath(folder, part[name]), smallFile);
    if (file.status !== 'ok' && file.status !== 'empty') missing[name] = file.status;
    return file.bytes;
  }

  #file(path: PathText, limit: number): { readonly status: SourceStatus; readonly bytes: Uint8Array } {
    const file = this.#target.readNow({ kind: 'file', path, limit });
    if (file.status === 'ok' || file.status === 'empty') this.#ok(file.bytes.length);
    else this.#fail(path, file.status, file.reason, file.bytes.length);
    const readable = file.status === 'ok' || file.status === 'truncated';
    return { status: file.status, bytes: readable ? file.bytes : nothing };
  }

  #ok(bytes: number): void {
    this.#okCount += 1;
    this.#okBytes += bytes;
  }

  #fail(source: PathText, status: SourceStatus, reason: string | undefined, bytes = 0): void {
    this.#log?.record({
      source,
      artifact: processesArtifact,
      status,
      bytes,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
