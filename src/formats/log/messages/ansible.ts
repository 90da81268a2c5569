/**
 * What Ansible did on this host: each of its modules says in syslog with what it was called.
 *
 * `ansible-command: Invoked with _raw_params=curl … warn=True`, since 2.8 `ansible-ansible.legacy.command Invoked with …`
 * by the interpreter. Secrets are left out by Ansible itself (no_log).
 * Source: ansible lib/ansible/module_utils/basic.py (_log_invocation, log).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { serviceEvent } from '../service-log.ts';
import { type Message, said, saidCommand } from './message.ts';

const invoked = /^(?:ansible-([\w.]{1,128}) )?Invoked with (.*)$/s;

export function ansible({ program, text }: Message): EventDetail | undefined {
  const found = invoked.exec(text);
  const name = program.startsWith('ansible-') ? program.slice('ansible-'.length) : found?.[1];
  if (found === null || name === undefined) return undefined;
  return serviceEvent('ansible', 'module', { account: said(''), detail: saidCommand(`${name} ${found[2]}`) });
}
