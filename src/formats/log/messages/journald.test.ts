import { expect, test } from 'bun:test';
import { messagesOf } from './table.ts';

const read = (text: string): string => {
  const event = messagesOf('systemd-journald').read({ program: 'systemd-journald', pid: 1, text });
  return event?.what === 'host' ? event.action : 'nothing';
};

test('journald tells what happens to its log', () => {
  expect(read('Journal started')).toBe('log-started');
  expect(read('Journal stopped')).toBe('log-stopped');
  expect(read('Received client request to rotate journal, rotating.')).toBe('log-rotated');
  expect(read('Vacuuming done, freed 8.0M of archived journals from /var/log/journal/ab.')).toBe(
    'log-rotated',
  );
  expect(read('Vacuuming done, freed 0B of archived journals from \x1b[2J.')).toBe('log-rotated');
  expect(read('Time jumped backwards, rotating.')).toBe('clock-set');
  expect(read('Runtime Journal (/run/log/journal/ab) is 8.0M, max 64.0M, 56.0M free.')).toBe('nothing');
  expect(read('')).toBe('nothing');
});
