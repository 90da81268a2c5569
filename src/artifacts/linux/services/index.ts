import type { PersistenceArtifact } from '../persistence-artifact.ts';

export const servicesArtifacts: readonly PersistenceArtifact[] = [];
