/**
 * apt's history.log: one block of lines a run, from `Start-Date:` to `End-Date:`.
 *
 * A block is one event, at its start: the strongest of what was done, the packages that were asked for (those that came
 * with them as dependencies are told by dpkg.log), and the command line. A block without an end was cut off, and counts.
 * Bounds: 64 KiB of a line are read, 4 KiB of names kept.
 * Source: apt apt-pkg/deb/dpkgpm.cc (OpenLog, WriteHistoryTag).
 */
import type { EventDetail, PackageEvent } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import { startsWith } from '../../ascii.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { longestCommand, said, saidCommand } from '../messages/message.ts';
import { isoTime } from '../syslog-head.ts';

const nowhere = printableText('');
/** Strongest first. */
const tags: readonly { readonly tag: string; readonly action: PackageEvent['action'] }[] = [
  { tag: 'Install', action: 'installed' },
  { tag: 'Reinstall', action: 'installed' },
  { tag: 'Upgrade', action: 'upgraded' },
  { tag: 'Downgrade', action: 'upgraded' },
  { tag: 'Remove', action: 'removed' },
  { tag: 'Purge', action: 'removed' },
];
const others: ReadonlySet<string> = new Set(['Requested-By', 'Error', 'Disappeared', 'Comment']);
const entry = /(?<!\S)(\S{1,256}) \(([^()]{0,256})\)(?:, |$)/g;

interface Named {
  readonly names: string;
  readonly version: string;
}

/** Names of `curl:amd64 (1.0-1), libx:amd64 (2.0, automatic)`, those that were asked for first. */
function named(list: string): Named {
  const asked: string[] = [];
  const along: string[] = [];
  let version = '';
  for (const [, name = '', versions = ''] of list.matchAll(entry)) {
    const isAlong = versions.endsWith(', automatic');
    (isAlong ? along : asked).push(name);
    if (!isAlong && asked.length === 1) version = versions.slice(versions.lastIndexOf(', ') + 1).trim();
  }
  const names = [...asked, ...along];
  return { names: names.join(' '), version: names.length === 1 || asked.length === 1 ? version : '' };
}

class AptHistory implements LineDecoder {
  readonly #context: DecodeContext;
  #line: HeldLine | undefined;
  #fields = new Map<string, string>();

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const { bytes, start, end } = line;
    if (startsWith(bytes, 'Start-Date: ', start, end)) {
      this.end();
      if (!dated(line, start + 12, this.#context)) return false;
      this.#line = new HeldLine(line, this.#context.clock);
      return true;
    }
    if (this.#line === undefined) return false;
    if (startsWith(bytes, 'End-Date: ', start, end)) {
      dated(line, start + 10, this.#context);
      this.end();
      return true;
    }
    const text = lineText(line);
    const colon = text.indexOf(': ');
    const tag = colon < 0 ? '' : text.slice(0, colon);
    const known = tag === 'Commandline' || others.has(tag) || tags.some((each) => each.tag === tag);
    if (known && !this.#fields.has(tag)) this.#fields.set(tag, text.slice(colon + 2));
    return known;
  }

  #detail(): EventDetail {
    const command = this.#fields.get('Commandline');
    const done = tags.find(({ tag }) => this.#fields.has(tag));
    const { names, version } = named(this.#fields.get(done?.tag ?? '') ?? '');
    return {
      what: 'package',
      manager: 'apt',
      action: done?.action ?? 'command',
      package: said(names, longestCommand),
      version: said(version),
      ...(command === undefined ? {} : { command: saidCommand(command) }),
    };
  }

  end(): void {
    this.#line?.emit(this.#context, nowhere, this.#detail());
    this.#line = undefined;
    this.#fields = new Map();
  }
}

/** `2024-01-02  03:04:05`: two blanks are between day and time. */
function dated({ bytes, end }: LogLine, at: number, { clock }: DecodeContext): boolean {
  if (bytes[at + 10] !== 0x20 || bytes[at + 11] !== 0x20) return isoTime(bytes, at, end, clock) >= 0;
  const text = Buffer.prototype.latin1Slice.call(bytes, at, Math.min(end, at + 20));
  return isoTime(Buffer.from(text.replace('  ', ' '), 'latin1'), 0, 19, clock) >= 0;
}

export const aptHistory: LogFormat = {
  id: 'apt-history',
  verified: true,
  source: 'apt apt-pkg/deb/dpkgpm.cc (OpenLog, WriteHistoryTag); plaso apt_history.log',
  decoder: (context) => new AptHistory(context),
};
