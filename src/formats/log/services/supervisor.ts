/**
 * supervisord.log: `2024-01-02 03:04:05,678 INFO spawned: 'worker' with pid 123`.
 *
 * Read: programs that were started and that ended; supervisord starts again what ends. Names are the configuration's.
 * Source: supervisor supervisor/process.py (spawn, finish), supervisor/options.py (logfile format).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, serviceEvent, serviceFormat } from '../service-log.ts';

const spawned = /^INFO spawned: '(.{1,256})' with pid (\d{1,10})$/s;
const exited =
  /^(?:INFO|WARN) exited: (.{1,256}) \((?:exit status -?\d{1,5}|terminated by .{1,64}?)(?:; (?:not )?expected)?\)$/s;

function read(text: string): EventDetail | undefined {
  const started = spawned.exec(text);
  if (started !== null) return serviceEvent('supervisor', 'spawned', { detail: said(started[1]) });
  const ended = exited.exec(text);
  return ended === null ? undefined : serviceEvent('supervisor', 'exited', { detail: said(ended[1]) });
}

export const supervisor = serviceFormat({
  id: 'supervisor',
  service: 'supervisord',
  verified: true,
  source: 'supervisor supervisor/process.py (spawn, finish)',
  head: isoHead,
  read,
});
