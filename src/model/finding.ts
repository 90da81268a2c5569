/** Findings are claims with proof. */
import type { ProcessIdentity } from './identity.ts';
import type { SourceRef } from './source.ts';
import type { PathText, Printable } from './text.ts';

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The exact line that a claim rests on. */
export interface Evidence extends SourceRef {
  readonly text: Printable;
}

/** What a finding is about; joins findings of different analyzers. */
export type Subject =
  | ({ readonly kind: 'process' } & ProcessIdentity)
  | { readonly kind: 'file'; readonly path: PathText }
  | { readonly kind: 'socket'; readonly inode: number }
  | { readonly kind: 'host' };

/**
 * Independent sources of truth. Two different ones make a claim actionable:
 * what a process calls itself is one of the weakest, what its registers hold one of the strongest.
 */
export type Witness =
  | 'registers'
  | 'memory-shape'
  | 'memory-content'
  | 'traffic'
  | 'cpu'
  | 'gpu'
  | 'name'
  | 'command-line'
  | 'file'
  | 'package'
  | 'view'
  | 'kernel'
  | 'environment'
  | 'container'
  | 'indicator';

/**
 * What a finding says about mining.
 * - `proof`: this process mines (behaviour, not names) · `supports`: raises the score of mining
 * - `hides`: conceals something · `context`: worth knowing, says nothing about mining
 */
export type Bearing = 'proof' | 'supports' | 'hides' | 'context';

export interface Finding {
  /** Stable id, `cpu.randomx-registers`. */
  readonly rule: string;
  readonly severity: Severity;
  /** 0–100. */
  readonly confidence: number;
  /** MITRE ATT&CK technique id; empty where none fits. */
  readonly technique: string;
  readonly bearing: Bearing;
  readonly witness: Witness;
  readonly subject: Subject;
  /** What the texts of the rule are filled with, see `messages/`. */
  readonly params: Readonly<Record<string, string | number>>;
  readonly evidence: readonly Evidence[];
  /** Ids of the benign explanations that were considered, see `messages/`. */
  readonly benign: readonly string[];
}

export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}
