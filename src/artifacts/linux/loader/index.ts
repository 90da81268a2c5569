/** Artifacts of what is loaded into programs that did not ask for it. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { nameService } from './name-service.ts';
import { ldPreload } from './preload.ts';
import { loaderEnvironment } from './processes-environment.ts';
import { ldConf } from './search-path.ts';

export const loaderArtifacts: readonly PersistenceArtifact[] = [
  ldPreload,
  loaderEnvironment,
  ldConf,
  nameService,
];
