/** The cases of all groups. */

import { accountsCases } from '../../src/artifacts/linux/accounts/cases.fixture.ts';
import { containersCases } from '../../src/artifacts/linux/containers/cases.fixture.ts';
import { filesCases } from '../../src/artifacts/linux/files/cases.fixture.ts';
import { hooksCases } from '../../src/artifacts/linux/hooks/cases.fixture.ts';
import { initCases } from '../../src/artifacts/linux/init/cases.fixture.ts';
import { integrityCases } from '../../src/artifacts/linux/integrity/cases.fixture.ts';
import { loaderCases } from '../../src/artifacts/linux/loader/cases.fixture.ts';
import { packagesCases } from '../../src/artifacts/linux/packages/cases.fixture.ts';
import { servicesCases } from '../../src/artifacts/linux/services/cases.fixture.ts';
import { sessionsCases } from '../../src/artifacts/linux/sessions/cases.fixture.ts';
import { systemdCases } from '../../src/artifacts/linux/systemd/cases.fixture.ts';
import { timersCases } from '../../src/artifacts/linux/timers/cases.fixture.ts';
import type { MechanismCase } from './case.ts';

export const allCases: readonly MechanismCase[] = [
  ...timersCases,
  ...systemdCases,
  ...initCases,
  ...loaderCases,
  ...sessionsCases,
  ...servicesCases,
  ...filesCases,
  ...integrityCases,
  ...packagesCases,
  ...accountsCases,
  ...containersCases,
  ...hooksCases,
];
