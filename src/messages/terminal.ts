/** Texts of the terminal: the screen after a scan, `demine ps`, `demine net`. */

type Words<K extends string> = Readonly<Record<K, string>>;

export interface TerminalTexts {
  readonly labels: Words<'host' | 'since' | 'why' | 'next' | 'notChecked'>;
  readonly score: (params: { score: number }) => string;
  readonly since: (params: { time: string; duration: string }) => string;
  readonly cores: (params: { count: number }) => string;
  readonly miners: (params: { count: number }) => string;
  readonly findings: (params: { shown: number; all: number }) => string;
  /** Heading over what brings a miner back; `quiet` is how many entries of no concern stand beside. */
  readonly comesBack: (params: { count: number; quiet: string }) => string;
  readonly quietEntries: (params: { unusual: number; benign: number }) => string;
  readonly decoded: (params: { command: string }) => string;
  readonly moreEntries: (params: { count: number }) => string;
  /** Behind the title of findings that several processes share. */
  readonly about: (params: { pids: string }) => string;
  readonly noFindings: string;
  readonly runsFor: (params: { duration: string }) => string;
  readonly cpu: (params: { percent: string }) => string;
  readonly user: (params: { user: string }) => string;
  readonly container: (params: { name: string }) => string;
  /** `rx/0 (Monero)`; one of them may be empty. */
  readonly mines: (params: { algorithm: string; coin: string }) => string;
  readonly wallet: (params: { wallet: string }) => string;
  readonly moreMiners: (params: { count: number }) => string;
  readonly more: (params: { count: number }) => string;
  readonly allChecked: string;
  /** What the exit code of the command means. */
  readonly exit: Words<'clean' | 'suspicious' | 'mining' | 'inconclusive'>;
  readonly separator: string;
  readonly colon: string;

  readonly tree: {
    readonly heading: (params: { host: string; processes: number; kernelThreads: number }) => string;
    readonly columns: Words<'pid' | 'cpu' | 'user' | 'process'>;
    readonly kernelThreads: (params: { count: number }) => string;
    readonly listens: (params: { addresses: string }) => string;
    readonly judged: (params: { count: number }) => string;
    /** Under a list of the worst; the others stand in the tree. */
    readonly moreJudged: (params: { count: number }) => string;
    readonly noneJudged: string;
  };

  readonly process: {
    readonly headings: Words<
      'files' | 'sockets' | 'memory' | 'children' | 'persistence' | 'findings' | 'environment'
    >;
    readonly labels: Words<
      | 'exe'
      | 'commandLine'
      | 'folder'
      | 'user'
      | 'started'
      | 'parent'
      | 'cpu'
      | 'memory'
      | 'threads'
      | 'namespaces'
      | 'limits'
      | 'container'
      | 'unit'
      | 'state'
      | 'judgement'
    >;
    readonly states: Readonly<Record<string, string>>;
    readonly startedAt: (params: { time: string; duration: string }) => string;
    readonly cpuUse: (params: { percent: string; total: string }) => string;
    readonly memoryTotals: (params: { mappings: number; resident: string; rwx: number }) => string;
    /** Under a list that was cut; `--all` shows them. */
    readonly moreLines: (params: { count: number }) => string;
    readonly memoryUnread: (params: { reason: string }) => string;
    /** Soft limits, as words: bytes, a count, or unlimited. */
    readonly limits: (params: { lockedMemory: string; openFiles: string }) => string;
    readonly unlimited: string;
    readonly none: string;
    /** Where no entry was found: that is less than "nothing starts it". */
    readonly persistenceUnknown: string;
    readonly restartPolicy: (params: { policy: string }) => string;
    /** What an entry has to do with the process. */
    readonly startedBy: Words<'program' | 'unit' | 'container'>;
    readonly ofAncestor: (params: { pid: number; name: string }) => string;
    readonly uid: (params: { user: string; uid: number }) => string;
  };

  /** `demine coverage`. */
  readonly mechanisms: {
    readonly heading: (params: { mechanisms: number; artifacts: number }) => string;
    readonly note: string;
    readonly columns: Words<'fetch-and-run' | 'unowned-binary' | 'owned-edit' | 'honest'>;
    readonly unread: string;
    readonly total: string;
  };

  readonly shapes: {
    readonly heading: (params: { shapes: number; unverified: number }) => string;
    readonly note: string;
    readonly kinds: Words<'log' | 'messages' | 'windows' | 'request'>;
    readonly verified: string;
    readonly unverified: string;
    /** A file format that no real or foreign-written sample was at hand of. */
    readonly experimental: string;
  };

  readonly network: {
    readonly heading: (params: { listeners: number; connections: number }) => string;
    readonly listens: string;
    readonly nobody: string;
    readonly exposed: (params: { service: string; reach: string; risk: string }) => string;
    readonly hiddenFrom: (params: { views: string }) => string;
    readonly views: Words<'proc' | 'netlink' | 'descriptor'>;
    readonly states: Readonly<Record<string, string>>;
    readonly quiet: (params: { count: number }) => string;
    readonly nothing: string;
  };
}
