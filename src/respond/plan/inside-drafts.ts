/**
 * Files of the attacker's within a container that no engine deals with: of LXC and nspawn, whose containers are hosts of
 * their own, and of engines that are down. Taken while its processes stand still: when the last of them has ended the mount
 * namespace is gone, and the file can only be had from the case. So they are reversible as long as somebody else lives there.
 *
 * Only what the processes run that are held and ended, and nothing that lies where packages put things: to whom it belongs
 * within the container is not asked.
 */
import type { ProcessFact } from '../../model/facts/process.ts';
import type { Stop } from '../../model/ledger.ts';
import type { ChangeOf } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { type CaseView, isSurveyed, type SurveyedFile } from './case-view.ts';
import { containersOf } from './container-drafts.ts';
import { type Draft, fileStands, identityOf } from './draft.ts';
import { takingRefusal } from './guards.ts';
import { printableOf } from './printable-of.ts';
import { filesOf } from './process-drafts.ts';

type Inside = ChangeOf<'take-inside'>['inside'];

/** Looks up a path, by the number of the mount namespace. */
export type InsideSurvey = ReadonlyMap<number, (path: string) => SurveyedFile | Stop>;

const mostNamespaces = 64;
const judged: ReadonlySet<string> = new Set(['mining', 'suspicious']);
const nobodys = { paths: new Set<string>(), pids: new Set<number>() };

function insideOf(
  { pid, startTicks, container, namespaces }: ProcessFact,
  bootId: string,
): Inside | undefined {
  const { mnt } = namespaces;
  if (container === undefined || mnt === undefined) return undefined;
  const { runtime, id, name } = container;
  const label = printableText(`${runtime} `);
  return {
    container: printableOf(`${label}${name ?? printableText(id.slice(0, 12))}`),
    namespace: mnt,
    pid,
    startTicks,
    bootId,
  };
}

/** @param whole containers that an engine deals with */
export function insideToSurvey(
  view: CaseView,
  whole: ReadonlySet<string>,
): readonly { readonly inside: Inside; readonly paths: readonly string[] }[] {
  const rows = new Map(view.result.processes.map((row) => [row.pid, row]));
  const ids = new Set(containersOf(view));
  const found = new Map<number, { readonly inside: Inside; readonly paths: Set<string> }>();
  for (const process of view.processes) {
    const { pid, container } = process;
    const inside = insideOf(process, view.result.host.bootId);
    if (inside === undefined || container === undefined || whole.has(container.id)) continue;
    if (!ids.has(container.id) && !judged.has(rows.get(pid)?.judgement ?? '')) continue;
    const known = found.get(inside.namespace) ?? { inside, paths: new Set<string>() };
    for (const path of filesOf(process)) known.paths.add(path);
    found.set(inside.namespace, known);
  }
  return [...found.values()]
    .slice(0, mostNamespaces)
    .map(({ inside, paths }) => ({ inside, paths: [...paths] }));
}

/** @param drafts those that end processes */
export function insideDrafts(
  { processes, result: { host } }: CaseView,
  survey: InsideSurvey,
  drafts: readonly Draft[],
): readonly Draft[] {
  const kill = drafts.find(({ change, phase }) => change.kind === 'kill' && phase === 'kill');
  if (kill?.change.kind !== 'kill') return [];
  const pids = new Set(kill.change.processes.map(({ pid }) => pid));
  // Who lives there and is not ended, by which the file can be put back.
  const stays = new Map(
    processes
      .filter(({ pid }) => !pids.has(pid))
      .toSorted((a, b) => b.pid - a.pid)
      .map((one) => [one.namespaces.mnt, { pid: one.pid, startTicks: one.startTicks }]),
  );
  const taken = new Map<string, Draft>();
  for (const process of processes) {
    const inside = pids.has(process.pid) ? insideOf(process, host.bootId) : undefined;
    const at = inside === undefined ? undefined : survey.get(inside.namespace);
    if (inside === undefined || at === undefined || process.exe?.deleted === true) continue;
    for (const path of filesOf(process)) {
      const found = at(path);
      if (!isSurveyed(found) || found.file.state.type !== 'file') continue;
      const identity = identityOf(found);
      if (identity === undefined || takingRefusal(found, nobodys) !== undefined) continue;
      const holder = stays.get(inside.namespace);
      const { pid, startTicks } = holder ?? process;
      taken.set(`${inside.namespace} ${identity.path}`, {
        phase: 'persistence',
        findings: kill.findings,
        change: { kind: 'take-inside', file: identity.path, inside: { ...inside, ...holder } },
        preconditions: [...fileStands(identity), { kind: 'process', pid, startTicks, bootId: host.bootId }],
        reversibility: holder === undefined ? 'irreversible' : 'reversible',
        breaks: [],
        verify: 'gone',
      });
    }
  }
  return [...taken.values()];
}
