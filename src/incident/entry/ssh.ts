/**
 * SSH: a password that was guessed (from one address, from a subnet, by many in turn, slowly), and a key that was stolen
 * or planted.
 *
 * A success is suspicious for what came before it and for what came after. Before: failures of the same address, of
 * its /24 or /48, or of its account from many addresses, within a day, or over the whole log where somebody is patient.
 * After: the attacker's first file within minutes. An address that logged in on several days before, without guessing,
 * is the owner's, and a key that was used before is the owner's too: neither is accused for what it did that day alone.
 * What it is NOT: a list of guessers; a host on the internet is guessed at all day, and who never came in is no door.
 * Bounds: 100,000 addresses, 20,000 subnets, 50,000 accounts, 20,000 successes; the busiest are kept.
 * Source: knowledge on entry §5.1, §5.4.
 */
import type { LogEvent, LoginEvent } from '../../model/facts/event.ts';
import type { Printable } from '../../model/text.ts';
import { firstTrace, type Scene, type SceneKey } from '../scene.ts';
import { type ChainStep, follows, gradeOf, minutesUs, type WayIn } from '../way-in.ts';
import { Bounded } from './bounded.ts';
import type { EntryWatcher } from './watcher.ts';

const dayUs = 86_400e6;
/** Failures of one address before its success that are more than a person's typing. */
const guesses = 8;
/** Of a subnet, of which several addresses take part. */
const subnetGuesses = 20;
const subnetAddresses = 3;
/** Addresses that tried one account before one of them came in. */
const accountAddresses = 8;
const mostSuccesses = 20_000;
const mostTries = 64;

interface Tries {
  /** Times of failures, the latest kept, ascending as they came. */
  readonly times: number[];
  count: number;
  readonly addresses: Set<string>;
  first: LoginEvent;
  last: LoginEvent;
}

function note(tries: Tries | undefined, event: LoginEvent): Tries {
  const noted = tries ?? { times: [], count: 0, addresses: new Set<string>(), first: event, last: event };
  noted.count += 1;
  if (noted.times.length >= mostTries) noted.times.shift();
  noted.times.push(event.us);
  if (noted.addresses.size < mostTries) noted.addresses.add(event.from);
  if (event.us < noted.first.us) noted.first = event;
  if (event.us >= noted.last.us) noted.last = event;
  return noted;
}

/** /24 of an IPv4 address, /48 of an IPv6 one; the name itself where it is neither. */
export function subnetOf(address: string): string {
  const four = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address);
  if (four !== null) return `${four[1]}.0/24`;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head.split(':').filter((part) => part !== '');
  const right = (tail ?? '').split(':').filter((part) => part !== '');
  const filled =
    tail === undefined
      ? left
      : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${filled
    .slice(0, 3)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/48`;
}

const before = (tries: Tries | undefined, us: number, within: number): number =>
  tries?.times.filter((time) => time <= us && time >= us - within).length ?? 0;

interface Suspicion {
  readonly event: LoginEvent;
  readonly how: 'address' | 'subnet' | 'account' | 'key' | 'unusual';
  readonly attempt?: LoginEvent;
}

export class SshWatcher implements EntryWatcher {
  readonly #addresses = new Bounded<string, Tries>(100_000);
  readonly #subnets = new Bounded<string, Tries>(20_000);
  readonly #accounts = new Bounded<string, Tries>(50_000);
  readonly #successes: LoginEvent[] = [];
  #more = 0;

  see(event: LogEvent): void {
    if (event.what !== 'login' || event.service !== 'sshd') return;
    if (event.outcome === 'accepted') {
      if (this.#successes.length < mostSuccesses) this.#successes.push(event);
      else this.#more += 1;
      return;
    }
    const { from, account } = event;
    this.#addresses.update(from, (tries) => note(tries, event));
    this.#subnets.update(subnetOf(from), (tries) => note(tries, event));
    this.#accounts.update(account, (tries) => note(tries, event));
  }

  conclude(scene: Scene): readonly WayIn[] {
    const successes = this.#successes.toSorted((a, b) => a.us - b.us);
    const found = successes.flatMap((event) => this.#suspect(event, successes, scene) ?? []);
    const password = this.#claim(
      found.filter(({ how }) => how !== 'key'),
      'ssh-brute-force',
      scene,
    );
    const key = this.#claim(
      found.filter(({ how }) => how === 'key'),
      'ssh-key',
      scene,
    );
    return [...password, ...key];
  }

  #suspect(event: LoginEvent, successes: readonly LoginEvent[], scene: Scene): Suspicion | undefined {
    const { us, from, account } = event;
    if (event.key !== undefined) {
      const planted = scene.keys.find(({ fingerprint, accused }) => accused && fingerprint === event.key);
      if (planted !== undefined && isAfter(planted, us)) return { event, how: 'key' };
      const known = successes.some((other) => other.key === event.key && other.us < us - dayUs);
      const trace = firstTrace(scene, us - 5e6);
      if (!known && !isOwners(from, us, successes) && trace !== undefined && follows(us, trace.us)) {
        return { event, how: 'key' };
      }
      return undefined;
    }
    const own = this.#addresses.get(from);
    if (
      before(own, us, dayUs) >= guesses ||
      (own !== undefined && own.count >= guesses && own.first.us < us)
    ) {
      return { event, how: 'address', ...(own === undefined ? {} : { attempt: own.first }) };
    }
    if (isOwners(from, us, successes)) return undefined;
    const subnet = this.#subnets.get(subnetOf(from));
    if (
      subnet !== undefined &&
      subnet.addresses.size >= subnetAddresses &&
      before(subnet, us, dayUs) >= subnetGuesses
    ) {
      return { event, how: 'subnet', attempt: subnet.first };
    }
    const trace = firstTrace(scene, us - 5e6);
    const near = trace !== undefined && follows(us, trace.us);
    const tried = this.#accounts.get(account);
    if (near && tried !== undefined && tried.addresses.size >= accountAddresses && tried.first.us < us) {
      return { event, how: 'account', attempt: tried.first };
    }
    return undefined;
  }

  #claim(found: readonly Suspicion[], vector: 'ssh-brute-force' | 'ssh-key', scene: Scene): readonly WayIn[] {
    const byAccount = Map.groupBy(found, ({ event }) => event.account);
    return [...byAccount].flatMap(([account, of]): readonly WayIn[] => {
      const tied = of.find(({ event }) => {
        const trace = firstTrace(scene, event.us - 5e6);
        return trace !== undefined && follows(event.us, trace.us);
      });
      const best = tied ?? of[0];
      if (best === undefined) return [];
      const { event } = best;
      const trace = firstTrace(scene, event.us - 5e6);
      const near = trace !== undefined && follows(event.us, trace.us);
      const owner = trace !== undefined && (trace.owner === account || account === 'root');
      const graded = gradeOf({
        success: true,
        nearFile: near,
        owner: near && owner,
        grounded: trace?.grounded ?? true,
        certain: event.certain,
        verified: true,
      });
      if (graded === undefined) return [];
      const attackers = [...new Set(of.map((one) => one.event.from))].slice(0, 100);
      return [
        {
          vector,
          grade: graded.grade,
          attackers,
          account: account as Printable,
          firstSuccessUs: event.us,
          service: 'sshd',
          chain: chainOf(best, scene),
          missing: graded.missing,
        },
      ];
    });
  }
}

const isAfter = ({ changedUs }: SceneKey, us: number): boolean =>
  changedUs === undefined || us >= changedUs - 60e6;

/** It came in on another day before without a guess: somebody who works here. */
function isOwners(from: string, us: number, successes: readonly LoginEvent[]): boolean {
  return successes.some((other) => other.from === from && other.us < us - dayUs);
}

function chainOf({ event, attempt }: Suspicion, scene: Scene): readonly ChainStep[] {
  const stepOf = (step: ChainStep['step'], from: LoginEvent): ChainStep => ({
    step,
    us: from.us,
    certain: from.certain,
    source: from.source,
    text: from.text,
  });
  const steps: ChainStep[] = [];
  if (attempt !== undefined) steps.push(stepOf('attempt', attempt));
  steps.push(stepOf('success', event));
  const trace = firstTrace(scene, event.us - 5e6);
  if (trace !== undefined && follows(event.us, trace.us)) {
    steps.push({
      step: 'file',
      us: trace.us,
      certain: trace.grounded,
      source: trace.source,
      text: trace.text,
    });
  }
  const entry = scene.entries
    .filter(({ changedUs }) => changedUs !== undefined && changedUs >= event.us - 5e6)
    .toSorted((a, b) => (a.changedUs ?? 0) - (b.changedUs ?? 0))[0];
  if (entry?.changedUs !== undefined && entry.changedUs <= event.us + minutesUs) {
    steps.push({
      step: 'persistence',
      us: entry.changedUs,
      certain: true,
      source: entry.source,
      text: entry.text,
    });
  }
  const miner = scene.miners
    .filter(({ startUs }) => startUs >= event.us)
    .toSorted((a, b) => a.startUs - b.startUs)[0];
  if (miner !== undefined) {
    steps.push({ step: 'miner', us: miner.startUs, certain: true, source: miner.source, text: miner.text });
  }
  return steps;
}
