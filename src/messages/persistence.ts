/** Texts of what starts by itself: names of mechanisms, words of judgement, and the reasons for it. */
import type { PersistenceMark } from '../model/facts/persistence.ts';
import type { Mechanism, MechanismGroup } from '../model/mechanism.ts';

export const entryJudgements = ['benign', 'unusual', 'suspicious', 'malicious'] as const;
export type EntryJudgement = (typeof entryJudgements)[number];

type Path = { readonly path: string };
type Owned = { readonly path: string; readonly package: string };
type Nothing = Readonly<Record<string, never>>;
type ReasonTextOf<P extends Readonly<Record<string, string | number>>> = (params: P) => string;

/** Why an entry is judged as it is, one sentence each. */
export interface ReasonTexts extends Readonly<Record<PersistenceMark, ReasonTextOf<Nothing>>> {
  readonly 'fetch-and-run': ReasonTextOf<{ url: string }>;
  readonly 'fetch-then-run': ReasonTextOf<{ url: string }>;
  readonly 'decode-and-run': ReasonTextOf<{ layers: number }>;
  readonly 'disguised-command': ReasonTextOf<{ command: string }>;
  readonly 'reverse-shell': ReasonTextOf<{ to: string }>;
  readonly 'web-shell': ReasonTextOf<{ input: string }>;
  readonly 'miner-command': ReasonTextOf<{ found: string }>;
  readonly 'kills-rivals': ReasonTextOf<{ what: string }>;
  readonly 'stops-protection': ReasonTextOf<{ what: string }>;
  readonly hides: ReasonTextOf<{ what: string }>;
  readonly 'clears-traces': ReasonTextOf<{ what: string }>;
  readonly 'writes-persistence': ReasonTextOf<{ what: string }>;
  readonly 'opens-account': ReasonTextOf<{ what: string }>;
  readonly 'family-mark': ReasonTextOf<{ family: string; mark: string }>;
  readonly 'running-miner': ReasonTextOf<{ process: string; pid: number }>;
  readonly 'same-url': ReasonTextOf<{ url: string; count: number }>;
  readonly 'same-file': ReasonTextOf<Path & { readonly count: number }>;
  readonly 'hidden-path': ReasonTextOf<Path>;
  readonly 'temporary-path': ReasonTextOf<Path>;
  readonly 'writable-by-all': ReasonTextOf<Path>;
  readonly 'unowned-among-owned': ReasonTextOf<Path>;
  readonly 'unowned-privileged': ReasonTextOf<Path>;
  readonly 'program-among-data': ReasonTextOf<Path>;
  readonly 'edited-package-file': ReasonTextOf<Owned>;
  readonly 'replaced-package-file': ReasonTextOf<Owned>;
  readonly 'missing-package-file': ReasonTextOf<Owned>;
  readonly immutable: ReasonTextOf<Path>;
  readonly 'packed-program': ReasonTextOf<Path & { readonly packer: string }>;
  readonly 'absent-target': ReasonTextOf<Path>;
  readonly 'newer-than-neighbours': ReasonTextOf<Path & { readonly date: string }>;
}

export type ReasonId = keyof ReasonTexts & string;
export type ReasonParams<R extends ReasonId> = Parameters<ReasonTexts[R]>[0];

export interface PersistenceTexts {
  readonly mechanisms: Readonly<Record<Mechanism, string>>;
  readonly groups: Readonly<Record<MechanismGroup, string>>;
  readonly judgements: Readonly<Record<EntryJudgement, string>>;
  readonly reasons: ReasonTexts;
}
