/** Artifacts of what runs when somebody logs in. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { desktop } from './desktop.ts';
import { environmentFiles } from './environment-files.ts';
import { loginDefaults } from './login-defaults.ts';
import { motd } from './motd.ts';
import { shellStartup } from './shell-startup.ts';

export const sessionsArtifacts: readonly PersistenceArtifact[] = [
  shellStartup,
  environmentFiles,
  motd,
  desktop,
  loginDefaults,
];
