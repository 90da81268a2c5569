/** Cases of files that the shared walk finds. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { fileCases } from './files.fixture.ts';
import { lyingCases } from './lying-programs.fixture.ts';
import { settingCases } from './settings.fixture.ts';

export const filesCases: readonly MechanismCase[] = [...fileCases, ...lyingCases, ...settingCases];
