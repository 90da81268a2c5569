/** The cases of all groups. */
import { timersCases } from '../../src/artifacts/linux/timers/cases.fixture.ts';
import type { MechanismCase } from './case.ts';

export const allCases: readonly MechanismCase[] = [...timersCases];
