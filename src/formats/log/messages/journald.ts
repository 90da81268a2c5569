/**
 * What journald says of its own log: that it began, ended, was rotated, or had its old files taken away.
 *
 * `journalctl --rotate --vacuum-time=1s` is how a log is emptied in one line, and these are what it leaves.
 * Source: systemd src/journal/journald-server.c (server_rotate, server_init), src/libsystemd/sd-journal/
 * journal-vacuum.c.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said } from './message.ts';

export function journald({ text }: Message): EventDetail | undefined {
  const detail = said(text);
  if (text === 'Journal started') return { what: 'host', action: 'log-started', detail };
  if (text === 'Journal stopped') return { what: 'host', action: 'log-stopped', detail };
  if (
    text.startsWith('Received client request to rotate journal') ||
    text.startsWith('Vacuuming done, freed ')
  )
    return { what: 'host', action: 'log-rotated', detail };
  if (text.startsWith('Time jumped backwards')) return { what: 'host', action: 'clock-set', detail };
  return undefined;
}
