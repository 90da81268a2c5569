/**
 * Ways in through a service that runs what it is told: its log says that it did, from where, and as whom.
 *
 * What is the same for databases, schedulers and brokers. Some of their events nobody honest makes (`attack`), some an
 * owner makes as well (`success`: they count only where the attacker's trace follows, and not from somebody who does
 * the same for more than a day), some were refused (`attempt`), some are what an attack leaves behind and other things too
 * (`sign`: of a stranger, and only before what the service's own account left), the rest is their work. Without a success, an open door
 * and a miner of the service's own account make it `possible`.
 * Bounds: 2,048 successes of each kind, 2,000 askers.
 */
import { reachOf } from '../../detect/address.ts';
import { isWindowsPath } from '../../formats/windows-path.ts';
import type { LogEvent, RequestEvent, ServiceEvent } from '../../model/facts/event.ts';
import { type Printable, printableText } from '../../model/text.ts';
import type { FirstTrace, Scene } from '../scene.ts';
import { type Excluded, follows, type Vector, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import type { Child } from './child-processes.ts';
import { wayIn } from './claim.ts';
import { type Kept, keep, stepOf } from './kept.ts';
import { Moments } from './moments.ts';
import { accountsOf, isServiceAccount } from './owners.ts';
import type { EntryWatcher } from './watcher.ts';

export type Meaning = 'attack' | 'success' | 'attempt' | 'sign' | 'own';

export interface ServedWay {
  readonly vector: Vector;
  readonly service: string;
  /** What an event of the service means; nothing for what says nothing of a way in. */
  readonly meaning?: (event: ServiceEvent) => Meaning | undefined;
  /** The same of a request to a web server before it. */
  readonly request?: (event: RequestEvent) => Meaning | undefined;
  /** It runs as root by itself: what root left may be its work. */
  readonly asRoot?: true;
  /** What it started, as records of process creation tell. */
  readonly started?: () => readonly Child[];
  /** Other applications have requests of that path too: they count where the service itself is here. */
  readonly common?: true;
}

interface Told extends Kept {
  readonly from: string;
  readonly asker: string;
}

const dayUs = 86_400e6;
const mostStarted = 5;

/** Of a job that is run again and again: without its number or identity. */
const withoutNumbers = (detail: string): string =>
  detail.replace(/\b[\da-f]{8,64}(?:-[\da-f]{4,12}){0,4}\b/gi, '0').replace(/\d+/g, '0');

class Gathered {
  readonly attacks = new Moments<Told>(1_024);
  readonly successes = new Moments<Told>(1_024);
  readonly signs = new Moments<Told>(1_024);
  readonly attempts = new Moments<Kept>(16);
  readonly logins = new Moments<Kept & { readonly from: string }>(512);
  /** Since when somebody does the same. */
  readonly since = new Bounded<string, number>(2_000);
  own = 0;
  /** The service writes a log of its own here. */
  logged = false;

  add(event: RequestEvent | ServiceEvent, meaning: Meaning): void {
    if (event.what === 'service') this.logged = true;
    if (meaning === 'own') this.own += 1;
    else if (meaning === 'attempt') {
      this.attempts.note(event.us, () => keep(event));
    } else {
      const from = event.what === 'request' ? event.client : event.from;
      const what = event.what === 'request' ? event.method : withoutNumbers(event.detail.slice(0, 80));
      const asker = `${from}\n${event.account}\n${what}`;
      const into = meaning === 'attack' ? this.attacks : meaning === 'sign' ? this.signs : this.successes;
      into.note(event.us, () => ({ ...keep(event), from, asker }));
      this.since.update(asker, (first) => Math.min(first ?? event.us, event.us));
    }
  }
}

export class ServedWatcher implements EntryWatcher {
  readonly #ways: readonly ServedWay[];
  readonly #byService: ReadonlyMap<string, ServedWay>;
  readonly #requested: readonly ServedWay[];
  readonly #gathered = new Map<ServedWay, Gathered>();
  #excluded: readonly Excluded[] = [];

  constructor(ways: readonly ServedWay[]) {
    this.#ways = ways;
    this.#byService = new Map(ways.map((way) => [way.service, way]));
    this.#requested = ways.filter(({ request }) => request !== undefined);
  }

  see(event: LogEvent): void {
    if (event.what === 'service') {
      const way = this.#byService.get(event.service);
      const meaning = way?.meaning?.(event);
      if (way !== undefined && meaning !== undefined) this.#of(way).add(event, meaning);
    } else if (event.what === 'login') {
      // Event logs of Windows call logins of SQL Server by its protocol.
      const way = this.#byService.get(event.service === 'mssql' ? 'sqlserver' : event.service);
      if (way === undefined || event.outcome !== 'accepted' || reachOf(event.from) !== 'public') return;
      this.#of(way).logins.note(event.us, () => ({ ...keep(event), from: event.from }));
    } else if (event.what === 'request' && event.method !== 'GET') {
      for (const way of this.#requested) {
        const meaning = way.request?.(event);
        if (meaning !== undefined) this.#of(way).add(event, meaning);
      }
    }
  }

  heeds(request: RequestEvent): boolean {
    return request.method !== 'GET' && this.#requested.some((way) => way.request?.(request) !== undefined);
  }

  #of(way: ServedWay): Gathered {
    let gathered = this.#gathered.get(way);
    if (gathered === undefined) {
      gathered = new Gathered();
      this.#gathered.set(way, gathered);
    }
    return gathered;
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const excluded: Excluded[] = [];
    const ways = this.#ways.flatMap((way) => this.#claim(way, scene, after, excluded) ?? []);
    this.#excluded = excluded;
    return ways;
  }

  excluded(): readonly Excluded[] {
    return this.#excluded;
  }

  #claim(way: ServedWay, scene: Scene, after: Aftermath, excluded: Excluded[]): WayIn | undefined {
    const { vector, service, asRoot } = way;
    const gathered = this.#gathered.get(way);
    if (way.common === true && gathered?.logged !== true && !isHere(service, scene)) return undefined;
    const attacks = gathered?.attacks.kept() ?? [];
    const successes = gathered?.successes.kept() ?? [];
    const isNew = ({ asker, us }: Told): boolean => (gathered?.since.get(asker) ?? us) > us - dayUs;
    const tied = successes.filter((one) => isNew(one) && isFollowed(one, after));
    const told = [...attacks, ...tied];
    const signs = gathered?.signs.kept().filter((one) => isNew(one) && reachOf(one.from) === 'public') ?? [];
    const own = (gathered?.own ?? 0) + successes.length - tied.length;
    if (own > 0) excluded.push({ vector, service, what: 'own-job', count: own });
    const runsAs = new Set(
      scene.miners
        .filter(({ parents }) => parents.some((path) => path.toLowerCase().includes(service)))
        .map(({ account }) => String(account)),
    );
    const started = (way.started?.() ?? []).filter(
      ({ usual, at }) => !usual && told.some(({ us }) => follows(us, at.us)),
    );
    const writers = new Set(
      [...told, ...signs].flatMap(({ source }) => scene.logWriters?.get(source.source) ?? []),
    );
    const owns = ({ owner, us }: FirstTrace): boolean =>
      accountsOf(service).includes(owner) ||
      runsAs.has(owner) ||
      writers.has(owner) ||
      started.some(({ at }) => follows(at.us, us)) ||
      (asRoot === true && !isServiceAccount(owner));
    const signed = told.length > 0 ? undefined : signedBy(signs, after, owns);
    if (told.length === 0 && signed === undefined) {
      const refused = gathered?.attempts.count ?? 0;
      if (refused > 0) excluded.push({ vector, service, what: 'refused-requests', count: refused });
      if (!isOpenAndUsed(service, scene)) return undefined;
    }
    const peers = [...told, ...(signed?.signs ?? [])].map(({ from }) => from).filter((from) => from !== '');
    if (peers.length === 0) peers.push(...visitorOf(told, gathered));
    return wayIn(
      {
        vector,
        service,
        account: asRoot === true ? printableText('root') : accountIn(service, scene, [...writers][0]),
        attackers: peers.filter((from) => reachOf(from) !== 'loopback'),
        attempt: signed?.signs[0] ?? gathered?.attempts.kept()[0] ?? gathered?.signs.kept()[0],
        written: signed?.trace,
        successes: told,
        steps: started.slice(0, mostStarted).map(({ at }) => stepOf('command', at)),
        owns,
        ownAccount: asRoot !== true,
      },
      scene,
      after,
    );
  }
}

/** The signs that the service's own first trace follows, and that trace. */
function signedBy(signs: readonly Told[], after: Aftermath, owns: (trace: FirstTrace) => boolean) {
  let trace: FirstTrace | undefined;
  const found = signs.filter(({ us }) => {
    const left = after.following(us).find(owns);
    trace ??= left;
    return left !== undefined;
  });
  return trace === undefined ? undefined : { signs: found, trace };
}

/** Of lines without an address: the one stranger who was logged in by then, where it was one. */
function visitorOf(told: readonly Told[], gathered: Gathered | undefined): readonly string[] {
  const near = (gathered?.logins.kept() ?? []).filter(({ us }) => told.some((one) => follows(us, one.us)));
  const strangers = [...new Set(near.map(({ from }) => from))];
  return strangers.length === 1 ? strangers : [];
}

function isFollowed({ us }: Kept, after: Aftermath): boolean {
  const trace = after.firstAfter(us);
  return trace !== undefined && follows(us, trace.us);
}

/** The accounts of this service that left something. */
function usedOf(service: string, { miners, files }: Scene): readonly Printable[] {
  const accounts = accountsOf(service);
  const used = [...miners.map(({ account }) => account), ...files.map(({ owner }) => owner)];
  return used.filter((one) => accounts.includes(one));
}

/** The one of its accounts that left something; else who writes its log; else the first of such a host. */
function accountIn(service: string, scene: Scene, writer?: Printable): Printable {
  const onWindows = [...scene.entries, ...scene.files].some(({ source }) => isWindowsPath(source.source));
  const usual = accountsOf(service).find((account) => account.includes('\\') === onWindows);
  return usedOf(service, scene)[0] ?? writer ?? printableText(usual ?? service);
}

/** It listens, or an account that is its alone left something. */
const isHere = (service: string, scene: Scene): boolean =>
  scene.doors.some((one) => one.service === service) || usedOf(service, scene).length > 0;

/** The door stands open, and something is left of an account that is this service's alone. */
const isOpenAndUsed = (service: string, scene: Scene): boolean =>
  scene.doors.some((one) => one.service === service && !one.protected) && usedOf(service, scene).length > 0;
