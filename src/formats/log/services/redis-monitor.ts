/**
 * What MONITOR of Redis prints, kept as a file: `1339518083.107412 [0 192.0.2.7:60866] "eval" "return 1" "0"`.
 *
 * Read: scripts that a client handed over. Why: Redis logs none, and this is where a script that leaves its box
 * (CVE-2022-0543) can be seen. Administrative commands (CONFIG, REPLICAOF, MODULE) are never shown to it. Every argument
 * is escaped within quotes, so none of a client's looks like another line or another address.
 * What it is NOT: SLOWLOG, which is no file, nor what a script itself called (`[0 lua]`).
 * Sources: redis src/replication.c (replicationFeedMonitors), src/sds.c (sdscatrepr), src/server.c (call: CMD_ADMIN is
 * passed over), src/eval.c (evalCommand) of 6.2 and 7.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { serviceEvent, serviceFormat } from '../service-log.ts';

const headForm = /^(\d{10})\.(\d{6}) \[/;
const headLong = 19;

function head({ bytes, start, end }: LogLine, clock: LogClock): number {
  if (bytes[start + 10] !== 0x2e) return -1;
  const found = headForm.exec(
    Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + headLong)),
  );
  if (found === null) return -1;
  const us = Number(found[1]) * 1e6 + Number(found[2]);
  return clock.epoch(us, 'microsecond') ? start + headLong - 1 : -1;
}

const called = /^\[\d{1,10} (\S{1,255})\] "(\w{1,32})"(?: "(.*))?$/s;
/** Who called; a socket has no address, and within a script it is the script. */
const peer = /^\[?([\da-f.:]{2,64}?)\]?:\d{1,5}$/i;
/** EVAL and FCALL's libraries; a hash of a script does not tell what is in it. */
const handsOver = /^(?:eval|eval_ro)$/i;
const libraries = /^(?:script|function)$/i;

function read(text: string): EventDetail | undefined {
  const found = called.exec(text);
  if (found === null) return undefined;
  const [, from = '', command = '', rest = ''] = found;
  if (!handsOver.test(command) && !(libraries.test(command) && /^load"/i.test(rest))) return undefined;
  // Where it leaves its box is told first: what stands before it may be as long as a client likes.
  const unboxed = rest.search(/\bloadlib\b|\b(?:io\.popen|os\.execute)\b/);
  return serviceEvent('redis', 'script', {
    from: said(peer.exec(from)?.[1] ?? ''),
    detail: said(rest.slice(Math.max(0, unboxed - 64))),
  });
}

export const redisMonitor = serviceFormat({
  id: 'redis-monitor',
  service: 'redis',
  verified: true,
  source: 'redis src/replication.c (replicationFeedMonitors), src/sds.c (sdscatrepr), src/server.c (call)',
  head,
  read,
});
