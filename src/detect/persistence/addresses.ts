/**
 * The addresses that an entry names: its URLs, the numbers of hosts in them, and the servers that resolve names.
 *
 * Why: a host of an attacker serves more than one URL, and may be the name server as well. What it is NOT: names; many
 * share one. Near addresses and the public resolvers of everybody tie nothing together.
 */
import { hostOf, isAddress, isNearHost } from '../../formats/near-host.ts';
import type { Mechanism } from '../../model/mechanism.ts';
import type { Draft } from './draft.ts';

/** Where an address stands alone. */
const ofNames: ReadonlySet<Mechanism> = new Set(['resolver', 'hosts-file']);
const bareAddress = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7})(?![\w.:])/gi;
/** Google, Cloudflare, Quad9, OpenDNS, AliDNS, 114DNS, DNSPod, Baidu. */
const publicResolvers =
  /^(?:8\.8\.(?:8\.8|4\.4)|1\.[01]\.[01]\.[123]|9\.9\.9\.\d+|149\.112\.112\.\d+|208\.67\.22[02]\.22[02]|223\.[56]\.[56]\.[56]|114\.114\.11[45]\.11[0459]|119\.(?:28\.28\.28|29\.29\.29)|180\.76\.76\.76|2001:4860:4860:.*|2606:4700:4700:.*|2620:fe::.*|2400:3200:.*)$/;

export function addressesOf({ fact, reading }: Pick<Draft, 'fact' | 'reading'>): readonly string[] {
  const hosts = reading.urls.map(hostOf).filter(isAddress);
  const alone = ofNames.has(fact.mechanism) ? (fact.command.match(bareAddress) ?? []) : [];
  const outside = [...hosts, ...alone].filter(
    (address) => !isNearHost(address) && !publicResolvers.test(address),
  );
  return [...new Set([...reading.urls, ...outside])];
}
