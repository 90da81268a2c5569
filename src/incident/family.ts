/**
 * Who it was: families attributed from what a host and its logs show.
 *
 * One indicator that is a family's alone decides, or two of independent kinds that stand on two lines, one of them
 * typical. Never decides what others use too, what is a decoy, what a package owns, what a line looks for or removes,
 * what a list names, nor what strangers can write into a log (requests, names at a login): a scan is no infection.
 * Two gangs on one host are both told. Source: knowledge on families, head and §2.3.
 *
 * What it is NOT: proof that a host mines, nor a name for who wrote the program. Tools of many gangs are named as such.
 */

import { familyProfiles } from '../detect/families.ts';
import type { Fact, FactSet } from '../model/fact.ts';
import type { LogEvent } from '../model/facts/event.ts';
import type { FamilyProfile, IndicatorKind } from '../model/family.ts';
import type { Evidence } from '../model/finding.ts';
import { FamilyIndex } from './family-index.ts';
import { type Sighting, Sightings } from './family-sightings.ts';
import { seeEvent, seeFact } from './family-sources.ts';

/** An indicator that was met, with its lines. */
export interface MetIndicator {
  readonly kind: IndicatorKind;
  readonly value: string;
  readonly weight: number;
  readonly shared: boolean;
  /** Who says that it is this family's. */
  readonly source: string;
  /** A few of the lines, the first ones. */
  readonly evidence: readonly Evidence[];
  /** How often in all. */
  readonly times: number;
}

export interface Attribution {
  /** Id of the profile. */
  readonly family: string;
  readonly name: FamilyProfile['name'];
  /** 0–100; that it is this family, not that the host mines. */
  readonly confidence: number;
  readonly met: readonly MetIndicator[];
  /** Ids of the other gangs that are on this host as well. */
  readonly rivals: readonly string[];
}

export interface FamilyVerdict {
  /** The most certain first. */
  readonly families: readonly Attribution[];
  /** Tools of many gangs that are there. */
  readonly tools: readonly Attribution[];
  /** Too little to say so: what an analyst may go on with. */
  readonly leads: readonly Attribution[];
}

/** Kinds that come from one another are one witness: who names a file names its folder and path. */
const witnesses: Readonly<Record<IndicatorKind, string>> = {
  'file-path': 'file',
  'file-name': 'file',
  folder: 'file',
  'decoy-file': 'decoy',
  'process-name': 'process',
  'cron-line': 'schedule',
  'ssh-key-comment': 'key',
  account: 'account',
  environment: 'environment',
  image: 'image',
  host: 'network',
  'url-path': 'network',
  'user-agent': 'network',
  port: 'network',
  'wallet-prefix': 'wallet',
  'log-line': 'log',
  'script-comment': 'text',
  string: 'text',
  mutex: 'mutex',
  service: 'service',
  task: 'task',
  wmi: 'wmi',
};

const alone = 3;
const typical = 2;
/** A line; of a source that has none, what it says. */
const lineOf = ({ source, line, offset, text }: Evidence): string =>
  [source, line ?? '', offset ?? '', line === undefined && offset === undefined ? text : ''].join('\0');
const lastName = (value: string): string => value.split(/[/\\]/).at(-1) ?? value;

/** What may decide: of this family, and shown by the host itself. */
const counts = ({ indicator, said, host }: Sighting): boolean =>
  indicator.shared !== true && indicator.kind !== 'decoy-file' && host + said > 0;

function independent(a: Sighting, b: Sighting): boolean {
  if (witnesses[a.indicator.kind] === witnesses[b.indicator.kind]) return false;
  // A program that is named as its file is says it once.
  if (lastName(a.indicator.value) === lastName(b.indicator.value)) return false;
  if (a.host + b.host === 0 || Math.max(a.indicator.weight, b.indicator.weight) < typical) return false;
  if (a.indicator.unconfirmed === true && b.indicator.unconfirmed === true) return false;
  return new Set([...a.evidence, ...b.evidence].map(lineOf)).size > 1;
}

function decides(sightings: readonly Sighting[]): boolean {
  const own = sightings.filter(counts);
  return own.some(
    (one, at) =>
      (one.indicator.weight >= alone && one.host > 0) ||
      own.slice(at + 1).some((other) => independent(one, other)),
  );
}

/** How much a witness leaves in doubt, by the weight of the best that it shows. */
const doubt = [1, 0.75, 0.5, 0.15];
const sharedDoubt = 0.9;
const highest = 95;

function confidenceOf(sightings: readonly Sighting[], decided: boolean): number {
  const left = new Map<string, number>();
  for (const { indicator, host, said } of sightings) {
    if (host + said === 0) continue;
    const witness = witnesses[indicator.kind];
    const open = indicator.shared === true ? sharedDoubt : (doubt[indicator.weight] ?? 1);
    left.set(witness, Math.min(left.get(witness) ?? 1, open));
  }
  const certain = 100 * (1 - [...left.values()].reduce((product, open) => product * open, 1));
  // A lead is never as certain as the least of what was decided.
  return Math.round(Math.min(decided ? highest : 40, certain));
}

function metOf({ indicator, evidence, host, said, attempt }: Sighting): MetIndicator {
  const { kind, value, weight, shared, source, profile } = indicator;
  return {
    kind,
    value,
    weight,
    shared: shared === true,
    source: profile.sources[source] ?? source,
    evidence,
    times: host + said + attempt,
  };
}

const isTool = ({ class: kind }: FamilyProfile): boolean => kind === 'tool';

/** Made once: a log server has thousands of hosts, and each is watched by itself. */
let held: FamilyIndex | undefined;

/** Of the profiles that the program holds. */
export function heldIndex(): FamilyIndex {
  held ??= new FamilyIndex(familyProfiles, 'linux');
  return held;
}

/** Sees facts and events one at a time, in any order, and keeps no more than the indicators that were met. */
export class FamilyWatch {
  readonly #index: FamilyIndex;
  readonly #sightings = new Sightings();

  /** @param profiles those that the program holds, but for tests. */
  constructor(profiles?: readonly FamilyProfile[], platform: 'linux' | 'windows' = 'linux') {
    this.#index =
      profiles === undefined && platform === 'linux'
        ? heldIndex()
        : new FamilyIndex(profiles ?? familyProfiles, platform);
  }

  seeFact(fact: Fact): void {
    seeFact(fact, this.#index, this.#sightings);
  }

  seeEvent(event: LogEvent): void {
    seeEvent(event, this.#index, this.#sightings);
  }

  conclude(): FamilyVerdict {
    const byProfile = new Map<FamilyProfile, Sighting[]>();
    for (const one of this.#sightings.all()) {
      const all = byProfile.get(one.indicator.profile) ?? [];
      all.push(one);
      byProfile.set(one.indicator.profile, all);
    }
    const told = [...byProfile]
      .filter(([, sightings]) =>
        sightings.some(({ indicator: { shared, kind } }) => shared !== true && kind !== 'decoy-file'),
      )
      .map(([profile, sightings]) => ({ profile, sightings, decided: decides(sightings) }));
    const gangs = told.filter(({ profile, decided }) => decided && !isTool(profile));
    const attribution = ({ profile, sightings, decided }: (typeof told)[number]): Attribution => ({
      family: profile.id,
      name: profile.name,
      confidence: confidenceOf(sightings, decided),
      met: sightings.map(metOf).sort((a, b) => b.weight - a.weight || (a.value < b.value ? -1 : 1)),
      rivals: gangs
        .map(({ profile: { id } }) => id)
        .filter((id) => decided && id !== profile.id)
        .sort(),
    });
    const sorted = (list: typeof told): readonly Attribution[] =>
      list.map(attribution).sort((a, b) => b.confidence - a.confidence || (a.family < b.family ? -1 : 1));
    return {
      families: sorted(gangs),
      tools: sorted(told.filter(({ profile, sightings }) => isTool(profile) && sightings.some(counts))),
      leads: sorted(told.filter(({ profile, decided }) => !decided && !isTool(profile))),
    };
  }
}

/** Families of a scan's facts, and of the events of its logs where there are any. */
export function attributeFamilies(facts: FactSet, events: Iterable<LogEvent> = []): FamilyVerdict {
  const watch = new FamilyWatch();
  for (const fact of facts) watch.seeFact(fact);
  for (const event of events) watch.seeEvent(event);
  return watch.conclude();
}
