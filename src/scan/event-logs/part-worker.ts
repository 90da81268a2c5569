/**
 * A child that reads parts, one after the other; a new one where it died.
 *
 * It is not hurried: whoever reads its lines may take his time, and what reading a part costs is bounded by itself.
 */
import { join } from 'node:path';
import { errorText } from '../../model/error.ts';
import { childCommand } from '../../native/child.ts';
import { answerOf, type PartAnswer, type PartCall } from './part-protocol.ts';
import type { PartJob } from './read-part.ts';

const entryFile = join(import.meta.dir, '..', 'child-main.ts');
/** Characters of one answer. */
const longest = 64 << 20;

const spawn = (output: number) =>
  Bun.spawn(childCommand('event-log-parts', [], entryFile), {
    stdio: ['pipe', output === 1 ? 'inherit' : output, 'pipe'],
  });

interface Running {
  readonly child: ReturnType<typeof spawn>;
  readonly pieces: AsyncIterator<Uint8Array>;
  readonly decoder: TextDecoder;
  rest: string;
}

export class PartWorker {
  readonly #output: number;
  #running: Running | undefined;

  /** `output` takes the lines. */
  constructor(output: number) {
    this.#output = output;
  }

  /** What a part of it cannot be read for stands in the answer. */
  async run(job: PartJob, hasTurn: boolean): Promise<PartAnswer> {
    try {
      await this.#say({ job, ...(hasTurn ? { turn: true } : {}) });
      return await this.#answer();
    } catch (thrown) {
      this.stop();
      return { result: { status: 'unread', reason: errorText(thrown) } };
    }
  }

  /** The job at hand may write. */
  async giveTurn(): Promise<void> {
    try {
      await this.#say({ turn: true });
    } catch {
      // It died; `run` says so.
    }
  }

  stop(): void {
    this.#running?.child.kill('SIGKILL');
    this.#running = undefined;
  }

  async #say(call: PartCall): Promise<void> {
    const { child } = this.#start();
    child.stdin.write(`${JSON.stringify(call)}\n`);
    await child.stdin.flush();
  }

  async #answer(): Promise<PartAnswer> {
    const running = this.#start();
    for (;;) {
      const end = running.rest.indexOf('\n');
      if (end >= 0) {
        const line = running.rest.slice(0, end);
        running.rest = running.rest.slice(end + 1);
        const answer = answerOf(line);
        if (answer !== undefined) return answer;
        continue;
      }
      const piece = await running.pieces.next();
      if (piece.done === true) throw new Error('the process that read it ended');
      running.rest += running.decoder.decode(piece.value, { stream: true });
      if (running.rest.length > longest) throw new Error('its answer has no end');
    }
  }

  #start(): Running {
    if (this.#running !== undefined) return this.#running;
    const child = spawn(this.#output);
    const pieces = child.stderr[Symbol.asyncIterator]();
    const running: Running = { child, pieces, decoder: new TextDecoder(), rest: '' };
    this.#running = running;
    return running;
  }
}
