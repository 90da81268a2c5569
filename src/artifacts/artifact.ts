/**
 * An artifact: one declared kind of evidence. `artifacts/linux/modules.ts` is the artifact `linux.modules`.
 * The declarations give the order of collection, the coverage table and the collectors.
 */
import type { Fact, FactSet } from '../model/fact.ts';
import type { SourceLog } from '../model/source-log.ts';
import type { Target } from '../target/port.ts';

export interface SourceDeclaration {
  readonly kind: 'file' | 'glob' | 'directory' | 'link' | 'call' | 'walk';
  /** Path or glob on the target, or the name of the call. */
  readonly path: string;
  /** Exists only while the host runs. */
  readonly live: boolean;
}

export interface ArtifactContext {
  readonly target: Target;
  readonly log: SourceLog;
  /** Facts of earlier stages: processes before sockets, for instance. Read only. */
  readonly facts: FactSet;
  /** Wall clock at the start of the scan, microseconds UTC. */
  readonly nowUs: number;
  readonly thorough: boolean;
  /** Every owned file is compared with what its package brought, which takes minutes. */
  readonly integrity?: 'full';
}

export interface Artifact {
  /** `linux.modules` */
  readonly id: string;
  readonly sources: readonly SourceDeclaration[];
  /** Order of volatility (RFC 3227 §2.1): 1 goes first. */
  readonly order: number;
  /** A verdict of clean needs it on a live host. */
  readonly required: boolean;
  gather(context: ArtifactContext): Promise<readonly Fact[]>;
}
