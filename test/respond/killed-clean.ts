/**
 * A removal, or its undoing, on this host that is ended with SIGKILL at its nth boundary: `killed-clean CASE WAY N`.
 * Boundaries are the moments before and after each record of the ledger. Says "ended" where it came to its end.
 */

import { executorFor, vaultChoice } from '../../src/cli/removal-session.ts';
import type { LedgerRecord } from '../../src/model/ledger.ts';
import { carryOut, takeBack } from '../../src/respond/execute/carry-out.ts';
import { openLedger } from '../../src/respond/ledger/ledger-file.ts';
import { ledgerPath, newestPlan } from '../../src/respond/plan-folder.ts';

const [folder = '', way = '', most = '0'] = process.argv.slice(2);
const stored = newestPlan(folder);
const own = openLedger(ledgerPath(stored));
let count = 0;
const boundary = (): void => {
  count += 1;
  if (count === Number(most)) process.kill(process.pid, 'SIGKILL');
};
const ledger = {
  get entries() {
    return own.entries;
  },
  append: (record: LedgerRecord) => {
    boundary();
    own.append(record);
    boundary();
  },
  close: () => own.close(),
};
const executor = executorFor(stored, ledger, {
  case: folder,
  vault: vaultChoice(stored, own.entries, undefined),
});
if (!executor.lock()) throw new Error('another has it');
const { steps } = stored.plan;
const whole = await (way === 'clean' ? carryOut : takeBack)(
  { steps, executor, ledger, tell: () => {} },
  steps,
);
process.stdout.write(whole ? 'ended\n' : 'stopped\n');
