/**
 * What of the network somebody set on a Windows host: forwarded ports, name servers, rules of the firewall.
 *
 * Why: DTLMiner leaves 65531/65532 as a forward and 65529 as a rule to know its own victims; MyKings closes 445 and 135
 * against others; both set name servers. Rules of programs are as many as there are programs: only rules about these ports,
 * and rules that lock everybody out of file sharing, are told.
 * Sources: Microsoft, "netsh interface portproxy", "Firewall Rule grammar" ([MS-GPFAS] §2.2.2); knowledge on Windows §4.2.
 */
import { valueNumber } from '../../formats/registry/data.ts';
import type { HiveValue } from '../../formats/registry/value.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { entry, systemHive, tellBound } from './entry.ts';
import { keyName, refOf, textOfValue, valueLine } from './hives.ts';
import { viewOf } from './view.ts';

const most = 2_000;
const markers = /\b(?:65529|65531|65532|65533)\b/;
/** Resolvers that everybody may use; DTLMiner sets the last two of Google and Quad9 on hosts that had their own. */
const shares = /(?:^|,)(?:135|137|138|139|445)(?:,|$)/;
const isOwn = (address: string): boolean =>
  /^(?:127\.|0\.0\.0\.0$|::1$|localhost$|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/i.test(address);

export const network: PersistenceArtifact = {
  id: 'windows.network',
  order: 6,
  required: false,
  mechanisms: ['port-proxy', 'windows-firewall-rule', 'windows-dns'],
  sources: [systemHive],
  gather(context) {
    const { registry } = viewOf(context);
    const facts: PersistenceFact[] = [];
    const add = (fact: PersistenceFact): void => {
      if (facts.length < most) facts.push(fact);
    };
    const proxies = registry.control('Services\\PortProxy');
    for (const way of proxies?.key.subkeys() ?? []) {
      for (const protocol of way.subkeys()) {
        for (const value of protocol.values()) {
          const to = textOfValue(value) ?? '';
          if (proxies === undefined || to === '') continue;
          const marks: PersistenceMark[] = markers.test(value.name)
            ? ['known-marker']
            : isOwn(to.split('/', 1)[0] ?? '')
              ? []
              : ['forwards-port'];
          add(
            entry({
              source: refOf(proxies.of, value),
              mechanism: 'port-proxy',
              name: printableText(value.name.slice(0, 256)),
              language: 'none',
              trigger: phrase`boot`,
              marks,
              text: valueLine(proxies.of, protocol, value.name, to),
            }),
          );
        }
      }
    }
    const firewall = [
      registry.control('Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules'),
      // Those of policies stand elsewhere.
      registry.key('SOFTWARE', 'Policies\\Microsoft\\WindowsFirewall\\FirewallRules'),
    ];
    const ruleOf = (rules: (typeof firewall)[number], value: HiveValue): void => {
      const text = textOfValue(value) ?? '';
      if (rules === undefined || !text.includes('|')) return;
      const field = (name: string): string => new RegExp(`\\|${name}=([^|]*)`, 'i').exec(text)?.[1] ?? '';
      const ports = text.matchAll(/\|L?R?Port=([^|]*)/gi);
      const all = [...ports].map(([, port = '']) => port).join(',');
      const active = !/\|Active=FALSE/i.test(text);
      const marked = markers.test(all);
      const locks =
        /\|Action=Block/i.test(text) && /\|Dir=In/i.test(text) && shares.test(all) && field('App') === '';
      if (!marked && !locks) return;
      add(
        entry({
          source: refOf(rules.of, value),
          mechanism: 'windows-firewall-rule',
          name: printableText((field('Name') || value.name).slice(0, 256)),
          language: 'none',
          trigger: phrase`boot`,
          active,
          marks: marked ? ['known-marker'] : ['locks-out'],
          text: valueLine(rules.of, rules.key, value.name, text),
        }),
      );
    };
    for (const rules of firewall) for (const value of rules?.key.values() ?? []) ruleOf(rules, value);
    const security = registry.key('SOFTWARE', 'Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local');
    const policy = textOfValue(security?.key.value('ActivePolicy')) ?? '';
    const named = security?.key.subkey(policy.slice(policy.lastIndexOf('\\') + 1));
    const value = named?.value('ipsecName');
    // Guides against worms close ports so, and so does MyKings: told, and no more.
    if (security !== undefined && named !== undefined && value !== undefined)
      add(
        entry({
          source: refOf(security.of, value),
          mechanism: 'windows-firewall-rule',
          name: printableText((textOfValue(value) ?? '').slice(0, 256)),
          language: 'none',
          trigger: phrase`boot`,
          text: valueLine(security.of, named, 'ipsecName (active policy of IPsec)', textOfValue(value) ?? ''),
        }),
      );
    for (const profile of ['DomainProfile', 'StandardProfile', 'PublicProfile']) {
      const found = registry.control(`Services\\SharedAccess\\Parameters\\FirewallPolicy\\${profile}`);
      const value = found?.key.value('EnableFirewall');
      if (found === undefined || value === undefined || valueNumber(value) !== 0) continue;
      // Owners switch it off behind a firewall of their own, so it is told and no more.
      add(
        entry({
          source: refOf(found.of, value),
          mechanism: 'windows-firewall-rule',
          language: 'none',
          trigger: phrase`boot`,
          text: valueLine(found.of, found.key, 'EnableFirewall', '0'),
        }),
      );
    }
    for (const stack of ['Tcpip', 'Tcpip6']) {
      const own = registry.control(`Services\\${stack}\\Parameters`);
      for (const one of own === undefined
        ? []
        : [own.key, ...(own.key.subkey('Interfaces')?.subkeys() ?? [])]) {
        const value = one.value('NameServer');
        const servers = textOfValue(value)?.trim() ?? '';
        if (own === undefined || value === undefined || servers === '') continue;
        const marks: PersistenceMark[] = /^8\.8\.8\.8,9\.9\.9\.9$/.test(servers) ? ['changed-default'] : [];
        add(
          entry({
            source: refOf(own.of, value),
            mechanism: 'windows-dns',
            language: 'none',
            trigger: phrase`boot`,
            marks,
            text: phrase`${keyName(own.of, one)}: NameServer = ${printableText(servers.slice(0, 500))}`,
          }),
        );
      }
    }
    tellBound(context, 'windows.network', systemHive, facts.length, most);
    return Promise.resolve(facts);
  },
};
