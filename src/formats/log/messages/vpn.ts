/**
 * VPN servers: OpenVPN, strongSwan's charon, Cisco ASA (AnyConnect), Pulse and Ivanti Connect Secure, as they speak
 * through syslog; WireGuard says nothing of its peers.
 *
 * Names of users and identities are what a client sent, and may look like any of these: what the server writes itself
 * is matched from the line's ends, and an address is none with anything but an address in it.
 * Sources: openvpn src/openvpn/ssl.c, ssl_verify.c, multi.c; strongswan src/libcharon/sa/ikev2/tasks/ike_auth.c; Cisco ASA
 * Series Syslog Messages, as elastic/integrations cisco_asa shows them (test-additional-messages.log at 094cb69). Pulse's
 * shapes are those of others' patterns, and not verified.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said, withPid } from './message.ts';

const address = '(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})';

function login(
  message: Message,
  accepted: boolean,
  given: { readonly account: string | undefined; readonly from: string | undefined; readonly method: string },
): EventDetail {
  return {
    what: 'login',
    outcome: accepted ? 'accepted' : 'failed',
    service: 'vpn',
    account: said(given.account),
    known: true,
    from: said(given.from),
    method: said(given.method),
    ...withPid(message),
  };
}

const peer = new RegExp(`^(?:us=\\d{1,6} )?(?:(?:tcp|udp)[46]:)?\\[?(${address})\\]?:\\d{1,5} (.*)$`, 's');
const initiated = new RegExp(
  `^\\[(.{0,256})\\] Peer Connection Initiated with \\[AF_INET6?\\]${address}:\\d{1,5}(?: \\(via .{1,128}\\))?$`,
  's',
);
const passed =
  /^TLS: Username\/Password authentication succeeded for username '(.{0,256})' ?(?:\[CN SET\])?\s*$/s;

export function openvpn(message: Message): EventDetail | undefined {
  const found = peer.exec(message.text);
  if (found === null) return undefined;
  const [, from, text = ''] = found;
  if (text.startsWith('TLS: Username/')) {
    const account = passed.exec(text)?.[1];
    return account === undefined ? undefined : login(message, true, { account, from, method: 'password' });
  }
  if (text === 'TLS Auth Error: Auth Username/Password verification failed for peer')
    return login(message, false, { account: '', from, method: 'password' });
  const account = text.startsWith('[') ? initiated.exec(text)?.[1] : undefined;
  return account === undefined ? undefined : login(message, true, { account, from, method: 'certificate' });
}

const established = new RegExp(
  `^(?:\\d{1,4}\\[IKE\\] )?(?:<[^>]{1,128}> )?IKE_SA .{1,256}\\[\\d{1,10}\\] established between (${address})\\[.{0,256}\\]\\.\\.\\.(${address})\\[(.{0,256})\\]$`,
  's',
);
const eapFailed =
  /^(?:\d{1,4}\[IKE\] )?(?:<[^>]{1,128}> )?EAP method EAP_(\w{1,32}) failed for peer (.{0,256})$/s;

export function charon(message: Message): EventDetail | undefined {
  const found = established.exec(message.text);
  if (found !== null) return login(message, true, { account: found[3], from: found[2], method: 'ike' });
  const failed = eapFailed.exec(message.text);
  if (failed === null) return undefined;
  return login(message, false, { account: failed[2], from: '', method: `eap-${failed[1]?.toLowerCase()}` });
}

const asaCode = /^%(?:ASA|FTD|PIX)-(?:\w{1,16}-)?\d-(\d{6}): (.*)$/s;
/** Newer ones write what others chose in angle brackets; bare, a name is one word, or it could be a line of its own. */
const asaWho = `Group (?:<.{0,256}>|\\S{1,256}) User (?:<(.{0,256})>|(\\S{1,256})) IP <?(${address})>?`;
const asaStarted = new RegExp(
  `^${asaWho} (?:AnyConnect parent session started|WebVPN session started)\\.?$`,
  's',
);
const asaAddress = new RegExp(
  `^${asaWho} IPv4 Address <?[\\d.]{1,64}>? IPv6 address <?[\\da-f:]{1,64}>? assigned to session$`,
  's',
);
const asaRejected = new RegExp(
  `^AAA user authentication Rejected\\s?: reason = .{0,128}?\\s?: (?:server = .{0,255}?|local database)\\s?: user = (.{0,256}?)(?:\\s?: user IP = (${address}))?$`,
  's',
);
const asaAccepted =
  /^AAA user authentication Successful\s?: (?:server = {1,2}\S{0,255}|local database)\s?: user = (.{0,256})$/s;

/** `text` begins with `%ASA-…`. */
export function asa(message: Message): EventDetail | undefined {
  const [, code, text = ''] = asaCode.exec(message.text) ?? [];
  switch (code) {
    case '113039':
    case '716001': {
      const found = asaStarted.exec(text);
      return found === null
        ? undefined
        : login(message, true, { account: found[1] ?? found[2], from: found[3], method: 'anyconnect' });
    }
    case '722051': {
      const found = asaAddress.exec(text);
      if (found === null) return undefined;
      return {
        what: 'session',
        phase: 'opened',
        service: 'vpn',
        account: said(found[1] ?? found[2]),
        from: said(found[3]),
      };
    }
    case '113005':
    case '113015': {
      const found = asaRejected.exec(text);
      return found === null
        ? undefined
        : login(message, false, { account: found[1], from: found[2], method: 'aaa' });
    }
    case '113004':
    case '113012': {
      const found = asaAccepted.exec(text);
      return found === null
        ? undefined
        : login(message, true, { account: found[1], from: '', method: 'aaa' });
    }
    default:
      return undefined;
  }
}

const pulseForm = new RegExp(
  `^ - \\[(${address})\\] (.{0,256}?)\\([^()]{0,128}\\)\\[[^\\][]{0,256}\\] - (.{1,512})$`,
  's',
);
const pulsePassed = new RegExp(`^Primary authentication successful for .{1,300} from ${address}"?$`, 's');
const pulseFailed = new RegExp(
  `^(?:Primary authentication failed for .{1,300} from ${address}|Login failed using auth server .{1,256} {1,2}Reason: .{1,64})"?$`,
  's',
);

export function pulse(message: Message): EventDetail | undefined {
  const at = message.text.indexOf(' - [');
  const found = at < 0 ? null : pulseForm.exec(message.text.slice(at));
  if (found === null) return undefined;
  const [, from, account, text = ''] = found;
  if (pulsePassed.test(text)) return login(message, true, { account, from, method: 'password' });
  return pulseFailed.test(text) ? login(message, false, { account, from, method: 'password' }) : undefined;
}
