import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { integrity } from './integrity.ts';

export const integrityArtifacts: readonly PersistenceArtifact[] = [integrity];
