/**
 * The loop over pids, compiled.
 *
 * Four million pids are eight million calls; from JavaScript each costs as much again for the way there. Bun
 * carries a C compiler (it makes every FFI call with it), so the loop is C. It is compiled in memory and linked
 * with nothing: the two functions it needs come as addresses. Where compiling fails, the loop runs in
 * JavaScript, slower and with the same result.
 */
import { cc, dlopen, FFIType } from 'bun:ffi';
import { writeSync } from 'node:fs';
import { functionAddress } from './symbols.ts';
import { addressOf, callNumber, close, libraryNames, systemCall } from './syscall.ts';

/** Errno 1 is EPERM: refused means that it is there. AT_FDCWD is -100. */
const source = `
typedef long (*syscall_function)(long, ...);
typedef int *(*errno_function)(void);

void demine_sweep(void *function, void *location, long number, int refused, int from, int to, unsigned char *bits)
{
  syscall_function call = (syscall_function)function;
  int *error = ((errno_function)location)();
  for (int pid = from; pid < to; pid++)
    if (call(number, (long)pid, 0L) >= 0 || (refused && *error == 1))
      bits[(pid - from) >> 3] |= 1 << (pid & 7);
}

void demine_look(void *function, long number, long flags, int from, int to, unsigned char *status, unsigned char *bits)
{
  syscall_function call = (syscall_function)function;
  char path[32] = "/proc/";
  for (int pid = from; pid < to; pid++) {
    char digits[12];
    int count = 0, at = 6, rest = pid;
    do { digits[count++] = '0' + rest % 10; rest /= 10; } while (rest);
    while (count) path[at++] = digits[--count];
    path[at] = 0;
    long result = flags ? call(number, -100L, path, flags, 1L, status) : call(number, -100L, path, status, 0L);
    if (result == 0)
      bits[(pid - from) >> 3] |= 1 << (pid & 7);
  }
}
`;

/** Sets the bit of every pid in `from … to - 1` that the view shows; `from` is a multiple of 8. */
export interface SweepLoop {
  readonly compiled: boolean;
  readonly kill: (from: number, to: number, bits: Uint8Array) => void;
  readonly scheduler: (from: number, to: number, bits: Uint8Array) => void;
  readonly look: (from: number, to: number, bits: Uint8Array) => void;
}

/** struct statx is 256 bytes, struct stat 144 on x64 and 128 on arm64. */
const statSize = 256;

/**
 * AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_STATX_DONT_SYNC: a server that is mounted over /proc/pid and never answers
 * is not asked. STATX_TYPE. 0 on kernels before 4.11, which have no statx(2).
 */
function quietFlags(status: Uint8Array): number {
  const flags = 0x100 | 0x800 | 0x4000;
  const proc = addressOf(new TextEncoder().encode('/proc\0'));
  return systemCall('statx', -100, proc, flags, 1, addressOf(status)) === 0 ? flags : 0;
}

/** The source as a file in memory: the compiler takes only a path. */
function sourceFile(): number {
  const name = addressOf(new TextEncoder().encode('demine-sweep\0'));
  for (const library of libraryNames) {
    try {
      const { symbols } = dlopen(library, {
        memfd_create: { args: [FFIType.i64_fast, FFIType.u32], returns: FFIType.i32 },
      });
      const descriptor = symbols.memfd_create(name, 1);
      if (descriptor >= 0) writeSync(descriptor, source);
      return descriptor;
    } catch {
      // Another C library is tried; -1 says that none made the file.
    }
  }
  return -1;
}

function compile(): SweepLoop | undefined {
  const call = functionAddress('syscall', 'c-library');
  const location = functionAddress('__errno_location', 'c-library');
  const file = sourceFile();
  if (call === 0 || location === 0 || file < 0) return undefined;
  try {
    const long = FFIType.i64_fast;
    const int = FFIType.i32;
    const { symbols } = cc({
      source: `/proc/self/fd/${file}`,
      symbols: {
        demine_sweep: { args: [long, long, long, int, int, int, long], returns: FFIType.void },
        demine_look: { args: [long, long, long, int, int, long, long], returns: FFIType.void },
      },
    });
    const status = new Uint8Array(new ArrayBuffer(statSize));
    const flags = quietFlags(status);
    const number = callNumber(flags === 0 ? 'newfstatat' : 'statx');
    return {
      compiled: true,
      kill: (from, to, bits) => {
        symbols.demine_sweep(call, location, callNumber('kill'), 1, from, to, addressOf(bits));
      },
      scheduler: (from, to, bits) => {
        symbols.demine_sweep(call, location, callNumber('sched_getscheduler'), 0, from, to, addressOf(bits));
      },
      look: (from, to, bits) => {
        symbols.demine_look(call, number, flags, from, to, addressOf(status), addressOf(bits));
      },
    };
  } catch {
    // No compiler in this Bun, or none that works here: the caller has the other loop.
    return undefined;
  } finally {
    close(file);
  }
}

function interpreted(): SweepLoop {
  const sweep =
    (exists: (pid: number) => boolean) =>
    (from: number, to: number, bits: Uint8Array): void => {
      for (let pid = from; pid < to; pid += 1) {
        const at = (pid - from) >> 3;
        if (exists(pid)) bits[at] = (bits[at] ?? 0) | (1 << (pid & 7));
      }
    };
  const status = new Uint8Array(new ArrayBuffer(statSize));
  const encoder = new TextEncoder();
  const flags = quietFlags(status);
  return {
    compiled: false,
    kill: sweep((pid) => [0, -1].includes(systemCall('kill', pid, 0))),
    scheduler: sweep((pid) => systemCall('sched_getscheduler', pid) >= 0),
    look: sweep((pid) => {
      const path = addressOf(encoder.encode(`/proc/${pid}\0`));
      return flags === 0
        ? systemCall('newfstatat', -100, path, addressOf(status), 0) === 0
        : systemCall('statx', -100, path, flags, 1, addressOf(status)) === 0;
    }),
  };
}

export const sweepLoop = (options: { readonly compile: boolean }): SweepLoop =>
  (options.compile ? compile() : undefined) ?? interpreted();
