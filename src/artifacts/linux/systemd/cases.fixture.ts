/** Cases of systemd. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { cases as others } from './more-systemd.fixture.ts';
import { programCases } from './programs.fixture.ts';
import { cases as units } from './systemd.fixture.ts';

export const systemdCases: readonly MechanismCase[] = [...units, ...others, ...programCases];
