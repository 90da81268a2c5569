/** Texts of the command line: help, progress, errors. */

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
  | 'writing';

export interface ErrorLine {
  /** What happened, to what. */
  readonly what: string;
  /** What to do next. */
  readonly next: string;
}

export interface CliTexts {
  readonly help: string;
  readonly stages: Readonly<Record<Stage, string>>;
  readonly noSuchProcess: (params: { pid: number }) => string;
  /** What `--active` will do, and did. */
  readonly active: {
    readonly planned: string;
    readonly decoy: (params: { count: number }) => string;
    readonly asked: (params: { pid: number; requests: string }) => string;
  };
  readonly errors: Readonly<
    Record<
      | 'usage'
      | 'config-invalid'
      | 'target-missing'
      | 'target-unsupported'
      | 'case-exists'
      | 'case-unwritable'
      | 'native-unavailable'
      | 'drill-unavailable'
      | 'internal',
      (params: { subject: string; detail: string }) => ErrorLine
    >
  >;
}
