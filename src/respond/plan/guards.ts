/**
 * What may not be planned, whoever asks. Each guard is a pitfall of knowledge on eradication §6.4.
 *
 * - a file that a package brought and nobody changed is never taken, edited or replaced: `kswapd0` of a miner has a
 *   name, `/usr/sbin/cron` has a package
 * - a kernel thread is no process that can be killed
 * - what the owner declared stays, its files too
 * - a folder is taken only when it is empty, and planned only where all in it is the attacker's
 * - what the system does not start or let anybody in without is never taken whole, though no package owns it: an
 *   attacker would only have to name it in his line
 * - a file behind a link in its path is not reached: it may be a bind or a link into the system
 */
import { isPackageLand } from '../../detect/persistence/places.ts';
import type { Refusal } from '../../model/plan.ts';
import type { ScanResult } from '../../model/result.ts';
import type { SurveyedFile } from './case-view.ts';

export interface Declared {
  readonly paths: ReadonlySet<string>;
  readonly pids: ReadonlySet<number>;
}

/** What `demine.yaml` excused: files and processes, and the programs of those processes. */
export function declaredOf(result: ScanResult): Declared {
  const pids = new Set([
    ...result.excused.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    ...result.processes.filter(({ judgement }) => judgement === 'excused').map(({ pid }) => pid),
  ]);
  const programs = result.processes.flatMap(({ pid, exe }) =>
    pids.has(pid) && exe !== undefined ? [exe] : [],
  );
  const paths = result.excused.flatMap(({ path }) => (path === undefined ? [] : [path]));
  return { paths: new Set([...paths, ...programs]), pids };
}

/** Why a file may not be touched at all. */
export function fileRefusal(found: SurveyedFile, declared: Declared): Refusal | undefined {
  const { path } = found.file;
  if (declared.paths.has(path)) return 'declared';
  if (
    found.owner.kind === 'package' &&
    (found.integrity === 'unchanged' || found.file.state.type === 'directory')
  ) {
    return 'package-unchanged';
  }
  // Without a package database nobody can say that it is not the system's own.
  if (found.owner.kind === 'unknown' && isPackageLand(path)) return 'not-readable';
  return undefined;
}

/** Accounts, names, mounts, logins, the boot and the package databases. Lines of them may go, by what is found there. */
const essential =
  /^\/(?:etc\/(?:passwd|shadow|group|gshadow|sub[ug]id|sudoers|fstab|mtab|hosts|hostname|resolv\.conf|machine-id|nsswitch\.conf|ld\.so\.(?:cache|conf)|profile|environment|crontab|anacrontab|inittab|shells|login\.defs|localtime|os-release)-?$|etc\/ssh\/(?:sshd?_config|ssh_host_\w+_key(?:\.pub)?)$|etc\/pam\.d\/(?:common-[\w-]+|login|sshd|su|sudo|system-auth|password-auth|other)$|etc\/security\/[\w.-]+\.conf$|boot\/(?:vmlinu|initr|System\.map|config-|grub|efi|loader)|(?:vmlinuz|initrd\.img)(?:\.old)?$|(?:proc|sys)\/|var\/lib\/(?:dpkg|rpm|pacman)\/|usr\/lib\/sysimage\/rpm\/|(?:usr\/)?lib\/apk\/)/;

/** Why a file may not be taken whole. */
export function takingRefusal(found: SurveyedFile, declared: Declared): Refusal | undefined {
  return (
    fileRefusal(found, declared) ??
    (essential.test(found.file.path) ? 'whole-table' : undefined) ??
    // What a package brought comes back from it; a file that is taken leaves the package broken.
    (found.owner.kind === 'package' ? 'package-unchanged' : undefined)
  );
}
