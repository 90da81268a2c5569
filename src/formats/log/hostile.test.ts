/** No line may make a reader throw, hang, or tell of a login that its service does not tell of. */
import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { logShapes } from './log-shapes.fixture.ts';
import { readLog } from './read-log.fixture.ts';

/** Pseudo-random, the same in each run (Numerical Recipes' generator). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}

const pieces = [
  '"',
  "'",
  '\\',
  '\x1d',
  '\0',
  '\n',
  ' ',
  '=',
  '<',
  '>',
  '[',
  '(',
  '|',
  '\t',
  '{',
  '%',
  '\xff',
  'LOG:  ',
  ' -- ',
  '9'.repeat(40),
  '('.repeat(2000),
  ' a'.repeat(2000),
];

function mutated(text: string, random: Generator<number, never>): string {
  let out = text;
  const times = 1 + (random.next().value % 4);
  for (let time = 0; time < times; time += 1) {
    const from = random.next().value % (out.length + 1);
    const length = random.next().value % 12;
    const piece = pieces[random.next().value % pieces.length] ?? '';
    out = out.slice(0, from) + piece + out.slice(from + length);
  }
  return out;
}

describe.each(logShapes.map(([format, text]) => [format.id, format, text] as const))(
  '%s',
  (_, format, text) => {
    test('its own shape is read whole', () => {
      const { events, outcome } = readLog(format, text);
      expect(events.length).toBeGreaterThan(0);
      expect(outcome.unreadable).toBe(0);
    });

    test('changed, cut and repeated, it throws nothing and tells no control character', () => {
      const random = numbers(7);
      for (let round = 0; round < 400; round += 1) {
        const { events } = readLog(format, mutated(text, random));
        for (const event of events) expect(/[\x00-\x1f\x7f]/.test(JSON.stringify(event))).toBe(false);
      }
    });

    test('the lines of others are not of its kind, or are nothing but text to it', () => {
      const found = logShapes
        .filter(([other]) => other.id !== format.id && !sameLines(format.id, other.id))
        .flatMap(([other, foreign]) =>
          readLog(format, foreign)
            .events.filter((event) => !isText(event))
            .map(({ what }) => `${other.id}: ${what}`),
        );
      expect(found).toEqual([]);
    });
  },
);

/** What is printed, typed or kept as it stands: it claims nothing of what happened. */
const isText = (event: LogEvent): boolean =>
  event.what === 'message' ||
  (event.what === 'command' && event.origin === 'history') ||
  (event.what === 'container' && event.action === 'output');

/** Of one service in several forms, which share their messages. */
const families = [['yum', 'dnf', 'zypper-history', 'pacman', 'dpkg', 'apt-history']];
const sameLines = (one: string, other: string): boolean =>
  families.some((family) => family.includes(one) && family.includes(other));
