import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const accountsArtifacts: readonly PersistenceArtifact[] = [];
