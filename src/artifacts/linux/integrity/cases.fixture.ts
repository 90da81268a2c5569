/** Cases of changed, missing and renamed files of packages. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { cases } from './integrity.fixture.ts';

export const integrityCases: readonly MechanismCase[] = [...cases];
