/**
 * Dropbear, the SSH server of small systems: OpenWrt, and Alpine where it was chosen.
 *
 * `Password auth succeeded for 'root' from 192.0.2.7:51000`, `Pubkey auth succeeded for 'root' with ssh-ed25519 key
 * SHA256:… from …`, `Bad password attempt for 'root' from …`, `Login attempt for nonexistent user from …`. The name stands
 * in quotes and is what a client sent; address and port are the server's own, at the end, so they are found from there.
 * An address of IPv6 has no brackets: the last colon parts the port.
 * Source: dropbear src/svr-authpasswd.c, svr-authpam.c, svr-authpubkey.c, svr-auth.c (checkusername).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said, withPid } from './message.ts';

const peer = String.raw`from (\[?[0-9A-Za-z.:%_-]{2,255}?\]?):(\d{1,5})$`;
const accepted = new RegExp(
  `^(Password|PAM password|Pubkey) auth succeeded for '(.{0,256})'(?: with (.{0,400}))? ${peer}`,
  's',
);
const refused = new RegExp(`^Bad (?:PAM )?password attempt for '(.{0,256})' ${peer}`, 's');
const unknown = new RegExp(
  `^Login attempt for nonexistent user(?: '(.{0,256})')?(?: with .{0,100}?)? ${peer}`,
  's',
);
const fingerprint = /(?:^| )((?:SHA256|MD5):[\w+/=:]{16,100})$/;

const login = (
  message: Message,
  given: Pick<Extract<EventDetail, { readonly what: 'login' }>, 'outcome' | 'known'> & {
    readonly account?: string | undefined;
    readonly from?: string | undefined;
    readonly port?: string | undefined;
    readonly method: string;
    readonly key?: string | undefined;
  },
): EventDetail => ({
  what: 'login',
  service: 'sshd',
  outcome: given.outcome,
  known: given.known,
  account: said(given.account),
  from: said(given.from?.replace(/^\[|\]$/g, '')),
  port: Number(given.port),
  method: said(given.method),
  ...(given.key === undefined ? {} : { key: said(given.key) }),
  ...withPid(message),
});

export function dropbear(message: Message): EventDetail | undefined {
  const { text } = message;
  if (text.startsWith('Bad ')) {
    const found = refused.exec(text);
    if (found === null) return undefined;
    const [, account, from, port] = found;
    return login(message, { outcome: 'failed', known: true, account, from, port, method: 'password' });
  }
  if (text.startsWith('Login attempt')) {
    const found = unknown.exec(text);
    if (found === null) return undefined;
    const [, account, from, port] = found;
    return login(message, { outcome: 'failed', known: false, account, from, port, method: '' });
  }
  const found = accepted.exec(text);
  if (found === null) return undefined;
  const [, how, account, rest = '', from, port] = found;
  const method = how === 'Pubkey' ? 'publickey' : 'password';
  const key = fingerprint.exec(rest)?.[1];
  return login(message, { outcome: 'accepted', known: true, account, from, port, method, key });
}
