/**
 * System calls by number, past the library's wrappers.
 *
 * `syscall` is looked up in the C library itself and not in the global scope, so a library that somebody
 * preloads to lie about files and processes is not asked. A result follows the kernel's own convention: what
 * the call returned, or the negative errno.
 *
 * Numbers: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h (arm64). A call costs
 * about 0.2 µs more than in C; `i64_fast` keeps numbers out of BigInt.
 */
import { dlopen, FFIType, ptr, read } from 'bun:ffi';
import { DemineError } from '../model/error.ts';

export type Architecture = 'x64' | 'arm64';

/** By call: number on x64, number on arm64. */
const table = {
  bind: [49, 200],
  bpf: [321, 280],
  chroot: [161, 51],
  close: [3, 57],
  execve: [59, 221],
  fanotify_init: [300, 262],
  fanotify_mark: [301, 263],
  fchmod: [91, 52],
  fchown: [93, 55],
  fchownat: [260, 54],
  fgetxattr: [193, 10],
  flistxattr: [196, 13],
  flock: [73, 32],
  fremovexattr: [199, 16],
  fsetxattr: [190, 7],
  fstat: [5, 80],
  fsync: [74, 82],
  getdents64: [217, 61],
  getpriority: [140, 141],
  getsockopt: [55, 209],
  getxattr: [191, 8],
  inotify_add_watch: [254, 27],
  inotify_init1: [294, 26],
  inotify_rm_watch: [255, 28],
  ioctl: [16, 29],
  ioprio_set: [251, 30],
  kill: [62, 129],
  lgetxattr: [192, 9],
  llistxattr: [195, 12],
  lseek: [8, 62],
  lsetxattr: [189, 6],
  madvise: [28, 233],
  mkdirat: [258, 34],
  mount: [165, 40],
  name_to_handle_at: [303, 264],
  nanosleep: [35, 101],
  newfstatat: [262, 79],
  open_tree: [428, 428],
  openat2: [437, 437],
  openat: [257, 56],
  pidfd_open: [434, 434],
  pidfd_send_signal: [424, 424],
  pipe2: [293, 59],
  pivot_root: [155, 41],
  ppoll: [271, 73],
  prctl: [157, 167],
  prlimit64: [302, 261],
  pread64: [17, 67],
  ptrace: [101, 117],
  read: [0, 63],
  readlinkat: [267, 78],
  recvfrom: [45, 207],
  renameat2: [316, 276],
  sched_getscheduler: [145, 120],
  sendto: [44, 206],
  setns: [308, 268],
  setpriority: [141, 140],
  setsockopt: [54, 208],
  socket: [41, 198],
  statfs: [137, 43],
  statx: [332, 291],
  symlinkat: [266, 36],
  umount2: [166, 39],
  unlinkat: [263, 35],
  unshare: [272, 97],
  utimensat: [280, 88],
  wait4: [61, 260],
  waitid: [247, 95],
  write: [1, 64],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

export type SystemCall = keyof typeof table;

/** Names under which the C library is loaded: glibc, then musl. */
export const libraryNames = [
  'libc.so.6',
  'libc.musl-x86_64.so.1',
  'libc.musl-aarch64.so.1',
  'ld-musl-x86_64.so.1',
  'ld-musl-aarch64.so.1',
] as const;

const long = FFIType.i64_fast;

interface Library {
  readonly invoke: (
    number: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
  ) => number | bigint;
  /** Where this thread keeps errno. */
  readonly errnoAt: number;
}

function open(): Library {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) {
    throw new DemineError('native-unavailable', 'A live scan reads the kernel of Linux on x64 or arm64.', {
      subject: `${process.platform}-${process.arch}`,
      hint: 'Scan from Linux; hosts of other systems cannot be scanned yet.',
    });
  }
  let cause: unknown;
  for (const name of libraryNames) {
    try {
      const { symbols } = dlopen(name, {
        syscall: {
          args: [long, long, long, long, long, long, long],
          returns: long,
        },
        __errno_location: { args: [], returns: 'ptr' },
      });
      const location = symbols.__errno_location();
      if (location === null) continue;
      return {
        invoke: symbols.syscall,
        errnoAt: Number(location),
      };
    } catch (thrown) {
      cause = thrown;
    }
  }
  throw new DemineError('native-unavailable', 'The C library of this system could not be opened.', {
    subject: libraryNames.join(', '),
    hint: 'Scan a mounted image of the host instead: demine scan FOLDER.',
    cause,
  });
}

let library: Library | undefined;

/** Opened at the first call, so that nothing is loaded where no kernel call is made. */
export function kernel(): Library {
  library ??= open();
  return library;
}

/** Throws `native-unavailable` where there is no kernel that we can speak to. */
export function architecture(): Architecture {
  kernel();
  return process.arch === 'arm64' ? 'arm64' : 'x64';
}

const column = process.arch === 'arm64' ? 1 : 0;

export const callNumber = (call: SystemCall): number => table[call][column];

/**
 * One call that is made hundreds of thousands of times: its number and the library are looked up once.
 * Four arguments do for all of them; the fifth is for statx(2).
 */
export function boundCall(
  call: SystemCall,
): (a: number, b: number, c: number, d?: number, e?: number) => number {
  const { invoke, errnoAt } = kernel();
  const number = callNumber(call);
  return (a, b, c, d = 0, e = 0) => {
    const result = Number(invoke(number, a, b, c, d, e, 0));
    return result === -1 ? -read.i32(errnoAt, 0) : result;
  };
}

/** What the kernel answered: zero or more, or the negative errno. */
export function systemCall(call: SystemCall, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): number {
  const { invoke, errnoAt } = kernel();
  const result = Number(invoke(callNumber(call), a, b, c, d, e, f));
  return result === -1 ? -read.i32(errnoAt, 0) : result;
}

/** Memory that stays where it is: a buffer whose address may be kept. */
export interface Pinned {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly address: number;
}

export function pinned(size: number): Pinned {
  const buffer = new ArrayBuffer(size);
  const bytes = new Uint8Array(buffer);
  return { bytes, view: new DataView(buffer), address: Number(ptr(bytes)) };
}

/** Address of bytes for the length of one call. */
export const addressOf = (bytes: Uint8Array): number => Number(ptr(bytes));

/** Bytes with the final NUL that a call wants; undefined when they hold one already. */
export function terminated(text: Uint8Array): Uint8Array | undefined {
  if (text.includes(0)) return undefined;
  const out = new Uint8Array(text.length + 1);
  out.set(text);
  return out;
}

export const encodePath = (path: string | Uint8Array): Uint8Array =>
  typeof path === 'string' ? new TextEncoder().encode(path) : path;

const interval = pinned(16);

/** Sleeps this thread; for the microseconds between two samples. */
export function sleepMicroseconds(us: number): void {
  interval.view.setBigInt64(0, BigInt(Math.floor(us / 1e6)), true);
  interval.view.setBigInt64(8, BigInt(Math.round(us % 1e6) * 1000), true);
  systemCall('nanosleep', interval.address, 0);
}

export const close = (descriptor: number): void => {
  systemCall('close', descriptor);
};
