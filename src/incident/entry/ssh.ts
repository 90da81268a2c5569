/**
 * SSH: a password that was guessed (from one address, from a subnet, by many in turn, slowly), and a key that was stolen
 * or planted.
 *
 * A login is accused for what came before it or after it. Before: its address guessed at several accounts, or long at
 * one, and this account is among them; or addresses of its subnet did. After: the attacker's first trace of all follows
 * within minutes, and the address was never seen before, nor (for a password) the account left alone by others. Who
 * came on an earlier day without guessing works here, and is not accused of what else happened that day; a few failures
 * before a success are typing. Whoever was accused once stays it, also with a key a week later.
 * A password that nobody guessed at, from where nobody comes who works here, and then the first trace of its own account,
 * is a lead where there is no other: `possible`, since its owner may be at a new place.
 * Who comes so from the same network is a neighbour that fell before (`lateral`); one that works here is accused where
 * findings name its address.
 * What it is NOT: a list of guessers; a host on the internet is guessed at all day, and who never came in is no door.
 * Bounds: 30,000 addresses, 10,000 subnets, 20,000 accounts, 8,000 ways in; what is not seen again goes first.
 * Source: knowledge on entry §5.1, §5.4.
 */
import { reachOf } from '../../detect/address.ts';
import { isWindowsPath } from '../../formats/windows-path.ts';
import type { LogEvent, LoginEvent, SessionEvent } from '../../model/facts/event.ts';
import type { SourceId } from '../../model/source.ts';
import type { Printable } from '../../model/text.ts';
import type { FirstTrace, Scene, SceneKey } from '../scene.ts';
import { type Excluded, earlierUs, follows, type Missing, minutesUs, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import { oldestTrace, wayIn } from './claim.ts';
import { type Kept, keep, stepOf } from './kept.ts';
import { Moments } from './moments.ts';
import { isServiceAccount } from './owners.ts';
import { type Login, SshLogins } from './ssh-logins.ts';
import { AddressTries, addressOf, isRelay, subnetOf, Tries } from './tries.ts';
import type { EntryWatcher } from './watcher.ts';
import { owns as ownsOnWindows } from './windows-accounts.ts';

const dayUs = 86_400e6;
/** Tries of one account within a day that nobody types, and of several accounts. */
const patient = 20;
const several = 8;
const severalAccounts = 3;
/** Of an address that is used here: a program with an old password fails all night. */
const usualTries = 40;
const usualAccounts = 6;
/** Over the whole log, by an address that was never let in. */
const slowTries = 12;
const subnetTries = 20;
const subnetAddresses = 3;
/** Addresses that tried one account before somebody came in as it. */
const accountAddresses = 8;
const mostLogs = 1_000;
const mostClaims = 20;

type SshVector = 'ssh-brute-force' | 'ssh-key' | 'lateral';
type How =
  | 'address'
  | 'subnet'
  | 'account'
  | 'planted'
  | 'stolen'
  | 'neighbour'
  | 'returned'
  /** No more than a lead. */
  | 'unusual';

interface Suspicion {
  readonly login: Login;
  readonly how: How;
  readonly attempt?: Kept;
  readonly limits: readonly Missing[];
  /** Only what came after speaks against it. */
  readonly soft: boolean;
}

interface Accused extends Suspicion {
  readonly vector: SshVector;
}

/** What was learned of addresses and keys on the way through the logins. */
interface Seen {
  readonly usualSince: Map<string, number>;
  readonly keySince: Map<string, number>;
  readonly accused: Map<string, Accused>;
}

/** btmp(5), rotated or not, has no success: how far it reaches says nothing of when one should be logged. */
const failuresOnly = /(?:^|\/)btmps?(?:[.-][^/]*)?$/;

/** A terminal within a terminal has its display or its multiplexer for an address. */
const isRemote = (from: Printable): boolean =>
  from !== '' && !/^(?::|localhost$|tmux|screen|mosh)/.test(from);

/** lastlog and lastlog2, whose records do not say how somebody came in. */
const isLastLogin = ({ service, outcome, method }: LoginEvent): boolean =>
  outcome === 'accepted' && method === '' && (service === 'sshd' || service === 'lastlog');

/** sshd names itself in wtmpdb; in wtmp it has a pseudo-terminal, and what else comes so from afar is rare. */
export const isBySsh = ({ service, from, terminal }: SessionEvent): boolean =>
  isRemote(from) && (service === 'sshd' || (service === 'utmp' && terminal?.startsWith('pts/') === true));

export class SshWatcher implements EntryWatcher {
  readonly #addresses = new Bounded<string, AddressTries>(30_000);
  readonly #subnets = new Bounded<string, Tries>(10_000);
  readonly #accounts = new Bounded<string, Tries>(20_000);
  readonly #logins = new SshLogins();
  readonly #raised = new Bounded<string, Moments<Kept>>(1_000);
  readonly #logs = new Map<SourceId, number>();
  #earliestUs = Number.POSITIVE_INFINITY;
  #excluded: readonly Excluded[] = [];

  see(event: LogEvent): void {
    switch (event.what) {
      case 'login':
        if (isLastLogin(event)) {
          if (isRemote(event.from)) this.#logins.session(event);
          return;
        }
        if (event.service !== 'sshd') return;
        if (!failuresOnly.test(event.source.source)) this.#earliestUs = Math.min(this.#earliestUs, event.us);
        if (event.outcome === 'accepted') this.#logins.accepted(event);
        else this.#failed(event);
        return;
      case 'session':
        if (event.phase === 'opened' && isBySsh(event)) this.#logins.session(event);
        return;
      case 'privilege':
        if (event.outcome !== 'accepted' || event.as !== 'root') return;
        this.#raised.update(event.account, (times) => {
          const kept = times ?? new Moments<Kept>(8);
          kept.note(event.us, () => keep(event));
          return kept;
        });
        return;
      default:
        return;
    }
  }

  #failed(event: LoginEvent): void {
    if (!isGuess(event)) return;
    const from = addressOf(event.from);
    const log = this.#logs.get(event.source.source) ?? this.#logs.size;
    if (log < mostLogs) this.#logs.set(event.source.source, log);
    let counted = false;
    this.#addresses.update(from, (known) => {
      const tries = known ?? new AddressTries(event);
      counted = tries.note(event, log);
      return tries;
    });
    if (!counted) return;
    const add = (known: Tries | undefined): Tries => {
      const tries = known ?? new Tries(event);
      tries.add(event, from);
      return tries;
    };
    this.#subnets.update(subnetOf(from), (known) => {
      const tries = add(known);
      tries.accounts.add(event.account);
      return tries;
    });
    this.#accounts.update(event.account, add);
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const seen: Seen = { usualSince: new Map(), keySince: new Map(), accused: new Map() };
    const found: Accused[] = [];
    const spared: Login[] = [];
    const logins = this.#logins.all();
    for (const login of logins) {
      const suspicion = this.#accuse(login, seen, scene, after);
      if (suspicion === undefined) {
        if (!isRelay(login.from)) keepFirst(seen.usualSince, login.from, login.at.us);
        if (login.key !== undefined) keepFirst(seen.keySince, login.key, login.at.us);
        if (isFollowed(login, after)) spared.push(login);
        continue;
      }
      const before = seen.accused.get(login.from);
      // Whoever came again came through the door of the first time.
      const accused = { ...suspicion, vector: before?.vector ?? vectorOf(suspicion) };
      if (before === undefined && !isRelay(login.from)) seen.accused.set(login.from, accused);
      found.push(accused);
    }
    const kept = withoutRivals(found, after);
    this.#excluded = this.#spare(spared, new Set(logins.map(({ from }) => from)));
    return this.#claims(kept, scene, after);
  }

  excluded(): readonly Excluded[] {
    return this.#excluded;
  }

  #accuse(login: Login, seen: Seen, scene: Scene, after: Aftermath): Suspicion | undefined {
    const { from, at, key, sessionOnly } = login;
    const limits: Missing[] = [];
    if (sessionOnly) limits.push(at.us < this.#earliestUs ? 'log-begins-later' : 'log-wiped');
    if (isRelay(from)) limits.push('address-hidden');
    const before = seen.accused.get(from);
    if (before !== undefined) {
      if (isLead(before)) limits.push('no-guesses');
      return { login, how: 'returned', limits, soft: before.soft };
    }
    if (key === undefined) {
      const guessed = this.#guessed(login, isUsual(seen, from, at.us), after);
      if (guessed !== undefined) return { ...guessed, limits };
    } else {
      const planted = scene.keys.find(({ fingerprint, accused }) => accused && fingerprint === key);
      if (planted !== undefined && isAfter(planted, at.us))
        return { login, how: 'planted', limits, soft: false };
    }
    if (reachOf(from) === 'private' && scene.addresses.has(from) && isFollowed(login, after)) {
      return { login, how: 'neighbour', limits, soft: false };
    }
    // From here on only what came after speaks against it.
    if (seen.usualSince.has(from) && !isRelay(from)) return undefined;
    const ignoring = scene.keys.find(({ fingerprint }) => fingerprint === key)?.file;
    if (!isFollowed(login, after) || oldestTrace(scene, ignoring) < at.us - earlierUs) return undefined;
    if (!(this.#earliestUs < at.us - dayUs)) limits.push('history-short');
    if (key !== undefined) {
      const isUsualKey = seen.keySince.has(key) || isInstalled(scene, key, at.us);
      // Its owner travels: from a new address alone, and beside what another account left, he is nobody's intruder.
      if (isUsualKey && !this.#owned(login, after)) return undefined;
      if (isUsualKey) limits.push('usual-key');
      return { login, how: 'stolen', limits, soft: true };
    }
    const tried = this.#accounts.get(login.account);
    const byMany = tried !== undefined && tried.others.size >= accountAddresses && tried.first.us < at.us;
    if (byMany) return { login, how: 'account', attempt: tried.first, limits, soft: true };
    return this.#isUnusual(login, seen, after)
      ? { login, how: 'unusual', limits: [...limits, 'no-guesses'], soft: true }
      : undefined;
  }

  /** A password, from where nobody came who works here, and then its account's own trace: it may have been stolen. */
  #isUnusual(login: Login, { usualSince }: Seen, after: Aftermath): boolean {
    const { from, at } = login;
    if (reachOf(from) !== 'public' || isRelay(from) || !this.#owned(login, after)) return false;
    for (const us of usualSince.values()) if (us < at.us - dayUs) return true;
    return false;
  }

  #guessed(login: Login, usual: boolean, after: Aftermath): Omit<Suspicion, 'limits'> | undefined {
    const { from, account, at } = login;
    const own = this.#addresses.get(from);
    if (own !== undefined && own.first.us <= at.us) {
      const today = own.before(at.us, dayUs);
      const ever = own.before(at.us, Number.POSITIVE_INFINITY);
      const names = own.others.size;
      // The right password of another account at once: so it goes with those who go through accounts.
      const listed =
        own.others.mayHave(account) || (!usual && (names >= severalAccounts || isFollowed(login, after)));
      const guesses = usual
        ? today >= usualTries && names >= usualAccounts
        : today >= patient ||
          (today >= several && names >= severalAccounts) ||
          (ever >= slowTries && names >= severalAccounts) ||
          ever >= 2 * patient;
      // Behind a relay all have the same address: what failed was not necessarily who came in.
      if (listed && guesses && !isRelay(from))
        return { login, how: 'address', attempt: own.first, soft: false };
    }
    if (usual || isRelay(from)) return undefined;
    const subnet = this.#subnets.get(subnetOf(from));
    if (subnet === undefined || !subnet.accounts.mayHave(account)) return undefined;
    const many = subnet.others.size >= subnetAddresses && subnet.before(at.us, dayUs) >= subnetTries;
    // In a network of one's own, programs with old passwords fail too.
    if (many && reachOf(from) !== 'public' && !isFollowed(login, after)) return undefined;
    return many ? { login, how: 'subnet', attempt: subnet.first, soft: false } : undefined;
  }

  #claims(found: readonly Accused[], scene: Scene, after: Aftermath): readonly WayIn[] {
    const groups = Map.groupBy(found, ({ vector, login }) => `${vector} ${login.account}`);
    return [...groups.values()].slice(0, mostClaims).flatMap((of) => {
      const [first] = of;
      if (first === undefined) return [];
      const { vector } = first;
      const { account } = first.login;
      const hard = of.filter(({ soft }) => !soft);
      const limits = new Set((hard.length > 0 ? hard : of).flatMap((one) => one.limits));
      const keys = of.flatMap(({ login }) => login.key ?? []);
      const raised = this.#raisedAfter(
        account,
        of.map(({ login }) => login),
      );
      const claim = wayIn(
        {
          vector,
          service: 'sshd',
          account,
          attackers: of.filter(({ login }) => !isRelay(login.from)).map(({ login }) => login.from),
          attempt: of.find(({ attempt }) => attempt !== undefined)?.attempt,
          successes: of.map(({ login }) => login.at),
          steps: raised.slice(0, 1).map((kept) => stepOf('command', kept)),
          owns: (trace) => owns(account, trace, raised),
          limits: [...limits],
          ignoring: scene.keys.find(({ fingerprint }) => keys.some((key) => key === fingerprint))?.file,
        },
        scene,
        after,
      );
      if (claim === undefined) return [];
      return of.every(isLead) ? [{ ...claim, grade: 'possible' as const }] : [claim];
    });
  }

  #raisedAfter(account: string, of: readonly Login[]): readonly Kept[] {
    const times = this.#raised.get(account)?.kept() ?? [];
    return times.filter(({ us }) => of.some(({ at }) => us >= at.us && us <= at.us + minutesUs));
  }

  /** Whether what follows a login is the work of its account. */
  #owned(login: Login, after: Aftermath): boolean {
    const raised = this.#raisedAfter(login.account, [login]);
    return after.following(login.at.us).some((trace) => owns(login.account, trace, raised));
  }

  #spare(spared: readonly Login[], came: ReadonlySet<string>): readonly Excluded[] {
    let guessers = 0;
    for (const [from, { count }] of this.#addresses.entries())
      if (count >= several && !came.has(from)) guessers += 1;
    const excluded: Excluded[] =
      guessers > 0
        ? [{ vector: 'ssh-brute-force', service: 'sshd', what: 'failed-guesses', count: guessers }]
        : [];
    for (const [what, keyed] of [
      ['usual-login', false],
      ['usual-key', true],
    ] as const) {
      const of = spared.filter(({ key }) => (key !== undefined) === keyed);
      const [first] = of;
      if (first === undefined) continue;
      const from = first.from as Excluded['from'];
      const vector = keyed ? 'ssh-key' : 'ssh-brute-force';
      excluded.push({
        vector,
        service: 'sshd',
        what,
        count: of.length,
        ...(from === undefined ? {} : { from }),
      });
    }
    return excluded;
  }
}

/**
 * A client with many keys fails with each of them, and one that only asks for the methods is closed: neither is a
 * password that was tried. Of an account that is not there, whatever is said is a try.
 */
const isGuess = ({ method, known }: LoginEvent): boolean =>
  !known || method === '' || method === 'password' || method.startsWith('keyboard-interactive');

function keepFirst(map: Map<string, number>, key: string, us: number): void {
  if (!map.has(key)) map.set(key, us);
}

/** It came in on another day before without a guess: somebody who works here. */
function isUsual({ usualSince }: Seen, from: string, us: number): boolean {
  return (usualSince.get(from) ?? us) < us - dayUs;
}

function isFollowed({ at }: Login, after: Aftermath): boolean {
  const trace = after.firstAfter(at.us);
  return trace !== undefined && follows(at.us, trace.us);
}

/** Whoever owns the host had let it in before. */
const isInstalled = ({ keys }: Scene, key: string, us: number): boolean =>
  keys.some(
    ({ fingerprint, accused, changedUs }) =>
      !accused && fingerprint === key && changedUs !== undefined && changedUs < us - earlierUs,
  );

/** The key was there by then; a minute, since its file may be written again. */
const isAfter = ({ changedUs }: SceneKey, us: number): boolean =>
  changedUs === undefined || us >= changedUs - 60e6;

/**
 * What root unpacks keeps numbers of owners from elsewhere, so any owner but a service's own fits root. What another
 * account leaves as root needs a sudo or su in between.
 */
function owns(account: string, trace: FirstTrace, raised: readonly Kept[]): boolean {
  // Of a copied file of Windows nobody knows the owner, and whoever administers makes entries of the machine.
  if (isWindowsPath(trace.source.source)) return ownsOnWindows(account, trace);
  if (trace.owner === account) return true;
  if (account === 'root') return !isServiceAccount(trace.owner);
  return trace.owner === 'root' && raised.some(({ us }) => us <= trace.us + earlierUs);
}

/** Whoever came first as a lead comes again as one. */
const isLead = ({ limits }: Suspicion): boolean => limits.includes('no-guesses');

/** Who comes from the same network without guessing: a neighbour that fell before. */
const isNeighbour = ({ how, login }: Suspicion): boolean =>
  how === 'neighbour' ||
  ((how === 'stolen' || how === 'account') && reachOf(login.from) === 'private' && !isRelay(login.from));

function vectorOf(one: Suspicion): SshVector {
  if (isNeighbour(one)) return 'lateral';
  return one.how === 'planted' || one.how === 'stolen' ? 'ssh-key' : 'ssh-brute-force';
}

/**
 * Of several that only their time speaks against, the last before the trace is taken and told as uncertain. Where the
 * trace follows somebody who guessed, none of them is needed.
 */
function withoutRivals(found: readonly Accused[], after: Aftermath): readonly Accused[] {
  const hard = found.filter(({ soft }) => !soft);
  if (hard.some(({ how, login }) => how !== 'planted' && isFollowed(login, after))) return hard;
  // A lead counts where there is nothing else.
  const all = found.filter((one) => one.soft);
  const soft = found.every(isLead) ? all : all.filter((one) => !isLead(one));
  const last = soft.filter(({ how }) => how !== 'returned').at(-1);
  if (last === undefined) return hard;
  const rivals = new Set(soft.map(({ login }) => login.from)).size > 1;
  const limits: readonly Missing[] = rivals ? [...last.limits, 'several-candidates'] : last.limits;
  // What came of it counts, not that the address was here again.
  const of = soft.filter(
    ({ how, login }) => login.from === last.login.from && (how !== 'returned' || isFollowed(login, after)),
  );
  return [...hard, ...of.map((one) => ({ ...one, limits }))];
}
