/**
 * Settings of modprobe that run a command instead of loading a module, and lists of modules to load.
 *
 * `install NAME COMMAND…` and `remove NAME COMMAND…` are run by a shell; names hold `-` and `_` as one.
 * What it is NOT: options and aliases (a driver has them); `install NAME /bin/true` and `/bin/false` switch a module off, as hardening
 * guides say. Sources: modprobe.d(5) COMMANDS, modules-load.d(5), modules(5), /etc/conf.d/modules of OpenRC.
 */
import type { Printable } from '../model/text.ts';
import { joinedLines } from './joined-lines.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface ModprobeCommand {
  readonly when: 'install' | 'remove';
  readonly module: string;
  readonly command: string;
  readonly line: number;
  readonly text: Printable;
}

const mostCommands = 5_000;

export function parseModprobe(bytes: Uint8Array): readonly ModprobeCommand[] {
  const found: ModprobeCommand[] = [];
  for (const { line, value, text } of joinedLines(bytes)) {
    const match = /^(install|remove)\s+(\S+)\s+(.+)$/s.exec(value);
    if (match === null || found.length >= mostCommands) continue;
    const [, when = '', module = '', command = ''] = match;
    found.push({ when: when === 'install' ? 'install' : 'remove', module, command, line, text });
  }
  return found;
}

/** Modules that `softdep NAME pre: A B post: C` and install lines with modprobe of another draw in. */
export function parseSoftDependencies(bytes: Uint8Array): readonly string[] {
  const found: string[] = [];
  for (const { value } of joinedLines(bytes)) {
    if (found.length >= mostCommands) break;
    const [kind = '', module = '', ...rest] = value.trim().split(/\s+/, 256);
    if (kind === 'softdep') found.push(...rest.filter((word) => /^[\w-]{1,256}$/.test(word)));
    if (kind !== 'install') continue;
    const loads = rest.some((word) => /(?:^|\/)(?:modprobe|insmod)$/.test(word));
    const words = rest.filter((word) => !word.startsWith('-'));
    const named = words.map(moduleName).filter((word) => /^\w{1,256}$/.test(word));
    if (loads) found.push(...named.filter((word) => word !== moduleName(module) && word !== 'modprobe'));
  }
  return found;
}

export interface NamedModule {
  readonly name: string;
  readonly line: number;
  readonly text: Printable;
}

/** One module a line, with options behind it; OpenRC's `modules="a b"` names several. */
export function parseModuleList(bytes: Uint8Array): readonly NamedModule[] {
  const found: NamedModule[] = [];
  for (const { line, text } of textLines(bytes, { lines: 5_000, longest: 4096 })) {
    const trimmed = text.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    const several = /^modules(?:_[\w.]+)?="([^"]*)"/.exec(trimmed);
    const names = several === null ? trimmed.split(/\s+/, 1) : (several[1] ?? '').split(/\s+/);
    for (const name of names) {
      if (!/^[\w./-]{1,256}$/.test(name) || found.length >= mostCommands) continue;
      found.push({ name, line, text: printableLatin1(trimmed) });
    }
  }
  return found;
}

/** A name of a module as the kernel has it. */
export const moduleName = (name: string): string =>
  name
    .replace(/^.*\//, '')
    .replace(/\.ko(?:\.\w+)?$/, '')
    .replaceAll('-', '_');
