/**
 * Whether a part of the kernel is there already, built in or loaded.
 *
 * Asking the kernel for a protocol that it lacks makes it run /sbin/modprobe of the host: a program of the
 * target, with configuration that an attacker may have written. A scan executes none, so it asks only for what
 * is there.
 */
import { readFile } from './dirents.ts';
import { passOn } from './failure.ts';
import type { Answer } from './port.ts';
import { encodePath } from './syscall.ts';

const limit = 4 * 1024 * 1024;

function text(path: string): string | undefined {
  const file = readFile(encodePath(path), limit);
  return file.status === 'ok' ? Buffer.from(file.value).toString('latin1') : undefined;
}

let builtIn: string | undefined;

/** Modules that are part of the kernel image, as the package of the kernel lists them. */
function builtInList(): string {
  builtIn ??= text(
    `/lib/modules/${text('/proc/sys/kernel/osrelease')?.trim() ?? ''}/modules.builtin`,
  )?.replaceAll('-', '_');
  return builtIn ?? '';
}

/** Asking for `module` loads nothing. */
export function kernelPart(module: string): Answer<true> {
  const yes: Answer<true> = { status: 'ok', value: true };
  const modules = readFile(encodePath('/proc/modules'), limit);
  if (modules.status === 'absent') {
    // A kernel without loadable modules; but a /proc that does not show itself proves nothing.
    return text('/proc/sys/kernel/osrelease') === undefined ? passOn(modules) : yes;
  }
  if (modules.status !== 'ok') return passOn(modules);
  if (
    Buffer.from(modules.value)
      .toString('latin1')
      .split('\n')
      .some((line) => line.startsWith(`${module} `))
  )
    return yes;
  if (text('/proc/sys/kernel/modules_disabled')?.trim() === '1') return yes;
  if (builtInList().includes(`/${module}.ko`)) return yes;
  return { status: 'absent', reason: `${module} is not loaded, and a scan loads nothing` };
}
