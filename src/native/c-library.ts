/** Functions of the C library that are no plain system calls, or that carry a thread's own state. */
import { dlopen, type FFIFunction, FFIType, type Library } from 'bun:ffi';
import { DemineError } from '../model/error.ts';
import { libraryNames } from './syscall.ts';

/** Pointers, sizes and offsets: numbers, and never BigInt, below 2^53. */
export const long = FFIType.i64_fast;

type Symbols = Readonly<Record<string, FFIFunction>>;

/** Opens the first of some libraries that is there; `undefined` when none is. */
export function openFirst<const T extends Symbols>(
  names: readonly string[],
  symbols: T,
): Library<T>['symbols'] | undefined {
  for (const name of names) {
    try {
      return dlopen(name, symbols).symbols;
    } catch {
      // Not this one: the next name is tried, and `undefined` tells that none is there.
    }
  }
  return undefined;
}

/** @throws DemineError `native-unavailable` where there is no C library that we know */
export function cLibrary<const T extends Symbols>(symbols: T): Library<T>['symbols'] {
  const found = openFirst(libraryNames, symbols);
  if (found === undefined) {
    throw new DemineError('native-unavailable', 'The C library of this system could not be opened.', {
      subject: libraryNames.join(', '),
    });
  }
  return found;
}
