/** Every artifact of what starts by itself on a Windows host, in the order in which responders ask for it. */
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { accounts } from './accounts.ts';
import { comHijack } from './com-hijack.ts';
import { defender } from './defender.ts';
import { hooks } from './hooks.ts';
import { logon } from './logon.ts';
import { network } from './network.ts';
import { runKeys } from './run-keys.ts';
import { services } from './services.ts';
import { startupFolder } from './startup-folder.ts';
import { tasks } from './tasks.ts';
import { webPages } from './web-pages.ts';
import { wmi } from './wmi.ts';

export const windowsArtifacts: readonly PersistenceArtifact[] = [
  runKeys,
  startupFolder,
  logon,
  services,
  tasks,
  hooks,
  comHijack,
  wmi,
  accounts,
  defender,
  network,
  webPages,
];
