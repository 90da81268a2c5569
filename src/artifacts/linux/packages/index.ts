import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { aptHook } from './apt.ts';
import { dnfPlugin, yumPlugin } from './dnf.ts';
import { dpkgHook } from './dpkg-hooks.ts';
import { dpkgScript } from './dpkg-scripts.ts';
import { pacmanHook } from './pacman.ts';
import { tmpfilesRule } from './tmpfiles-rule.ts';

export const packagesArtifacts: readonly PersistenceArtifact[] = [
  aptHook,
  dpkgScript,
  dpkgHook,
  dnfPlugin,
  yumPlugin,
  pacmanHook,
  tmpfilesRule,
];
