/** Texts of a watch: what is watched, what came back and by whom, when nobody watched. */

type Of<K extends string, T = string> = Readonly<Record<K, T>>;

export interface WatchTexts {
  readonly title: (params: { host: string; until: string; span: string }) => string;
  readonly resumed: (params: { since: string }) => string;
  /** At most eleven columns. */
  readonly labels: Of<
    | 'places'
    | 'processes'
    | 'waited'
    | 'record'
    | 'seen'
    | 'by'
    | 'program'
    | 'under'
    | 'unit'
    | 'account'
    | 'plan'
    | 'watched'
    | 'gaps'
    | 'scans'
    | 'logins'
    | 'busy'
    | 'lost'
  >;
  readonly places: (params: { folders: number; withoutWriter: number; left: number }) => string;
  readonly noPlaces: string;
  readonly processes: Of<'connector' | 'programs' | 'listing'>;
  readonly waited: (params: { count: number }) => string;
  readonly nothingRemoved: string;
  readonly record: (params: { folder: string; size: string }) => string;
  readonly seen: (params: { name: string; pid: number }) => string;
  readonly logOut: (params: { folder: string }) => string;
  readonly willRemove: (params: { irreversible: boolean }) => string;
  readonly notRoot: string;
  readonly progress: (params: { watched: string; span: string; returns: number }) => string;
  readonly returned: Of<
    'file' | 'line' | 'program' | 'entry' | 'miner',
    (params: { what: string }) => string
  >;
  readonly same: string;
  readonly other: string;
  readonly times: (params: { count: number }) => string;
  readonly noted: (params: { text: string; notes: readonly string[] }) => string;
  /** Between words of a list. */
  readonly comma: string;
  readonly writer: {
    readonly unknown: (params: { pid: number }) => string;
    readonly process: (params: { name: string; pid: number; path: string }) => string;
    readonly ended: string;
    readonly login: (params: { uid: number }) => string;
    readonly gone: string;
  };
  readonly answer: {
    readonly steps: (params: { plan: number; steps: string }) => string;
    readonly noSteps: (params: { plan: number }) => string;
    readonly left: (params: { what: string }) => string;
    readonly removed: Of<'not-asked' | 'done' | 'stopped', (params: { folder: string }) => string>;
  };
  readonly changed: (params: { path: string; who: string }) => string;
  readonly somebody: string;
  readonly moreChanges: (params: { count: number }) => string;
  readonly looked: (params: { verdict: string; why: string }) => string;
  readonly lookFailed: (params: { reason: string }) => string;
  readonly verdicts: Of<'clean' | 'suspicious' | 'mining' | 'inconclusive'>;
  readonly why: Of<'begin' | 'schedule' | 'change' | 'return' | 'cpu' | 'gap' | 'end'>;
  readonly gap: (params: { from: string; to: string; why: string }) => string;
  readonly gapWhy: Of<'killed' | 'stopped' | 'paused' | 'reboot' | 'clock'>;
  readonly overflow: string;
  readonly outcome: Of<
    'stayed-away' | 'came-back' | 'not-whole',
    (params: { span: string; count: number }) => string
  >;
  readonly running: (params: { until: string }) => string;
  readonly notRunning: string;
  readonly soFar: (params: { count: number }) => string;
  readonly watched: (params: { watched: string; span: string }) => string;
  readonly whole: string;
  readonly gapsTold: (params: { count: number; time: string }) => string;
  readonly scans: (params: { count: number; failed: number; last: string }) => string;
  readonly logins: (params: { count: number; now: number }) => string;
  readonly login: (params: {
    user: string;
    line: string;
    from: string;
    begin: string;
    end: string;
  }) => string;
  readonly still: string;
  readonly busy: (params: { name: string; minutes: number; withLogin: number }) => string;
  readonly pauses: (params: { name: string }) => string;
  readonly lost: (params: { overflows: number; unread: number }) => string;
  readonly next: {
    readonly plan: (params: { folder: string }) => string;
    readonly again: (params: { folder: string }) => string;
    readonly goOn: (params: { folder: string }) => string;
    readonly more: (params: { count: number }) => string;
  };
  readonly starter: {
    readonly shown: string;
    readonly remove: string;
    readonly yes: (params: { command: string }) => string;
    readonly added: (params: { path: string }) => string;
    readonly removed: (params: { path: string }) => string;
    readonly stays: (params: { path: string }) => string;
  };
  readonly stopped: string;
  readonly stopping: string;
  readonly duration: (params: { days: number; hours: number; minutes: number; seconds: number }) => string;
}
