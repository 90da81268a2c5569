/** Cases of files that the shared walk finds. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { cases } from './files.fixture.ts';

export const filesCases: readonly MechanismCase[] = [...cases];
