/**
 * The child that reads parts of event logs: jobs as lines on its input, frames on its output, until the input ends.
 *
 * Why a process: a part that takes for ever, or takes down whoever reads it, costs one part.
 */
import { signalOnParentDeath } from '../../native/namespaces.ts';
import { encodeResult, frameHead } from './frames.ts';
import { type PartJob, readPart } from './read-part.ts';

async function say(kind: 'lines' | 'result', bytes: Uint8Array): Promise<void> {
  await Bun.write(Bun.stdout, Buffer.concat([frameHead(kind, bytes.length), bytes]));
}

async function answer(job: PartJob): Promise<void> {
  const pieces = readPart(job);
  for (;;) {
    const step = pieces.next();
    if (step.done === true) return say('result', encodeResult(step.value));
    await say('lines', step.value);
  }
}

export async function partChild(): Promise<number> {
  if (process.platform === 'linux') signalOnParentDeath(9);
  for await (const line of console) {
    // Written by our parent a moment ago.
    const job: PartJob = JSON.parse(line);
    await answer(job);
  }
  return 0;
}
