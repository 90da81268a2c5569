/** Which of the two firewalls of a kernel contains: nf_tables where it is, else the tables of iptables. */
import type { Answer } from '../../native/port.ts';
import { type Firewall, nftFirewall } from './firewall.ts';
import { legacyFirewall } from './legacy-firewall.ts';

/** Loading a part of the kernel would run a program of the host. */
const neither =
  'the kernel has neither nf_tables nor the tables of iptables loaded, and loading them would run modprobe of this host';

export function chooseFirewall(
  nft: Firewall = nftFirewall(),
  legacy: Firewall = legacyFirewall(),
): Answer<Firewall> {
  if (nft.standing().status !== 'absent') return { status: 'ok', value: nft };
  return legacy.standing().status === 'absent'
    ? { status: 'absent', reason: neither }
    : { status: 'ok', value: legacy };
}
