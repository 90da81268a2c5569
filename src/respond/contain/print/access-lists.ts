/**
 * Access lists of switches and routers.
 *
 * Sources: Cisco IOS Security Command Reference (`ip access-list extended`, `ipv6 access-list`: an implicit denial of
 * everything ends both, and neighbour discovery is only allowed before it where nothing else is); Huawei S-series and
 * CloudEngine command references (`acl name NAME advance`, `acl ipv6 name NAME advance`, `traffic-filter`: what matches
 * no rule passes); H3C Comware 7 ACL command reference (`acl [ ipv6 ] advanced name NAME`, `packet-filter`: the same).
 * Lists are named, so that no list of the site is written into by its number. Where they are applied, the site knows:
 * those lines are comments.
 */
import { namesElsewhere } from './cannot-say.ts';
import type { Printed } from './printed.ts';

const both = (
  addresses: readonly string[],
  rule: (side: 'source' | 'destination', address: string) => string,
): string[] => addresses.flatMap((address) => [rule('destination', address), rule('source', address)]);

export function ciscoText({ ip, ip6, names }: Printed): readonly string[] {
  const lines = (protocol: 'ip' | 'ipv6', addresses: readonly string[]): string[] =>
    both(addresses, (side, address) =>
      side === 'source' ? ` deny ${protocol} host ${address} any` : ` deny ${protocol} any host ${address}`,
    );
  return [
    '! Cisco IOS and IOS XE. An interface has one list for each direction: merge with the one that it has.',
    ...(ip.length === 0
      ? []
      : ['ip access-list extended DEMINE-BLOCK', ...lines('ip', ip), ' permit ip any any', '!']),
    ...(ip6.length === 0
      ? []
      : ['ipv6 access-list DEMINE-BLOCK6', ...lines('ipv6', ip6), ' permit ipv6 any any', '!']),
    ...namesElsewhere('!', names),
    '! On the interface towards the Internet:',
    ...(ip.length === 0 ? [] : ['!  ip access-group DEMINE-BLOCK in', '!  ip access-group DEMINE-BLOCK out']),
    ...(ip6.length === 0
      ? []
      : ['!  ipv6 traffic-filter DEMINE-BLOCK6 in', '!  ipv6 traffic-filter DEMINE-BLOCK6 out']),
    '! Lift with "no" in front of those lines, then of the lists.',
  ];
}

export function huaweiText({ ip, ip6, names }: Printed): readonly string[] {
  return [
    '# Huawei VRP, from the system view.',
    ...(ip.length === 0
      ? []
      : [
          'acl name demine-block advance',
          ...both(ip, (side, address) => ` rule deny ip ${side} ${address} 0`),
          'quit',
        ]),
    ...(ip6.length === 0
      ? []
      : [
          'acl ipv6 name demine-block6 advance',
          ...both(ip6, (side, address) => ` rule deny ipv6 ${side} ${address}/128`),
          'quit',
        ]),
    ...namesElsewhere('#', names),
    '# On the interface towards the Internet (and "commit" where the device asks for it):',
    ...['inbound', 'outbound'].flatMap((direction) => [
      ...(ip.length === 0 ? [] : [`#  traffic-filter ${direction} acl name demine-block`]),
      ...(ip6.length === 0 ? [] : [`#  traffic-filter ${direction} acl ipv6 name demine-block6`]),
    ]),
    '# Lift with "undo" in front of those lines, then of the lists.',
  ];
}

export function h3cText({ ip, ip6, names }: Printed): readonly string[] {
  return [
    '# H3C Comware 7, from the system view.',
    ...(ip.length === 0
      ? []
      : [
          'acl advanced name demine-block',
          ...both(ip, (side, address) => ` rule deny ip ${side} ${address} 0`),
          'quit',
        ]),
    ...(ip6.length === 0
      ? []
      : [
          'acl ipv6 advanced name demine-block6',
          ...both(ip6, (side, address) => ` rule deny ipv6 ${side} ${address} 128`),
          'quit',
        ]),
    ...namesElsewhere('#', names),
    '# On the interface towards the Internet:',
    ...['inbound', 'outbound'].flatMap((direction) => [
      ...(ip.length === 0 ? [] : [`#  packet-filter name demine-block ${direction}`]),
      ...(ip6.length === 0 ? [] : [`#  packet-filter ipv6 name demine-block6 ${direction}`]),
    ]),
    '# Lift with "undo" in front of those lines, then of the lists.',
  ];
}
