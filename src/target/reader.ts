/**
 * Reads what may hang, in a child process that can be given up. A thread that waits inside the kernel for a
 * dead server cannot be ended; a process can at least be left behind.
 */

import { printableAgain } from '../model/text.ts';
import { childCommand } from '../native/child.ts';
import { failedResult } from './open.ts';
import type { Request, SourceResult } from './port.ts';
import { entryFile, type ReaderAnswer, type ReaderQuestion } from './reader-protocol.ts';

/** Milliseconds one request may take. */
const patience = 2000;

interface Child {
  readonly process: Bun.Subprocess<'pipe', 'pipe', 'ignore'>;
  readonly lines: AsyncGenerator<string, void>;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
  }
}

const isAnswer = (value: unknown): value is ReaderAnswer =>
  typeof value === 'object' && value !== null && 'kind' in value && 'status' in value;

export class Reader {
  #child: Child | undefined;
  /** Mount points that did not answer once; they are not asked again. */
  readonly #dead = new Set<string>();

  /** @param path resolved path of this machine, one character per byte */
  async answer(request: Request, path: string, mountPoint: string): Promise<SourceResult> {
    const givenUp = (reason: string): SourceResult => failedResult(request, { status: 'timeout', reason });
    if (this.#dead.has(mountPoint)) return givenUp('its mount did not answer before');
    const child = this.#start();
    const question: ReaderQuestion = { request, path: Buffer.from(path, 'latin1').toString('hex') };
    child.process.stdin.write(`${JSON.stringify(question)}\n`);
    void child.process.stdin.flush();
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => resolve('late'), patience);
    const next = await Promise.race([child.lines.next(), late]);
    clearTimeout(timer);
    if (next === 'late') {
      this.#dead.add(mountPoint);
      this.#abandon();
      return givenUp(`no answer within ${patience} ms`);
    }
    if (next.done === true) {
      this.#child = undefined;
      return failedResult(request, { status: 'error', reason: 'the reader ended' });
    }
    const parsed: unknown = JSON.parse(next.value);
    if (!isAnswer(parsed))
      return failedResult(request, { status: 'error', reason: 'the reader answered nonsense' });
    return fromAnswer(request, parsed);
  }

  #start(): Child {
    if (this.#child !== undefined) return this.#child;
    const process = Bun.spawn(childCommand('read', [], entryFile), {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'ignore',
    });
    this.#child = { process, lines: linesOf(process.stdout) };
    return this.#child;
  }

  /** Kills the child; where it hangs in the kernel it stays until that lets go, and nobody waits for it. */
  #abandon(): void {
    this.#child?.process.kill('SIGKILL');
    this.#child?.process.unref();
    this.#child = undefined;
  }

  close(): void {
    this.#abandon();
  }
}

function fromAnswer(request: Request, answer: ReaderAnswer): SourceResult {
  const status = answer.status;
  const reason = answer.reason === undefined ? {} : { reason: answer.reason };
  switch (answer.kind) {
    case 'file':
      return { kind: 'file', request, status, ...reason, bytes: Buffer.from(answer.data, 'base64') };
    case 'link':
      return { kind: 'link', request, status, ...reason, target: printableAgain(answer.target) };
    case 'directory':
      return {
        kind: 'directory',
        request,
        status,
        ...reason,
        entries: answer.entries.map((entry) => ({ name: printableAgain(entry.name), type: entry.type })),
      };
    case 'stat':
      return {
        kind: 'stat',
        request,
        status,
        ...reason,
        ...(answer.stat === undefined ? {} : { stat: answer.stat }),
      };
  }
}
