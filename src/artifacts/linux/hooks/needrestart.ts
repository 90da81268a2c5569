/**
 * `linux.needrestart`: scripts and settings that run as root after each install of a package.
 *
 * Reads needrestart.conf and conf.d, which are Perl that needrestart evaluates, and the scripts of hook.d, restart.d
 * and notify.d. Why: apt calls it after every install and every unattended upgrade, so a miner comes back with the
 * updates of the night. What it is NOT: which services it restarts. Sources: needrestart(1) FILES; its example
 * configuration (hook_d, restart_d, notify_d); scripts without an execute bit are not active.
 */
import { phrase, printableText } from '../../../model/text.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { hookFiles, hookScripts, pathsOf } from './hook-folder.ts';

const id = 'linux.needrestart';
const folders = pathsOf('/etc/needrestart/hook.d /etc/needrestart/restart.d /etc/needrestart/notify.d');
const files = pathsOf('/etc/needrestart/needrestart.conf /etc/needrestart/notify.conf');
const settings = printableText('/etc/needrestart/conf.d');
const given = { mechanism: 'needrestart-hook', user: phrase`root`, trigger: phrase`install` } as const;

export const needrestart: PersistenceArtifact = {
  id,
  sources: [
    ...[...folders, settings].map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    ...files.map((path) => ({ kind: 'file' as const, path, live: false })),
  ],
  mechanisms: ['needrestart-hook'],
  order: 13,
  required: false,
  gather(context) {
    return Promise.resolve([
      ...folders.flatMap((folder) => hookScripts(context, id, { folder, given })),
      ...hookFiles(context, id, files.slice(0, 1), { ...given, language: 'perl' }, true),
      ...hookFiles(context, id, files.slice(1), { ...given, language: 'shell' }, true),
      ...hookScripts(context, id, {
        folder: settings,
        given: { ...given, language: 'perl' },
        names: (name) => name.endsWith('.conf'),
        sourced: true,
      }),
    ]);
  },
};
