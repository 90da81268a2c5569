/** Artifacts of accounts: who may come in, by which key, and who may become root. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { accounts } from './accounts.ts';
import { authorizedKeys } from './authorized-keys.ts';
import { doas } from './doas.ts';
import { groups } from './groups.ts';
import { sshRc } from './ssh-rc.ts';
import { sshTrust } from './ssh-trust.ts';
import { sshd } from './sshd.ts';
import { sudo } from './sudo.ts';

export const accountsArtifacts: readonly PersistenceArtifact[] = [
  accounts,
  groups,
  sudo,
  doas,
  authorizedKeys,
  sshd,
  sshTrust,
  sshRc,
];
