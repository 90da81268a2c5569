/**
 * A whole recorded host behind the ports: a small honest Debian server, to which a test adds what it is about.
 * Its clock runs, so processes use CPU while a scan watches.
 */
import { type Recorded, RecordedTarget } from '../../test/recorded-target.ts';
import { emptyConfig, type OwnerConfig } from '../model/config.ts';
import { printableText } from '../model/text.ts';
import type { Answer, Native, PidSweep, RawEntry } from '../native/port.ts';
import { recordedNative } from '../native/recorded.ts';
import type { Request, ResultFor, SourceResult, Target } from '../target/port.ts';
import { type ScanOutcome, scan } from './scan.ts';

export interface RecordedProcess {
  readonly pid: number;
  readonly exe: string;
  readonly argv?: readonly string[];
  /** Percent of one core. */
  readonly cpu?: number;
  readonly parent?: number;
  /** Lines of smaps or maps. */
  readonly maps?: string;
  /** Number to what /proc/pid/fd/number leads to. */
  readonly descriptors?: Readonly<Record<number, string>>;
  readonly cgroup?: string;
  readonly memory?: readonly { readonly start: number; readonly bytes: Uint8Array }[];
  /** Control words that sampling gives; those of ordinary code when left out. */
  readonly samples?: readonly number[];
  /** No listing shows it; its files can be opened and calls answer. */
  readonly hidden?: boolean;
}

export interface HostParts {
  readonly processes?: readonly RecordedProcess[];
  readonly files?: Readonly<Record<string, Recorded>>;
  readonly links?: Readonly<Record<string, number>>;
  readonly native?: Partial<Native>;
  readonly keepSecrets?: boolean;
  /** Seconds, half a one where nothing is said. */
  readonly interval?: number;
}

const bootSeconds = 1_700_000_000;
/** Every process of the host began 1000 s after boot, and the host has run for 10,000 s. */
const startTicks = 100_000;
const uptime = 10_000;
/** Not 1: the test may be process 1 of its namespace, and its children are left out as our own. */
const noParent = 0;
const ordinaryWord = 0x1fa0;
const encoder = new TextEncoder();
const bytes = (text: string): Uint8Array => encoder.encode(text);
const absent = { status: 'absent', reason: 'ENOENT' } as const;

const honest: readonly RecordedProcess[] = [
  { pid: 1, exe: '/usr/lib/systemd/systemd', argv: ['/sbin/init'] },
  { pid: 4100, exe: '/usr/sbin/sshd', argv: ['sshd: /usr/sbin/sshd -D'] },
  { pid: 4200, exe: '/usr/bin/postgres', argv: ['postgres', '-D', '/var/lib/postgresql'], cpu: 40 },
];

const mountTable =
  '20 1 8:1 / / rw - ext4 /dev/sda1 rw\n21 20 0:5 / /proc rw - proc proc rw\n' +
  '22 20 0:6 / /sys rw - sysfs sysfs rw\n23 22 0:7 / /sys/kernel/tracing rw - tracefs tracefs rw\n';

const socketHead =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

function systemFiles(elapsed: () => number): Record<string, Recorded> {
  const busy = (): number => Math.round(200_000 + elapsed() * 100);
  return {
    '/proc/stat': () =>
      `cpu  ${busy()} 0 0 900000\ncpu0 ${busy()} 0 0 9\nbtime ${bootSeconds}\nprocesses 4200\n`,
    '/proc/uptime': () => `${(uptime + elapsed()).toFixed(2)} 9000.00\n`,
    '/proc/loadavg': '0.50 0.40 0.30 1/200 4200\n',
    '/proc/meminfo': 'MemTotal:       16384000 kB\n',
    '/proc/cpuinfo': 'processor\t: 0\nvendor_id\t: AuthenticAMD\n',
    '/proc/sys/kernel/hostname': 'recorded\n',
    '/proc/sys/kernel/osrelease': '6.12.0-1-amd64\n',
    '/proc/sys/kernel/pid_max': '8192\n',
    '/proc/sys/kernel/tainted': '0\n',
    '/proc/self/status': 'Tgid:\t9\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n',
    '/proc/self/mountinfo': mountTable,
    '/proc/self/ns/pid': { link: 'pid:[4026531836]' },
    '/proc/self/ns/user': { link: 'user:[4026531837]' },
    '/proc/self/ns/cgroup': { link: 'cgroup:[4026531835]' },
    '/proc/self/ns/mnt': { link: 'mnt:[4026531841]' },
    '/proc/self/ns/net': { link: 'net:[4026531840]' },
    '/proc/modules': 'ext4 100 1 - Live 0x0\n',
    '/proc/kallsyms': '0000000000000000 T _stext\n0000000000000000 t a\t[ext4]\n',
    '/sys/module/ext4/initstate': 'live\n',
    '/etc/passwd': 'root:x:0:0::/root:/bin/bash\n',
    '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
    '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
    '/etc/hosts': '127.0.0.1 localhost\n',
    '/var/lib/dpkg/status': 'Package: base\nStatus: install ok installed\n\n',
    // What the package brought lies there: an ELF header is enough of a program.
    '/usr/lib/systemd/systemd': '\x7fELF\x02\x01\x01',
    '/usr/sbin/sshd': '\x7fELF\x02\x01\x01',
    '/usr/bin/postgres': '\x7fELF\x02\x01\x01',
    '/var/lib/dpkg/info/base.list': '/usr/lib/systemd/systemd\n/usr/sbin/sshd\n/usr/bin/postgres\n',
    '/dev/cpu/0/msr': '',
  };
}

const nameOf = (exe: string): string => exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15);

function processFiles(one: RecordedProcess, elapsed: () => number): Record<string, Recorded> {
  const folder = `/proc/${one.pid}`;
  const argv = one.argv ?? [one.exe];
  const cpu = one.cpu ?? 0;
  // What it used in its life so far is the same share of a core.
  const ticks = (): number => Math.round((uptime - startTicks / 100 + elapsed()) * cpu);
  const state = cpu > 0 ? 'R' : 'S';
  const stat = (): string =>
    `${one.pid} (${nameOf(one.exe)}) ${state} ${one.parent ?? noParent} ${one.pid} ${one.pid} 0 -1 4194304 1 2 3 4 ` +
    `${ticks()} 0 0 0 20 0 1 0 ${startTicks} 9000000 2500 9 ${'0 '.repeat(27)}\n`;
  const status =
    `Name:\t${nameOf(one.exe)}\nTgid:\t${one.pid}\nPid:\t${one.pid}\nPPid:\t${one.parent ?? noParent}\n` +
    `TracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nVmRSS:\t 20480 kB\nNSpid:\t${one.pid}\nCapEff:\t0\n`;
  return {
    [`${folder}/stat`]: stat,
    [`${folder}/task/${one.pid}/stat`]: stat,
    [`${folder}/status`]: status,
    [`${folder}/task/${one.pid}/status`]: status,
    [`${folder}/cmdline`]: `${argv.join('\0')}\0`,
    [`${folder}/cgroup`]: `${one.cgroup ?? '0::/system.slice/some.service'}\n`,
    [`${folder}/exe`]: { link: one.exe },
    [`${folder}/cwd`]: { link: '/' },
    [`${folder}/root`]: { link: '/' },
    [`${folder}/environ`]: 'PATH=/usr/bin\0',
    [`${folder}/mountinfo`]: mountTable,
    ...Object.fromEntries(
      ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => [`${folder}/net/${name}`, socketHead]),
    ),
    [`${folder}/net/unix`]: 'Num       RefCount Protocol Flags    Type St Inode Path\n',
    [`${folder}/maps`]: one.maps ?? '00400000-00500000 r-xp 00000000 08:01 7 /usr/bin/any\n',
    [`${folder}/smaps`]: one.maps ?? '00400000-00500000 r-xp 00000000 08:01 7 /usr/bin/any\nRss: 4 kB\n',
    [`${folder}/ns/mnt`]: { link: 'mnt:[4026531841]' },
    [`${folder}/ns/net`]: { link: 'net:[4026531840]' },
    [`${folder}/fd/`]: '',
    ...Object.fromEntries(
      Object.entries(one.descriptors ?? {}).map(([fd, link]) => [`${folder}/fd/${fd}`, { link }]),
    ),
  };
}

/** Keeps the names of hidden processes out of the listing of /proc, as a hook of getdents does. */
class Hooked implements Target {
  readonly kind = 'live';
  readonly name = printableText('recorded');
  readonly native: Native;
  readonly #target: RecordedTarget;
  readonly #hidden: ReadonlySet<string>;

  constructor(target: RecordedTarget, native: Native, hidden: ReadonlySet<string>) {
    this.#target = target;
    this.native = native;
    this.#hidden = hidden;
  }

  readNow<R extends Request>(request: R): ResultFor<R['kind']> {
    const result: SourceResult = this.#target.readNow(request);
    const told =
      result.kind === 'directory' && request.path === '/proc'
        ? { ...result, entries: result.entries.filter(({ name }) => !this.#hidden.has(name)) }
        : result;
    // The kind of the answer is the kind of the request, which the type system cannot follow here.
    return told as ResultFor<R['kind']>;
  }

  read<R extends Request>(request: R): Promise<ResultFor<R['kind']>> {
    return Promise.resolve(this.readNow(request));
  }

  async *gather(requests: Iterable<Request>): AsyncIterable<readonly SourceResult[]> {
    for (const request of requests) yield [this.readNow(request)];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function nativeOf(
  target: RecordedTarget,
  processes: readonly RecordedProcess[],
  rest: Partial<Native>,
): Native {
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  const textOf = (path: Uint8Array) => printableText(new TextDecoder().decode(path));
  const isShown = (name: string): boolean => byPid.get(Number(name))?.hidden !== true;
  function listDirectory(path: Uint8Array): Answer<readonly RawEntry[]> {
    const result = target.readNow({ kind: 'directory', path: textOf(path) });
    if (result.status !== 'ok') return absent;
    return {
      status: 'ok',
      value: result.entries
        .filter(({ name }) => textOf(path) !== '/proc' || isShown(name))
        .map(({ name, type }) => ({ inode: 1, type: type === 'directory' ? 4 : 8, name: bytes(name) })),
    };
  }
  const sweep = (limit: number): PidSweep => {
    const bits = (): Uint8Array => {
      const set = new Uint8Array((limit >> 3) + 1);
      for (const pid of byPid.keys()) set[pid >> 3] = (set[pid >> 3] ?? 0) | (1 << (pid & 7));
      return set;
    };
    return { limit, kill: bits(), scheduler: bits() };
  };
  return recordedNative({
    listDirectory,
    readFile: (path) => {
      const result = target.readNow({ kind: 'file', path: textOf(path) });
      return result.status === 'ok' ? { status: 'ok', value: Uint8Array.from(result.bytes) } : absent;
    },
    listByLibrary: () => ({ status: 'ok', value: [...byPid.keys()].map(String).filter(isShown).map(bytes) }),
    pidByKill: (pid) => byPid.has(pid),
    pidByScheduler: (pid) => byPid.has(pid),
    sweepPids: (limit) => Promise.resolve({ status: 'ok', value: sweep(limit) }),
    sampleRegisters: (pid) => {
      const one = byPid.get(pid);
      if (one === undefined) return absent;
      const samples = one.samples ?? Array.from({ length: 10 }, () => ordinaryWord);
      const architecture = rest.architecture ?? 'x64';
      return { status: 'ok', value: { architecture, samples, heldUs: 40 } };
    },
    readMemory: (pid, address, into) => {
      const piece = byPid
        .get(pid)
        ?.memory?.find(({ start, bytes: all }) => address >= start && address < start + all.length);
      if (piece === undefined) return absent;
      const from = piece.bytes.subarray(address - piece.start);
      const size = Math.min(from.length, into.length);
      into.set(from.subarray(0, size));
      return { status: 'ok', value: size };
    },
    netlink: () => ({ status: 'ok', value: [] }),
    bpfPrograms: () => ({ status: 'ok', value: [] }),
    readMsr: () => ({ status: 'ok', value: 0n }),
    ...rest,
  });
}

/** Scans the recorded host. */
export async function scanRecorded(parts: HostParts = {}, config?: OwnerConfig): Promise<ScanOutcome> {
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  const processes = [...honest, ...(parts.processes ?? [])];
  const files = Object.assign(
    systemFiles(elapsed),
    ...processes.map((one) => processFiles(one, elapsed)),
    parts.files ?? {},
  );
  const recorded = new RecordedTarget({
    files,
    ...(parts.links === undefined ? {} : { links: parts.links }),
  });
  const native = nativeOf(recorded, processes, parts.native ?? {});
  const hidden = new Set(processes.filter((one) => one.hidden === true).map(({ pid }) => String(pid)));
  const target = new Hooked(recorded, native, hidden);
  const options = {
    language: 'en',
    interval: parts.interval ?? 0.5,
    active: false,
    thorough: false,
    keepSecrets: parts.keepSecrets ?? false,
    seen: [],
    config: config ?? emptyConfig,
  } as const;
  return scan(target, native, options, '0.0.0');
}
