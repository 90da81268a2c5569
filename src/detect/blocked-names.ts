/**
 * Names of protectors and pools that /etc/hosts sends nowhere.
 *
 * What: hosts entries that give an unusable address (0.0.0.0, 127/8, ::, ::1, 255.255.255.255) to a security or
 * cloud agent's service, or to a mining pool.
 * Why: droppers blind agents in this way and shut out rival miners.
 * What it is NOT: an alarm about block lists. Lists against advertising or mining hold hundreds of names;
 * with that many the entries are a defence and only noted.
 * Sources: families ("lock out rivals", cloud-agent removal); hosts(5).
 */
import { protectors } from '../artifacts/linux/files/protectors.ts';
import { knownPool } from '../coins/pools.ts';
import type { HostsEntryFact } from '../model/facts/network.ts';
import type { Finding } from '../model/finding.ts';
import { reachOf } from './address.ts';
import { type Analyzer, finding } from './analyzer.ts';

/** From so many blocked names on it is a list that somebody installed. */
const listSize = 300;
const namesShown = 10;

function isNowhere(address: string): boolean {
  const reach = reachOf(address);
  return reach === 'loopback' || address === '0.0.0.0' || address === '::' || address === '255.255.255.255';
}

function belongsTo(name: string, domains: readonly string[]): boolean {
  const lower = name.toLowerCase().replace(/\.$/, '');
  return domains.some((domain) => lower === domain || lower.endsWith(`.${domain}`));
}

interface Blocked {
  readonly name: string;
  readonly entry: HostsEntryFact;
}

function told(
  rule: 'protection.names-blocked' | 'protection.pools-blocked',
  blocked: readonly Blocked[],
  list: boolean,
): Finding {
  const security = rule === 'protection.names-blocked';
  const severity = list ? 'info' : security && blocked.length >= 2 ? 'high' : 'medium';
  return finding(
    rule,
    {
      names: blocked
        .slice(0, namesShown)
        .map(({ name }) => name)
        .join(', '),
      count: blocked.length,
    },
    {
      severity,
      confidence: list ? 20 : security ? 80 : 55,
      technique: security ? 'T1562.001' : '',
      bearing: list ? 'context' : security ? 'hides' : 'supports',
      witness: 'file',
      subject: { kind: 'host' },
      evidence: blocked.slice(0, namesShown).map(({ entry }) => ({ ...entry.source, text: entry.text })),
      benign: ['block-list'],
    },
  );
}

export const blockedNames: Analyzer = {
  id: 'blocked-names',
  rules: ['protection.names-blocked', 'protection.pools-blocked'],
  analyze(facts) {
    const blocked = facts
      .of('hosts-entry')
      .filter((entry) => isNowhere(entry.address))
      .flatMap((entry) => entry.names.map((name): Blocked => ({ name, entry })));
    const list = blocked.length >= listSize;
    const security = blocked.filter(({ name }) => belongsTo(name, protectors));
    const pools = blocked.filter(({ name }) => knownPool(name) !== undefined);
    return [
      ...(security.length === 0 ? [] : [told('protection.names-blocked', security, list)]),
      ...(pools.length === 0 ? [] : [told('protection.pools-blocked', pools, list)]),
    ];
  },
};
