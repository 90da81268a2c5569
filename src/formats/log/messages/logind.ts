/**
 * systemd's logind and first process, and what rsyslog says of itself: sessions, boots, halts, and logs that began.
 *
 * `New session 5 of user ada.` · `Startup finished in …` · `[origin software="rsyslogd" …] start`.
 * Sources: systemd src/login/logind-session.c, src/core/manager.c; rsyslog tools/rsyslogd.c.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said, withPid } from './message.ts';
import { pam } from './pam.ts';

const newSession = /^New session (\S{1,64}) of user (.{1,256}?)\.?$/;

export function logind(message: Message): EventDetail | undefined {
  const found = newSession.exec(message.text);
  if (found === null) return undefined;
  return {
    what: 'session',
    phase: 'opened',
    service: 'logind',
    account: said(found[2]),
    from: said(''),
    ...withPid(message),
  };
}

export function systemd(message: Message): EventDetail | undefined {
  const { text } = message;
  if (text.startsWith('Startup finished in ') && text.includes('(kernel)')) {
    return { what: 'host', action: 'booted', detail: said(text) };
  }
  if (/^(?:Shutting down|Reached target .{0,40}(?:Power-Off|Reboot|Shutdown))\b/.test(text)) {
    return { what: 'host', action: 'halted', detail: said(text) };
  }
  if (text.startsWith('Time has been changed'))
    return { what: 'host', action: 'clock-set', detail: said(text) };
  return pam(message);
}

export function rsyslogd({ text }: Message): EventDetail | undefined {
  if (!text.includes('[origin software="rsyslogd"')) return undefined;
  if (/\] start$/.test(text)) return { what: 'host', action: 'log-started', detail: said(text) };
  if (/\] (?:exiting on signal|rsyslogd was HUPed)/.test(text)) {
    const action = text.includes('HUPed') ? 'log-rotated' : 'log-stopped';
    return { what: 'host', action, detail: said(text) };
  }
  return undefined;
}
