/** When it was watched and when not: pure, over the spans of a record. */
import type { WatchGap, WatchOutcome, WatchRecord, WatchSpan } from '../../model/watch.ts';

const ms = (time: string): number => Date.parse(time);
const iso = (at: number): string => new Date(at).toISOString();

/** A minute is told late on a crowded host; past this it was not watched meanwhile. */
export const mostLateMs = 90_000;
/** From the start of a host until it was watched again, after it was shut down in order. */
const mostAfterStartMs = 180_000;

/** Milliseconds of all spans. */
export const watchedMs = (spans: readonly WatchSpan[]): number =>
  spans.reduce((sum, { from, to }) => sum + Math.max(0, ms(to) - ms(from)), 0);

export interface StartNow {
  readonly nowMs: number;
  readonly bootId: string;
  /** When this host was started. */
  readonly bootMs: number;
}

/**
 * What lies between the last span and now.
 * @param heartbeat the last moment that is known to have been watched, where that is after the span's last word
 */
export function gapBefore(
  spans: readonly WatchSpan[],
  heartbeat: number | undefined,
  now: StartNow,
): WatchGap | undefined {
  const last = spans.at(-1);
  if (last === undefined) return undefined;
  const to = Math.max(ms(last.to), heartbeat ?? 0);
  if (now.nowMs < to) return { from: iso(to), to: iso(now.nowMs), why: 'clock', counts: true };
  const between = { from: iso(to), to: iso(now.nowMs) };
  if (last.end === 'signal' && last.bootId !== now.bootId) {
    return { ...between, why: 'reboot', counts: now.nowMs - now.bootMs > mostAfterStartMs };
  }
  if (last.end === undefined || last.end === 'killed' || last.end === 'failed') {
    return { ...between, why: 'killed', counts: true };
  }
  return { ...between, why: 'stopped', counts: true };
}

/** Held by a signal, or the machine slept: the watch itself noticed nothing. */
export function pauseBetween(lastMs: number, nowMs: number): WatchGap | undefined {
  if (nowMs < lastMs - mostLateMs) return { from: iso(lastMs), to: iso(nowMs), why: 'clock', counts: true };
  return nowMs - lastMs > mostLateMs
    ? { from: iso(lastMs), to: iso(nowMs), why: 'paused', counts: true }
    : undefined;
}

/** The last span, closed as it was left by whoever was ended. */
export function closedSpans(
  spans: readonly WatchSpan[],
  heartbeat: number | undefined,
  end: NonNullable<WatchSpan['end']>,
): readonly WatchSpan[] {
  const last = spans.at(-1);
  if (last === undefined || last.end !== undefined) return spans;
  const to = Math.max(ms(last.to), heartbeat ?? 0, ms(last.from));
  return [...spans.slice(0, -1), { ...last, to: iso(to), end }];
}

/** Losses count as not whole too: what the kernel could not tell was not watched, until all was compared again. */
export function outcomeOf(
  record: Pick<WatchRecord, 'returns' | 'gaps' | 'spans' | 'until' | 'settings'>,
): WatchOutcome {
  if (record.returns.length > 0) return 'came-back';
  const whole = record.spans.some(({ end }) => end === 'over') && record.gaps.every(({ counts }) => !counts);
  return whole ? 'stayed-away' : 'not-whole';
}
