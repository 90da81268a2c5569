/** Artifacts of hooks that run with the rights of root, or before anybody is asked. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { dbusServices } from './dbus-services.ts';
import { pam } from './pam.ts';
import { polkit } from './polkit.ts';

export const hooksArtifacts: readonly PersistenceArtifact[] = [pam, polkit, dbusServices];
