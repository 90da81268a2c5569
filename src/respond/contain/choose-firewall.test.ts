import { expect, test } from 'bun:test';
import type { Answer } from '../../native/port.ts';
import { chooseFirewall } from './choose-firewall.ts';
import type { Firewall, Standing } from './firewall.ts';

const firewall = (kind: Firewall['kind'], answer: Answer<Standing>): Firewall => {
  const never = (): never => {
    throw new Error('a choice changes nothing');
  };
  return { kind, standing: () => answer, text: never, set: never, lift: never, confirm: never };
};
const there: Answer<Standing> = { status: 'ok', value: { state: 'none' } };
const absent: Answer<Standing> = { status: 'absent', reason: 'not loaded' };
const denied: Answer<Standing> = { status: 'denied', reason: 'EPERM' };

test('nf_tables is taken wherever the kernel has it, also where we may not use it', () => {
  for (const answer of [there, denied]) {
    const chosen = chooseFirewall(firewall('nf_tables', answer), firewall('iptables', there));
    expect(chosen).toMatchObject({ status: 'ok', value: { kind: 'nf_tables' } });
  }
});

test('a kernel without it contains by iptables, and one without both is told', () => {
  expect(chooseFirewall(firewall('nf_tables', absent), firewall('iptables', there))).toMatchObject({
    status: 'ok',
    value: { kind: 'iptables' },
  });
  expect(chooseFirewall(firewall('nf_tables', absent), firewall('iptables', absent))).toMatchObject({
    status: 'absent',
    reason: expect.stringContaining('modprobe'),
  });
});
