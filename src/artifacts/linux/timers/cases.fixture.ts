/** Cases of tables and timers. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { cases as tables } from './crontab.fixture.ts';
import { cases as others } from './other-timers.fixture.ts';

export const timersCases: readonly MechanismCase[] = [...tables, ...others];
