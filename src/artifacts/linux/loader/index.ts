import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const loaderArtifacts: readonly PersistenceArtifact[] = [];
