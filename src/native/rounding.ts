/**
 * The floating-point environment of the calling thread (C11 §7.6), for stand-ins that look like numeric code.
 *
 * Layout of glibc's fenv_t: x64 has 28 bytes of x87 state and then MXCSR; arm64 has FPCR first.
 */
import { long, openFirst } from './c-library.ts';
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { pinned } from './syscall.ts';

const arm = process.arch === 'arm64';

/** FE_* of fenv.h. */
const modes = arm
  ? { nearest: 0, up: 0x400000, down: 0x800000, zero: 0xc00000 }
  : { nearest: 0, down: 0x400, up: 0x800, zero: 0xc00 };

export type Rounding = keyof typeof modes;

let library: ReturnType<typeof open> | undefined;

const open = () =>
  openFirst(['libm.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'], {
    fesetround: { args: ['i32'], returns: 'i32' },
    fegetenv: { args: [long], returns: 'i32' },
    fesetenv: { args: [long], returns: 'i32' },
  });

const unavailable: Answer<never> = failure(-errno.ENOSYS);

export function setRounding(mode: Rounding): Answer<true> {
  library ??= open();
  if (library === undefined) return unavailable;
  library.fesetround(modes[mode]);
  return { status: 'ok', value: true };
}

/** Flush-to-zero and denormals-are-zero, as code built with -ffast-math starts. */
export function flushDenormals(): Answer<true> {
  library ??= open();
  if (library === undefined) return unavailable;
  const environment = pinned(64);
  library.fegetenv(environment.address);
  const at = arm ? 0 : 28;
  const bits = arm ? 1 << 24 : 0x8040;
  environment.view.setUint32(at, (environment.view.getUint32(at, true) | bits) >>> 0, true);
  library.fesetenv(environment.address);
  return { status: 'ok', value: true };
}
