/** The scenarios in the order they are played. */
import type { Scenario } from '../scenario.ts';
import {
  randomxCovered,
  randomxDeleted,
  randomxFast,
  randomxPulse,
  randomxQuota,
  randomxRenamed,
} from './randomx.ts';
import { blockedNames, kernelName, memoryShape, openConfiguration, poolSession, preload } from './signs.ts';

export const scenarios: readonly Scenario[] = [
  randomxFast,
  randomxRenamed,
  randomxDeleted,
  randomxCovered,
  randomxQuota,
  randomxPulse,
  memoryShape,
  poolSession,
  openConfiguration,
  kernelName,
  preload,
  blockedNames,
];
