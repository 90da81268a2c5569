import { expect, test } from 'bun:test';
import { wantedPercent } from './cpu-wanted.ts';

const ms = 1e6;
const stat = (ran: number, waited: number, turns: number) => ({
  ranNs: ran * ms,
  waitedNs: waited * ms,
  turns,
});

/** What it did in two seconds. */
const over = (ran: number, waited: number, turns: number, runnable = 0, looks = 4) =>
  wantedPercent({
    wallNs: 2000 * ms,
    from: stat(5000, 7000, 100),
    to: stat(5000 + ran, 7000 + waited, 100 + turns),
    looks,
    runnable,
    runnableNow: runnable > 0,
  }) ?? Number.NaN;

test('one that never slept wanted a whole core, however little of it it got', () => {
  expect(over(60, 1940, 20, 4)).toBe(100);
  // Its wait goes on, and is not in the counters yet.
  expect(over(60, 1750, 20, 4)).toBeGreaterThan(75);
});

test('one that slept wanted what it used of the time that it did not wait', () => {
  expect(over(20, 1200, 80)).toBeCloseTo(2.5);
  expect(over(200, 0, 100)).toBeCloseTo(10);
  expect(over(0, 0, 0)).toBeNaN();
});

test('one that wakes for an instant at a time is no hog, though it is runnable at each look', () => {
  expect(over(5, 1900, 50, 4)).toBeLessThan(6);
});

test('one that a quota holds to a twentieth wanted a whole core', () => {
  expect(over(100, 1900, 20, 2)).toBe(100);
});

test('one that was given its core three times in all was in the middle of a wait', () => {
  expect(over(3, 200, 1, 4)).toBe(100);
  expect(over(3, 200, 1, 2)).toBeLessThan(1);
});

test('without counters the state at three looks says it, and two say nothing', () => {
  const watched = { wallNs: 2000 * ms, from: undefined, to: undefined, runnableNow: true };
  expect(wantedPercent({ ...watched, looks: 3, runnable: 3 })).toBe(100);
  expect(wantedPercent({ ...watched, looks: 3, runnable: 2 })).toBeUndefined();
  expect(wantedPercent({ ...watched, looks: 2, runnable: 2 })).toBeUndefined();
});
