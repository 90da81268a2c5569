import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { fileCases } from './files.fixture.ts';
import { settingCases } from './settings.fixture.ts';

export const filesCases: readonly MechanismCase[] = [...fileCases, ...settingCases];
