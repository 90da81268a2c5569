/** Cases of all privileged hooks. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { bootHookCases } from './boot-hooks.fixture.ts';
import { deviceHookCases } from './device-hooks.fixture.ts';
import { kernelHookCases } from './kernel-hooks.fixture.ts';
import { loginHookCases } from './login-hooks.fixture.ts';

export const hooksCases: readonly MechanismCase[] = [
  ...loginHookCases,
  ...deviceHookCases,
  ...kernelHookCases,
  ...bootHookCases,
];
