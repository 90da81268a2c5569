/**
 * What came after a success: the attacker's first file or entry, what brings the miner back, and the miner.
 *
 * Files and entries are put in order once, so that each of thousands of successes finds its own by halving. Where
 * nothing was left on disk, the start of a miner is the first trace.
 * Units: microseconds UTC.
 */
import { cameToBe, type FirstTrace, type Scene } from '../scene.ts';
import { type ChainStep, earlierUs, follows } from '../way-in.ts';

/** Looked at behind one success. */
const mostFollowing = 100;

function tracesOf({ files, entries, miners }: Scene): readonly FirstTrace[] {
  const left: FirstTrace[] = files.flatMap((file) => {
    const { path, source, owner, text } = file;
    const came = cameToBe(file);
    return came.us > 0 ? [{ ...came, path, source, owner, text }] : [];
  });
  for (const { changedUs, source, account, text, ungrounded } of entries) {
    if (changedUs === undefined || changedUs <= 0) continue;
    left.push({
      us: changedUs,
      grounded: ungrounded !== true,
      path: source.source,
      source,
      owner: account,
      text,
    });
  }
  if (left.length > 0) return left;
  return miners.map(({ startUs, executable, source, account, text }) => {
    return { us: startUs, grounded: true, path: executable, source, owner: account, text };
  });
}

export class Aftermath {
  readonly #scene: Scene;
  readonly #traces: readonly FirstTrace[];

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#traces = tracesOf(scene).toSorted((a, b) => a.us - b.us);
  }

  /** Traces that came within minutes of a success at `us`. */
  following(us: number): readonly FirstTrace[] {
    const found: FirstTrace[] = [];
    for (let at = this.#firstAt(us); at < this.#traces.length && found.length < mostFollowing; at += 1) {
      const trace = this.#traces[at];
      if (trace === undefined || !follows(us, trace.us)) break;
      found.push(trace);
    }
    return found;
  }

  /** The first trace that may be the work of a success at `us`, however long after. */
  firstAfter(us: number): FirstTrace | undefined {
    return this.#traces[this.#firstAt(us)];
  }

  #firstAt(us: number): number {
    const traces = this.#traces;
    let low = 0;
    let high = traces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((traces[middle]?.us ?? 0) < us - earlierUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Steps of a chain behind a success at `us`. */
  steps(us: number): readonly ChainStep[] {
    const steps: ChainStep[] = [];
    const trace = this.firstAfter(us);
    if (trace !== undefined && follows(us, trace.us)) {
      const { grounded, source, text } = trace;
      steps.push({ step: 'file', us: trace.us, certain: grounded, source, text });
    }
    const entry = this.#scene.entries
      .filter(({ changedUs }) => changedUs !== undefined && follows(us, changedUs))
      .toSorted((a, b) => (a.changedUs ?? 0) - (b.changedUs ?? 0))[0];
    if (entry?.changedUs !== undefined) {
      const { source, text } = entry;
      steps.push({
        step: 'persistence',
        us: entry.changedUs,
        certain: entry.ungrounded !== true,
        source,
        text,
      });
    }
    const miner = this.#scene.miners
      .filter(({ startUs }) => startUs >= us - earlierUs)
      .toSorted((a, b) => a.startUs - b.startUs)[0];
    if (miner !== undefined) {
      const { source, text } = miner;
      steps.push({ step: 'miner', us: miner.startUs, certain: true, source, text });
    }
    return steps;
  }
}
