/**
 * Files of sysctl.d: settings of the kernel that are made at each boot.
 *
 * A key may be written with dots or with slashes; a minus before it lets failures pass. The later of two settings
 * counts. What it is NOT: values of the running kernel; globs in keys are left as they are.
 * Sources: sysctl.d(5), sysctl.conf(5); bound: 20,000 lines.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface KernelSettingLine {
  /** With dots: `kernel.core_pattern`. */
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly text: Printable;
}

/** Where the first separator is a slash, dots belong to names. */
function dotted(key: string): string {
  const [first] = /[./]/.exec(key) ?? [];
  return first === '/' ? key.replace(/[./]/g, (one) => (one === '/' ? '.' : '/')) : key;
}

export function parseSysctlFile(bytes: Uint8Array): readonly KernelSettingLine[] {
  return [...textLines(bytes, { lines: 20_000, longest: 8192 })].flatMap(({ line, text }) => {
    const match = /^-?\s*([^\s=#;][^\s=]{0,511})\s*=(.*)$/s.exec(text.trim());
    if (match === null) return [];
    const [, key = '', value = ''] = match;
    return [{ key: dotted(key), value: value.trim(), line, text: printableLatin1(text.trim()) }];
  });
}
