import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { cases } from './files.fixture.ts';
import { lyingCases } from './lying-programs.fixture.ts';

export const filesCases: readonly MechanismCase[] = [...cases, ...lyingCases];
