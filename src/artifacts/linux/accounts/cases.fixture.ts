/** Cases of accounts, keys and sshd. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { accountCases } from './accounts.fixture.ts';
import { sshCases } from './ssh.fixture.ts';

export const accountsCases: readonly MechanismCase[] = [...accountCases, ...sshCases];
