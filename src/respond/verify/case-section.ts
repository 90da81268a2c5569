/**
 * What a statement says of its case, by hashes: the scan of the incident, the plans that were begun, and the heads of the ledgers, each of
 * which is a chain that covers all that was done. And whether a case is still what a statement says of it.
 *
 * What it does not cover: copies in the vault (the ledger has their hashes), events of logs, and what the customer told.
 */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DemineError } from '../../model/error.ts';
import type { CaseSection, LedgerHead } from '../../model/statement.ts';
import { printableText } from '../../model/text.ts';
import { sha256Of } from '../execute/look.ts';
import { ledgerHead, ledgerName } from '../ledger/ledger-file.ts';
import { planNumbers, planOf, type StoredPlan } from '../plan-folder.ts';
import { digestOf } from '../statement/sealed.ts';

export interface IncidentScan {
  readonly number: number;
  readonly started: string;
  readonly verdict: string;
  /** The text of its result, as the case holds it. */
  readonly text: string;
}

export const textHash = (text: string): string => sha256Of(Buffer.from(text));

const isDamage = (thrown: unknown): thrown is DemineError =>
  thrown instanceof DemineError && (thrown.code === 'ledger-broken' || thrown.code === 'plan-invalid');

function headOrBroken(path: string, entries?: number): LedgerHead | 'broken' | undefined {
  try {
    return ledgerHead(path, entries);
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return 'broken';
  }
}

export interface CasePlans {
  /** Those that can be read, the oldest first. */
  readonly plans: readonly StoredPlan[];
  /** Plans and ledgers that were changed. */
  readonly broken: number;
}

/** A plan that was changed after it was begun is as broken as one that cannot be read. */
const isExchanged = ({ entries, sha256 }: StoredPlan): boolean =>
  entries.some(({ record }) => record.kind === 'opened' && record.plan !== sha256);

export function plansOf(caseFolder: string): CasePlans {
  const plans: StoredPlan[] = [];
  let broken = 0;
  for (const number of planNumbers(caseFolder).toReversed()) {
    const hasPlan = planHash(caseFolder, number) !== 'broken';
    // Made, and cut off before anything was written into it.
    if (!hasPlan && !isBegun(caseFolder, number)) continue;
    try {
      const plan = planOf(caseFolder, number);
      plans.push(plan);
      if (isExchanged(plan)) broken += 1;
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      broken += 1;
    }
  }
  if (headOrBroken(join(caseFolder, ledgerName)) === 'broken') broken += 1;
  return { plans, broken };
}

/** A plan of which nothing was done is a draft, and is written over. */
function isBegun(caseFolder: string, number: number): boolean {
  const head = headOrBroken(join(caseFolder, `plan-${number}`, ledgerName));
  return head === 'broken' || (head !== undefined && head.entries > 0);
}

function planHash(caseFolder: string, number: number): string | 'broken' {
  try {
    return sha256Of(readFileSync(join(caseFolder, `plan-${number}`, 'plan.json')));
  } catch (cause) {
    // A folder without its plan: the statement says so, and names no hash.
    if (cause instanceof Error && 'code' in cause) return 'broken';
    throw cause;
  }
}

export function caseSection(caseFolder: string, scan: IncidentScan): CaseSection {
  const named = {
    scan: {
      number: scan.number,
      started: scan.started,
      verdict: scan.verdict,
      result: textHash(scan.text),
    },
    plans: planNumbers(caseFolder)
      .toReversed()
      .filter((number) => isBegun(caseFolder, number))
      .map((number) => ({
        number,
        plan: planHash(caseFolder, number),
        ledger: headOrBroken(join(caseFolder, `plan-${number}`, ledgerName)) ?? ('broken' as const),
      })),
    ledger: headOrBroken(join(caseFolder, ledgerName)) ?? ('broken' as const),
  };
  return { name: printableText(basename(resolve(caseFolder))), ...named, sha256: digestOf(named) };
}

/** `longer`: more was done since; what was signed is as it was. `unread`: it is there, and cannot be read. */
export type EvidenceState = 'as-signed' | 'longer' | 'altered' | 'missing' | 'unread';

export interface EvidenceRow {
  readonly name: string;
  readonly state: EvidenceState;
}

function ledgerState(path: string, signed: LedgerHead | 'broken'): EvidenceState {
  if (signed === 'broken') return 'altered';
  const now = headOrBroken(path);
  if (now === undefined || now === 'broken') return 'altered';
  if (now.entries < signed.entries) return now.entries === 0 ? 'missing' : 'altered';
  const then = headOrBroken(path, signed.entries);
  if (then === undefined || then === 'broken' || then.head !== signed.head) return 'altered';
  return now.entries > signed.entries ? 'longer' : 'as-signed';
}

/** @param held the scan that a statement names, as the case holds it now */
export function compareEvidence(
  signed: CaseSection,
  caseFolder: string,
  held: { readonly text?: string } | 'unreadable',
): readonly EvidenceRow[] {
  const scanState = (): EvidenceState => {
    if (held === 'unreadable') return 'unread';
    if (held.text === undefined) return 'missing';
    return textHash(held.text) === signed.scan.result ? 'as-signed' : 'altered';
  };
  return [
    {
      name: `scan ${signed.scan.number}`,
      state: scanState(),
    },
    ...signed.plans.flatMap(({ number, plan, ledger }): readonly EvidenceRow[] => {
      const hash = planHash(caseFolder, number);
      const same = plan !== 'broken' && hash === plan;
      return [
        {
          name: `plan-${number}/plan.json`,
          state: same ? 'as-signed' : hash === 'broken' ? 'missing' : 'altered',
        },
        {
          name: `plan-${number}/${ledgerName}`,
          state: ledgerState(join(caseFolder, `plan-${number}`, ledgerName), ledger),
        },
      ];
    }),
    { name: ledgerName, state: ledgerState(join(caseFolder, ledgerName), signed.ledger) },
  ];
}
