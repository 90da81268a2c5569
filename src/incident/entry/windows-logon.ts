/**
 * Logons of Windows from afar: a password that was guessed over Remote Desktop, file sharing (SMB) or at SQL Server.
 *
 * A logon is accused for what came before it or after it. Before: its address, or its subnet, guessed within a day at so
 * many passwords or accounts as nobody types. After: it came from the internet, was never seen before, and the attacker's first
 * trace follows within minutes; nobody guessed then, so `probable` is the most. Who came on an earlier day without guessing works here. With network level authentication a
 * try over Remote Desktop is logged as one over the network (type 3), so tries of an address count for each of the services.
 * What it is NOT: a list of guessers; a host on the internet is guessed at all day, and who never came in is no door.
 * Bounds: 30,000 addresses, 10,000 subnets, 5,000 logons kept. Source: knowledge on Windows §4.4.
 */
import { reachOf } from '../../detect/address.ts';
import type { LogEvent, LoginEvent, ServiceEvent } from '../../model/facts/event.ts';
import type { Vector } from '../../model/incident.ts';
import type { SourceId } from '../../model/source.ts';
import type { Printable } from '../../model/text.ts';
import type { Scene } from '../scene.ts';
import { type Excluded, earlierUs, follows, type Missing, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import { oldestTrace, wayIn } from './claim.ts';
import { type Kept, keep } from './kept.ts';
import { AddressTries, addressOf, subnetOf, Tries } from './tries.ts';
import type { EntryWatcher } from './watcher.ts';
import { owns, plain } from './windows-accounts.ts';

const dayUs = 86_400e6;
const patient = 20;
const several = 8;
const severalAccounts = 3;
const slowTries = 40;
const subnetTries = 20;
const subnetAddresses = 3;
const mostLogons = 5_000;
const mostLogs = 1_000;
const mostClaims = 20;

const vectors: Readonly<Record<string, Vector>> = {
  rdp: 'rdp-brute-force',
  smb: 'smb-brute-force',
  mssql: 'mssql-brute-force',
};

interface Logon {
  readonly from: Printable;
  readonly account: Printable;
  readonly service: string;
  readonly at: Kept;
}

interface Accused {
  readonly logon: Logon;
  readonly attempt?: Kept;
  /** Only what came after speaks against it. */
  readonly stolen?: true;
  readonly limits: readonly Missing[];
}

const dayOf = (from: string, us: number): string => `${from} ${Math.floor(us / dayUs)}`;

export class WindowsLogonWatcher implements EntryWatcher {
  readonly #addresses = new Bounded<string, AddressTries>(30_000);
  readonly #subnets = new Bounded<string, Tries>(10_000);
  /** The first logon of an address as an account on each day. */
  readonly #logons = new Bounded<string, Logon>(mostLogons);
  /** Connections that reached the point where it is asked who they are (1149), the first of an address on each day. */
  readonly #reached = new Bounded<string, Kept>(mostLogons);
  readonly #logs = new Map<SourceId, number>();
  #earliestUs = Number.POSITIVE_INFINITY;
  #excluded: readonly Excluded[] = [];

  see(event: LogEvent): void {
    if (event.what === 'service' && event.service === 'rdp') this.#reach(event);
    if (event.what !== 'login' || vectors[event.service] === undefined) return;
    this.#earliestUs = Math.min(this.#earliestUs, event.us);
    const from = addressOf(event.from);
    if (from === '') return;
    if (event.outcome === 'accepted') this.#accepted(event, from);
    else this.#failed(event, from);
  }

  #accepted(event: LoginEvent, from: string): void {
    const key = `${from} ${plain(event.account)} ${event.service} ${Math.floor(event.us / dayUs)}`;
    this.#logons.update(key, (known) =>
      known !== undefined && known.at.us <= event.us
        ? known
        : { from: event.from, account: event.account, service: event.service, at: keep(event) },
    );
  }

  #reach(event: ServiceEvent): void {
    const from = addressOf(event.from);
    if (from === '' || event.action !== 'reached') return;
    this.#reached.update(dayOf(from, event.us), (known) =>
      known !== undefined && known.us <= event.us ? known : keep(event),
    );
  }

  #failed(event: LoginEvent, from: string): void {
    const log = this.#logs.get(event.source.source) ?? this.#logs.size;
    if (log < mostLogs) this.#logs.set(event.source.source, log);
    let counted = false;
    this.#addresses.update(from, (known) => {
      const tries = known ?? new AddressTries(event);
      counted = tries.note(event, log);
      return tries;
    });
    if (!counted) return;
    this.#subnets.update(subnetOf(from), (known) => {
      const tries = known ?? new Tries(event);
      tries.add(event, from);
      tries.accounts.add(event.account);
      return tries;
    });
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const usualSince = new Map<string, number>();
    /** Providers give a home another address of the same subnet each day. */
    const usualNets = new Map<string, number>();
    const accusedFrom = new Map<string, Accused>();
    const found: Accused[] = [];
    const spared: Logon[] = [];
    const logons = [...this.#logons.entries()].map(([, logon]) => logon).sort((a, b) => a.at.us - b.at.us);
    for (const logon of logons) {
      const from = addressOf(logon.from);
      const usual = (usualSince.get(from) ?? logon.at.us) < logon.at.us - dayUs;
      const before = accusedFrom.get(from);
      const accused: Accused | undefined =
        before !== undefined
          ? { logon, limits: [], ...(before.stolen === true ? { stolen: true } : {}) }
          : this.#accuse(logon, from, usual, usualNets, scene, after);
      if (accused === undefined) {
        if (!usualSince.has(from)) usualSince.set(from, logon.at.us);
        const net = `${subnetOf(from)} ${plain(logon.account)}`;
        if (!usualNets.has(net)) usualNets.set(net, logon.at.us);
        const trace = after.firstAfter(logon.at.us);
        if (trace !== undefined && follows(logon.at.us, trace.us)) spared.push(logon);
        continue;
      }
      accusedFrom.set(from, before ?? accused);
      found.push(accused);
    }
    this.#excluded = this.#spare(spared, new Set(logons.map(({ from }) => addressOf(from))));
    return this.#claims(found, scene, after);
  }

  excluded(): readonly Excluded[] {
    return this.#excluded;
  }

  #accuse(
    logon: Logon,
    from: string,
    usual: boolean,
    usualNets: ReadonlyMap<string, number>,
    scene: Scene,
    after: Aftermath,
  ): Accused | undefined {
    const { at } = logon;
    const own = this.#addresses.get(from);
    if (own !== undefined && own.first.us <= at.us) {
      const today = own.before(at.us, dayUs);
      const ever = own.before(at.us, Number.POSITIVE_INFINITY);
      const names = own.others.size;
      // A program with an old password fails all night, at one account.
      const guesses = usual
        ? today >= slowTries && names >= 2 * severalAccounts
        : today >= patient || (today >= several && names >= severalAccounts) || ever >= slowTries;
      if (guesses) return { logon, attempt: own.first, limits: [] };
    }
    if (usual) return undefined;
    const trace = after.firstAfter(at.us);
    const followed = trace !== undefined && follows(at.us, trace.us);
    const subnet = this.#subnets.get(subnetOf(from));
    if (
      subnet !== undefined &&
      subnet.first.us <= at.us &&
      subnet.others.size >= subnetAddresses &&
      subnet.before(at.us, dayUs) >= subnetTries
    ) {
      if (reachOf(from) === 'public' || followed) return { logon, attempt: subnet.first, limits: [] };
    }
    // From here on only what came after speaks against it.
    if (reachOf(from) !== 'public' || !followed || oldestTrace(scene) < at.us - earlierUs) return undefined;
    const net = usualNets.get(`${subnetOf(from)} ${plain(logon.account)}`);
    if (net !== undefined && net < at.us - dayUs) return undefined;
    const limits: Missing[] = ['no-guesses'];
    if (this.#earliestUs >= at.us - dayUs) limits.push('history-short');
    const reached = this.#reached.get(dayOf(from, at.us));
    return {
      logon,
      stolen: true,
      limits,
      ...(reached !== undefined && reached.us <= at.us ? { attempt: reached } : {}),
    };
  }

  #claims(found: readonly Accused[], scene: Scene, after: Aftermath): readonly WayIn[] {
    const rivals = new Set(found.filter(({ stolen }) => stolen).map(({ logon }) => addressOf(logon.from)));
    const groups = Map.groupBy(
      found,
      ({ logon: { service, account }, stolen }) => `${service} ${plain(account)} ${stolen ?? ''}`,
    );
    return [...groups.values()].slice(0, mostClaims).flatMap((of) => {
      const [first] = of;
      const stolen = first?.stolen === true;
      const guessed = first === undefined ? undefined : vectors[first.logon.service];
      const vector = stolen && first.logon.service !== 'mssql' ? 'windows-logon' : guessed;
      if (first === undefined || vector === undefined) return [];
      const { account, service } = first.logon;
      const claim = wayIn(
        {
          vector,
          service,
          account,
          attackers: of.map(({ logon }) => logon.from),
          attempt: of.find(({ attempt }) => attempt !== undefined)?.attempt,
          successes: of.map(({ logon }) => logon.at),
          owns: (trace) => owns(account, trace),
          limits: [
            ...new Set(of.flatMap(({ limits }) => limits)),
            ...(stolen && rivals.size > 1 ? (['several-candidates'] as const) : []),
          ],
        },
        scene,
        after,
      );
      return claim ?? [];
    });
  }

  #spare(spared: readonly Logon[], came: ReadonlySet<string>): readonly Excluded[] {
    let guessers = 0;
    for (const [from, { count }] of this.#addresses.entries())
      if (count >= several && !came.has(from)) guessers += 1;
    const excluded: Excluded[] =
      guessers === 0
        ? []
        : [{ vector: 'rdp-brute-force', service: 'rdp', what: 'failed-guesses', count: guessers }];
    const [first] = spared;
    if (first !== undefined)
      excluded.push({
        vector: vectors[first.service] ?? 'rdp-brute-force',
        service: first.service,
        what: 'usual-login',
        count: spared.length,
        from: first.from,
      });
    return excluded;
  }
}
