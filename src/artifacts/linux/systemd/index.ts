/** Artifacts of systemd: units and what makes or changes them. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { systemdEnvironment } from './environment-settings.ts';
import { systemdExtensions, systemdLinger } from './linger.ts';
import { systemdPrograms } from './programs.ts';
import { systemdUnits } from './units.ts';

export const systemdArtifacts: readonly PersistenceArtifact[] = [
  systemdUnits,
  systemdPrograms,
  systemdEnvironment,
  systemdLinger,
  systemdExtensions,
];
