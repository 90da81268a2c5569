/**
 * OpenVPN's own log file: `2024-01-02 03:04:05 192.0.2.1:5555 [ada] Peer Connection Initiated with …`, before 2.5
 * `Tue Jan  2 03:04:05 2024 …`. What it says is read by `messages/vpn.ts`.
 * Source: openvpn src/openvpn/error.c (x_msg_va), otime.c (time_string).
 */
import { skipBlanks } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { openvpn } from '../messages/vpn.ts';
import { isoHead, serviceFormat } from '../service-log.ts';
import { monthAt } from '../years.ts';

const oldHead = /^[A-Z][a-z]{2} [A-Z][a-z]{2} ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4}) /;

function head(line: LogLine, clock: LogClock): number {
  const { bytes, start, end } = line;
  const month = monthAt(bytes, start + 4, end);
  if (month === 0) return isoHead(line, clock);
  const found = oldHead.exec(Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + 25)));
  if (found === null) return -1;
  const [all, day, hour, minute, second, year] = found;
  const known = clock.local(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return known ? skipBlanks(bytes, start + all.length, end) : -1;
}

export const openvpnLog = serviceFormat({
  id: 'openvpn',
  service: 'openvpn',
  verified: true,
  source: 'openvpn src/openvpn/error.c, ssl.c, ssl_verify.c; public samples',
  head,
  read: (text) => openvpn({ program: 'openvpn', pid: undefined, text }),
});
