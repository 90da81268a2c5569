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

/** RFC 1918, RFC 4193, link-local: hosts of the same network. */
const neighbour = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe80:)/i;

/** Settings of the running kernel that a miner leaves behind, with the command that sets them back. */
const settings: Readonly<Record<string, Printable>> = {
  'vm.nr_hugepages': phrase`sysctl -w vm.nr_hugepages=0`,
};

function settingsLeft({ result }: CaseView, drafts: readonly Draft[]): readonly Draft[] {
  const lines = drafts.flatMap(({ change }) =>
    change.kind === 'edit-file' ? change.edits.map(({ before }) => before) : [],
  );
  return Object.entries(settings)
    .filter(([name]) => result.host.scope !== 'files' && lines.some((line) => line.includes(name)))
    .map(([name, command]) => byHand('restore', 'restore-setting', [printableOf(name)], command));
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
  const rebuild = decision.answer === 'rebuild' ? [byHand('verify', 'rebuild-host', [])] : [];
  if (drafts.length === 0) return rebuild;
  const live = result.host.scope !== 'files';
  const users = [...new Set(signals.miners.map(({ user }) => user))];
  const user = users.length === 0 || users.includes('root') ? 'root' : (users[0] ?? 'root');
  const credentials = readableCredentials(survey, user);
  const ways = (result.entry ?? []).filter(({ grade }) => grade !== 'possible');
  const attackers = (result.entry ?? []).flatMap(({ attackers: from }) => from);
  return [
    byHand('evidence', 'keep-evidence', []),
    ...(live ? [byHand('isolate', 'isolate-host', [], phrase`demine contain CASE --isolate --yes`)] : []),
    ...settingsLeft(view, drafts),
    ...(credentials.length > 0 ? [byHand('accounts', 'rotate-credentials', credentials)] : []),
    byHand(
      'door',
      'close-door',
      ways.map(({ vector, service }) => printableOf(`${vector}${service === '' ? '' : ` (${service})`}`)),
    ),
    byHand(
      'neighbours',
      'check-neighbours',
      [...new Set(attackers)].filter((address) => neighbour.test(address)).map(printableOf),
    ),
    byHand('verify', 'scan-again', []),
    ...rebuild,
  ];
}
