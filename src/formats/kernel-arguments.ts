/**
 * Arguments of the kernel's command line that decide what runs first, or that weaken what guards the kernel.
 *
 * Words are apart by blanks, double quotes hold blanks together. What it is NOT: drivers' parameters.
 * Sources: Documentation/admin-guide/kernel-parameters.txt (init, rdinit, module.sig_enforce, lockdown, lsm, ima_*),
 * kernel-command-line(7) of systemd (systemd.run, systemd.wants, systemd.unit, systemd.debug_shell, rd.*),
 * dracut.cmdline(7) (rd.break), grub.d menus and BLS entries for the lines that hold them.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface KernelArgument {
  readonly key: string;
  readonly value: string;
  readonly effect: 'runs' | 'unit' | 'opens' | 'weakens';
}

const runs: ReadonlySet<string> = new Set(['init', 'rdinit', 'systemd.run', 'rd.systemd.run']);
const units: ReadonlySet<string> = new Set([
  ...['systemd.wants', 'rd.systemd.wants', 'systemd.unit', 'rd.systemd.unit'],
]);
const opens: ReadonlySet<string> = new Set([
  ...['systemd.debug_shell', 'systemd.debug-shell', 'rd.systemd.debug_shell', 'rd.systemd.debug-shell'],
  ...['rd.break', 'rd.shell'],
]);
/** Of guards against foreign modules and code; many owners switch off others for their own reasons. */
const weakens: readonly (readonly [key: string, value: RegExp])[] = [
  ['module.sig_enforce', /^(?:0|n|off|false)$/i],
  ['lockdown', /^none$/],
  ['ima_appraise', /^(?:off|fix|log)$/],
  ['lsm', /^$/],
];
const no = /^(?:0|no|off|false|n)$/i;

export function kernelWords(text: string): readonly string[] {
  return [...text.slice(0, 65_536).matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) =>
    word.replaceAll('"', ''),
  );
}

function effectOf(key: string, value: string, bare: boolean): KernelArgument['effect'] | undefined {
  if (runs.has(key) && value !== '') return 'runs';
  if (units.has(key) && value !== '') return 'unit';
  if (opens.has(key) && !no.test(value)) return 'opens';
  if (!bare && weakens.some(([name, pattern]) => name === key && pattern.test(value))) return 'weakens';
  return undefined;
}

/** The arguments of a command line that a responder must know. */
export function notableArguments(text: string): readonly KernelArgument[] {
  return kernelWords(text).flatMap((word) => {
    const at = word.indexOf('=');
    const key = at < 0 ? word : word.slice(0, at);
    const value = at < 0 ? '' : word.slice(at + 1);
    const effect = effectOf(key, value, at < 0);
    return effect === undefined ? [] : [{ key, value, effect }];
  });
}

export interface KernelLine {
  readonly arguments: string;
  readonly line: number;
  readonly text: Printable;
}

const mostKernelLines = 2_000;

/** Lines of a boot menu that start a kernel: GRUB, BLS entries, extlinux. */
export function parseBootMenu(bytes: Uint8Array): {
  readonly kernels: readonly KernelLine[];
  readonly initrds: readonly { readonly path: string; readonly line: number; readonly text: Printable }[];
} {
  const kernels: KernelLine[] = [];
  const initrds: { path: string; line: number; text: Printable }[] = [];
  for (const { line, text } of textLines(bytes, { lines: 50_000, longest: 65_536 })) {
    if (kernels.length + initrds.length >= mostKernelLines) break;
    const shown = printableLatin1(text.trim().slice(0, 4096));
    const kernel =
      /^\s*(?:linux(?:16|efi)?\s+\S+|options|append|set\s+kernelopts=|kernelopts=)\s*(.*)$/i.exec(text);
    if (kernel !== null) kernels.push({ arguments: kernel[1] ?? '', line, text: shown });
    const initrd = /^\s*initrd(?:16|efi)?[\s=]+(.+)$/i.exec(text);
    if (initrd === null) continue;
    for (const path of (initrd[1] ?? '').split(/[\s,]+/).slice(0, 16)) {
      if (path.startsWith('/')) initrds.push({ path, line, text: shown });
    }
  }
  return { kernels, initrds };
}
