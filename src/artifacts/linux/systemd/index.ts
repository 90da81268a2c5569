import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const systemdArtifacts: readonly PersistenceArtifact[] = [];
