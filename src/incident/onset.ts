/**
 * Since when it mines: from the history of load, from jobs that start the miner, and from the miner itself.
 *
 * The step of the load is the most exact where there is one, since it survives restarts and times that were set. What
 * it is NOT: proof of mining; a new honest job makes the same step, so it is told with what else speaks for that hour.
 * Bounds: 10,000 hours of load, 64 jobs. Units: microseconds UTC, percent of all cores.
 */
import { type BusyStretch, busySince } from '../artifacts/linux/busy-since.ts';
import type { JobEvent, LoadEvent } from '../model/facts/event.ts';
import type { LoadFact } from '../model/facts/kernel.ts';
import type { OnsetBy } from '../model/incident.ts';
import type { SourceRef } from '../model/source.ts';
import { type Printable, printableText } from '../model/text.ts';
import { Bounded } from './entry/bounded.ts';
import { type Kept, keep } from './entry/kept.ts';
import type { Scene } from './scene.ts';

const hourUs = 3600e6;
const mostHours = 10_000;
const busy = 60;
/** A history that ends so long before everything else was ended by somebody. */
const mostSilentUs = 3 * hourUs;
/** A word of a command that is too short to name anything. */
const leastWord = 6;

export interface OnsetWitness {
  readonly by: OnsetBy;
  readonly us: number;
  readonly source?: SourceRef;
  readonly text?: Printable;
}

export interface Onset {
  readonly us: number;
  readonly by: OnsetWitness['by'];
  readonly certain: boolean;
  /** All that speak of it, in the order of time. */
  readonly witnesses: readonly OnsetWitness[];
  /** End of the last quiet hour before it. */
  readonly quietUs?: number;
}

interface Hour {
  seconds: number;
  sum: number;
  source: SourceRef;
  /** Of the first busy figure within it. */
  busyUs: number;
}

/** What accused entries run: paths and addresses by which a line of cron's log is known again. */
function marksOf(scene: Scene): readonly string[] {
  const marks = new Set<string>();
  for (const { path } of scene.files) marks.add(path);
  for (const { executable } of scene.miners) marks.add(executable);
  for (const { command } of scene.entries) if (command !== '') marks.add(command);
  for (const address of scene.addresses) marks.add(address);
  return [...marks].filter((mark) => mark.length >= leastWord).slice(0, 500);
}

export class OnsetWatcher {
  readonly #hours = new Map<number, Hour>();
  /** The first run of each command. */
  readonly #jobs = new Bounded<string, { command: string; first: Kept }>(4_000);

  load(event: LoadEvent): void {
    if (event.process !== undefined || !(event.seconds > 0) || !(event.busy >= 0)) return;
    const middle = event.us - (event.seconds * 1e6) / 2;
    const key = Math.floor(middle / hourUs);
    const hour = this.#hours.get(key) ?? {
      seconds: 0,
      sum: 0,
      source: event.source,
      busyUs: Number.POSITIVE_INFINITY,
    };
    hour.seconds += event.seconds;
    hour.sum += event.seconds * event.busy;
    if (event.busy >= busy) hour.busyUs = Math.min(hour.busyUs, event.us - event.seconds * 1e6);
    this.#hours.set(key, hour);
    if (this.#hours.size > mostHours * 1.1) this.#forget();
  }

  /** The oldest hours. */
  #forget(): void {
    const keys = [...this.#hours.keys()].sort((a, b) => a - b);
    for (const key of keys.slice(0, keys.length - mostHours)) this.#hours.delete(key);
  }

  job(event: JobEvent): void {
    const command = event.command.slice(0, 1_000);
    this.#jobs.update(`${event.account}\n${command}`, (known) =>
      known !== undefined && known.first.us <= event.us ? known : { command, first: keep(event) },
    );
  }

  /**
   * @param nowUs when the host was looked at
   * @param heardUs when a host that runs no more was last heard of; undefined for one that runs
   */
  conclude(scene: Scene, nowUs: number, heardUs?: number): Onset | undefined {
    const witnesses: OnsetWitness[] = [];
    const step = this.#step(nowUs, heardUs);
    if (step !== undefined && step.toUs === undefined) {
      const hour = this.#hours.get(Math.floor(step.fromUs / hourUs));
      const us = Math.max(step.fromUs, Number.isFinite(hour?.busyUs) ? (hour?.busyUs ?? 0) : 0);
      witnesses.push({ by: 'load', us, ...(hour === undefined ? {} : { source: hour.source }) });
    }
    const job = this.firstJob(scene);
    if (job !== undefined) witnesses.push({ by: 'job', us: job.us, source: job.source, text: job.text });
    const miner = scene.miners.toSorted((a, b) => a.startUs - b.startUs)[0];
    if (miner !== undefined) {
      witnesses.push({ by: 'miner', us: miner.startUs, source: miner.source, text: miner.text });
    }
    witnesses.sort((a, b) => a.us - b.us);
    const load = witnesses.find(({ by }) => by === 'load');
    const chosen = load !== undefined && step?.certain === true ? load : witnesses[0];
    if (chosen === undefined) return undefined;
    const certain = chosen.by === 'load' ? step?.certain === true : chosen.by === 'job';
    const quietUs = chosen.by === 'load' && certain ? step?.fromUs : undefined;
    return {
      us: chosen.us,
      by: chosen.by,
      certain,
      witnesses,
      ...(quietUs === undefined ? {} : { quietUs }),
    };
  }

  /** What is left of a host was busy up to the end of its history: nobody wrote down what came after. */
  #step(nowUs: number, heardUs: number | undefined): BusyStretch | undefined {
    const facts = this.#facts().filter(({ toUs }) => toUs <= nowUs + hourUs);
    if (heardUs === undefined) return busySince(facts, nowUs);
    const endUs = facts.reduce((end, { toUs }) => Math.max(end, toUs), 0);
    const step = busySince(facts, endUs);
    if (step === undefined) return undefined;
    const isWhole = Math.min(heardUs, nowUs) - endUs <= mostSilentUs;
    return { ...step, certain: step.certain && isWhole };
  }

  /** The first time that cron ran what an accused entry runs. */
  firstJob(scene: Scene): Kept | undefined {
    const marks = marksOf(scene);
    if (marks.length === 0) return undefined;
    let first: Kept | undefined;
    for (const [, { command, first: at }] of this.#jobs.entries()) {
      if (first !== undefined && at.us >= first.us) continue;
      if (marks.some((mark) => command.includes(mark))) first = at;
    }
    return first;
  }

  #facts(): readonly LoadFact[] {
    return [...this.#hours].map(([key, { seconds, sum, source }]): LoadFact => {
      const fromUs = key * hourUs;
      const value = seconds === 0 ? 0 : sum / seconds;
      const covered = Math.min(seconds * 1e6, hourUs);
      // Less than the hour is told as such; what is told twice (sysstat and atop) is still one hour.
      const toUs = covered >= hourUs / 2 ? fromUs + hourUs : fromUs + covered;
      return { kind: 'load', source, view: 'sysstat', value, fromUs, toUs, text: printableText('') };
    });
  }
}
