/**
 * Addresses of functions, by the loader.
 *
 * `c-library` asks the C library alone. `global` asks as every program does: a preloaded library comes first,
 * which is what we want to know when we compare what it answers.
 */
import { dlopen, FFIType } from 'bun:ffi';
import { addressOf, libraryNames } from './syscall.ts';

const long = FFIType.i64_fast;
/** RTLD_LAZY | RTLD_NOLOAD: only what is loaded already; the same in glibc and musl. */
const loadedOnly = 1 | 4;

interface Loader {
  readonly symbol: (handle: number, name: string) => number;
  readonly open: (library: string) => number;
}

const text = (name: string): Uint8Array => new TextEncoder().encode(`${name}\0`);

/** The loader's functions sit in the C library, or, with a glibc before 2.34, in libdl. */
function find(): Loader | undefined {
  for (const library of ['libdl.so.2', ...libraryNames]) {
    try {
      const { symbols } = dlopen(library, {
        dlsym: { args: [long, long], returns: long },
        dlopen: { args: [long, FFIType.i32], returns: long },
      });
      return {
        symbol: (handle, name) => Number(symbols.dlsym(handle, addressOf(text(name)))),
        open: (name) => Number(symbols.dlopen(addressOf(text(name)), loadedOnly)),
      };
    } catch {
      // Not in this library: the next one is asked, and `undefined` tells that none has it.
    }
  }
  return undefined;
}

let loader: Loader | undefined | null = null;

/** 0 when there is no such function. */
export function functionAddress(name: string, scope: 'c-library' | 'global'): number {
  if (loader === null) loader = find();
  if (loader === undefined) return 0;
  // RTLD_DEFAULT is 0 in both libraries.
  if (scope === 'global') return loader.symbol(0, name);
  for (const library of libraryNames) {
    const handle = loader.open(library);
    const address = handle === 0 ? 0 : loader.symbol(handle, name);
    if (address !== 0) return address;
  }
  return 0;
}
