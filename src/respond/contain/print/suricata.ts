/**
 * Rules of Suricata 6 and later: packets to and from an address, queries for a name, and TLS that asks for it.
 *
 * Source: Suricata rules format, DNS keywords (`dns.query`), TLS keywords (`tls.sni`), payload keywords (`bsize`: the whole
 * buffer). Ids of local rules are 1000000 to 1999999. `drop` drops inline and alerts elsewhere.
 */
import type { Printed } from './printed.ts';

const firstId = 1_964_001;

export function suricataText({ ip, ip6, names }: Printed): readonly string[] {
  const rules = [
    ...[...ip, ...ip6].map(
      (address) => `drop ip any any <> [${address}] any (msg:"Demine: blocked address ${address}";`,
    ),
    ...names.flatMap((name) => {
      const whole = `content:"${name}"; nocase; bsize:${name.length};`;
      return [
        `drop dns any any -> any any (msg:"Demine: query for ${name}"; dns.query; ${whole}`,
        `drop tls any any -> any any (msg:"Demine: TLS to ${name}"; tls.sni; ${whole}`,
      ];
    }),
  ];
  return [
    '# Suricata: a local rules file. Inline it drops, elsewhere it alerts.',
    ...rules.map((rule, at) => `${rule} classtype:coin-mining; sid:${firstId + at}; rev:1;)`),
  ];
}
