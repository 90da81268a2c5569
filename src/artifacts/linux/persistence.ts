/** Every artifact of what starts by itself, in the order in which responders ask for it. */

import { accountsArtifacts } from './accounts/index.ts';
import { containersArtifacts } from './containers/index.ts';
import { filesArtifacts } from './files/index.ts';
import { hooksArtifacts } from './hooks/index.ts';
import { initArtifacts } from './init/index.ts';
import { integrityArtifacts } from './integrity/index.ts';
import { loaderArtifacts } from './loader/index.ts';
import { packagesArtifacts } from './packages/index.ts';
import type { PersistenceArtifact } from './persistence-artifact.ts';
import { servicesArtifacts } from './services/index.ts';
import { sessionsArtifacts } from './sessions/index.ts';
import { systemdArtifacts } from './systemd/index.ts';
import { timersArtifacts } from './timers/index.ts';

export const persistenceArtifacts: readonly PersistenceArtifact[] = [
  ...timersArtifacts,
  ...systemdArtifacts,
  ...initArtifacts,
  ...loaderArtifacts,
  ...sessionsArtifacts,
  ...accountsArtifacts,
  ...hooksArtifacts,
  ...packagesArtifacts,
  ...containersArtifacts,
  ...servicesArtifacts,
  ...filesArtifacts,
  ...integrityArtifacts,
];
