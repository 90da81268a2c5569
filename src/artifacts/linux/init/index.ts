import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const initArtifacts: readonly PersistenceArtifact[] = [];
