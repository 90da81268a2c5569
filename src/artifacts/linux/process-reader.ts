/**
 * Reads one process after another, with what they share kept once: accounts, control groups, mount tables.
 *
 * Reads of each: stat, status, cmdline, cgroup, limits (asked by prlimit(2) where that is ours to ask), the links exe,
 * cwd and root, its namespaces (all eight of one that does not live where we do), and the descriptors.
 * Why so much of all: ranking needs it, and a miner is rarely the process one would have looked at.
 * What it is NOT: maps, memory and environment; those are read of suspects only.
 * A process may end between two reads. What stat said is kept then, and the parts that came too late stand in
 * `missing`. Sources: proc(5) and the pages it names.
 */
import { cgroupPaths, parseCgroup, unitOfEntries } from '../../formats/cgroup.ts';
import { containerOfPaths } from '../../formats/container-id.ts';
import { parsePasswd } from '../../formats/passwd.ts';
import { parseCmdline } from '../../formats/proc-cmdline.ts';
import { parseLimits, type SoftLimits } from '../../formats/proc-limits.ts';
import { isKernelThread, type ProcStat, parseProcStat } from '../../formats/proc-pid-stat.ts';
import { type ProcStatus, parseProcStatus } from '../../formats/proc-pid-status.ts';
import { parseSystemStat } from '../../formats/proc-system-stat.ts';
import type { NamespaceKind, ProcessFact } from '../../model/facts/process.ts';
import type { ContainerIdentity, UserIdentity } from '../../model/identity.ts';
import type { SourceStatus } from '../../model/source.ts';
import type { SourceLog } from '../../model/source-log.ts';
import { joinPath, type PathText, type Printable, printableText } from '../../model/text.ts';
import { type Part, part } from '../../native/kernel-folder.ts';
import type { Native } from '../../native/port.ts';
import type { Outcome, Target } from '../../target/port.ts';
import { type ExecutableReading, readExecutable } from './executable-view.ts';
import { type DescriptorReading, readDescriptors } from './process-descriptors.ts';
import { ProcessFolder } from './process-folder.ts';

export const processesArtifact = 'linux.processes';
export const procFolder = printableText('/proc');

const parts = {
  stat: part('stat'),
  status: part('status'),
  cmdline: part('cmdline'),
  cgroup: part('cgroup'),
  limits: part('limits'),
  cwd: part('cwd'),
  root: part('root'),
  exe: part('exe'),
  fd: part('fd'),
} as const;

const namespacePart = {
  cgroup: part('ns/cgroup'),
  ipc: part('ns/ipc'),
  mnt: part('ns/mnt'),
  net: part('ns/net'),
  pid: part('ns/pid'),
  time: part('ns/time'),
  user: part('ns/user'),
  uts: part('ns/uts'),
} as const;
type Kind = keyof typeof namespacePart;

/** Tried first: where one is refused all are, since the same check stands before each (ptrace read access). */
const inEveryKernel: readonly Kind[] = ['mnt', 'net'];
/**
 * Where a process sees other files, addresses, processes or users than we do. Read, as the rest, where we have one
 * ourselves: a kernel may be too old for it, or built without it.
 */
const elsewhere: readonly Kind[] = ['pid', 'user'];
/** Read of those that live elsewhere, and of suspects by `probe/process-context.ts`: by these alone nobody hides. */
const rest: readonly Kind[] = ['cgroup', 'ipc', 'uts', 'time'];

const nothing = new Uint8Array(0);
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
  readonly #kinds: readonly Kind[];
  readonly #others: readonly Kind[];
  /** Asks the kernel for limits by pid; absent where the numbers of this /proc may be those of other processes. */
  readonly #limitsOf: Native['processLimits'];
  /** Links of our own namespaces, in the order of `#kinds`. */
  readonly #home: string;
  /** Of /proc itself, once a process that lives there was read. */
  #pidNamespace: ReturnType<ProcessFolder['link']> | undefined;
  #okCount = 0;
  #okBytes = 0;

  constructor(target: Target, options: ReaderOptions = {}) {
    this.#target = target;
    this.#log = options.log;
    this.#proc = options.proc ?? procFolder;
    this.#ticks = target.native?.ticksPerSecond ?? 100;
    this.#pageSize = target.native?.pageSize ?? 4096;
    const stat = parseSystemStat(this.#file(joinPath(procFolder, printableText('stat')), 4 << 20));
    this.#bootUs = (stat?.bootSeconds ?? 0) * 1e6;
    const passwd = this.#file(printableText('/etc/passwd'), passwdLimit);
    for (const account of parsePasswd(passwd)) {
      if (!this.#users.has(account.uid)) {
        this.#users.set(account.uid, { uid: account.uid, name: account.name });
      }
    }
    const own = new ProcessFolder(target, joinPath(procFolder, printableText('self')));
    const have = (kind: Kind): boolean => own.link(namespacePart[kind]).status === 'ok';
    this.#kinds = [...inEveryKernel, ...elsewhere.filter(have)];
    this.#others = rest.filter(have);
    const self = parseProcStat(own.file(parts.stat).bytes);
    this.#limitsOf = self?.pid === process.pid ? target.native?.processLimits : undefined;
    this.#home = this.#kinds.map((kind) => own.link(namespacePart[kind]).target).join('');
  }

  /** The process, or nothing when it is gone or the folder shows another one; the log says which. */
  read(pid: number): ProcessFact | undefined {
    const folder = new ProcessFolder(this.#target, joinPath(this.#proc, printableText(String(pid))));
    const file = folder.file(parts.stat);
    const stat = file.status === 'ok' ? parseProcStat(file.bytes) : undefined;
    if (stat === undefined || stat.pid !== pid) {
      const source = folder.pathOf(parts.stat);
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

  #rest(folder: ProcessFolder, stat: ProcStat): ProcessFact {
    const missing: Record<string, SourceStatus> = {};
    const kernelThread = isKernelThread(stat.flags);
    // Neither a kernel thread nor a zombie has memory, files or an executable.
    const alive = !kernelThread && stat.state !== 'Z' && stat.state !== 'X';
    const status = parseProcStatus(this.#bytes(folder, 'status', missing)) ?? noStatus;
    const place = this.#placement(this.#bytes(folder, 'cgroup', missing));
    const argv = alive ? this.#argv(folder, missing) : noArguments;
    const limits = alive ? this.#softLimits(folder, stat.pid, missing) : noLimits;
    const namespaces = kernelThread
      ? noNamespaces
      : this.#namespacesOf(folder, status.namespacedPids, missing);
    const exe = alive ? this.#executable(folder, missing) : noExecutable;
    const cwd = alive ? this.#link(folder, 'cwd', missing) : undefined;
    const root = alive ? this.#link(folder, 'root', missing) : undefined;
    const files = alive ? this.#descriptors(folder, missing) : noDescriptors;
    const us = (ticks: number): number => Math.round((ticks * 1e6) / this.#ticks);
    return {
      kind: 'process',
      source: { source: folder.path },
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

  #argv(folder: ProcessFolder, missing: Record<string, SourceStatus>): readonly Printable[] {
    const file = folder.file(parts.cmdline);
    const line = parseCmdline(this.#taken(folder, parts.cmdline, file));
    if (line.truncated) missing['cmdline'] = 'truncated';
    else if (file.status !== 'ok' && file.status !== 'empty') missing['cmdline'] = file.status;
    return line.argv;
  }

  #executable(folder: ProcessFolder, missing: Record<string, SourceStatus>): ExecutableReading {
    const reading = readExecutable(folder);
    if (reading.status === 'ok') this.#ok(0);
    else {
      missing['exe'] = reading.status;
      this.#fail(folder.pathOf(parts.exe), reading.status, reading.reason);
    }
    if (reading.statStatus !== 'ok') missing['exe-stat'] = reading.statStatus;
    return reading;
  }

  #descriptors(folder: ProcessFolder, missing: Record<string, SourceStatus>): DescriptorReading {
    const reading = readDescriptors(folder);
    if (reading.status === 'ok') this.#ok(0);
    else {
      missing['fd'] = reading.status;
      this.#fail(folder.pathOf(parts.fd), reading.status, reading.reason);
    }
    return reading;
  }

  #namespacesOf(
    folder: ProcessFolder,
    pids: readonly number[] | undefined,
    missing: Record<string, SourceStatus>,
  ): ProcessFact['namespaces'] {
    const found: Partial<Record<NamespaceKind, number>> = {};
    let key = '';
    // Whoever has one number lives in the pid namespace that this /proc is of (pid_namespaces(7), NSpid in proc(5)).
    const isOfProc = pids?.length === 1;
    const linkOf = (kind: Kind): ReturnType<ProcessFolder['link']> => {
      if (kind !== 'pid' || !isOfProc) return folder.link(namespacePart[kind]);
      if (this.#pidNamespace?.status !== 'ok') this.#pidNamespace = folder.link(namespacePart.pid);
      return this.#pidNamespace;
    };
    const readAll = (kinds: readonly Kind[]): boolean =>
      kinds.every((kind) => {
        const link = linkOf(kind);
        if (link.status !== 'ok') {
          missing['ns'] = link.status;
          this.#fail(folder.pathOf(namespacePart[kind]), link.status, link.reason);
          return false;
        }
        this.#ok(0);
        key += link.target;
        const inode = inodeOf(link.target);
        if (inode !== undefined) found[kind] = inode;
        return true;
      });
    if (readAll(this.#kinds) && key !== this.#home) readAll(this.#others);
    const known = this.#namespaces.get(key);
    if (known !== undefined) return known;
    this.#namespaces.set(key, found);
    return found;
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

  #softLimits(folder: ProcessFolder, pid: number, missing: Record<string, SourceStatus>): SoftLimits {
    const asked = this.#limitsOf?.(pid);
    if (asked?.status === 'ok') this.#ok(0);
    const limits = asked?.status === 'ok' ? asked.value : parseLimits(this.#bytes(folder, 'limits', missing));
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

  #link(
    folder: ProcessFolder,
    name: 'cwd' | 'root',
    missing: Record<string, SourceStatus>,
  ): PathText | undefined {
    const link = folder.link(parts[name]);
    if (link.status !== 'ok') {
      missing[name] = link.status;
      this.#fail(folder.pathOf(parts[name]), link.status, link.reason);
      return undefined;
    }
    this.#ok(0);
    const known = this.#paths.get(link.target);
    if (known !== undefined) return known;
    this.#paths.set(link.target, link.target);
    return link.target;
  }

  #bytes(
    folder: ProcessFolder,
    name: 'status' | 'cgroup' | 'limits',
    missing: Record<string, SourceStatus>,
  ): Uint8Array {
    const file = folder.file(parts[name]);
    if (file.status !== 'ok' && file.status !== 'empty') missing[name] = file.status;
    return this.#taken(folder, parts[name], file);
  }

  /** What a file held, with its end on the log. */
  #taken(folder: ProcessFolder, part: Part, file: Outcome & { readonly bytes: Uint8Array }): Uint8Array {
    const { status, bytes } = file;
    if (status === 'ok' || status === 'empty') this.#ok(bytes.length);
    else this.#fail(folder.pathOf(part), status, file.reason, bytes.length);
    return status === 'ok' || status === 'truncated' ? bytes : nothing;
  }

  #file(path: PathText, limit: number): Uint8Array {
    const file = this.#target.readNow({ kind: 'file', path, limit });
    if (file.status === 'ok' || file.status === 'empty') this.#ok(file.bytes.length);
    else this.#fail(path, file.status, file.reason, file.bytes.length);
    return file.status === 'ok' || file.status === 'truncated' ? file.bytes : nothing;
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
