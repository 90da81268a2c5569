/**
 * Settings of modprobe that run a command instead of loading a module, and lists of modules to load.
 *
 * `install NAME COMMAND…` and `remove NAME COMMAND…` are run by a shell; names hold `-` and `_` as one.
 * What it is NOT: options and aliases; `install NAME /bin/true` and `/bin/false` switch a module off, as hardening
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
