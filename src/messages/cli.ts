/** Texts of the command line: help, progress, questions, errors. */

/** Stages of a scan, in the order they are shown. */
export type Stage =
  | 'processes'
  | 'network'
  | 'kernel'
  | 'persistence'
  | 'waiting'
  | 'hidden'
  | 'suspects'
  | 'judging'
  | 'logs'
  | 'writing';

export interface ErrorLine {
  /** What happened, to what. */
  readonly what: string;
  /** What to do next. */
  readonly next: string;
}

/** What `--help` is asked about. */
export type HelpTopic =
  | 'all'
  | 'scan'
  | 'ps'
  | 'net'
  | 'timeline'
  | 'evtx'
  | 'case'
  | 'contain'
  | 'plan'
  | 'clean'
  | 'undo'
  | 'verify'
  | 'key'
  | 'watch'
  | 'rules'
  | 'coverage'
  | 'schema'
  | 'drill';

export interface CliTexts {
  readonly help: Readonly<Record<HelpTopic, string>>;
  readonly stages: Readonly<Record<Stage, string>>;
  /** What `--active` will do, and did. */
  readonly active: {
    readonly planned: string;
    readonly decoy: (params: { count: number }) => string;
    readonly asked: (params: { pid: number; requests: string }) => string;
  };
  /** The questions after a verdict. */
  readonly ask: {
    readonly head: string;
    readonly questions: Readonly<Record<'appeared' | 'discovered' | 'handled' | 'network', string>>;
    /** What each answer is called where it is refused. */
    readonly names: Readonly<Record<'appeared' | 'discovered' | 'handled', string>>;
    readonly again: string;
    readonly skipped: string;
    readonly saved: string;
    /** `--ask` where there is nobody. */
    readonly nobody: string;
  };
  /**
   * What is wrong with a command line or a configuration; `subject` is the option, word or file, `value` what was
   * given, the command, or the key.
   */
  readonly usage: Readonly<
    Record<
      | 'excludes-out'
      | 'excludes-ask'
      | 'in-future'
      | 'key-missing'
      | 'key-unknown'
      | 'key-wrong'
      | 'missing-value'
      | 'excludes-option'
      | 'not-address'
      | 'not-command'
      | 'not-duration'
      | 'not-expression'
      | 'not-found'
      | 'not-workers'
      | 'not-form'
      | 'not-for-command'
      | 'not-indicator'
      | 'not-language'
      | 'not-pid'
      | 'not-integrity'
      | 'not-seconds'
      | 'not-yaml'
      | 'not-case-action'
      | 'not-format'
      | 'not-kind'
      | 'not-order'
      | 'not-pattern'
      | 'not-time'
      | 'not-size'
      | 'not-step'
      | 'step-order'
      | 'plan-cut-off'
      | 'not-edit'
      | 'nothing-to-set'
      | 'no-regular-file'
      | 'missing-argument'
      | 'network-columns'
      | 'network-empty'
      | 'network-large'
      | 'network-reach'
      | 'network-subnet'
      | 'network-twice'
      | 'network-zone'
      | 'rule-unknown'
      | 'takes-no-value'
      | 'too-many'
      | 'unknown-option',
      (params: { subject: string; value: string }) => string
    >
  >;
  /** Details that come in English from below. */
  readonly details: Readonly<Record<string, string>>;
  /** Errors of the system (errno) in words. */
  readonly system: Readonly<Record<string, string>>;
  readonly errors: Readonly<
    Record<
      | 'usage'
      | 'config-invalid'
      | 'config-unreadable'
      | 'output-unwritable'
      | 'process-missing'
      | 'target-missing'
      | 'target-unsupported'
      | 'removal-unsupported'
      | 'case-exists'
      | 'case-elsewhere'
      | 'case-unreadable'
      | 'case-unwritable'
      | 'network-invalid'
      | 'native-unavailable'
      | 'drill-unavailable'
      | 'plan-missing'
      | 'plan-invalid'
      | 'ledger-broken'
      | 'ledger-unwritable'
      | 'target-busy'
      | 'target-other'
      | 'executor-refused'
      | 'key-exists'
      | 'key-missing'
      | 'key-place'
      | 'key-unusable'
      | 'statement-altered'
      | 'statement-invalid'
      | 'statement-signed'
      | 'contain-unavailable'
      | 'contain-elsewhere'
      | 'contain-cuts-off'
      | 'watch-unavailable'
      | 'watch-missing'
      | 'watch-runs'
      | 'internal',
      (params: { subject: string; detail: string }) => ErrorLine
    >
  >;
}
