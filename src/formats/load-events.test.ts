import { expect, test } from 'bun:test';
import type { LogEvent } from '../model/facts/event.ts';
import { printableText } from '../model/text.ts';
import { giveLoadEvents } from './load-events.ts';

test('each sample is an event at its end', () => {
  const events: LogEvent[] = [];
  const source = printableText('/var/log/sysstat/sa01');
  const samples = [
    { fromUs: 1_700_000_000e6, toUs: 1_700_000_600e6, busyPercent: 99.87, offset: 700 },
    { fromUs: 1_700_000_600e6, toUs: 1_700_001_200e6, busyPercent: 0, offset: 900 },
  ];
  giveLoadEvents(source, { program: 'sysstat 12.6.1', beganUs: 0, samples, end: 'whole' }, (event) =>
    events.push(event),
  );
  expect(events).toHaveLength(2);
  expect(events[0]).toMatchObject({ what: 'load', us: 1_700_000_600e6, seconds: 600, busy: 99.87 });
  expect(events[0]?.source).toEqual({ source, offset: 700 });
  expect(String(events[0]?.text)).toBe('sysstat 12.6.1: 99.9 percent busy over 600 s');
});
