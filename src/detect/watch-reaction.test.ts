import { expect, test } from 'bun:test';
import type { WatchReactionFact } from '../model/facts/process.ts';
import { identity, judgedBy, processFact, text, told } from './facts.fixture.ts';
import { watchReaction } from './watch-reaction.ts';

const analyze = judgedBy(watchReaction);
const process = processFact({ pid: 300 });
const reaction = (
  before: number,
  watched: number,
  after: number,
  watcher = 'decoy:top',
): WatchReactionFact => ({
  kind: 'watch-reaction',
  source: { source: text('probe:watch') },
  ...identity(process),
  percentBefore: before,
  percentWatched: watched,
  percentAfter: after,
  watcher,
});

test('a process that goes quiet for a decoy and comes back is high', () => {
  expect(told(analyze(process, reaction(390, 2, 385)))).toEqual(['cpu.pauses-when-watched high']);
});

test('the same by sampling alone is low', () => {
  expect(told(analyze(process, reaction(390, 2, 385, 'none')))).toEqual(['cpu.pauses-when-watched low']);
});

test('work that ends, dips a little or is small is clean', () => {
  expect(analyze(process, reaction(390, 2, 5), reaction(390, 250, 390), reaction(4, 0, 4))).toEqual([]);
});

test('numbers that are no numbers are no reaction', () => {
  expect(analyze(process, reaction(Number.NaN, 0, Number.NaN))).toEqual([]);
});
