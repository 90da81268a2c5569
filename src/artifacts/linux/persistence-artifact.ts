/**
 * All artifacts of what starts by itself, group by group. Each group of mechanisms has its folder; an artifact
 * that is added to the face of its folder is read, judged, counted and documented.
 */
import type { Mechanism } from '../../model/mechanism.ts';
import type { Artifact } from '../artifact.ts';

/** An artifact that gives `persistence` facts of these mechanisms. */
export interface PersistenceArtifact extends Artifact {
  readonly mechanisms: readonly Mechanism[];
}
