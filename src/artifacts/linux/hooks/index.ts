/** Artifacts of hooks that run with the rights of root, or before anybody is asked. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { binfmt } from './binfmt.ts';
import { bootLoader } from './boot-loader.ts';
import { cloudInit } from './cloud-init.ts';
import { dbusServices } from './dbus-services.ts';
import { dhcpHooks } from './dhcp-hooks.ts';
import { dkms } from './dkms.ts';
import { initramfs } from './initramfs.ts';
import { interfaceHooks } from './interface-hooks.ts';
import { kernelHelpers } from './kernel-helpers.ts';
import { kernelModuleFiles } from './kernel-module-files.ts';
import { logrotate } from './logrotate.ts';
import { modprobe } from './modprobe.ts';
import { needrestart } from './needrestart.ts';
import { networkDispatchers } from './network-dispatchers.ts';
import { pam } from './pam.ts';
import { polkit } from './polkit.ts';
import { udev } from './udev.ts';

export const hooksArtifacts: readonly PersistenceArtifact[] = [
  pam,
  polkit,
  dbusServices,
  udev,
  networkDispatchers,
  dhcpHooks,
  interfaceHooks,
  logrotate,
  binfmt,
  kernelHelpers,
  modprobe,
  kernelModuleFiles,
  dkms,
  initramfs,
  bootLoader,
  cloudInit,
  needrestart,
];
