/**
 * Event logs read by several processes, and told in the order of the files.
 *
 * Files are cut into parts between chunks; each process takes the next part. What it writes waits until all before it
 * is written, within a bound: a process that is too far ahead waits as well. One process reads in our own.
 */
import { availableParallelism } from 'node:os';
import { EventTallies } from '../../artifacts/windows/event-logs/tally.ts';
import { partsOf, wholeProblems } from '../../formats/evtx/log-file.ts';
import { gapsIn, type NumberRange } from '../../formats/evtx/numbers.ts';
import type { EventLogFile, EventLogSummary } from '../../model/event-log.ts';
import { printableText } from '../../model/text.ts';
import type { FoundFile } from './find-files.ts';
import { writeLines } from './line-output.ts';
import type { PartAnswer } from './part-protocol.ts';
import { PartWorker } from './part-worker.ts';
import { OpenFile, type PartJob, type PartResult, readPart } from './read-part.ts';

export interface EventLogRun {
  readonly files: readonly FoundFile[];
  readonly where: string | undefined;
  readonly lines: boolean;
  readonly tally: boolean;
  /** Processes; as many as help where it is not said. */
  readonly workers: number | undefined;
  /** Descriptor that takes the lines. */
  readonly output: number;
}

export interface EventLogOutcome {
  readonly summary: EventLogSummary;
  /** Records that fit, with those that were carved. */
  readonly fitting: number;
}

/** Bytes of a part: small enough that the last ones do not leave the other processes idle. */
const partSize = 4 << 20;
/** Bytes below which another process costs more than it brings. */
const smallest = 12 << 20;
const mostWorkers = 4;
interface Part {
  readonly file: number;
  readonly job: PartJob;
}

function partsOfFile({ path, bytes }: FoundFile): readonly PartJob['part'][] {
  if (bytes <= partSize) return [{ from: 0, to: bytes }];
  try {
    const file = new OpenFile(path);
    try {
      return partsOf(file, file.size, partSize);
    } finally {
      file.close();
    }
  } catch {
    // Whoever reads it says why it cannot be.
    return [{ from: 0, to: bytes }];
  }
}

/** Every file with what its parts found. */
class Findings {
  readonly #run: EventLogRun;
  readonly #tallies = new EventTallies();
  readonly #results: PartResult[][];
  fitting = 0;

  constructor(run: EventLogRun) {
    this.#run = run;
    this.#results = run.files.map(() => []);
  }

  add(file: number, result: PartResult): void {
    this.#results[file]?.push(result);
    if (result.status === 'unread') return;
    this.fitting += result.fitting;
    if (result.tally !== undefined) this.#tallies.join(result.tally);
  }

  get outcome(): EventLogOutcome {
    const files = this.#run.files.map((file, index) => fileOf(file, this.#results[index] ?? []));
    return { summary: this.#tallies.summary(files), fitting: this.fitting };
  }
}

type Read = Extract<PartResult, { readonly status: 'read' }>;

function fileOf({ path, bytes }: FoundFile, results: readonly PartResult[]): EventLogFile {
  const read = results.filter((result): result is Read => result.status === 'read');
  const failed = results.find((result) => result.status === 'unread');
  const sum = (of: (result: Read) => number): number => read.reduce((total, result) => total + of(result), 0);
  const head = read[0]?.head;
  const chunks = sum(({ counts }) => counts.chunks);
  const ranges: readonly NumberRange[] = read.flatMap((result) => result.ranges);
  const problems = new Map<string, { readonly kind: string; count: number; readonly offset: number }>();
  const whole = results.length > 1 && failed === undefined ? wholeProblems(head, chunks, ranges) : [];
  for (const { kind, count, offset } of [...read.flatMap((result) => result.problems), ...whole]) {
    const known = problems.get(kind);
    if (known === undefined) problems.set(kind, { kind, count, offset });
    else known.count += count;
  }
  const isForeign = read.length > 0 && read.every((result) => result.isForeign);
  return {
    path: printableText(path),
    bytes,
    status: failed !== undefined ? 'unread' : isForeign ? 'foreign' : 'read',
    ...(failed === undefined ? {} : { reason: printableText(failed.reason) }),
    chunks,
    records: sum(({ counts }) => counts.records.log),
    carved: {
      free: sum(({ counts }) => counts.records.free),
      hidden: sum(({ counts }) => counts.records.hidden),
      stray: sum(({ counts }) => counts.records.stray),
    },
    unread: sum(({ counts }) => counts.unread),
    isDirty: head?.isDirty ?? false,
    problems: isForeign ? [] : [...problems.values()],
    gaps: gapsIn(ranges).gaps,
  };
}

function readHere(run: EventLogRun, parts: readonly Part[], findings: Findings): void {
  for (const { file, job } of parts) {
    const pieces = readPart(job);
    for (;;) {
      const step = pieces.next();
      if (step.done === true) {
        findings.add(file, step.value);
        break;
      }
      if (writeLines(run.output, step.value)) continue;
      pieces.return({ status: 'unread', reason: 'nobody reads any more' });
      return;
    }
  }
}

/** Whose turn it is to write: the first part that is not done. */
async function readBeside(
  parts: readonly Part[],
  workers: readonly PartWorker[],
  findings: Findings,
): Promise<void> {
  const answers: (PartAnswer | undefined)[] = parts.map(() => undefined);
  const readers = new Map<number, PartWorker>();
  let next = 0;
  let turn = 0;
  const read = async (worker: PartWorker): Promise<void> => {
    while (next < parts.length) {
      const index = next;
      next += 1;
      const part = parts[index];
      if (part === undefined) return;
      readers.set(index, worker);
      const answer = await worker.run(part.job, index === turn);
      readers.delete(index);
      answers[index] = answer;
      // Nobody wants the rest.
      if ('closed' in answer) next = parts.length;
      while (turn < parts.length && answers[turn] !== undefined) turn += 1;
      await readers.get(turn)?.giveTurn();
    }
  };
  await Promise.all(workers.map(read));
  for (const [index, { file }] of parts.entries()) {
    const answer = answers[index];
    if (answer !== undefined && 'result' in answer) findings.add(file, answer.result);
  }
}

/** Reading never fails: what a file would not give stands with it. */
export async function runEventLogs(run: EventLogRun): Promise<EventLogOutcome> {
  const { where, lines, tally } = run;
  const bytes = run.files.reduce((sum, file) => sum + file.bytes, 0);
  const usual = bytes < smallest ? 1 : Math.min(mostWorkers, availableParallelism());
  const isAlone = (run.workers ?? usual) <= 1;
  const parts = run.files.flatMap((file, index) =>
    (isAlone ? [{ from: 0, to: file.bytes }] : partsOfFile(file)).map(
      (part): Part => ({ file: index, job: { path: file.path, part, where, lines, tally } }),
    ),
  );
  const findings = new Findings(run);
  if (isAlone || parts.length <= 1) {
    readHere(run, parts, findings);
    return findings.outcome;
  }
  const count = Math.min(run.workers ?? usual, parts.length);
  const workers = Array.from({ length: count }, () => new PartWorker(run.output));
  try {
    await readBeside(parts, workers, findings);
  } finally {
    for (const worker of workers) worker.stop();
  }
  return findings.outcome;
}
