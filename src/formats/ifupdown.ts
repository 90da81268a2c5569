/**
 * Lines of settings of the network that run a command when an interface comes or goes.
 *
 * Reads the stanzas of ifupdown, and `PostUp =` and kin of wg-quick. What it is NOT: addresses and routes; the keys
 * of WireGuard are never told. Sources: interfaces(5) IFACE OPTIONS, INCLUDING OTHER FILES; wg-quick(8).
 */
import type { Printable } from '../model/text.ts';
import { joinedLines } from './joined-lines.ts';
import { parseUnit } from './systemd-unit.ts';

export interface InterfaceCommand {
  /** `post-up`, `PostUp`, `script` … */
  readonly when: string;
  readonly name: string;
  readonly command: string;
  readonly line: number;
  readonly text: Printable;
}

export interface Interfaces {
  readonly commands: readonly InterfaceCommand[];
  /** `source`: files by pattern; `source-directory`: folders. */
  readonly sources: readonly { readonly kind: 'files' | 'folder'; readonly pattern: string }[];
}

const runs = /^(pre-up|up|post-up|down|pre-down|post-down|script|wpa-action)\s+(.+)$/s;
const mostCommands = 2_000;

export function parseInterfaces(bytes: Uint8Array): Interfaces {
  const commands: InterfaceCommand[] = [];
  const sources: { kind: 'files' | 'folder'; pattern: string }[] = [];
  let name = '';
  for (const { line, value, text } of joinedLines(bytes)) {
    const stanza = /^(?:iface|mapping)\s+(\S+)/.exec(value);
    if (stanza !== null) {
      name = stanza[1] ?? '';
      continue;
    }
    const source = /^source(-directory|-dir)?\s+(\S+)/.exec(value);
    if (source !== null) {
      if (sources.length < 64)
        sources.push({ kind: source[1] === undefined ? 'files' : 'folder', pattern: source[2] ?? '' });
      continue;
    }
    const run = runs.exec(value);
    if (run === null || commands.length >= mostCommands) continue;
    commands.push({ when: run[1] ?? '', name, command: run[2] ?? '', line, text });
  }
  return { commands, sources };
}

/** Commands of one wg-quick file; `%i` is its interface. */
export function parseWgQuick(bytes: Uint8Array, name: string): readonly InterfaceCommand[] {
  return parseUnit(bytes)
    .filter(({ section, key }) => /^interface$/i.test(section) && /^(?:pre|post)(?:up|down)$/i.test(key))
    .slice(0, mostCommands)
    .map(({ key, value, line, text }) => ({
      when: key,
      name,
      command: value.replaceAll('%i', name),
      line,
      text,
    }));
}
