/**
 * A folder as the C library of this process lists it.
 *
 * `opendir` and `readdir` are looked up in the global scope, in the order of the loader: where a library is
 * preloaded into every program (ld.so.preload) and lies, this listing lies like those of ps and ls. It is the
 * view that others are compared with. `readdir` of Bun itself calls the kernel and sees no such hook.
 */
import { FFIType, linkSymbols, read } from 'bun:ffi';

import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { functionAddress } from './symbols.ts';
import { addressOf, architecture, kernel, terminated } from './syscall.ts';

interface Listing {
  readonly open: (path: number) => number;
  readonly next: (folder: number) => number;
  readonly close: (folder: number) => void;
}

const long = FFIType.i64_fast;
const entryLimit = 5_000_000;
const nameLimit = 4096;

let listing: Listing | undefined | null = null;

function prepare(): Listing | undefined {
  const [open, next, close] = ['opendir', 'readdir', 'closedir'].map((name) =>
    BigInt(functionAddress(name, 'global')),
  );
  if (!open || !next || !close) return undefined;
  const { symbols } = linkSymbols({
    open: { args: [long], returns: long, ptr: open },
    next: { args: [long], returns: long, ptr: next },
    close: { args: [long], returns: long, ptr: close },
  });
  return {
    open: (path) => Number(symbols.open(path)),
    next: (folder) => Number(symbols.next(folder)),
    close: (folder) => {
      symbols.close(folder);
    },
  };
}

/** struct dirent of 64-bit Linux, glibc and musl alike: the name at 19. */
function nameAt(entry: number): Uint8Array {
  const name: number[] = [];
  for (let at = 19; at < nameLimit; at += 1) {
    const byte = read.u8(entry, at);
    if (byte === 0) break;
    name.push(byte);
  }
  return Uint8Array.from(name);
}

export function listByLibrary(path: Uint8Array): Answer<readonly Uint8Array[]> {
  architecture();
  if (listing === null) listing = prepare();
  const text = terminated(path);
  if (listing === undefined) return { status: 'absent', reason: 'no readdir in the C library' };
  if (text === undefined) return failure(-errno.EINVAL);
  const folder = listing.open(addressOf(text));
  if (folder === 0) return failure(-read.i32(kernel().errnoAt, 0));
  try {
    const names: Uint8Array[] = [];
    for (let entry = listing.next(folder); entry !== 0; entry = listing.next(folder)) {
      const name = nameAt(entry);
      if (!(name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e)))) {
        names.push(name);
      }
      if (names.length > entryLimit)
        return { status: 'truncated', reason: 'too many entries', partial: names };
    }
    return { status: 'ok', value: names };
  } finally {
    listing.close(folder);
  }
}
