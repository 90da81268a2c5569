/** What a watch asks of the host and of the case, as one port: tests put a host of their own there. */
import type { PathText, Printable } from '../../model/text.ts';
import type { SeenChange, WatchLook, WatchRecord, Writer } from '../../model/watch.ts';
import type { Session } from './logins.ts';
import type { FoundFile } from './meaning.ts';
import type { CpuLook, Minute } from './minutes.ts';
import type { Removed } from './removed.ts';
import type { Drained, SentryTakers } from './sentry.ts';
import type { Sighting } from './witness.ts';

export interface LookRequest {
  readonly why: WatchLook['why'];
  /** What came back, to be put into a plan. */
  readonly sightings: readonly Sighting[];
  /** Of what scans have told already, by `LookAnswer.things`. */
  readonly known: readonly string[];
  /** Paths of which it is asked whether a package brought what lies there now. */
  readonly ask: readonly PathText[];
}

/** Something that a scan tells of and that is no matter of every healthy host. */
export interface LookThing {
  readonly kind: 'entry' | 'miner';
  /** The same in two scans of one host. */
  readonly key: string;
  readonly what: Printable;
  readonly pid?: number;
}

export interface LookPlan {
  readonly number: number;
  /** Steps with what they rest on. */
  readonly steps: readonly {
    readonly id: string;
    readonly findings: readonly string[];
    /** What it changes, where that is one file. */
    readonly path?: string;
  }[];
  readonly left: readonly { readonly subject: string; readonly what: Printable }[];
  readonly removed: 'not-asked' | 'done' | 'stopped';
}

export interface LookAnswer {
  readonly verdict: NonNullable<WatchLook['verdict']>;
  readonly things: readonly LookThing[];
  /** Of the paths that were asked: those that are what a package brought. */
  readonly ofPackages: readonly string[];
  readonly plan?: LookPlan;
}

export interface Clock {
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** Milliseconds since the host was started, sleep included. */
  readonly upMs: number;
}

export interface WatchWorld {
  readonly now: () => Clock;
  readonly drain: (takers: SentryTakers) => Drained;
  /** Processes that were told to have been started or to have ended since it was asked last. */
  readonly processEvents: (takers: {
    readonly started: (pid: number) => void;
    readonly ended: (pid: number) => void;
  }) => void;
  readonly pids: () => readonly number[];
  /** Bytes of the program that a process runs. */
  readonly programSize: (pid: number) => number | undefined;
  readonly programHash: (pid: number) => string | undefined;
  readonly stillRuns: (handle: number | undefined) => boolean | undefined;
  readonly fileAt: (path: PathText) => FoundFile | undefined;
  /** What is waited for now; the same object where no ledger was written since. */
  readonly removed: () => Removed;
  readonly cpu: () => CpuLook | undefined;
  readonly ticksPerSecond: number;
  readonly sessions: () => readonly Session[];
  /** Ourselves and what we started. */
  readonly isOurs: (pid: number) => boolean;
  readonly look: (request: LookRequest) => Promise<LookAnswer>;
  readonly putMinute: (minute: Minute) => void;
  readonly save: (record: WatchRecord) => void;
  readonly isStopWished: () => boolean;
  /** Paths that are waited for anew. */
  readonly await: (paths: readonly PathText[]) => void;
}

/** What is told while it runs. */
export type WatchNews =
  | { readonly kind: 'returned'; readonly comeback: WatchRecord['returns'][number] }
  | { readonly kind: 'answered'; readonly comeback: WatchRecord['returns'][number] }
  | { readonly kind: 'changed'; readonly change: SeenChange; readonly writer: Writer }
  | { readonly kind: 'looked'; readonly look: WatchLook }
  | { readonly kind: 'gap'; readonly gap: WatchRecord['gaps'][number] }
  | { readonly kind: 'overflow' }
  /** Changes past those that are told one by one in a minute. */
  | { readonly kind: 'more-changes'; readonly count: number };
