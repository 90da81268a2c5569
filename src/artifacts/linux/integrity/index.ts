/** Artifacts of files that are no longer what their package brought. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { integrity } from './integrity.ts';

export const integrityArtifacts: readonly PersistenceArtifact[] = [integrity];
