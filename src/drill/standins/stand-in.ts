/**
 * A stand-in: reads its role from standard input, takes it, says `ready`, and plays it until it is ended.
 * Inert by construction: it copies nothing, fetches nothing, and knows no address but the namespace's own.
 */
import { openSync } from 'node:fs';
import { DemineError } from '../../model/error.ts';
import { randomxHasher } from '../../native/randomx.ts';
import { type Part, roleSchema } from '../role.ts';
import { fastMath, hog, interval } from './arithmetic.ts';
import { showArguments, showName } from './disguise.ts';
import { guard } from './guard.ts';
import { largeHeap, miningShape } from './memory.ts';
import { session } from './session.ts';

/** The work after `ready`; never returns. */
type Play = () => Promise<never> | never;

function randomx(library: string, mode: 'fast' | 'light'): Play {
  const hasher = randomxHasher(library, mode);
  if (hasher === undefined) {
    throw new DemineError('drill-unavailable', 'RandomX could not be started.', { subject: library });
  }
  hasher.hash();
  return () => {
    for (;;) hasher.hash();
  };
}

const forever = (): Promise<never> => new Promise(() => setInterval(() => undefined, 1 << 30));

async function take(part: Part): Promise<Play> {
  switch (part.kind) {
    case 'randomx':
      return randomx(part.library, part.mode);
    case 'hog':
      return hog;
    case 'idle':
      return forever;
    case 'interval':
      return interval;
    case 'fast-math':
      return fastMath;
    case 'mining-shape':
      miningShape();
      return hog;
    case 'large-heap':
      largeHeap();
      return hog;
    case 'session':
      return await session(part.address, part.port, part.greeting);
  }
}

/** The internal task `drill-stand-in`. */
export async function standIn(): Promise<number> {
  guard();
  const role = roleSchema.parse(JSON.parse(await Bun.stdin.text()));
  const play = await take(role.part);
  if (role.open !== undefined) openSync(role.open, 'r');
  if (role.argv !== undefined) showArguments(role.argv);
  if (role.name !== undefined) showName(role.name);
  process.stdout.write('ready\n');
  return await play();
}
