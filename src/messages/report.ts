/** Texts of what people read after a scan; shared by terminal and page. */

/** The answer in the words it is shown with. A miner that was found runs, is stopped, or has left traces only. */
export type Headline =
  | 'clean'
  | 'suspicious'
  | 'mining-running'
  | 'mining-stopped'
  | 'mining-traces'
  | 'inconclusive';

/** What can be asked of the reader next. */
export type NextStepId =
  | 'isolate'
  | 'keep-evidence'
  | 'contain'
  | 'plan'
  | 'look-at-process'
  | 'look-at-network'
  | 'declare'
  | 'watch-longer'
  | 'as-root'
  | 'from-host'
  | 'look-by-hand'
  | 'read-report'
  | 'close-exposure'
  | 'search-way-in'
  | 'nothing';

type Words<K extends string> = Readonly<Record<K, string>>;

export interface ReportTexts {
  /** One or two words, set large. */
  readonly headline: Words<Headline>;
  /** One sentence that says the same in full. */
  readonly sentence: Words<Headline>;
  /**
   * The same for miners that run, with what is known of them. `{host}`, `{since}` and `{pool}` stay as they are:
   * they hold words of the target, which the page sets apart.
   */
  readonly summary: (params: { count: number; coin: string; pool: boolean }) => string;
  /** What to do next, one paragraph for someone who never did this before. */
  readonly advice: Words<Headline>;
  /** The same where only files were looked at and nothing was found. */
  readonly adviceOfFiles: string;
  readonly next: Words<NextStepId>;
  readonly severity: Words<'info' | 'low' | 'medium' | 'high' | 'critical'>;
  readonly judgement: Words<'benign' | 'unusual' | 'suspicious' | 'mining' | 'excused'>;
  readonly minerState: Words<'running' | 'stopped'>;
  readonly risk: Words<'low' | 'medium' | 'high'>;
  readonly reach: Words<'all-addresses' | 'one-address' | 'container'>;
  readonly status: Words<'ok' | 'empty' | 'absent' | 'denied' | 'truncated' | 'timeout' | 'error'>;
  readonly scope: Words<'host' | 'pid-namespace' | 'container' | 'files'>;
  readonly witness: Readonly<Record<string, string>>;
  /** Two units at most: `2 d 16 h`. */
  readonly duration: (params: { seconds: number }) => string;
  readonly bytes: (params: { bytes: number }) => string;
  /** Since when the host's own records of load show its processors busy. */
  readonly busySince: (params: { time: string; certain: boolean }) => string;
  readonly deleted: string;
  readonly hidden: string;
  readonly privileged: string;
  readonly unprivileged: string;
  readonly page: PageTexts;
}

/** Headings, labels and notes of the page. */
interface PageTexts {
  readonly title: (params: { host: string }) => string;
  /** What this page is, two words. */
  readonly kind: string;
  readonly colon: string;
  readonly comma: string;
  readonly headings: Words<
    | 'next'
    | 'contents'
    | 'miners'
    | 'entry'
    | 'families'
    | 'hosts'
    | 'why'
    | 'findings'
    | 'evidence'
    | 'processes'
    | 'sockets'
    | 'persistence'
    | 'exposure'
    | 'coverage'
    | 'sources'
    | 'excused'
    | 'recovered'
    | 'actions'
    | 'scan'
    | 'verified'
  >;
  readonly labels: Words<
    | 'address'
    | 'algorithm'
    | 'artifact'
    | 'bytes'
    | 'coin'
    | 'comesBack'
    | 'commandLine'
    | 'commands'
    | 'confidence'
    | 'container'
    | 'cores'
    | 'count'
    | 'cpu'
    | 'decoded'
    | 'exe'
    | 'finding'
    | 'interval'
    | 'item'
    | 'judgement'
    | 'kernel'
    | 'local'
    | 'machineId'
    | 'mechanism'
    | 'bootId'
    | 'bootTime'
    | 'timeZone'
    | 'clockOffset'
    | 'memory'
    | 'options'
    | 'os'
    | 'parent'
    | 'path'
    | 'pid'
    | 'place'
    | 'pool'
    | 'process'
    | 'reach'
    | 'reason'
    | 'remote'
    | 'restartPolicy'
    | 'risk'
    | 'rule'
    | 'scanned'
    | 'scope'
    | 'score'
    | 'seen'
    | 'seenBy'
    | 'service'
    | 'sha256'
    | 'since'
    | 'host'
    | 'source'
    | 'started'
    | 'state'
    | 'status'
    | 'target'
    | 'technique'
    | 'text'
    | 'tool'
    | 'trigger'
    | 'user'
    | 'wallet'
    | 'witness'
  >;
  readonly privileges: string;
  readonly optionNames: Words<'active' | 'thorough' | 'keepSecrets'>;
  readonly benign: string;
  readonly noFindings: string;
  readonly noExposure: string;
  readonly persistenceNote: (params: { all: number; grave: number }) => string;
  readonly unusualEntries: (params: { count: number }) => string;
  readonly benignEntries: (params: { count: number }) => string;
  readonly listOfEntries: string;
  readonly inactive: string;
  readonly minerNumber: (params: { number: number }) => string;
  readonly runsFor: (params: { duration: string }) => string;
  readonly before: (params: { duration: string }) => string;
  readonly ofOneCore: (params: { percent: string }) => string;
  readonly checkedCount: (params: { checked: number; all: number }) => string;
  readonly checked: string;
  readonly notChecked: string;
  readonly optional: string;
  readonly whyNote: string;
  readonly evidenceNote: string;
  readonly sourcesNote: (params: { complete: number; incomplete: number }) => string;
  readonly processesNote: (params: { all: number; shown: number }) => string;
  readonly moreProcesses: (params: { count: number }) => string;
  readonly moreKernelThreads: (params: { count: number }) => string;
  readonly moreSockets: (params: { count: number }) => string;
  readonly moreLines: (params: { count: number }) => string;
  readonly moreEvidence: (params: { count: number }) => string;
  readonly moreRows: (params: { count: number }) => string;
  readonly incompleteSources: (params: { count: number }) => string;
  /** Read whole, and not to be relied on. */
  readonly doubtfulSources: (params: { count: number }) => string;
  readonly readSources: (params: { count: number }) => string;
  readonly backToFinding: string;
  readonly madeBy: (params: { version: string; time: string }) => string;
}
