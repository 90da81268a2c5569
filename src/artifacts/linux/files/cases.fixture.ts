import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { cases } from './files.fixture.ts';

export const filesCases: readonly MechanismCase[] = [...cases];
