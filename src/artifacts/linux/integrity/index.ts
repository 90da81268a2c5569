import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const integrityArtifacts: readonly PersistenceArtifact[] = [];
