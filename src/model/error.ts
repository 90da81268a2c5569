/**
 * The error that people see. It says what happened, to what, and what to do next.
 *
 * Reading evidence never throws for what the evidence contains: that is a status (see `source.ts`).
 * A `DemineError` is for a request that cannot be carried out at all.
 */

/** Stable codes; each has a text in both languages in `messages/`. */
export type ErrorCode =
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
  | 'internal';

/** What can be wrong with a command line or a configuration; each has a text in both languages in `messages/`. */
export type UsageProblem =
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
  | 'unknown-option';

export interface DemineErrorOptions {
  /** With the code `usage`: what is wrong, and about which value or command. */
  readonly problem?: UsageProblem;
  readonly value?: string;
  /** What to do next, one imperative sentence. */
  readonly hint?: string;
  /** To what it happened: a path, an option, a code of an inner error. */
  readonly subject?: string;
  readonly cause?: unknown;
}

export class DemineError extends Error {
  override readonly name = 'DemineError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly subject: string;
  readonly problem: UsageProblem | undefined;
  readonly value: string;

  constructor(code: ErrorCode, message: string, options: DemineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.subject = options.subject ?? '';
    this.problem = options.problem;
    this.value = options.value ?? '';
  }
}

/** The text of anything that was thrown. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
