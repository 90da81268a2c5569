/** A child that reads parts, one after the other; a new one where it died. */
import { join } from 'node:path';
import { errorText } from '../../model/error.ts';
import { childCommand } from '../../native/child.ts';
import { decodeResult, Frames } from './frames.ts';
import type { PartJob, PartResult } from './read-part.ts';

const entryFile = join(import.meta.dir, '..', 'child-main.ts');
/** Seconds without a word after which a child is given up. */
const patience = 120;

const spawn = () =>
  Bun.spawn(childCommand('event-log-parts', [], entryFile), { stdio: ['pipe', 'pipe', 'ignore'] });

interface Running {
  readonly child: ReturnType<typeof spawn>;
  readonly pieces: AsyncIterator<Uint8Array>;
  readonly frames: Frames;
}

/** Rejects where nothing comes in time. */
async function inTime<T>(given: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience} s`)), patience * 1000);
  });
  try {
    return await Promise.race([given, late]);
  } finally {
    clearTimeout(timer);
  }
}

const isResult = (value: unknown): value is PartResult =>
  typeof value === 'object' && value !== null && 'status' in value;

export class PartWorker {
  #running: Running | undefined;

  /** `take` is given lines in their order, and is waited for. */
  async run(job: PartJob, take: (bytes: Uint8Array) => Promise<void>): Promise<PartResult> {
    try {
      return await this.#ask(job, take);
    } catch (thrown) {
      this.stop();
      return { status: 'unread', reason: errorText(thrown) };
    }
  }

  stop(): void {
    this.#running?.child.kill('SIGKILL');
    this.#running = undefined;
  }

  async #ask(job: PartJob, take: (bytes: Uint8Array) => Promise<void>): Promise<PartResult> {
    const { child, pieces, frames } = this.#start();
    child.stdin.write(`${JSON.stringify(job)}\n`);
    await child.stdin.flush();
    for (;;) {
      const frame = frames.next();
      if (frame === undefined) {
        const piece = await inTime(pieces.next());
        if (piece.done === true) throw new Error('the process that read it ended');
        frames.take(piece.value);
      } else if (frame.kind === 'lines') await take(frame.bytes);
      else {
        const result = decodeResult(frame.bytes);
        if (!isResult(result)) throw new Error('no result');
        return result;
      }
    }
  }

  #start(): Running {
    if (this.#running !== undefined) return this.#running;
    const child = spawn();
    const running = { child, pieces: child.stdout[Symbol.asyncIterator](), frames: new Frames() };
    this.#running = running;
    return running;
  }
}
