/**
 * Where the commands of a shell read from and write to: files, here-documents, connections, coprocesses, and the
 * commands inside `<(…)` and `>(…)`.
 *
 * Why: `coproc curl URL; sh <&${COPROC[0]}` and `curl URL > >(sh)` run what was fetched without any pipe.
 * What it is NOT: the kernel's table of descriptors; a copy of a descriptor is what it was copied from.
 * Source: bash(1) REDIRECTION, Process Substitution, Coprocesses; bash's /dev/tcp/HOST/PORT.
 */
import type { GroupCommand, Redirection, Script } from '../../formats/shell/syntax.ts';
import type { Runner } from './call.ts';
import { joined, type Substituting } from './expand.ts';
import { isShell } from './programs/table.ts';
import { readingLimit } from './session.ts';
import { clean, fetched, fetchIn, unknown } from './value.ts';
import { written } from './written.ts';

const network = /^\/dev\/(?:tcp|udp)\/([^/\s]{1,255}\/[^/\s]{1,16})/;

/** Whoever runs a script that stands inside another, and reads words. */
export interface Inner extends Runner, Substituting {
  script(script: Script, stdin: string): string;
}

export class Streams {
  readonly #to: Inner;
  /** What descriptors were opened on, as text that can be read from them. */
  readonly #descriptors = new Map<number, string>();
  /** Scripts that read what is written to a descriptor. */
  readonly #readers = new Map<number, Script>();
  #made = 0;

  constructor(to: Inner) {
    this.#to = to;
  }

  /** A path under which what the script prints is read, or by which it is written to. */
  process(script: Script, direction: '<' | '>'): string {
    this.#made += 1;
    const path = `/dev/fd/${1000 + this.#made}`;
    const { session } = this.#to;
    if (direction === '<') session.write(path, this.#to.script(script, ''));
    else session.onWrite(path, (value) => this.#hand(script, value));
    return path;
  }

  /** `coproc NAME …`: its output and its input are NAME[0] and NAME[1]. */
  coprocess(name: string, { script }: GroupCommand): void {
    this.#made += 1;
    const output = 1000 + 2 * this.#made;
    const input = output + 1;
    this.#to.session.set(name, `${output} ${input}`);
    this.#descriptors.set(output, this.#to.script(script, ''));
    this.#readers.set(input, script);
  }

  input(redirections: readonly Redirection[], stdin: string): string {
    const { session } = this.#to;
    let input = stdin;
    for (const { operator, target, body, descriptor } of redirections) {
      if (operator === '<<') input = body === undefined ? '' : joined(body, this.#to);
      else if (operator === '<<<') input = joined(target, this.#to);
      else if (operator === '<' || operator === '<>') {
        const path = joined(target, this.#to);
        const remote = network.exec(path)?.[1];
        const from = remote === undefined ? undefined : this.#remote(remote);
        if (from !== undefined && descriptor > 0) this.#descriptors.set(descriptor, from);
        session.pipe = [path];
        input = from ?? session.read(path) ?? unknown;
      } else if (operator === '<&') {
        const path = joined(target, this.#to);
        const remote = network.exec(path)?.[1];
        const from = remote === undefined ? this.#descriptors.get(Number(path)) : this.#remote(remote);
        if (from !== undefined) input = from;
      }
    }
    return input;
  }

  #remote(remote: string): string {
    const { session } = this.#to;
    session.remote = remote.replace('/', ':');
    return fetched(session.fetch(`tcp://${session.remote}`));
  }

  /** @returns what is left for the next command of the pipe */
  output(redirections: readonly Redirection[], out: string, argv: readonly string[] = []): string {
    let rest = out;
    for (const { operator, descriptor, target } of redirections) {
      if (!operator.includes('>') || operator === '<>') continue;
      const path = joined(target, this.#to);
      if (descriptor === 2) continue;
      if (/^(?:\d+|-)$/.test(path)) {
        const reader = this.#readers.get(Number(path));
        if (reader !== undefined) this.#hand(reader, rest);
        continue;
      }
      if (path !== '/dev/null') written(path, rest, operator.endsWith('>>'), argv, this.#to);
      rest = '';
    }
    return rest;
  }

  #hand(script: Script, value: string): void {
    const { session } = this.#to;
    if (value === '' || session.depth >= readingLimit.depth) return;
    session.depth += 1;
    this.#to.script(script, value);
    session.depth -= 1;
  }

  /** A shell whose input and output are a connection. */
  reverse(redirections: readonly Redirection[], argv: readonly string[]): void {
    const { session } = this.#to;
    const { name } = session;
    const interactive =
      isShell(name) || (isShell(clean(argv[0] ?? '').replace(/^.*\//, '')) && argv.length < 4);
    if (!interactive) return;
    // Both ways to one coprocess: what it is connected to speaks to the shell.
    let spoken: string | undefined;
    for (const { operator, target } of redirections) {
      const path = joined(target, this.#to);
      const remote = network.exec(path)?.[1];
      const opened = this.#descriptors.get(Number(path));
      if (remote !== undefined) session.sign('reverse-shell', remote.replace('/', ':'));
      else if (operator === '>&' && opened !== undefined) session.sign('reverse-shell', session.remote);
      else if (operator === '<&' && opened !== undefined && fetchIn(opened) !== undefined) spoken = opened;
      else if (operator === '>&' && spoken !== undefined && this.#readers.has(Number(path))) {
        session.sign('reverse-shell', session.urlOf(fetchIn(spoken)).replace(/^tcp:\/\//, ''));
      }
    }
  }
}
