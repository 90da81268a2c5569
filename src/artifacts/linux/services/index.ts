/** Artifacts of services that keep jobs of their own. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { databaseFunctions } from './databases.ts';
import { btPanel, cpanel } from './panels.ts';
import { redis } from './redis.ts';
import { airflow, jenkins, pm2 } from './schedulers.ts';
import { monit, supervisor, xinetd } from './supervisors.ts';

export const servicesArtifacts: readonly PersistenceArtifact[] = [
  redis,
  databaseFunctions,
  pm2,
  supervisor,
  monit,
  xinetd,
  jenkins,
  airflow,
  btPanel,
  cpanel,
];
