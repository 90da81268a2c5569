/** Every case of this group. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { managersCases } from './managers.fixture.ts';

export const packagesCases: readonly MechanismCase[] = [...managersCases];
