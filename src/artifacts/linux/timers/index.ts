import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const timersArtifacts: readonly PersistenceArtifact[] = [];
