/**
 * Salt's master and minion: `2024-01-02 03:04:05,678 [salt.minion      :1234][INFO    ][4567] User root Executing command cmd.run with jid …`.
 *
 * Read: functions that were published and executed, and by whom. What a function is given is not written with INFO.
 * Source: salt/master.py (publish), salt/minion.py (_handle_decoded_payload),
 * salt/config (DFLT_LOG_FMT_LOGFILE).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, serviceEvent, serviceFormat } from '../service-log.ts';

const logged = /^\[salt\.[\w.]{1,64} *:\d{1,6} *\]\[[A-Z]{4,8} *\](?:\[\d{1,10}\])? /;
const commanded = /^(?:User (.{1,256}) )?(Published|Executing) command ([\w.]{1,128}) with jid (\d{1,24})$/s;

function read(text: string): EventDetail | undefined {
  const head = logged.exec(text)?.[0];
  const found = head === undefined ? null : commanded.exec(text.slice(head.length));
  if (found === null) return undefined;
  const [, account, verb, name] = found;
  return serviceEvent('salt', verb === 'Published' ? 'published' : 'executed', {
    account: said(account),
    detail: said(name),
  });
}

export const salt = serviceFormat({
  id: 'salt',
  service: 'salt',
  verified: true,
  source: 'salt salt/master.py, salt/minion.py, salt/config (log_fmt_logfile)',
  head: isoHead,
  read,
  goesOn: /^(?:Traceback |\s+|[\w.]{1,128}(?:Error|Exception)\b)/,
});
