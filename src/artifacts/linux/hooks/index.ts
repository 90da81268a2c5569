import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const hooksArtifacts: readonly PersistenceArtifact[] = [];
