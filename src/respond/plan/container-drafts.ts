/**
 * Containers in which something mines, or which are made to: through their engine where it answers, by the files of
 * Docker where its daemon is down, else by people with the exact command.
 *
 * Order: the restart policy goes first, or what is paused and ended comes back; then all of them stand still, together
 * with the processes of the host; then what is small is copied. They end when manifests, units, timers and the processes
 * of the host are gone, each after its whole file system was kept: that takes minutes, in which nothing of the host waits
 * to be removed and what is paused stands still. Nothing is cleaned inside a container: it is built anew, so what the plan ends with is the command that removes it, for people.
 * Containers and images are never removed: that cannot be undone, and until then they are evidence.
 * Source: knowledge on eradication §6.3.
 */
import { hostReach } from '../../formats/container-run.ts';
import { memberPlace } from '../../formats/json-place.ts';
import { member, parseLooseJson } from '../../formats/loose-json.ts';
import type {
  Breakage,
  ChangeOf,
  ContainerAction,
  LeftOut,
  Phase,
  Precondition,
  Step,
} from '../../model/plan.ts';
import type { ResultContainer, ResultMiner, ResultPersistence } from '../../model/result.ts';
import {
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableBytes,
  printableText,
} from '../../model/text.ts';
import { editedBytes } from '../execute/edited-bytes.ts';
import { sha256Of } from '../execute/look.ts';
import { type CaseView, isSurveyed, type Survey } from './case-view.ts';
import type { ContainerSurvey, SurveyedContainer } from './container-view.ts';
import { type Draft, fileStands, identityOf, leftOut } from './draft.ts';
import type { Declared } from './guards.ts';
import { fileRefusal } from './guards.ts';
import { printableOf } from './printable-of.ts';
import type { OfContainers } from './process-drafts.ts';
import type { Signals } from './signals.ts';
import { pathsNamedBy } from './target-drafts.ts';

/** State files of a container: of Docker, and of podman's storage. */
const ofDocker = /\/containers\/([0-9a-f]{64})\/config\.v2\.json$/;
const ofPodman = /\/overlay-containers\/([0-9a-f]{64})\/userdata\/config\.json$/;
const hexId = /^[0-9a-f]{64}$/;
const mostCopied = 32;
const mostNamed = 20;
const mostPolicyBytes = 1024;
/** Processes that keep the state of Docker's containers in memory and write it over the files. */
const dockerDaemons = ['dockerd'] as const;

/** The container whose state an entry is. */
export function containerIdOf({ source }: Pick<ResultPersistence, 'source'>): string | undefined {
  return (ofDocker.exec(source) ?? ofPodman.exec(source))?.[1];
}

interface Wanted {
  readonly id: string;
  readonly miners: readonly ResultMiner[];
  /** Entries that are actionable. */
  readonly rows: readonly ResultPersistence[];
  readonly said: ResultContainer | undefined;
}

function wantedContainers(
  { miners }: Pick<Signals, 'miners'>,
  rows: readonly ResultPersistence[],
): readonly Wanted[] {
  const ofRows = Map.groupBy(rows, (row) => containerIdOf(row) ?? '');
  const ofMiners = Map.groupBy(miners, ({ container }) => container?.id ?? '');
  return [...new Set([...ofMiners.keys(), ...ofRows.keys()])]
    .filter((id) => id !== '')
    .map((id) => {
      const own = ofMiners.get(id) ?? [];
      return { id, miners: own, rows: ofRows.get(id) ?? [], said: own[0]?.container };
    });
}

/** Containers that a plan may be about. */
export function containersOf({ result }: CaseView): readonly string[] {
  const grave = result.persistence.filter(({ judgement }) => judgement !== 'benign');
  return wantedContainers({ miners: result.miners }, grave).map(({ id }) => id);
}

/** Those of them that are asked of engines. */
export const containersToSurvey = (view: CaseView): readonly string[] =>
  containersOf(view).filter((id) => hexId.test(id));

const hostConfigBeside = (source: string): PathText =>
  joinPath(folderOf(printableOf(source)), printableText('hostconfig.json'));

/** The settings of a container of Docker, wherever the daemon keeps its data. */
function settingsOf({ result }: CaseView, id: string): PathText | undefined {
  const row = result.persistence.find(({ source }) => ofDocker.exec(source)?.[1] === id);
  return row === undefined ? undefined : hostConfigBeside(row.source);
}

/** Files that are asked about beside what the engines say. */
export function containerFilesToSurvey(view: CaseView): readonly string[] {
  return containersToSurvey(view).flatMap((id) => settingsOf(view, id) ?? []);
}

interface Grounds {
  readonly view: CaseView;
  readonly survey: Survey;
  readonly signals: Signals;
  readonly declared: Declared;
  readonly findings: (path: string) => readonly string[];
}

export interface ContainerDrafted extends OfContainers {
  /** Before anything of the host is stopped. */
  readonly before: readonly Draft[];
  /** Behind what stops the host's processes, each in its phase. */
  readonly after: readonly Draft[];
  readonly left: readonly LeftOut[];
}

const byHand = (
  phase: Phase,
  task: ChangeOf<'by-hand'>['task'],
  subjects: readonly Printable[],
  more: { readonly command?: Printable; readonly findings?: readonly string[] } = {},
): Draft => ({
  phase,
  findings: more.findings ?? [],
  change: {
    kind: 'by-hand',
    task,
    subjects: [...subjects],
    ...(more.command === undefined ? {} : { command: more.command }),
  },
  preconditions: [],
  reversibility: task === 'remove-container' ? 'irreversible' : 'restorable',
  breaks: [],
  verify: 'by-hand',
});

const name = ({ name: own, id }: Pick<SurveyedContainer, 'name' | 'id'>): Printable =>
  own === '' ? printableText(id.slice(0, 12)) : own;

function breaksOf(one: SurveyedContainer): readonly Breakage[] {
  const all = (id: Breakage['id'], subjects: readonly Printable[]): readonly Breakage[] =>
    subjects.slice(0, mostNamed).map((subject) => ({ id, subject }));
  return [
    ...all('published-port', one.ports),
    ...all('shares-container', one.inItsNetwork),
    ...all('same-project', one.ofItsProject),
  ];
}

/** What is copied out of it: programs of its miners, and files that its command names. */
function copiedPaths({ miners, rows }: Wanted): readonly PathText[] {
  const programs = miners.flatMap(({ exe, deleted }) => (deleted || !exe.startsWith('/') ? [] : [exe]));
  return [...new Set([...programs, ...rows.flatMap((row) => pathsNamedBy(row))])]
    .slice(0, mostCopied)
    .map(printableOf);
}

/** Entries below a folder of the host that the container can write. */
function writtenThrough({ result }: CaseView, source: string): readonly Printable[] {
  const folder = source.replace(/\/+$/, '');
  return result.persistence
    .filter(
      (row) =>
        (row.judgement === 'malicious' || row.judgement === 'suspicious') &&
        containerIdOf(row) === undefined &&
        row.source.startsWith(`${folder}/`),
    )
    .slice(0, mostNamed)
    .map((row) => printableOf(`${row.id} ${row.source}`));
}

function bindsDraft(view: CaseView, one: SurveyedContainer): readonly Draft[] {
  const subjects = one.binds
    .filter(({ readOnly }) => !readOnly)
    .flatMap((bind) => {
      const rows = writtenThrough(view, bind.source);
      const reaches = hostReach({ ...emptyReach, binds: [bind] }).length > 0;
      const shown = printableText(`${bind.source} → ${bind.destination}`.slice(0, 2048));
      return rows.length > 0 || reaches ? [shown, ...rows] : [];
    });
  return subjects.length === 0 ? [] : [byHand('persistence', 'check-binds', [...new Set(subjects)])];
}

const emptyReach = {
  ...{ name: '', image: '', user: '', words: [], environment: new Map<string, string>() },
  ...{ privileged: false, shares: [], capabilities: [], devices: [], restarts: false },
};

/** A name that a shell takes as it is. */
const plain = (text: string): boolean => /^[A-Za-z0-9][\w./:@-]{0,255}$/.test(text);

function removal(one: SurveyedContainer, findings: readonly string[]): Draft {
  const { engine, id, image, imageId } = one;
  const program = engine.kind === 'docker' ? phrase`docker` : phrase`podman`;
  const remote = [image, imageId].find(plain);
  const short = printableText(id.slice(0, 12));
  const goes = phrase`${program} rm ${short}`;
  const command = remote === undefined ? goes : phrase`${goes} && ${program} image rm ${printableOf(remote)}`;
  const files = one.composeFiles.slice(0, 4);
  return byHand('files', 'remove-container', [phrase`${program} ${name(one)} ${image} ${short}`, ...files], {
    command,
    findings,
  });
}

function throughEngine(
  grounds: Grounds,
  one: SurveyedContainer,
  wanted: Wanted,
): { readonly before: readonly Draft[]; readonly after: readonly Draft[] } {
  const { view } = grounds;
  const findings = [
    ...wanted.miners.flatMap((miner) => miner.findings),
    ...wanted.rows.flatMap((row) => [row.id, ...grounds.findings(row.source)]),
  ];
  const { engine, id, name: own, image, imageId, startedAt, restarts, policy } = one;
  const standing: readonly Precondition[] = [{ kind: 'container', id, imageId, startedAt, restarts }];
  const draft = (
    action: ContainerAction,
    phase: Phase,
    verify: Step['verify'],
    more: Partial<ChangeOf<'container'>> = {},
  ): Draft => ({
    phase,
    findings,
    change: {
      kind: 'container',
      action,
      engine,
      container: { id, name: own, image, imageId },
      ...more,
    },
    preconditions: standing,
    reversibility: 'reversible',
    breaks: [],
    verify,
  });
  const breaks = breaksOf(one);
  const stop: Draft = {
    ...draft('stop', 'kill', 'container-ended'),
    reversibility: one.removesItself ? 'irreversible' : 'restorable',
    breaks: [
      ...(one.removesItself ? [{ id: 'removes-itself' as const, subject: name(one) }] : []),
      { id: 'memory-lost', subject: name(one) },
      ...breaks,
      ...one.volumes.slice(0, mostNamed).map((subject): Breakage => ({ id: 'volume', subject })),
    ],
  };
  const runs = one.state === 'running' || one.state === 'restarting' || one.state === 'paused';
  const retries = policy.retries > 0 ? `:${policy.retries}` : '';
  return {
    before: [
      ...(policy.name === 'no' || !one.changesPolicy
        ? []
        : [
            draft('no-restart', 'freeze', 'container-policy', {
              policy: printableText(`${policy.name}${retries}`),
            }),
          ]),
      ...(runs ? [{ ...draft('pause', 'freeze', 'container-paused'), breaks }] : []),
    ],
    after: [
      draft('evidence', 'freeze', 'container-copied', { paths: [...copiedPaths(wanted)] }),
      draft('export', 'kill', 'container-copied', one.size === undefined ? {} : { size: one.size }),
      ...(runs ? [stop] : []),
      ...bindsDraft(view, one),
      removal(one, findings),
    ],
  };
}

const noPolicy = '"RestartPolicy":{"Name":"no","MaximumRetryCount":0}';

/** The policy as it stands in the file of a daemon that is down. */
function inItsFile(grounds: Grounds, wanted: Wanted): Draft | undefined {
  const { view, survey } = grounds;
  const path = settingsOf(view, wanted.id);
  const found = path === undefined ? undefined : survey.at(path);
  if (found === undefined || !isSurveyed(found) || found.content === undefined) return undefined;
  const identity = identityOf(found);
  const place = memberPlace(found.content, 'RestartPolicy');
  const parsed = parseLooseJson(found.content);
  const policy = parsed.ok ? member(parsed.value, 'RestartPolicy', 'Name') : undefined;
  if (identity === undefined || place === undefined || fileRefusal(found, grounds.declared) !== undefined) {
    return undefined;
  }
  if (policy === 'no' || policy === '' || policy === undefined) return undefined;
  const before = found.content.subarray(place.name, place.to);
  // Docker writes some fifty bytes in one line.
  if (before.includes(0x0a) || before.length > mostPolicyBytes) return undefined;
  const lead = found.content.subarray(0, place.name);
  const start = lead.lastIndexOf(0x0a) + 1;
  const edit = {
    line: lead.filter((byte) => byte === 0x0a).length + 1,
    part: { at: place.name - start, length: before.length },
    before: printableBytes(before),
    after: printableText(noPolicy),
  };
  const edited = editedBytes(found.content, [edit]);
  if (edited === undefined) return undefined;
  return {
    phase: 'timers',
    findings: wanted.rows.flatMap((row) => [row.id, ...grounds.findings(row.source)]),
    change: {
      kind: 'edit-file',
      path: identity.path,
      edits: [edit],
      after: sha256Of(edited),
      unlock: false,
    },
    preconditions: [...fileStands(identity), { kind: 'no-daemon', programs: [...dockerDaemons] }],
    reversibility: 'reversible',
    breaks: [],
    verify: 'content',
  };
}

const isDaemonUp = ({ processes }: CaseView): boolean =>
  processes.some(({ exe }) => dockerDaemons.some((one) => exe?.path.endsWith(`/${one}`) === true));

/** What of a pod wants it there: the kubelet starts it again, and only the cluster knows for whom. */
function workload({ said }: Wanted, findings: readonly string[]): Draft {
  const [namespace = '', pod = ''] = (said?.pod ?? '').split('/');
  const known = plain(namespace) && plain(pod) && !/[./:@]/.test(namespace);
  const command = known
    ? phrase`kubectl -n ${printableOf(namespace)} get pod ${printableOf(pod)} -o jsonpath='{range .metadata.ownerReferences[*]}{.kind}/{.name}{"\\n"}{end}'`
    : undefined;
  return byHand('persistence', 'remove-workload', [describe(said)], {
    findings,
    ...(command === undefined ? {} : { command }),
  });
}

const describe = (said: ResultContainer | undefined): Printable =>
  printableOf(
    [said?.runtime, said?.name, said?.image, said?.pod, said?.id]
      .filter((part) => part !== undefined && part !== '')
      .join(' '),
  );

/** Where the engine is there and was not spoken to. A daemon that is started for it would start what restarts. */
function byCommand({ id, said, rows }: Wanted, daemonUp: boolean): Printable | undefined {
  const isPodman = said?.runtime === 'podman' || rows.some(({ source }) => ofPodman.test(source));
  if (!hexId.test(id) || (!isPodman && !daemonUp)) return undefined;
  const program = isPodman ? phrase`podman` : phrase`docker`;
  const short = printableText(id.slice(0, 12));
  return phrase`${program} update --restart no ${short} && ${program} kill ${short} && ${program} rm ${short}`;
}

const inCluster = ({ said }: Wanted): boolean =>
  said !== undefined && (said.pod !== undefined || said.runtime === 'kubernetes' || said.runtime === 'crio');

function distrustedSocket({ socket, why }: ContainerSurvey['distrusted'][number]): LeftOut {
  switch (why) {
    case 'asleep':
      return leftOut(socket, socket, 'engine-asleep');
    case 'missing':
    case 'nobody-listens':
    case 'no-answer':
      return leftOut(socket, socket, 'engine-silent');
    case 'no-socket':
    case 'open-to-others':
    case 'other-program':
      return leftOut(socket, socket, 'engine-distrusted');
  }
}

/** @param rows what is actionable */
export function containerDrafts(grounds: Grounds, rows: readonly ResultPersistence[]): ContainerDrafted {
  const { view, survey, signals, declared } = grounds;
  const before: Draft[] = [];
  const after: Draft[] = [];
  const left: LeftOut[] = [];
  const whole = new Set<string>();
  const condemned = new Set<string>();
  let wantsEngine = false;
  for (const wanted of wantedContainers(signals, rows)) {
    const { id, miners, said } = wanted;
    if (miners.some(({ pid }) => declared.pids.has(pid))) {
      left.push(leftOut(`container ${id.slice(0, 12)}`, describe(said), 'declared'));
      continue;
    }
    const findings = [
      ...miners.flatMap((miner) => miner.findings),
      ...wanted.rows.flatMap((row) => [row.id, ...grounds.findings(row.source)]),
    ];
    const surveyed = survey.containers?.containers.get(id);
    if (surveyed !== undefined && !inCluster(wanted)) {
      const made = throughEngine(grounds, surveyed, wanted);
      if (surveyed.policy.name !== 'no' && !surveyed.changesPolicy) {
        const what = phrase`${surveyed.engine.kind === 'docker' ? phrase`docker` : phrase`podman`} ${name(surveyed)}: ${printableText(surveyed.policy.name)}`;
        left.push(leftOut(`container ${id.slice(0, 12)}`, what, 'policy-fixed'));
      }
      before.push(...made.before);
      after.push(...made.after);
      whole.add(id);
      continue;
    }
    if (inCluster(wanted)) {
      after.push(workload(wanted, findings));
      continue;
    }
    wantsEngine = true;
    if (wanted.rows.length > 0) condemned.add(id);
    const edit = isDaemonUp(view) ? undefined : inItsFile(grounds, wanted);
    if (edit !== undefined) after.push(edit);
    const sources = wanted.rows.map(({ source }) => printableOf(source));
    const command = byCommand(wanted, isDaemonUp(view));
    after.push(
      byHand('persistence', 'remove-container', said === undefined ? sources : [describe(said)], {
        findings,
        ...(command === undefined ? {} : { command }),
      }),
    );
  }
  if (wantsEngine) left.push(...(survey.containers?.distrusted ?? []).map(distrustedSocket));
  return { before, after, left, whole, condemned };
}
