/** Artifacts of hooks of package managers, languages, editors and web servers. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { aptHook } from './apt.ts';
import { composerHook } from './composer.ts';
import { dnfPlugin, yumPlugin } from './dnf.ts';
import { dpkgHook } from './dpkg-hooks.ts';
import { dpkgScript } from './dpkg-scripts.ts';
import { editorTask } from './editor-task.ts';
import { gitHook, gitSetting } from './git.ts';
import { npmHook } from './npm.ts';
import { pacmanHook } from './pacman.ts';
import { phpPrepend, phpUserIni } from './php.ts';
import { pipSetting } from './pip.ts';
import { pythonPathFile } from './python-path-file.ts';
import { pythonSiteHook } from './python-site-hook.ts';
import { tmpfilesRule } from './tmpfiles-rule.ts';
import { webServerModule } from './web-server-module.ts';

export const packagesArtifacts: readonly PersistenceArtifact[] = [
  aptHook,
  dpkgScript,
  dpkgHook,
  dnfPlugin,
  yumPlugin,
  pacmanHook,
  npmHook,
  pipSetting,
  pythonPathFile,
  pythonSiteHook,
  gitHook,
  gitSetting,
  editorTask,
  composerHook,
  tmpfilesRule,
  phpPrepend,
  phpUserIni,
  webServerModule,
];
