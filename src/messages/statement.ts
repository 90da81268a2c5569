/** Texts of a statement of verification, of its check, and of the responder's key. */
/** The words of model/statement.ts; what uses both would not compile if they differed. */
type Outcome = 'clean' | 'still-there' | 'came-back' | 'inconclusive';
type ThingKind = 'miner' | 'process' | 'entry' | 'account' | 'socket' | 'finding';
type ThingState = 'gone' | 'still-there' | 'came-back' | 'new' | 'harmless' | 'not-checked';
type StepStanding =
  | 'holds'
  | 'returned'
  | 'changed'
  | 'replaced'
  | 'past'
  | 'by-hand'
  | 'open'
  | 'stopped'
  | 'undone'
  | 'not-checked';
type LookTime = 'at-once' | 'minutes-5' | 'hour-1' | 'hours-24' | 'reboot' | 'days-7';
type ConclusionReason =
  | 'miner-runs'
  | 'came-back'
  | 'still-there'
  | 'new-found'
  | 'step-returned'
  | 'nothing-found'
  | 'not-checked'
  | 'less-than-before'
  | 'kernel-level'
  | 'case-altered'
  | 'rebuild-advised'
  | 'step-changed'
  | 'door-open'
  | 'one-look'
  | 'all-looks';
type SectionName =
  | 'made'
  | 'subject'
  | 'case'
  | 'look'
  | 'conclusion'
  | 'checked'
  | 'notChecked'
  | 'things'
  | 'steps'
  | 'notInPlan'
  | 'schedule'
  | 'doors'
  | 'looks';
type Words<K extends string> = Readonly<Record<K, string>>;
type Count = { readonly count: number };

export interface StatementTexts {
  readonly title: (params: { host: string }) => string;
  readonly kind: string;
  /** Set large, and one sentence that says the same in full. */
  readonly outcomes: Readonly<Record<Outcome, { readonly head: string; readonly text: string }>>;
  /** Beside `clean`, while further looks are due. */
  readonly oneLook: string;
  readonly reasons: Readonly<Record<ConclusionReason, (params: Count) => string>>;
  readonly kinds: Words<ThingKind>;
  readonly states: Words<ThingState>;
  readonly standings: Words<StepStanding>;
  readonly changes: Words<
    | 'edit-file'
    | 'quarantine'
    | 'set-metadata'
    | 'restore-file'
    | 'set-kernel-value'
    | 'contain'
    | 'container'
    | 'forget-units'
    | 'freeze'
    | 'kill'
    | 'reload'
  >;
  readonly lookTimes: Words<LookTime>;
  readonly headings: Words<
    | 'why'
    | 'compared'
    | 'steps'
    | 'notInPlan'
    | 'checked'
    | 'notChecked'
    | 'schedule'
    | 'doors'
    | 'looks'
    | 'case'
    | 'signature'
  >;
  readonly labels: Words<
    | 'host'
    | 'made'
    | 'looked'
    | 'verdict'
    | 'state'
    | 'what'
    | 'where'
    | 'step'
    | 'reason'
    | 'due'
    | 'look'
    | 'result'
    | 'scan'
    | 'plan'
    | 'ledger'
    | 'algorithm'
    | 'fingerprint'
    | 'name'
    | 'hash'
    | 'all'
  >;
  readonly number: (params: { number: number }) => string;
  readonly folder: string;
  readonly rebooted: string;
  readonly required: string;
  readonly before: string;
  readonly checkedCount: (params: { checked: number; all: number }) => string;
  readonly entries: (params: Count) => string;
  readonly broken: string;
  readonly nothingCompared: string;
  readonly noPlan: string;
  readonly stepsHold: (params: Count) => string;
  readonly more: (params: Count) => string;
  readonly due: (params: { time: string }) => string;
  readonly madeAt: (params: { number: number }) => string;
  readonly open: string;
  /** Of an image, in which nothing runs. */
  readonly atRest: string;
  /** Above the fingerprint. */
  readonly signedBy: string;
  readonly unsigned: Words<'no-key' | 'key-on-target' | 'unsigned'>;
  readonly written: (params: { path: string }) => string;
  readonly next: {
    readonly sign: (params: { path: string }) => string;
    readonly again: (params: { folder: string; time: string }) => string;
    readonly reboot: (params: { folder: string }) => string;
    readonly plan: (params: { folder: string }) => string;
    readonly check: (params: { path: string }) => string;
  };
  readonly madeBy: (params: { version: string; time: string }) => string;
  readonly coverOfSignature: string;
  readonly check: {
    readonly heads: Words<'genuine' | 'altered' | 'other-key' | 'unknown-key' | 'unsigned'>;
    readonly texts: Words<'genuine' | 'altered' | 'other-key' | 'unknown-key' | 'unsigned'>;
    readonly sections: Words<SectionName | 'form' | 'digests' | 'signature'>;
    readonly says: (params: { outcome: string; host: string; time: string }) => string;
    readonly doubt: string;
    readonly alteredHead: string;
    readonly caseHead: string;
    readonly evidence: Words<'as-signed' | 'longer' | 'altered' | 'missing' | 'unread'>;
    readonly noCase: string;
    readonly unread: string;
  };
  readonly key: {
    readonly made: (params: { path: string }) => string;
    readonly publicHalf: (params: { path: string }) => string;
    readonly fingerprint: string;
    readonly advice: string;
  };
  /** In `demine case show`. */
  readonly history: string;
  readonly signedShort: Words<'signed' | 'unsigned' | 'altered'>;
}
