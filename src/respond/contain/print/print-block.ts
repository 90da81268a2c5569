/**
 * The block written for other equipment: text that people read, change and load there. Nothing is set by it.
 *
 * Only addresses and names in their canonical form reach a line, so no form needs escaping; what is not is refused
 * here once more. What a form cannot say is told in a comment of it, never left out in silence.
 * Comments are ASCII and English: equipment takes no other.
 */
import { type BlockTargets, isIpv6 } from '../containment.ts';
import { nftText } from '../nft-text.ts';
import { packetRules } from '../packet-rules.ts';
import { peerAddress, peerName } from '../valid-target.ts';
import { ciscoText, h3cText, huaweiText } from './access-lists.ts';
import { hostsText, zoneText } from './names.ts';
import type { Printed } from './printed.ts';
import { iptablesText } from './restore-file.ts';
import { suricataText } from './suricata.ts';
import { netshText, powershellText } from './windows.ts';

export const printForms = [
  'nft',
  'iptables',
  'cisco',
  'huawei',
  'h3c',
  'windows',
  'netsh',
  'suricata',
  'hosts',
  'rpz',
] as const;
export type PrintForm = (typeof printForms)[number];

const writers: Readonly<Record<PrintForm, (block: Printed) => readonly string[]>> = {
  nft: ({ ip, ip6, names }) => [
    '# Load with "nft -f FILE"; lift with "nft delete table inet demine_contain".',
    ...nftText(packetRules({ mode: 'block', addresses: [...ip, ...ip6], names }))
      .trimEnd()
      .split('\n'),
  ],
  iptables: iptablesText,
  cisco: ciscoText,
  huawei: huaweiText,
  h3c: h3cText,
  windows: powershellText,
  netsh: netshText,
  suricata: suricataText,
  hosts: hostsText,
  rpz: zoneText,
};

/** @throws RangeError for an address or a name that is not in its canonical form */
export function printBlock(form: PrintForm, targets: BlockTargets, time: Date): string {
  const odd =
    targets.addresses.find((one) => peerAddress(one) !== one) ??
    targets.names.find((one) => peerName(one) !== one);
  if (odd !== undefined) throw new RangeError(`not to be printed: ${JSON.stringify(odd)}`);
  const lines = writers[form]({
    ip: targets.addresses.filter((one) => !isIpv6(one)),
    ip6: targets.addresses.filter(isIpv6),
    names: targets.names,
    time,
  });
  return `${lines.join('\n')}\n`;
}
