/** Texts of the command line: help, progress, errors. */

/** Stages of a scan, in the order they are shown. */
export type Stage =
  | 'processes'
  | 'network'
  | 'kernel'
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
  readonly progress: (params: { suspects: number; seconds: number }) => string;
  readonly caseWritten: (params: { folder: string }) => string;
  readonly noCase: (params: { reason: string }) => string;
  readonly activeNotice: (params: { actions: string }) => string;
  readonly noSuchProcess: (params: { pid: number }) => string;
  readonly rulesHeading: string;
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
