/**
 * Logs as crashes, full disks, rotation and editors leave them: what is whole in them is read as before, and what is not
 * becomes nothing that it was not.
 */
import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { logShapes } from './log-shapes.fixture.ts';
import { readLog } from './read-log.fixture.ts';
import { syslog } from './syslog.ts';

/** Kind, what was done, how it ended: what a line that was cut may not change. */
function kindOf(event: LogEvent): string {
  const parts = [event.what];
  if ('action' in event) parts.push(event.action as never);
  if ('outcome' in event) parts.push(event.outcome as never);
  if ('service' in event) parts.push(event.service as never);
  return parts.join(' ');
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const kinds = (format: (typeof logShapes)[number][0], text: string): readonly string[] =>
  readLog(format, latin1(text)).events.map(kindOf);

function isWithin(wanted: readonly string[], found: readonly string[]): boolean {
  let at = 0;
  for (const one of found) if (one === wanted[at]) at += 1;
  return at === wanted.length;
}

/** What stands around a log's lines after a crash, or after somebody edited them. All end with their line. */
const debris: readonly (readonly [string, string])[] = [
  ['zeros', '\0'.repeat(5000)],
  ['UTF-16', '\xff\xfeJ\0a\0n\0 \x002\0\n\0\n'],
  ['GBK', '\xc5\xc5\xc0\xd7\xa3\xba\xb4\xed\xce\xf3\n'],
  ['an escape', '\x1b[2J\x1b]0;x\x07\n'],
  ['a long line', `${'x'.repeat(200_000)}\n`],
  ['an empty line', '\r\n\n'],
];

/** What the beginning of a record says by itself, which is less than the whole does. */
const lesser: Readonly<Record<string, readonly string[]>> = {
  'apt-history': ['package command'],
  'xxl-job': ['service registered xxl-job'],
};

/** A quote that never closes takes what follows: a record of csv may have any line within its quotes. */
const mayTakeMore = new Set(['postgresql-csv']);

describe.each(logShapes.map(([format, text]) => [format.id, format, text] as const))(
  '%s',
  (_, format, text) => {
    const whole = kinds(format, `${text}\n`);
    const allowed = new Set([...whole, ...(lesser[format.id] ?? []), 'message', 'command']);
    const strangeIn = (found: readonly string[]): readonly string[] =>
      found.filter((kind) => !allowed.has(kind));

    test('cut at any byte it is a part of what it was', () => {
      for (let length = 0; length < text.length; length += 1) {
        const strange = strangeIn(kinds(format, text.slice(0, length)));
        expect([length, ...strange]).toEqual([length]);
      }
    });

    test.each(debris)('%s before and behind it change nothing', (_name, rubbish) => {
      const found = kinds(format, `${rubbish}${text}\n${rubbish}`);
      expect(isWithin(whole, found)).toBe(true);
      expect(strangeIn(found)).toEqual([]);
    });

    test('half of it, and then all of it: a writer that was killed and started again', () => {
      const half = text.slice(0, Math.floor(text.length / 2));
      const found = kinds(format, `${half}\n${text}\n`);
      if (!mayTakeMore.has(format.id)) expect(isWithin(whole, found)).toBe(true);
      expect(strangeIn(found)).toEqual([]);
    });
  },
);

describe('a log that was written anew', () => {
  const line = (time: string, user: string): string =>
    `2024-01-${time}Z web1 sshd[1]: Failed password for ${user} from 192.0.2.7 port 5 ssh2\n`;

  test('after the clock was set back tells the step, and keeps both parts', () => {
    const { events, outcome } = readLog(
      syslog,
      line('05T03:04:05', 'a') +
        line('05T03:04:06', 'b') +
        line('02T03:04:05', 'c') +
        line('02T03:04:06', 'd'),
    );
    expect(events.map((event) => event.what === 'login' && String(event.account))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    expect(outcome.steps).toMatchObject([{ line: 3 }]);
  });

  test('over the first half of itself keeps what is whole', () => {
    const old = line('05T03:04:05', 'a') + line('05T03:04:06', 'b');
    const torn = `${line('06T03:04:05', 'c').slice(0, 40)}${old.slice(40)}`;
    const accounts = readLog(syslog, torn).events.map((event) =>
      event.what === 'login' ? String(event.account) : event.what,
    );
    expect(accounts.at(-1)).toBe('b');
    expect(accounts).toHaveLength(2);
  });
});
