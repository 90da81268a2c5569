/** Artifacts of what runs by the clock. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { anacron } from './anacron.ts';
import { atJobs } from './at.ts';
import { cronPeriods } from './cron-periods.ts';
import { crontab } from './crontab.ts';
import { fcron, incron } from './watched-tables.ts';

export const timersArtifacts: readonly PersistenceArtifact[] = [
  crontab,
  cronPeriods,
  anacron,
  fcron,
  incron,
  atJobs,
];
