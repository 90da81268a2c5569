/**
 * openat2(2): a path that is resolved inside a folder and cannot leave it, by `..`, by an absolute link or by
 * a link that is swapped while we look. The kernel has it since 5.6; before, the answer is `absent` (ENOSYS).
 */
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { addressOf, architecture, pinned, systemCall, terminated } from './syscall.ts';

/** RESOLVE_* of include/uapi/linux/openat2.h. */
export const resolve = {
  noOtherMount: 0x1,
  noMagicLinks: 0x2,
  noLinks: 0x4,
  /** Leaving the folder is an error (EXDEV). */
  beneath: 0x8,
  /** The folder is `/` for `..` and for absolute links, as in a chroot. */
  inRoot: 0x10,
  /** Only what the kernel has in its cache, so it cannot wait for a device or a server. */
  cached: 0x20,
} as const;

/** O_* for reading evidence; O_DIRECTORY, O_NOFOLLOW differ on arm64 (arch/arm64/include/uapi/asm/fcntl.h). */
export function openFlag(): {
  readonly directory: number;
  readonly noFollow: number;
  readonly nonBlocking: number;
  readonly noTerminal: number;
  readonly noAccessTime: number;
  readonly closeOnExec: number;
  readonly pathOnly: number;
} {
  const arm = architecture() === 'arm64';
  return {
    directory: arm ? 0x4000 : 0x10000,
    noFollow: arm ? 0x8000 : 0x20000,
    nonBlocking: 0x800,
    noTerminal: 0x100,
    noAccessTime: 0x40000,
    closeOnExec: 0x80000,
    pathOnly: 0x200000,
  };
}

/** struct open_how: flags, mode, resolve, 64 bits each. */
const how = pinned(24);

/**
 * A descriptor for `path` within the folder `root` (a descriptor). With `resolve.inRoot`, the default, links
 * of the target lead where they would lead on the target. The caller closes it.
 */
export function openBeneath(
  root: number,
  path: Uint8Array,
  flags: number,
  rules: number = resolve.inRoot | resolve.noMagicLinks,
): Answer<number> {
  const text = terminated(path);
  if (text === undefined) return failure(-errno.EINVAL);
  how.view.setBigUint64(0, BigInt(flags | openFlag().closeOnExec), true);
  how.view.setBigUint64(8, 0n, true);
  how.view.setBigUint64(16, BigInt(rules), true);
  // EAGAIN: something was renamed while `..` was resolved; the manual asks to try again.
  for (let round = 0; ; round += 1) {
    const descriptor = systemCall('openat2', root, addressOf(text), how.address, 24);
    if (descriptor >= 0) return { status: 'ok', value: descriptor };
    if (descriptor !== -errno.EAGAIN || round >= 3 || (rules & resolve.cached) !== 0) {
      return failure(descriptor);
    }
  }
}
