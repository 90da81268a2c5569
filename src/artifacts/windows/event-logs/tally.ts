/**
 * Event logs counted: by host, by kind of event, by logon.
 *
 * A tally of a part of a file is plain data and joins others, so that parts are counted beside each other. Bounded:
 * of what comes in too many kinds, the rest is counted without being told apart.
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import type {
  EventHost,
  EventKind,
  EventLogFile,
  EventLogSummary,
  LogonKind,
  Span,
} from '../../../model/event-log.ts';
import { printableText } from '../../../model/text.ts';
import { logonOf } from './logon.ts';

export interface EventTally {
  readonly hosts: readonly EventHost[];
  readonly kinds: readonly EventKind[];
  readonly logons: readonly LogonKind[];
  readonly leftOut: { readonly hosts: number; readonly kinds: number; readonly logons: number };
}

const most = { hosts: 5000, kinds: 20_000, logons: 20_000 } as const;
/** Characters of a name of a target that are kept. */
const longest = 256;

class Group<T extends object> {
  leftOut = 0;
  readonly #most: number;
  readonly #rows = new Map<string, T & { count: number; firstUs: number; lastUs: number }>();

  constructor(bound: number) {
    this.#most = bound;
  }

  add(key: string, row: () => T, { count, firstUs, lastUs }: Span): void {
    const known = this.#rows.get(key);
    if (known === undefined) {
      if (this.#rows.size >= this.#most) this.leftOut += count;
      else this.#rows.set(key, { ...row(), count, firstUs, lastUs });
      return;
    }
    known.count += count;
    if (firstUs < known.firstUs) known.firstUs = firstUs;
    if (lastUs > known.lastUs) known.lastUs = lastUs;
  }

  /** The most frequent first; of equals the first one. */
  get rows(): readonly (T & Span)[] {
    return [...this.#rows.values()].sort((a, b) => b.count - a.count || a.firstUs - b.firstUs);
  }
}

const shown = (text: string): string => printableText(text.length > longest ? text.slice(0, longest) : text);

export class EventTallies {
  readonly #hosts = new Group<{ readonly computer: string }>(most.hosts);
  readonly #kinds = new Group<Pick<EventKind, 'channel' | 'provider' | 'eventId'>>(most.kinds);
  readonly #logons = new Group<Omit<LogonKind, keyof Span>>(most.logons);

  see(record: EvtxRecord): void {
    const { provider, channel, computer, eventId, timeUs } = record;
    const span = { count: 1, firstUs: timeUs, lastUs: timeUs };
    this.#hosts.add(computer, () => ({ computer: shown(computer) }), span);
    this.#kinds.add(
      `${channel}\0${provider}\0${eventId}`,
      () => ({ channel: shown(channel), provider: shown(provider), eventId }),
      span,
    );
    const logon = logonOf(record, provider, eventId);
    if (logon === undefined) return;
    const { outcome, type, user, from } = logon;
    this.#logons.add(
      [computer, outcome, type, user, from].join('\0'),
      () => ({ computer: shown(computer), outcome, type, user: shown(user), from: shown(from) }),
      span,
    );
  }

  join({ hosts, kinds, logons, leftOut }: EventTally): void {
    for (const { computer, ...span } of hosts) this.#hosts.add(computer, () => ({ computer }), span);
    for (const { channel, provider, eventId, ...span } of kinds)
      this.#kinds.add(`${channel}\0${provider}\0${eventId}`, () => ({ channel, provider, eventId }), span);
    for (const { computer, outcome, type, user, from, ...span } of logons)
      this.#logons.add(
        [computer, outcome, type, user, from].join('\0'),
        () => ({ computer, outcome, type, user, from }),
        span,
      );
    this.#hosts.leftOut += leftOut.hosts;
    this.#kinds.leftOut += leftOut.kinds;
    this.#logons.leftOut += leftOut.logons;
  }

  get tally(): EventTally {
    return {
      hosts: this.#hosts.rows,
      kinds: this.#kinds.rows,
      logons: this.#logons.rows,
      leftOut: {
        hosts: this.#hosts.leftOut,
        kinds: this.#kinds.leftOut,
        logons: this.#logons.leftOut,
      },
    };
  }

  summary(files: readonly EventLogFile[]): EventLogSummary {
    const { tally } = this;
    const times = tally.hosts.flatMap(({ firstUs, lastUs }) => [firstUs, lastUs]);
    return {
      files,
      ...tally,
      events: tally.hosts.reduce((sum, { count }) => sum + count, tally.leftOut.hosts),
      firstUs: times.length === 0 ? undefined : Math.min(...times),
      lastUs: times.length === 0 ? undefined : Math.max(...times),
    };
  }
}
