/**
 * Names that lead nowhere: lines of a hosts file, and a response policy zone for resolvers of a whole network.
 *
 * Source: hosts(5); draft-vixie-dnsop-dns-rpz-00 §4 (`CNAME .` answers that there is no such name; `rpz-ip` holds an answer
 * that gives such an address: prefix length, then the address backwards, IPv6 with `zz` for its run of zeros).
 */
import { addressesElsewhere } from './cannot-say.ts';
import type { Printed } from './printed.ts';

export function hostsText({ ip, ip6, names }: Printed): readonly string[] {
  return [
    '# hosts(5): append these lines; take them out to lift. Only programs of this host that ask by name are kept off.',
    ...names.flatMap((name) => [`0.0.0.0 ${name}`, `:: ${name}`]),
    ...addressesElsewhere('#', [...ip, ...ip6]),
  ];
}

const reversed4 = (address: string): string => `32.${address.split('.').reverse().join('.')}`;

function reversed6(address: string): string {
  const words = address.split('::').map((side) => side.split(':').filter((word) => word !== ''));
  const forward = words.length === 2 ? [...(words[0] ?? []), 'zz', ...(words[1] ?? [])] : (words[0] ?? []);
  return `128.${forward.reverse().join('.')}`;
}

export function zoneText({ ip, ip6, names, time }: Printed): readonly string[] {
  // The day and the minute: 32 bits hold it until 2149 (RFC 1912 §2.2 leaves the form to us).
  const serial = Math.floor(time.getTime() / 60_000);
  return [
    '; Response policy zone, for "response-policy { zone "demine.rpz"; };" in BIND and what other resolvers call it.',
    '; Lift by taking the zone out.',
    '$TTL 60',
    `@ IN SOA localhost. root.localhost. ${serial} 3600 600 86400 60`,
    '@ IN NS localhost.',
    ...names.flatMap((name) => [`${name} CNAME .`, `*.${name} CNAME .`]),
    ...[...ip.map(reversed4), ...ip6.map(reversed6)].map((trigger) => `${trigger}.rpz-ip CNAME .`),
  ];
}
