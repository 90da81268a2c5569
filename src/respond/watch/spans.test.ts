/** When it was watched: whole, killed, held, started anew. */
import { describe, expect, test } from 'bun:test';
import type { WatchSpan } from '../../model/watch.ts';
import { closedSpans, gapBefore, outcomeOf, pauseBetween, watchedMs } from './spans.ts';
import { recordOf, startMs } from './watch.fixture.ts';

const minute = 60_000;
const at = (minutes: number): string => new Date(startMs + minutes * minute).toISOString();
const spanOf = (from: number, to: number, end?: WatchSpan['end'], bootId = 'one'): WatchSpan => ({
  from: at(from),
  to: at(to),
  bootId,
  ...(end === undefined ? {} : { end }),
});
const nowAt = (minutes: number, bootId = 'one', booted = -600) => ({
  nowMs: startMs + minutes * minute,
  bootId,
  bootMs: startMs + booted * minute,
});

describe('the time before a watch goes on', () => {
  test('is a gap from the last minute that was kept, where it was killed', () => {
    const spans = [spanOf(0, 10)];
    expect(gapBefore(spans, startMs + 12 * minute, nowAt(40))).toEqual({
      from: at(12),
      to: at(40),
      why: 'killed',
      counts: true,
    });
    expect(closedSpans(spans, startMs + 12 * minute, 'killed')).toEqual([spanOf(0, 12, 'killed')]);
  });

  test('does not count where the host was off, and counts where it ran for long before', () => {
    const spans = [spanOf(0, 10, 'signal')];
    expect(gapBefore(spans, undefined, nowAt(40, 'two', 39))).toMatchObject({ why: 'reboot', counts: false });
    expect(gapBefore(spans, undefined, nowAt(40, 'two', 20))).toMatchObject({ why: 'reboot', counts: true });
    // Power was lost: nobody knows what ran until then.
    expect(gapBefore([spanOf(0, 10)], undefined, nowAt(40, 'two', 39))).toMatchObject({
      why: 'killed',
      counts: true,
    });
  });

  test('counts where somebody ended it, and where the clock says that it lies ahead', () => {
    expect(gapBefore([spanOf(0, 10, 'signal')], undefined, nowAt(11))).toMatchObject({
      why: 'stopped',
      counts: true,
    });
    expect(gapBefore([spanOf(0, 10, 'signal')], undefined, nowAt(-500))).toMatchObject({ why: 'clock' });
    expect(gapBefore([], undefined, nowAt(0))).toBeUndefined();
  });
});

test('a minute that is a little late is none, one that is very late is a gap', () => {
  expect(pauseBetween(startMs, startMs + 80_000)).toBeUndefined();
  expect(pauseBetween(startMs, startMs + 200_000)).toMatchObject({ why: 'paused', counts: true });
  expect(pauseBetween(startMs, startMs - 3_600_000)).toMatchObject({ why: 'clock' });
});

test('what is watched is the sum of its spans, and no more', () => {
  expect(watchedMs([spanOf(0, 10), spanOf(40, 45), spanOf(50, 49)])).toBe(15 * minute);
});

test('the answer is honest about returns before gaps, and about gaps before all is well', () => {
  const record = recordOf();
  const over = [spanOf(0, 1_440, 'over')];
  const gap = { from: at(1), to: at(2), why: 'killed', counts: true } as const;
  const comeback = {
    id: 'W1',
    kind: 'miner',
    what: record.host,
    first: at(1),
    last: at(1),
    times: 1,
    how: 'look',
  } as const;
  expect(outcomeOf({ ...record, spans: over })).toBe('stayed-away');
  expect(outcomeOf({ ...record, spans: over, gaps: [{ ...gap, why: 'reboot', counts: false }] })).toBe(
    'stayed-away',
  );
  expect(outcomeOf({ ...record, spans: over, gaps: [gap] })).toBe('not-whole');
  expect(outcomeOf({ ...record, spans: [spanOf(0, 60, 'asked')] })).toBe('not-whole');
  expect(outcomeOf({ ...record, spans: over, gaps: [gap], returns: [comeback] })).toBe('came-back');
});
