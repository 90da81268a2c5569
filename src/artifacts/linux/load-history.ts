/**
 * `linux.load-history`: the CPU use of the last days, as sysstat and atop wrote it down.
 *
 * Reads: the newest 14 files of each program (`saDD`, `saYYYYMMDD`, `atop_YYYYMMDD`), the newest by the date
 * within the file, since a name repeats each month and a file time can be set.
 * Why: "since when" has an answer that the miner did not write, also for the time before the last boot.
 * What it is NOT: use per process; compressed files are told, not read. Absent on most small hosts: neither
 * program is installed by default. Root can rewrite the files; a history that contradicts another is left as is.
 * Units: percent of all processors, one value an hour: the mean of the samples, each with the weight of its time.
 * Sources: sa1(8) and sa2(8) for places and names; atop(1) "RAW DATA STORAGE"; the formats are in `formats/`.
 */
import { atopBeganUs, parseAtop } from '../../formats/atop.ts';
import type { CpuHistory, CpuSample } from '../../formats/cpu-history.ts';
import { parseSysstat, sysstatBeganUs } from '../../formats/sysstat.ts';
import type { LoadFact } from '../../model/facts/kernel.ts';
import type { SourceStatus } from '../../model/source.ts';
import { joinPath, type PathText, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { listNow } from './reading.ts';

const artifact = 'linux.load-history';
const hourUs = 3600e6;
const dayUs = 24 * hourUs;
const mostFiles = 14;
const fileLimit = 32 << 20;
/** Room for the whole head of a sysstat file. */
const startLimit = 16_384;
const mostNames = 4096;
/** Files whose start is looked at; a month of daily files, and of another month beside it. */
const mostCandidates = 128;
/** A file is of a day; one that goes on for a year is still read. */
const longestFileUs = 366 * dayUs;

interface Program {
  readonly view: 'sysstat' | 'atop';
  readonly folders: readonly string[];
  readonly name: RegExp;
  readonly packed: RegExp;
  readonly beganUs: (start: Uint8Array) => number | undefined;
  readonly parse: (bytes: Uint8Array) => CpuHistory | undefined;
}

const programs: readonly Program[] = [
  {
    view: 'sysstat',
    folders: ['/var/log/sysstat', '/var/log/sa'],
    name: /^sa\d{2}(?:\d{6})?$/,
    packed: /^sa\d{2}(?:\d{6})?\.(?:gz|bz2|xz|lz|lzo|zst)$/,
    beganUs: sysstatBeganUs,
    parse: parseSysstat,
  },
  {
    view: 'atop',
    folders: ['/var/log/atop'],
    name: /^atop_\d{8}$/,
    packed: /^atop_\d{8}\.(?:gz|bz2|xz|lz|lzo|zst)$/,
    beganUs: atopBeganUs,
    parse: parseAtop,
  },
];

interface Candidate {
  readonly path: PathText;
  readonly beganUs: number;
}

/** What one hour is made of. */
interface HourSum {
  readonly program: string;
  readonly source: PathText;
  readonly offset: number;
  fromUs: number;
  toUs: number;
  coveredUs: number;
  /** Percent times microseconds. */
  busy: number;
  samples: number;
}

class HistoryReader {
  readonly #context: ArtifactContext;
  readonly #program: Program;
  readonly #hours = new Map<number, HourSum>();

  constructor(context: ArtifactContext, program: Program) {
    this.#context = context;
    this.#program = program;
  }

  async facts(): Promise<readonly LoadFact[]> {
    for (const { path } of await this.#newest()) await this.#readFile(path);
    return [...this.#hours.entries()].sort(([a], [b]) => a - b).map(([, hour]) => this.#fact(hour));
  }

  #record(source: PathText, status: SourceStatus, bytes: number, reason: string | undefined): void {
    this.#context.log.record({
      source,
      artifact,
      status,
      bytes,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #names(): readonly PathText[] {
    const paths: PathText[] = [];
    for (const folder of this.#program.folders.map(printableText)) {
      for (const { name } of listNow(this.#context, artifact, folder, mostNames).entries) {
        const path = joinPath(folder, name);
        if (this.#program.name.test(name)) paths.push(path);
        else if (this.#program.packed.test(name)) this.#record(path, 'error', 0, 'compressed, not read');
      }
    }
    // Names as the programs choose them by default first, then the newest dates: planted ones crowd nothing out.
    paths.sort((a, b) => a.length - b.length || (a < b ? 1 : -1));
    for (const path of paths.slice(mostCandidates)) {
      this.#record(path, 'error', 0, `more than ${mostCandidates} files of this kind`);
    }
    return paths.slice(0, mostCandidates);
  }

  async #newest(): Promise<readonly Candidate[]> {
    const candidates = new Map<number, Candidate>();
    for (const path of this.#names()) {
      const start = await this.#context.target.read({ kind: 'file', path, limit: startLimit });
      const beganUs = this.#program.beganUs(start.bytes);
      if (beganUs === undefined) {
        const unread = start.status !== 'ok' && start.status !== 'truncated';
        if (unread) this.#record(path, start.status, 0, start.reason);
        else this.#recordUndated(path, start.bytes);
        continue;
      }
      // One day under two paths: /var/log/sa is a link to /var/log/sysstat on some hosts.
      if (!candidates.has(beganUs)) candidates.set(beganUs, { path, beganUs });
    }
    return [...candidates.values()].sort((a, b) => b.beganUs - a.beganUs).slice(0, mostFiles);
  }

  /** A file without a date: of another program, of a format not read, or with nothing in it yet. */
  #recordUndated(path: PathText, start: Uint8Array): void {
    const history = this.#program.parse(start);
    if (history?.end === 'whole') this.#record(path, 'empty', start.length, undefined);
    else this.#record(path, 'error', start.length, history?.reason ?? `not written by ${this.#program.view}`);
  }

  async #readFile(path: PathText): Promise<void> {
    const file = await this.#context.target.read({ kind: 'file', path, limit: fileLimit });
    if (file.status !== 'ok' && file.status !== 'truncated') {
      this.#record(path, file.status, file.bytes.length, file.reason);
      return;
    }
    const history = this.#program.parse(file.bytes);
    if (history === undefined) {
      this.#record(path, 'error', file.bytes.length, `not written by ${this.#program.view}`);
      return;
    }
    const foreign = history.samples.filter((sample) => !this.#take(path, history, sample)).length;
    const [status, reason] = this.#outcome(file.status, history, foreign);
    this.#record(path, status, file.bytes.length, reason);
  }

  #outcome(
    read: SourceStatus,
    history: CpuHistory,
    foreign: number,
  ): readonly [status: SourceStatus, reason: string | undefined] {
    if (history.end === 'unknown' || history.end === 'broken') return ['error', history.reason];
    if (foreign > 0) return ['error', `${foreign} samples of another time than the file`];
    if (read === 'truncated') return ['truncated', `read up to ${fileLimit} bytes`];
    if (history.end === 'cut') return ['truncated', history.reason];
    return [history.samples.length === 0 ? 'empty' : 'ok', undefined];
  }

  /** Spreads a sample over the hours it covers. False when its time cannot be. */
  #take(source: PathText, { program, beganUs }: CpuHistory, sample: CpuSample): boolean {
    const { fromUs, toUs, busyPercent, offset } = sample;
    const latest = Math.min(this.#context.nowUs + dayUs, beganUs + longestFileUs);
    if (toUs - fromUs > dayUs || fromUs < beganUs - dayUs || toUs > latest) return false;
    for (let start = Math.floor(fromUs / hourUs) * hourUs; start < toUs; start += hourUs) {
      const [from, to] = [Math.max(start, fromUs), Math.min(start + hourUs, toUs)];
      let hour = this.#hours.get(start);
      if (hour === undefined) {
        hour = { program, source, offset, fromUs: from, toUs: to, coveredUs: 0, busy: 0, samples: 0 };
        this.#hours.set(start, hour);
      }
      hour.fromUs = Math.min(hour.fromUs, from);
      hour.toUs = Math.max(hour.toUs, to);
      hour.coveredUs += to - from;
      hour.busy += busyPercent * (to - from);
      hour.samples += 1;
    }
    return true;
  }

  #fact({ program, source, offset, fromUs, toUs, coveredUs, busy, samples }: HourSum): LoadFact {
    const value = Math.round((busy / coveredUs) * 10) / 10;
    return {
      kind: 'load',
      source: { source, offset },
      view: this.#program.view,
      value,
      fromUs,
      toUs,
      text: printableText(`${program}: all CPUs ${value.toFixed(1)} percent busy, ${samples} samples`),
    };
  }
}

export const loadHistory: Artifact = {
  id: artifact,
  order: 20,
  required: false,
  sources: [
    { kind: 'glob', path: '/var/log/sysstat/sa[0-9]*', live: false },
    { kind: 'glob', path: '/var/log/sa/sa[0-9]*', live: false },
    { kind: 'glob', path: '/var/log/atop/atop_[0-9]*', live: false },
  ],
  async gather(context) {
    const facts: LoadFact[] = [];
    for (const program of programs) facts.push(...(await new HistoryReader(context, program).facts()));
    return facts;
  },
};
