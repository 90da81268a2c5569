/**
 * WebLogic's server log: `####<Jan 2, 2024 3:04:05,678 AM UTC> <Notice> <Security> <host> <server> <thread> <user> <> <>
 * <1704164645678> <[severity-value: 32] …> <BEA-090078> <message>`.
 *
 * The time is taken from the milliseconds, which no language and zone changes. Read: accounts that were locked after
 * failed logins, and requests of servlets that failed (how the flaws of wls-wsat and async end).
 * Source: Oracle Fusion Middleware, Configuring Log Files and Filtering Log Messages for WebLogic Server, Message
 * Attributes; public samples of BEA-090078, BEA-101017 (docs.oracle.com EBS Asserter; 10g) and BEA-101020.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { startsWith } from '../../ascii.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { said } from '../messages/message.ts';
import { serviceEvent, serviceFormat } from '../service-log.ts';

const headForm =
  /^####<[^<>]{1,80}> <\w{1,16}> <[^<>]{0,128}> <[^<>]{0,255}> <[^<>]{0,255}> <.{0,512}?> <.{0,256}?> <[^<>]{0,128}> <[^<>]{0,128}> <(\d{13})> /;
const body = /^(?:<\[severity-value: \d{1,4}\].{0,512}?> )?<(BEA-\d{6})> <(.*)$/s;
const locked =
  /^User "?(.{1,256}?)"? in security realm .{1,256} has had {1,2}\d{1,9} invalid login attempts, locking account for \d{1,9} minutes\.$/s;
/** As 10g wrote it: `[weblogic.servlet.internal.WebAppServletContext@1 - appName: 'a', name: 'b', context-path: '/c'…]`. */
const failed =
  /^\[(?:ServletContext@\d{1,20}\[app:.{0,256}? module:.{0,256}? path:(\S{0,512}?)(?: .{0,256})?\]|[\w.]{1,128}ServletContext@[\da-f]{1,20} - appName: '[^']{0,256}', name: '[^']{0,256}', context-path: '([^']{0,512})')/s;

function head(line: LogLine, clock: LogClock): number {
  if (!startsWith(line.bytes, '####<', line.start, line.end)) return -1;
  const found = headForm.exec(lineText(line).slice(0, 4096));
  if (found === null || !clock.epoch(Number(found[1]) * 1000, 'millisecond')) return -1;
  return line.start + found[0].length;
}

function read(text: string): EventDetail | undefined {
  const found = body.exec(text);
  if (found === null) return undefined;
  const [, code, rest = ''] = found;
  const message = rest.trimEnd().replace(/>$/, '');
  if (code === 'BEA-090078') {
    const account = locked.exec(message)?.[1];
    return account === undefined ? undefined : { what: 'account', action: 'locked', account: said(account) };
  }
  if (code !== 'BEA-101017' && code !== 'BEA-101020') return undefined;
  const [, path = '', older] = failed.exec(message) ?? [];
  const at = older ?? (path === 'null' ? '' : path);
  return path === '' && older === undefined
    ? undefined
    : serviceEvent('weblogic', 'servlet-failed', { detail: said(`${at} ${message}`.trim()) });
}

export const weblogic = serviceFormat({
  id: 'weblogic',
  service: 'weblogic',
  verified: true,
  source:
    'docs.oracle.com Fusion Middleware, Configuring Log Files and Filtering Log Messages for WebLogic Server (Message Attributes); public samples of BEA-090078, BEA-101017, BEA-101020',
  head,
  read,
  // A record goes on until the next begins.
  goesOn: /^(?!####<)/,
});
