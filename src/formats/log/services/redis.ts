/**
 * Redis, Valkey and KeyDB: `1234:M 02 Jan 2024 03:04:05.678 * DB saved on disk`, before 3.0 `[1234] 02 Jan 03:04:05.678 * …`.
 *
 * Read: saves (an exploit by `CONFIG SET dir` saves a cron table or a key), whose replica it became and by whom, modules
 * that were loaded, and cross-protocol attempts. CONFIG itself is not logged; MONITOR and SLOWLOG are not files.
 * Sources: redis src/server.c (serverLogRaw), src/rdb.c (rdbSave), src/replication.c (replicaofCommand,
 * connectWithMaster, syncWithMaster), src/module.c (moduleLoad), src/networking.c (securityWarningCommand).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { decimal, find, space } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { serviceEvent, serviceFormat } from '../service-log.ts';
import { clockTime, monthAt, twoDigits } from '../years.ts';

const headForm =
  /^(?:\d{1,10}:[XCSM] |\[\d{1,10}\] )(\d\d) ([A-Z][a-z]{2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)\.(\d{3}) [.*#-] /;
const encoder = new TextEncoder();

function head({ bytes, start, end, number }: LogLine, clock: LogClock): number {
  // Cheap before dear: a process, then a role or a bracket.
  const bracketed = bytes[start] === 0x5b;
  if (!bracketed && Number.isNaN(decimal(bytes, start, end))) return -1;
  const found = headForm.exec(Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + 56)));
  if (found === null) return -1;
  const [all, day, name = '', year, hour, minute, second, milli] = found;
  const month = monthAt(encoder.encode(name), 0, 3);
  const micro = Number(milli) * 1000;
  const time = [
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    micro,
    'millisecond',
  ] as const;
  const known = year === undefined ? clock.yearless(number, ...time) : clock.local(Number(year), ...time);
  return known ? start + all.length : -1;
}

/** `[1234] 02 Jan 03:04:05.678`, as it was before 3.0. */
function oldTime(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0x5b) return Number.NaN;
  const at = find(bytes, 0x5d, start, Math.min(end, start + 12)) + 2;
  if (bytes[at + 2] !== space || bytes[at + 6] !== space) return Number.NaN;
  return clockTime(bytes, at + 7, end, monthAt(bytes, at + 3, end), twoDigits(bytes, at));
}

const connecting = /^Connecting to MASTER (\S{1,255}?):(\d{1,5})$/;
const enslaved =
  /^(?:REPLICAOF|SLAVE OF) (\S{1,255}?):(\d{1,5}) enabled \(user request from '(?:id=\d{1,20} )?addr=(\S{1,64}) (.{0,1024})'\)$/s;
const mastered = /^MASTER MODE enabled \(user request from '(?:id=\d{1,20} )?addr=(\S{1,64}) .{0,1024}'\)$/s;
const module = /^Module '(.{1,256})' loaded from (.{1,1024})$/s;
const crossed =
  /^Possible SECURITY ATTACK detected\. .{0,400}Connection (?:from (\S{1,64}):\d{1,5} )?aborted\.$/s;

const addressOf = (peer: string | undefined): string => peer?.replace(/:\d{1,5}$/, '') ?? '';

/** What a message behind the head says. */
export function redisMessage(text: string): EventDetail | undefined {
  switch (text.charCodeAt(0)) {
    case 0x43: {
      const found = connecting.exec(text);
      return found === null
        ? undefined
        : serviceEvent('redis', 'replica-of', { from: said(found[1]), detail: said(text) });
    }
    case 0x44:
      return text === 'DB saved on disk' ? serviceEvent('redis', 'saved', { detail: said(text) }) : undefined;
    case 0x4d: {
      if (text.startsWith('MASTER <-> '))
        return serviceEvent('redis', 'replica-sync', { detail: said(text) });
      const left = mastered.exec(text);
      if (left !== null)
        return serviceEvent('redis', 'master', { from: said(addressOf(left[1])), detail: said(text) });
      const found = module.exec(text);
      return found === null
        ? undefined
        : serviceEvent('redis', 'module-loaded', { detail: said(`${found[1]} ${found[2]}`) });
    }
    case 0x50: {
      const found = crossed.exec(text);
      return found === null
        ? undefined
        : serviceEvent('redis', 'cross-protocol', { from: said(found[1]), detail: said(text) });
    }
    case 0x52:
    case 0x53: {
      const found = enslaved.exec(text);
      return found === null
        ? undefined
        : serviceEvent('redis', 'replica-asked', {
            from: said(addressOf(found[3])),
            account: said(/(?:^| )user=(\S{1,128})/.exec(found[4] ?? '')?.[1]),
            detail: said(`${found[1]}:${found[2]}`),
          });
    }
    default:
      return undefined;
  }
}

export const redis = serviceFormat({
  id: 'redis',
  service: 'redis',
  verified: true,
  source: 'redis src/server.c (serverLogRaw), src/replication.c, src/rdb.c, src/module.c',
  yearless: oldTime,
  head,
  read: redisMessage,
});
