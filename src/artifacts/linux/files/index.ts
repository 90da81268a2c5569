import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const filesArtifacts: readonly PersistenceArtifact[] = [];
