/**
 * JumpServer, the bastion, through syslog: `jumpserver: login_log - {"username": "ada", "ip": "192.0.2.1", "status": …}`.
 *
 * Read: logins at the bastion, sessions it opened to hosts, commands typed in them, and passwords that were changed. The
 * category is JumpServer's word; all that a user gave is within the JSON.
 * Sources: jumpserver apps/audits/signal_handlers/other.py (on_audits_log_create), apps/audits/serializers.py,
 * apps/terminal/serializers; a public sample of login_log.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import { member, parseLooseJson, textMember } from '../../loose-json.ts';
import type { Message } from './message.ts';

const category =
  /^(?:jumpserver: )?(login_log|host_session_log|session_command_log|password_change_log) - (?=\{)/;
const none = printableText('');

/** `1`, `true`, or `{"value": true, "label": …}`. */
function isTrue(value: unknown): boolean {
  const given: unknown = typeof value === 'object' && value !== null ? member(value, 'value') : value;
  return given === true || given === 1 || given === '1';
}

export function jumpserver({ text }: Message): EventDetail | undefined {
  const found = category.exec(text);
  if (found === null) return undefined;
  const parsed = parseLooseJson(Buffer.from(text.slice(found[0].length), 'latin1'));
  if (!parsed.ok) return undefined;
  const field = (name: string) => textMember(parsed.value, name) ?? none;
  switch (found[1]) {
    case 'login_log':
      return {
        what: 'login',
        outcome: isTrue(member(parsed.value, 'status')) ? 'accepted' : 'failed',
        service: 'bastion',
        account: field('username'),
        known: true,
        from: field('ip'),
        method: field('backend'),
      };
    case 'host_session_log':
      return {
        what: 'session',
        phase: isTrue(member(parsed.value, 'is_finished')) ? 'closed' : 'opened',
        service: 'bastion',
        account: field('user'),
        from: field('remote_addr'),
        terminal: field('asset'),
      };
    case 'session_command_log':
      return {
        what: 'service',
        service: 'jumpserver',
        action: 'command',
        account: field('user'),
        from: field('remote_addr'),
        detail: field('input'),
      };
    default:
      return {
        what: 'account',
        action: 'password-changed',
        account: field('user'),
        by: field('change_by'),
      };
  }
}
