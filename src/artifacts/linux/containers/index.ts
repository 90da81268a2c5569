import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const containersArtifacts: readonly PersistenceArtifact[] = [];
