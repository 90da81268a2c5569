/**
 * OpenSSH's server: `sshd`, since 9.8 `sshd-session` and `sshd-auth` for what happens after the connection.
 *
 * Read: accepted and failed logins by method, with key and address; what it says of accounts that are not there, of
 * too many tries, and of tries that ended before they were decided. Sessions that PAM opens are in `pam.ts`.
 * An account's name is what a client sent, blanks and all: `Failed password for invalid user x from 192.0.2.1 port 1
 * ssh2 from …`. So the tail, which sshd itself writes, is matched from the end, and the name is what is left.
 * Source: openssh-portable auth.c (auth_log), auth2.c, packet.c (sshpkt_fmt_connection_id), auth2-pubkey.c.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said, withPid } from './message.ts';

const decided =
  /^(Accepted|Failed|Postponed|Partial) ([\w/.-]{1,64}) for (invalid user )?(.*) from ([0-9A-Za-z.:%_-]{1,255}) port (\d{1,5})(?: ssh\d?)?(?::\s*(.{0,200}))?$/s;
/**
 * With a key, what follows the address is the client's too: a certificate carries a name of its own. Its account is one
 * word that sshd knows, so here the first address is the one.
 */
const decidedByKey =
  /^(Accepted|Failed|Postponed|Partial) (publickey|hostbased) for (invalid user )?(.*?) from ([0-9A-Za-z.:%_-]{1,255}) port (\d{1,5}) ssh2: (.{0,2000})$/s;
const keyForm =
  /^(?:[\w-]{1,40} )?(?:ID .{1,160} \(serial \d{1,20}\) CA )?(?:[\w-]{1,40} )?((?:SHA256|MD5):[\w+/=:]{16,100})/;
const invalid = /^Invalid user (.*) from ([0-9A-Za-z.:%_-]{1,255})(?: port (\d{1,5}))?$/s;
/** sshd 3 to 6 wrote `input_userauth_request: invalid user x [preauth]` beside it; that is the same try again. */
const ended =
  /^(?:Connection (?:closed|reset) by|Disconnected from) (?:authenticating|invalid) user (.*) ([0-9A-Za-z.:%_-]{1,255}) port (\d{1,5})(?: \[preauth\])?$/s;
const tooMany =
  /^(?:error: )?maximum authentication attempts exceeded for (invalid user )?(.*) from ([0-9A-Za-z.:%_-]{1,255}) port (\d{1,5})(?: ssh\d?)?(?: \[preauth\])?$/s;

function login(
  message: Message,
  given: {
    readonly accepted: boolean;
    readonly account: string | undefined;
    readonly known: boolean;
    readonly from: string | undefined;
    readonly port: string | undefined;
    readonly method: string;
    readonly key?: string | undefined;
  },
): EventDetail {
  return {
    what: 'login',
    outcome: given.accepted ? 'accepted' : 'failed',
    service: 'sshd',
    account: said(given.account),
    known: given.known,
    from: said(given.from),
    method: said(given.method),
    ...(given.port === undefined ? {} : { port: Number(given.port) }),
    ...(given.key === undefined ? {} : { key: said(given.key) }),
    ...withPid(message),
  };
}

export function sshd(message: Message): EventDetail | undefined {
  const { text } = message;
  // By the first letter: five million lines of a guesser go through here.
  switch (text.charCodeAt(0)) {
    case 0x41: // Accepted
    case 0x46: // Failed
    case 0x50: {
      const found = decidedByKey.exec(text) ?? decided.exec(text);
      if (found === null) return undefined;
      const [, verdict, method = '', unknown, account, from, port, rest] = found;
      // Neither is a decision yet.
      if (verdict === 'Postponed' || verdict === 'Partial') return undefined;
      // A failed `none` is how every client asks for the methods.
      if (verdict === 'Failed' && method === 'none' && unknown === undefined) return undefined;
      const key = rest === undefined ? undefined : keyForm.exec(rest)?.[1];
      const accepted = verdict === 'Accepted';
      return login(message, { accepted, account, known: unknown === undefined, from, port, method, key });
    }
    case 0x49: {
      const found = invalid.exec(text);
      if (found === null) return undefined;
      const [, account, from, port] = found;
      return login(message, { accepted: false, account, known: false, from, port, method: '' });
    }
    case 0x65: // error: maximum …
    case 0x6d: {
      const found = tooMany.exec(text);
      if (found === null) return undefined;
      const [, unknown, account, from, port] = found;
      const known = unknown === undefined;
      return login(message, { accepted: false, account, known, from, port, method: 'too-many' });
    }
    case 0x43: // Connection closed by
    case 0x44: {
      const found = ended.exec(text);
      if (found === null) return undefined;
      const [, account, from, port] = found;
      const known = !/^\w+ (?:closed by|reset by|from) invalid user /.test(text);
      return login(message, { accepted: false, account, known, from, port, method: 'not-finished' });
    }
    default:
      return undefined;
  }
}
