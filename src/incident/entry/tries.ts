/**
 * Failed logins of one address, one subnet or one account: how many, when, of how many others, in a bounded room.
 *
 * One try leaves up to three lines (`Invalid user`, `Failed password`, `Connection closed by invalid user`) and stands
 * in up to three logs (auth.log, the journal, btmp). Each is counted once: lines of one connection by its port, other
 * logs by the second. So five typos of an administrator stay five.
 * Units: microseconds UTC.
 */
import type { LoginEvent } from '../../model/facts/event.ts';
import { type Kept, keep } from './kept.ts';

const mostSpans = 12;
const spanUs = 600e6;
const mostNames = 32;
/** Lines by which those of other logs are known again. */
const mostRecent = 48;

/** FNV-1a: names are only counted and looked up. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash;
}

/** Different names, as many as have room. */
class Names {
  readonly #hashes: number[] = [];

  get size(): number {
    return this.#hashes.length;
  }

  add(name: string): void {
    if (this.#hashes.length >= mostNames) return;
    const hash = hashOf(name);
    if (!this.#hashes.includes(hash)) this.#hashes.push(hash);
  }

  /** True also where there were more than are kept: it may have been among them. */
  mayHave(name: string): boolean {
    return this.#hashes.length >= mostNames || this.#hashes.includes(hashOf(name));
  }
}

interface Span {
  fromUs: number;
  toUs: number;
  count: number;
}

export class Tries {
  /** Accounts that an address tried, or addresses that tried an account. */
  readonly others = new Names();
  /** Accounts that a subnet tried. */
  readonly accounts = new Names();
  count = 0;
  /** Of accounts that are not there. */
  unknown = 0;
  first: Kept;
  /** In the order of time. */
  readonly #spans: Span[] = [];

  constructor(event: LoginEvent) {
    this.first = keep(event);
  }

  add(event: LoginEvent, other: string): void {
    this.count += 1;
    if (!event.known) this.unknown += 1;
    this.others.add(other);
    if (event.us < this.first.us) this.first = keep(event);
    this.#place(event.us);
  }

  /** About how many there were from `us - within` to `us`. */
  before(us: number, within: number): number {
    let sum = 0;
    for (const { fromUs, toUs, count } of this.#spans) {
      if (toUs < us - within || fromUs > us) continue;
      const inside = Math.min(toUs, us) - Math.max(fromUs, us - within);
      sum +=
        toUs === fromUs || (toUs <= us && fromUs >= us - within) ? count : (count * inside) / (toUs - fromUs);
    }
    return Math.round(sum);
  }

  #place(us: number): void {
    const spans = this.#spans;
    let at = spans.length - 1;
    // Logs go forward: nearly always it is the last.
    while (at >= 0 && (spans[at]?.fromUs ?? 0) > us) at -= 1;
    const span = spans[at];
    if (span !== undefined && us - span.fromUs <= spanUs) {
      span.toUs = Math.max(span.toUs, us);
      span.count += 1;
      return;
    }
    if (span !== undefined && us <= span.toUs) {
      span.count += 1;
      return;
    }
    spans.splice(at + 1, 0, { fromUs: us, toUs: us, count: 1 });
    if (spans.length > mostSpans) this.#join();
  }

  /** The two with the shortest time between them become one. */
  #join(): void {
    const spans = this.#spans;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at + 1 < spans.length; at += 1) {
      const length = (spans[at + 1]?.toUs ?? 0) - (spans[at]?.fromUs ?? 0);
      if (length >= least) continue;
      least = length;
      best = at;
    }
    const [one, two] = [spans[best], spans[best + 1]];
    if (one === undefined || two === undefined) return;
    one.toUs = Math.max(one.toUs, two.toUs);
    one.count += two.count;
    spans.splice(best + 1, 1);
  }
}

/** Tries of one address, each told once. */
export class AddressTries extends Tries {
  #port = -1;
  /** The connection was counted by a line that tells of no password. */
  #bare = false;
  readonly #seconds: number[] = [];
  readonly #logs: number[] = [];

  /** @param log a number for the log it stands in  @returns false where the same try was told before */
  note(event: LoginEvent, log: number): boolean {
    if (!this.#isNew(Math.floor(event.us / 1e6), log)) return false;
    const port = event.port ?? event.pid ?? -1;
    const told = event.method === '' || event.method === 'not-finished' || event.method === 'too-many';
    const sameConnection = port >= 0 && port === this.#port;
    if (sameConnection && (told || this.#bare)) {
      // The line of its password belongs to the one before it; those after it are others.
      this.#bare &&= told;
      return false;
    }
    this.#port = port;
    this.#bare = told;
    this.add(event, event.account);
    return true;
  }

  /** False where another log told of that second. */
  #isNew(second: number, log: number): boolean {
    const seconds = this.#seconds;
    if (seconds.some((one, at) => one === second && this.#logs[at] !== log)) return false;
    if (seconds.length >= mostRecent) {
      seconds.shift();
      this.#logs.shift();
    }
    seconds.push(second);
    this.#logs.push(log);
    return true;
  }
}

/** An IPv4 address in its own form, without the zone of a link. */
export function addressOf(from: string): string {
  return (
    from
      .replace(/^::ffff:(?=\d{1,3}\.)/i, '')
      .split('%', 1)[0]
      ?.toLowerCase() ?? ''
  );
}

/** /24 of an IPv4 address, /48 of an IPv6 one; the name itself where it is neither. */
export function subnetOf(address: string): string {
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address);
  if (four !== null) return `${four[1]}.0/24`;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = (tail ?? '').split(':').filter((part) => part !== '');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const parts = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${parts
    .slice(0, 3)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':')}::/48`;
}

/**
 * This host itself, or the gateway of a bridge of Docker's: a tunnel or Docker's proxy stands for whoever came.
 * Source: Docker documentation, userland proxy; default-address-pools (172.17 to 172.31, 192.168 by 20 bits).
 */
export const isRelay = (address: string): boolean =>
  /^(?:127\.|::1$|172\.(?:1[7-9]|2\d|3[01])\.0\.1$)/.test(address);
