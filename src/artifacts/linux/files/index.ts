/** Artifacts of files that the shared walk finds: rights, flags, odd places, settings that mining leaves. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { firewallFiles } from './firewall.ts';
import { immutableFiles } from './immutable-files.ts';
import { tuningFiles } from './kernel-and-limits.ts';
import { nameSettings } from './names-and-resolver.ts';
import { oddPrograms } from './odd-programs.ts';
import { privilegedFiles } from './privileged-files.ts';

export const filesArtifacts: readonly PersistenceArtifact[] = [
  privilegedFiles,
  immutableFiles,
  oddPrograms,
  nameSettings,
  firewallFiles,
  tuningFiles,
];
