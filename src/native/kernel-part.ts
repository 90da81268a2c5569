/**
 * Whether a part of the kernel is there already, built in or loaded.
 *
 * Asking the kernel for a protocol that it lacks makes it run /sbin/modprobe of the host: a program of the
 * target, with configuration that an attacker may have written. A scan executes none, so it asks only for what
 * is there.
 */
import { passOn } from './failure.ts';
import { readInstalled, readProc } from './kernel-text.ts';
import type { Answer } from './port.ts';

const limit = 4 * 1024 * 1024;

const textOf = (file: Answer<Uint8Array>): string | undefined =>
  file.status === 'ok' ? Buffer.from(file.value).toString('latin1') : undefined;

const setting = (name: string): string | undefined => textOf(readProc(`/proc/sys/kernel/${name}`, limit));

let builtIn: string | undefined;

/** Modules that are part of the kernel image, as the package of the kernel lists them. */
function builtInList(): string {
  if (builtIn === undefined) {
    const release = setting('osrelease')?.trim() ?? '';
    builtIn = textOf(readInstalled(`/lib/modules/${release}/modules.builtin`, limit))?.replaceAll('-', '_');
  }
  return builtIn ?? '';
}

/** Asking for `module` loads nothing. */
export function kernelPart(module: string): Answer<true> {
  const yes: Answer<true> = { status: 'ok', value: true };
  const modules = readProc('/proc/modules', limit);
  if (modules.status === 'absent') {
    // A kernel without loadable modules; but a /proc that does not show itself proves nothing.
    return setting('osrelease') === undefined ? passOn(modules) : yes;
  }
  if (modules.status !== 'ok') return passOn(modules);
  if (
    Buffer.from(modules.value)
      .toString('latin1')
      .split('\n')
      .some((line) => line.startsWith(`${module} `))
  )
    return yes;
  if (setting('modules_disabled')?.trim() === '1') return yes;
  if (builtInList().includes(`/${module}.ko`)) return yes;
  return { status: 'absent', reason: `${module} is not loaded, and a scan loads nothing` };
}
