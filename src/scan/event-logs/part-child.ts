/**
 * The child that reads parts of event logs. Jobs come as lines on its input, lines of JSON go straight to its output, and
 * what it found as lines to its third descriptor, where its parent listens.
 *
 * Why a process: a part that takes for ever, or takes down whoever reads it, costs one part. Why its own output: what
 * went through the parent would be copied twice. It keeps what it writes to itself until it is told that its turn has
 * come, and waits where that is much.
 */
import { signalOnParentDeath } from '../../native/namespaces.ts';
import { writeLines } from './line-output.ts';
import { type PartAnswer, type PartCall, resultText } from './part-protocol.ts';
import { type PartJob, readPart } from './read-part.ts';

const output = 1;
const told = 2;
/** Bytes that are kept before the turn has come. */
const mostKept = 8 << 20;
const kill = 9;

class Child {
  #hasTurn = false;
  #wake: (() => void) | undefined;
  #kept = Buffer.alloc(0);
  #size = 0;

  turn(): void {
    this.#hasTurn = true;
    this.#wake?.();
  }

  async answer(job: PartJob): Promise<PartAnswer> {
    const pieces = readPart(job);
    for (;;) {
      const step = pieces.next();
      if (step.done === true) {
        await this.#wait();
        const isRead = this.#flush();
        this.#hasTurn = false;
        return isRead ? { result: step.value } : { closed: true };
      }
      if (!(await this.#put(step.value))) return { closed: true };
    }
  }

  async #put(bytes: Uint8Array): Promise<boolean> {
    // Let the input say whether the turn has come.
    if (!this.#hasTurn) await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#hasTurn) return this.#flush() && writeLines(output, bytes);
    this.#keep(bytes);
    if (this.#size < mostKept) return true;
    await this.#wait();
    return this.#flush();
  }

  async #wait(): Promise<void> {
    if (this.#hasTurn) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** In one place for all parts: new memory for each piece would cost as much as reading it. */
  #keep(bytes: Uint8Array): void {
    const size = this.#size + bytes.length;
    if (size > this.#kept.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, mostKept + (1 << 20)));
      this.#kept.copy(larger, 0, 0, this.#size);
      this.#kept = larger;
    }
    this.#kept.set(bytes, this.#size);
    this.#size = size;
  }

  #flush(): boolean {
    const kept = this.#kept.subarray(0, this.#size);
    this.#size = 0;
    return writeLines(output, kept);
  }
}

export async function partChild(): Promise<number> {
  if (process.platform === 'linux') signalOnParentDeath(kill);
  const child = new Child();
  let last: Promise<void> = Promise.resolve();
  for await (const line of console) {
    // Written by our parent a moment ago.
    const call: PartCall = JSON.parse(line);
    if (call.turn === true) child.turn();
    const { job } = call;
    if (job === undefined) continue;
    last = last.then(async () => {
      const answer = await child.answer(job);
      writeLines(told, Buffer.from(`${resultText(answer)}\n`));
    });
  }
  await last;
  return 0;
}
