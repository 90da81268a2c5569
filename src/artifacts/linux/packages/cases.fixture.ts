/** Every case of this group. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { developersCases } from './developers.fixture.ts';
import { managersCases } from './managers.fixture.ts';
import { webCases } from './web.fixture.ts';

export const packagesCases: readonly MechanismCase[] = [...managersCases, ...developersCases, ...webCases];
