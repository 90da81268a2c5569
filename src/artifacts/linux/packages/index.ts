import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const packagesArtifacts: readonly PersistenceArtifact[] = [];
