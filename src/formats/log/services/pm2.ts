/**
 * PM2's own log (~/.pm2/pm2.log): `2024-01-02T03:04:05: PM2 log: App [xmrig:0] online`.
 *
 * Read: applications that came and went; PM2 starts again whatever ends. An application's name is what its owner gave, so
 * what stands behind its brackets is matched from the end.
 * Source: pm2 lib/God.js, lib/God/ForkMode.js, lib/God/ClusterMode.js; public samples.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { colon } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { serviceEvent, serviceFormat } from '../service-log.ts';
import { isoTime } from '../syslog-head.ts';

const app =
  /^PM2 log: App \[(.{1,256}):(\d{1,9})\] (online|starting in -\w{1,16} mode-|exited with code \[.{0,16}\](?: via signal \[\w{1,16}\])?)$/s;

function head({ bytes, start, end }: LogLine, clock: LogClock): number {
  const after = isoTime(bytes, start, end, clock);
  return after >= 0 && bytes[after] === colon && bytes[after + 1] === 0x20 ? after + 2 : -1;
}

function read(text: string): EventDetail | undefined {
  const found = app.exec(text);
  if (found === null) return undefined;
  const [, name, , state = ''] = found;
  const action =
    state === 'online' ? 'app-online' : state.startsWith('exited') ? 'app-exited' : 'app-starting';
  return serviceEvent('pm2', action, { detail: said(name) });
}

export const pm2 = serviceFormat({
  id: 'pm2',
  service: 'pm2',
  verified: true,
  source: 'pm2 lib/God.js, lib/God/ForkMode.js; public samples of pm2.log',
  head,
  read,
});
