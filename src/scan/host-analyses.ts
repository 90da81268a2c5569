/**
 * How it got into each host of a case whose logs were added: one analysis for each, one after the other.
 *
 * Of the host that was scanned its scene is known (files, entries, miners), and the logs of it that come from elsewhere
 * are set beside its own: those are what the attacker could not wipe. Of the others nothing is known but their logs, so
 * their ways in are `probable` at most. Names of hosts come from lines that anybody may send to a log server: many names
 * cost one host's room at a time, and those beyond the bound are counted. Bounds: 5,000 hosts, ten minutes.
 */
import { Analyser, type Analysis } from '../incident/analyse.ts';
import { FamilyWatch } from '../incident/family.ts';
import { LogScene } from '../incident/log-scene.ts';
import type { Scene } from '../incident/scene.ts';
import type { WayIn } from '../incident/way-in.ts';
import type { LogFact } from '../model/facts/log.ts';
import type { HostAnalyses, ResultAnalysis, ResultHost } from '../model/result-incident.ts';
import { type Printable, printableText } from '../model/text.ts';
import type { EventHost, StoredEvent } from '../store/event-store.ts';
import { resultFamilies } from './result-families.ts';
import { resultIncident } from './result-incident.ts';
import { shortName } from './short-name.ts';
import { utcOf } from './utc.ts';

const mostHosts = 5_000;
const mostMs = 600_000;
/** Ids of logs that came with a folder begin with it. */
const addedLog = 'folder.';
/** Of one host in a result that has thousands. */
const mostOf = { entry: 10, horizon: 50, gaps: 50, families: 10 } as const;

/** A host under all names that it goes by. */
interface Group {
  readonly name: Printable;
  readonly names: ReadonlySet<Printable>;
  readonly events: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

export interface HostsRequest {
  readonly hosts: readonly EventHost[];
  readonly logs: readonly LogFact[];
  /** Those of a host that may say something of how it was got into, or when its logs begin and end. */
  readonly cluesOf: (host: Printable) => Iterable<StoredEvent>;
  /** The host that was scanned. */
  readonly own: {
    readonly name: string;
    readonly scene: Scene | undefined;
    readonly nowUs: number;
    /** False for what is left of a host: its history ends with it. */
    readonly isRunning: boolean;
  };
  readonly bounds?: { readonly hosts: number; readonly ms: number };
}

const isWhole = (name: string): boolean => name.includes('.');

/** `web-1` and `web-1.example.com` are one host, where there is no `web-1.example.net` beside them. */
function groupsOf(hosts: readonly EventHost[]): readonly Group[] {
  const wholes = new Map<string, Set<string>>();
  for (const { host } of hosts) {
    if (!isWhole(host)) continue;
    const known = wholes.get(shortName(host));
    if (known === undefined) wholes.set(shortName(host), new Set([host.toLowerCase()]));
    else known.add(host.toLowerCase());
  }
  const isSeveral = (name: string): boolean => (wholes.get(shortName(name))?.size ?? 0) > 1;
  const keyOf = (name: string): string => (isSeveral(name) ? name.toLowerCase() : shortName(name));
  return [...Map.groupBy(hosts, ({ host }) => keyOf(host)).values()].flatMap((all) => {
    const [first] = all.toSorted((a, b) => b.events - a.events);
    if (first === undefined) return [];
    return [
      {
        name: first.host,
        names: new Set(all.map(({ host }) => host)),
        events: all.reduce((sum, { events }) => sum + events, 0),
        firstUs: Math.min(...all.map(({ firstUs }) => firstUs)),
        lastUs: Math.max(...all.map(({ lastUs }) => lastUs)),
      },
    ];
  });
}

/** Times of logs alone: whoever is root writes them. What came first is no file there, but a line of what was run. */
function ofLines(way: WayIn): WayIn {
  const all = way.chain.map((step) =>
    step.step === 'file' ? { ...step, step: 'persistence' as const } : step,
  );
  const chain = all.filter(
    ({ step, source, text }, index) =>
      step !== 'persistence' ||
      all.findIndex((one) => one.step === step && one.source.line === source.line && one.text === text) ===
        index,
  );
  if (way.grade !== 'confirmed') return { ...way, chain };
  return { ...way, chain, grade: 'probable', missing: [...way.missing, 'no-inode-times'] };
}

/** Without what only files can tell. */
const ofLogs = ({ firstMaliciousFile: _, entry, ...rest }: Analysis): Analysis => ({
  ...rest,
  entry: entry.map(ofLines),
});

/** Texts of a case are masked when they are stored. */
const asIs = <T extends string>(text: T): T => text;

function bounded(analysis: ResultAnalysis): ResultAnalysis {
  const { entry = [], horizon = [], gaps = [], families = [], excluded = [] } = analysis;
  const isFound = entry.length > 0 || families.length > 0 || analysis.onset !== undefined;
  // Of a host on which nothing was found nothing is told but that it was looked at.
  if (!isFound) return {};
  return {
    ...analysis,
    entry: entry.slice(0, mostOf.entry),
    excluded: excluded.slice(0, mostOf.entry),
    horizon: horizon.slice(0, mostOf.horizon),
    gaps: gaps.slice(0, mostOf.gaps),
    families: families.slice(0, mostOf.families),
  };
}

/** Lines without a name are of the scan where the scan read them. */
const isOf = (name: Printable, log: string, isOwn: boolean): boolean =>
  name !== '' || isOwn !== log.startsWith(addedLog);

class HostReader {
  readonly #logs: ReadonlyMap<string, readonly LogFact[]>;
  readonly #byLog: ReadonlyMap<Printable, EventHost['byLog']>;
  readonly #cluesOf: HostsRequest['cluesOf'];

  constructor({ hosts, logs, cluesOf }: HostsRequest) {
    this.#byLog = new Map(hosts.map(({ host, byLog }) => [host, byLog]));
    this.#logs = Map.groupBy(logs, ({ host }) => host);
    this.#cluesOf = cluesOf;
  }

  logsOf({ names }: Pick<Group, 'names'>): readonly LogFact[] {
    return [...names].flatMap((name) => this.#logs.get(name) ?? []);
  }

  #count({ names }: Pick<Group, 'names'>, isOwn: boolean): number {
    let sum = 0;
    for (const name of names)
      for (const [log, events] of this.#byLog.get(name) ?? []) if (isOf(name, log, isOwn)) sum += events;
    return sum;
  }

  /** Clues of a host, by whatever name. */
  *#clues({ names }: Pick<Group, 'names'>, isOwn: boolean): Generator<StoredEvent> {
    for (const name of names) {
      for (const stored of this.#cluesOf(name)) if (isOf(name, stored.log, isOwn)) yield stored;
    }
  }

  /** One that knows which logs have the last of each account alone. */
  #analyserOf(logs: readonly LogFact[]): Analyser {
    const analyser = new Analyser();
    for (const { lastOnly, source } of logs) if (lastOnly === true) analyser.lastOnly(source.source);
    return analyser;
  }

  /** Undefined where no log of it is there at all: then nothing was looked at. */
  own(
    group: Pick<Group, 'names'>,
    scene: Scene,
    { nowUs, isRunning }: HostsRequest['own'],
  ): ResultAnalysis | undefined {
    const logs = this.logsOf(group);
    const analyser = this.#analyserOf(logs);
    if (this.#count(group, true) === 0) return undefined;
    for (const { event } of this.#clues(group, true)) analyser.see(event);
    for (const log of logs) analyser.log(log);
    return resultIncident(analyser.conclude(scene, nowUs, isRunning), asIs);
  }

  /** Undefined where nothing of it came with the folders that were added. */
  other(group: Group): ResultHost | undefined {
    const logs = this.logsOf(group);
    const analyser = this.#analyserOf(logs);
    const families = new FamilyWatch();
    const scene = new LogScene();
    const events = this.#count(group, false);
    if (events === 0) return undefined;
    for (const { event } of this.#clues(group, false)) {
      analyser.see(event);
      families.seeEvent(event);
      scene.see(event);
    }
    for (const log of logs) analyser.log(log);
    const analysis = ofLogs(analyser.conclude(scene.conclude(group.lastUs), group.lastUs, false));
    const found = resultFamilies(
      { ...families.conclude(), tools: [], leads: [] },
      { text: asIs, name: asIs },
    );
    return {
      name: group.name,
      logs: logs.length,
      events,
      from: utcOf(group.firstUs),
      to: utcOf(group.lastUs),
      ...bounded({ ...resultIncident(analysis, asIs), families: found }),
    };
  }
}

const grades = ['confirmed', 'probable', 'possible'];
const rank = ({ entry = [], families = [], onset }: ResultHost): number => {
  const [way] = entry;
  if (way !== undefined) return grades.indexOf(way.grade);
  return families.length > 0 || onset !== undefined ? grades.length : grades.length + 1;
};

/** @returns the others with something found first, then those with most events */
export function analyseHosts(request: HostsRequest): HostAnalyses {
  const { own, bounds = { hosts: mostHosts, ms: mostMs } } = request;
  const deadline = performance.now() + bounds.ms;
  const reader = new HostReader(request);
  // Where nothing was found on it, its logs are looked at as those of any other.
  const isOwn = ({ names }: Group): boolean =>
    own.scene !== undefined &&
    [...names].some((name) => name !== '' && shortName(name) === shortName(own.name));
  const groups = groupsOf(request.hosts);
  const others = groups.filter((group) => !isOwn(group)).toSorted((a, b) => b.events - a.events);
  const hosts: ResultHost[] = [];
  let seen = 0;
  for (const group of others) {
    if (hosts.length >= bounds.hosts || performance.now() > deadline) break;
    seen += 1;
    const host = reader.other(group);
    if (host !== undefined) hosts.push(host);
  }
  const names = new Set<Printable>(groups.filter(isOwn).flatMap((group) => [...group.names]));
  // Many lines name no host: those that the scan read are of the one that was scanned.
  names.add(printableText(''));
  const told = own.scene === undefined ? undefined : reader.own({ names }, own.scene, own);
  return {
    ...(told === undefined ? {} : { own: told }),
    hosts: hosts.sort((a, b) => rank(a) - rank(b) || b.events - a.events),
    left: others.length - seen,
  };
}
