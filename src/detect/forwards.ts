/**
 * Traffic that is passed on: packet rules and relay programs.
 *
 * What: DNAT rules that lead to a public address, and relays that an artifact names. Relays that only their
 * sockets betray are in relays.ts.
 * Why: a relay or rule hides where the pool or control server is (miner-fingerprints §1.9).
 * What it is NOT: an alarm about NAT. Container publishing goes to private addresses, redirects stay on the
 * host, masquerading only rewrites the source: none is told. A rule to a public address is a gateway's daily
 * work and stays low; only a relay program that no package owns is medium.
 */
import type { ForwardFact } from '../model/facts/network.ts';
import type { Finding } from '../model/finding.ts';
import { endpointText, reachOf } from './address.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import { exeEvidence, type ProcessRecords, recordsOf, subjectOf } from './process-record.ts';

const told = 100;

function judge(fact: ForwardFact, records: ProcessRecords): Finding | undefined {
  if (reachOf(fact.toAddress) !== 'public') return undefined;
  const to = fact.toPort === 0 ? fact.toAddress : endpointText(fact.toAddress, fact.toPort);
  const evidence = { ...fact.source, text: fact.text };
  const record = fact.pid === undefined ? undefined : records.byPid(fact.pid);
  if (fact.action === 'relay' && record !== undefined) {
    const unowned = record.owner === 'none' || isDropPlace(record.place);
    return finding(
      'forward.relay',
      { process: record.name, pid: record.process.pid, from: fact.fromPort, to },
      {
        severity: unowned && record.owner !== 'package' ? 'medium' : 'info',
        confidence: unowned ? 55 : 30,
        technique: 'T1090',
        bearing: unowned ? 'supports' : 'context',
        witness: 'traffic',
        subject: subjectOf(record.process),
        evidence: [evidence, exeEvidence(record.process)],
        benign: ['intended-forward'],
      },
    );
  }
  if (fact.action !== 'dnat' && fact.action !== 'relay') return undefined;
  return finding(
    'forward.rule',
    { from: fact.fromPort, to },
    {
      severity: 'low',
      confidence: 35,
      technique: 'T1090',
      bearing: 'context',
      witness: 'traffic',
      subject: { kind: 'host' },
      evidence: [evidence],
      benign: ['intended-forward'],
    },
  );
}

export const forwards: Analyzer = {
  id: 'forwards',
  rules: ['forward.rule', 'forward.relay'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    return facts
      .of('forward')
      .map((fact) => judge(fact, records))
      .filter((found) => found !== undefined)
      .slice(0, told);
  },
};
