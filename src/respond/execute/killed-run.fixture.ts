/**
 * A run that is killed with SIGKILL at its nth boundary, as a program of its own: `ROOT CASE WAY N`.
 *
 * Boundaries are those that the executor tells, and the moments before and after each record of the ledger. The steps
 * stand in CASE/steps.json. A run that comes to its end writes how many boundaries there were.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerRecord } from '../../model/ledger.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { Vault } from '../vault/vault.ts';
import { carryOut, takeBack } from './carry-out.ts';
import { FolderExecutor } from './folder.ts';

async function main([root = '', folder = '', way = '', most = '0']: readonly string[]): Promise<void> {
  let count = 0;
  const boundary = (): void => {
    count += 1;
    if (count === Number(most)) process.kill(process.pid, 'SIGKILL');
  };
  const steps = JSON.parse(readFileSync(join(folder, 'steps.json'), 'utf8'));
  const executor = new FolderExecutor(root, new Vault(join(folder, 'vault')), boundary);
  const own = openLedger(join(folder, 'ledger'));
  const ledger = {
    entries: own.entries,
    append: (record: LedgerRecord) => {
      boundary();
      own.append(record);
      boundary();
    },
    close: () => own.close(),
  };
  const work = { steps, executor, ledger, tell: () => {} };
  const ended = await (way === 'clean' ? carryOut : takeBack)(work, steps);
  process.stdout.write(JSON.stringify({ count, ended }));
}

if (import.meta.main) await main(process.argv.slice(2));
