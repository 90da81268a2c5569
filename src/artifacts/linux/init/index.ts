/** Artifacts of what runs at boot where systemd does not decide. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { initScripts } from './scripts.ts';
import { inittab, runit, upstart } from './tables.ts';

export const initArtifacts: readonly PersistenceArtifact[] = [initScripts, inittab, upstart, runit];
