/**
 * The order of a journal's entries: boots, sequence numbers that are missing, and clocks that went back.
 *
 * Sequence numbers count over all files that one journald writes: beside system.journal the users' own. So numbers
 * that are missing in one file are no loss yet; only the files of one `seqnumId` together tell (`gaps`). The
 * monotonic clock stands still while a host sleeps and never goes back within a boot.
 * Units: microseconds UTC and since boot.
 */
import { type ClockStep, LogClock } from '../log/clock.ts';
import type { JournalEntry } from './reader.ts';

const mostListed = 1000;
/** Between two entries of one boot: servers say something each hour, through cron alone. */
const quietUs = 6 * 3600e6;

export interface JournalBoot {
  readonly bootId: string;
  readonly firstUs: number;
  lastUs: number;
  entries: number;
}

export interface SeqnumGap {
  /** The numbers on both sides of it. */
  readonly after: number;
  readonly before: number;
  /** Times of the entries on both sides. */
  readonly fromUs: number;
  readonly toUs: number;
}

export interface JournalOrderFound {
  readonly boots: readonly JournalBoot[];
  readonly gaps: readonly SeqnumGap[];
  /** Sequence numbers that this file does not have between its first and last. */
  readonly missing: number;
  /** Entries whose number is not above the one before. */
  readonly seqnumBack: number;
  /** Entries whose monotonic time is before that of the one before, of the same boot. */
  readonly monotonicBack: number;
  /** Six hours and more of a running host without an entry. */
  readonly quiet: readonly { readonly fromUs: number; readonly toUs: number }[];
  /** Realtime that went back by five minutes and more; `line` is the sequence number. */
  readonly steps: readonly ClockStep[];
}

export type OrderChange = 'boot' | 'clock-back' | undefined;

export class JournalOrder {
  readonly #clock = new LogClock();
  readonly #boots: JournalBoot[] = [];
  readonly #gaps: SeqnumGap[] = [];
  readonly #quiet: { readonly fromUs: number; readonly toUs: number }[] = [];
  #boot: JournalBoot | undefined;
  #missing = 0;
  #seqnumBack = 0;
  #monotonicBack = 0;
  #seqnum = 0;
  #us = 0;
  #monotonicUs = 0;

  /** @returns what this entry begins */
  see({ seqnum, realtimeUs, monotonicUs, bootId }: JournalEntry): OrderChange {
    if (this.#boot !== undefined) {
      if (seqnum <= this.#seqnum) this.#seqnumBack += 1;
      else if (seqnum > this.#seqnum + 1) this.#gap(seqnum, realtimeUs);
    }
    let change: OrderChange;
    if (this.#boot?.bootId !== bootId) {
      this.#boot = { bootId, firstUs: realtimeUs, lastUs: realtimeUs, entries: 0 };
      if (this.#boots.length < mostListed) this.#boots.push(this.#boot);
      change = 'boot';
    } else if (monotonicUs < this.#monotonicUs) this.#monotonicBack += 1;
    else if (monotonicUs - this.#monotonicUs >= quietUs && this.#quiet.length < mostListed)
      this.#quiet.push({ fromUs: this.#us, toUs: realtimeUs });
    this.#boot.lastUs = realtimeUs;
    this.#boot.entries += 1;
    const steps = this.#clock.steps.length;
    this.#clock.epoch(realtimeUs, 'microsecond');
    this.#clock.passed(seqnum);
    if (change === undefined && this.#clock.steps.length > steps) change = 'clock-back';
    this.#seqnum = seqnum;
    this.#us = realtimeUs;
    this.#monotonicUs = monotonicUs;
    return change;
  }

  #gap(seqnum: number, toUs: number): void {
    this.#missing += seqnum - this.#seqnum - 1;
    if (this.#gaps.length < mostListed)
      this.#gaps.push({ after: this.#seqnum, before: seqnum, fromUs: this.#us, toUs });
  }

  found(): JournalOrderFound {
    return {
      boots: this.#boots,
      gaps: this.#gaps,
      missing: this.#missing,
      seqnumBack: this.#seqnumBack,
      monotonicBack: this.#monotonicBack,
      quiet: this.#quiet,
      steps: this.#clock.steps,
    };
  }
}
