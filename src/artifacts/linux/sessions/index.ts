import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const sessionsArtifacts: readonly PersistenceArtifact[] = [];
