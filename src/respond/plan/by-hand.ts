/** Steps that only people take, each with the exact names it is about; nothing is carried out for them. */
import type { PlanDecision, Task } from '../../model/plan.ts';
import { type Printable, phrase } from '../../model/text.ts';
import type { CaseView, Survey } from './case-view.ts';
import { readableCredentials } from './credentials.ts';
import type { Draft } from './draft.ts';
import { printableOf } from './printable-of.ts';
import type { Signals } from './signals.ts';

function byHand(
  phase: Draft['phase'],
  task: Task,
  subjects: readonly Printable[],
  command?: Printable,
): Draft {
  return {
    phase,
    findings: [],
    change: { kind: 'by-hand', task, subjects: [...subjects], ...(command === undefined ? {} : { command }) },
    preconditions: [],
    reversibility: task === 'rebuild-host' ? 'irreversible' : 'restorable',
    breaks: [],
    verify: 'by-hand',
  };
}

/** Who else is at risk, the nearest first, as the incident names them; more are in the report. */
const mostNeighbours = 50;

function neighboursOf({ result }: CaseView): readonly Printable[] {
  return (result.neighbours ?? []).slice(0, mostNeighbours).flatMap(({ address, name, subnet, zone }) => {
    const where = address ?? subnet;
    if (where === undefined) return name === undefined ? [] : [printableOf(name)];
    const called = [name, zone].filter((one) => one !== undefined && one !== '').join(', ');
    return [printableOf(called === '' ? where : `${where} (${called})`)];
  });
}

/** @param drafts what is carried out: without any there is nothing to come before or after it */
export function byHandDrafts(
  view: CaseView,
  survey: Survey,
  signals: Signals,
  decision: PlanDecision,
  drafts: readonly Draft[],
): readonly Draft[] {
  const { result } = view;
  const isCut = drafts.some(({ change }) => change.kind === 'contain');
  const rebuild = decision.answer === 'rebuild' ? [byHand('verify', 'rebuild-host', [])] : [];
  if (drafts.length === 0) return rebuild;
  const live = result.host.scope !== 'files';
  const users = [...new Set(signals.miners.map(({ user }) => user))];
  const user = users.length === 0 || users.includes('root') ? 'root' : (users[0] ?? 'root');
  const credentials = readableCredentials(survey, user);
  const ways = (result.entry ?? []).filter(({ grade }) => grade !== 'possible');
  return [
    byHand('evidence', 'keep-evidence', []),
    ...(live && !isCut
      ? [byHand('isolate', 'isolate-host', [], phrase`demine contain CASE --isolate --yes`)]
      : []),
    ...(credentials.length > 0 ? [byHand('accounts', 'rotate-credentials', credentials)] : []),
    byHand(
      'door',
      'close-door',
      ways.map(({ vector, service }) => printableOf(`${vector}${service === '' ? '' : ` (${service})`}`)),
      phrase`demine verify CASE --door`,
    ),
    byHand('neighbours', 'check-neighbours', neighboursOf(view), phrase`demine scan`),
    byHand('verify', 'scan-again', [], phrase`demine verify CASE`),
    ...rebuild,
  ];
}
