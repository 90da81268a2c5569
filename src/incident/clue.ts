/**
 * Which events of logs an analysis has to see, so that a million lines need not be read again for each of them.
 *
 * Messages, sessions and requests are nearly all that logs have, and of nearly all of them no watcher keeps more than that
 * their log reaches from the first of a kind to the last: so these two are clues, and whatever names a family, breaks in,
 * or came by SSH. Of every other kind each one is. It may say yes to what nobody looks at, and must never say no to what
 * changes a conclusion; `clue.test.ts` concludes all scenarios both ways.
 * Bounds: of 4,096 hosts in one log the first and the last are known; of those beyond all events are clues.
 */
import type { LogEvent, RequestEvent } from '../model/facts/event.ts';
import { isBySsh } from './entry/ssh.ts';
import { entryWatchers } from './entry/table.ts';
import type { EntryWatcher } from './entry/watcher.ts';
import { heldIndex } from './family.ts';
import type { FamilyIndex } from './family-index.ts';
import { unsetUs } from './reach.ts';

const mostHosts = 4_096;

/** From when to when one log has events of one host and kind. */
interface Extent {
  firstUs: number;
  /** The same without times before clocks were set. */
  firstSetUs: number;
  lastUs: number;
  /** Of the last one, where it is none that is seen anyway. */
  lastId: number | undefined;
  isCertain: boolean;
}

const nothing = (): Extent => ({
  firstUs: Number.POSITIVE_INFINITY,
  firstSetUs: Number.POSITIVE_INFINITY,
  lastUs: Number.NEGATIVE_INFINITY,
  lastId: undefined,
  isCertain: true,
});

const quietKinds = ['message', 'session', 'request'] as const;
type QuietEvent = Extract<LogEvent, { readonly what: (typeof quietKinds)[number] }>;
type Extents = Readonly<Record<QuietEvent['what'], Extent>>;

const isOfQuietKind = (event: LogEvent): event is QuietEvent =>
  event.what === 'message' || event.what === 'session' || event.what === 'request';

export class Clues {
  readonly #families: FamilyIndex = heldIndex();
  readonly #watchers: readonly EntryWatcher[] = entryWatchers().filter(({ heeds }) => heeds !== undefined);
  readonly #hosts = new Map<string, Extents>();
  #host: string | undefined;
  #extents: Extents | undefined;
  /** Of the event that was asked for last. */
  #extent: Extent | undefined;

  /** Another log. */
  begin(): void {
    this.#hosts.clear();
    this.#host = undefined;
    this.#extents = undefined;
  }

  isClue(event: LogEvent, us: number, host: string): boolean {
    if (!isOfQuietKind(event)) return true;
    const extent = this.#of(host)?.[event.what];
    this.#extent = extent;
    if (extent === undefined) return true;
    const isFirst = us < extent.firstUs || (us >= unsetUs && us < extent.firstSetUs);
    const isDoubt = !event.certain && extent.isCertain;
    const isLast = us >= extent.lastUs;
    if (us < extent.firstUs) extent.firstUs = us;
    if (us >= unsetUs && us < extent.firstSetUs) extent.firstSetUs = us;
    // A doubt before clocks were set is none of the log.
    if (isDoubt && us >= unsetUs) extent.isCertain = false;
    const isClue = isFirst || isDoubt || this.#isHeeded(event) || this.#families.isIn(event.text);
    if (isLast) {
      extent.lastUs = us;
      if (isClue) extent.lastId = undefined;
    }
    this.#extent = !isClue && isLast ? extent : undefined;
    return isClue;
  }

  placed(id: number): void {
    if (this.#extent !== undefined) this.#extent.lastId = id;
  }

  end(): readonly number[] {
    const ids = [...this.#hosts.values()].flatMap((extents) =>
      quietKinds.flatMap((kind) => extents[kind].lastId ?? []),
    );
    this.begin();
    return ids;
  }

  #of(host: string): Extents | undefined {
    if (host === this.#host) return this.#extents;
    let extents = this.#hosts.get(host);
    if (extents === undefined && this.#hosts.size < mostHosts) {
      extents = { message: nothing(), session: nothing(), request: nothing() };
      this.#hosts.set(host, extents);
    }
    this.#host = host;
    this.#extents = extents;
    return extents;
  }

  #isHeeded(event: QuietEvent): boolean {
    switch (event.what) {
      case 'message':
        return false;
      case 'session':
        return event.phase === 'opened' && isBySsh(event);
      case 'request':
        return this.#isHeededRequest(event);
    }
  }

  #isHeededRequest(event: RequestEvent): boolean {
    for (const watcher of this.#watchers) if (watcher.heeds?.(event) === true) return true;
    return false;
  }
}
