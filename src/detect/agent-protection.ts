/**
 * Security and cloud agents that belong on this host and do not run.
 *
 * What: signs that an agent was here (package, unit, folder, log, cloud vendor) against signs that it does not
 * run (masked unit, no process). A masked unit of an agent, or an agent of this very cloud that left package or
 * unit behind, is medium; nothing here is higher.
 * Why: miners remove the agents of Aliyun, Tencent and others first (families, cloud-agent removal).
 * What it is NOT: an inventory. A folder left by a purged agent, a disabled auditd or clamav, and a cloud image
 * that never had the agent are ordinary; they stay low or are a note.
 */
import { agentDefinitions } from '../artifacts/linux/agents.ts';
import type { AgentFact } from '../model/facts/host.ts';
import type { Finding, Severity } from '../model/finding.ts';
import { type Analyzer, finding } from './analyzer.ts';

type Sign = AgentFact['sign'];

const kinds: ReadonlyMap<string, string> = new Map(agentDefinitions.map(({ id, kind }) => [id, kind]));

/** Tools that administrators switch on and off as they please, or that run only now and then. */
const optional =
  /audit|clam|fail2ban|apparmor|selinux|rkhunter|chkrootkit|aide|tripwire|lynis|maldet|imunify|ufw|firewalld/;

interface Judged {
  readonly rule: 'protection.agent-silenced' | 'protection.agent-not-running' | 'protection.agent-expected';
  readonly severity: Severity;
  readonly confidence: number;
}

function judge(agent: string, signs: ReadonlySet<Sign>, processesSeen: boolean): Judged | undefined {
  if (signs.has('process')) return undefined;
  const choosable = optional.test(agent);
  const security = !choosable && (kinds.get(agent) ?? 'security') === 'security';
  if (signs.has('unit-masked')) {
    return security
      ? { rule: 'protection.agent-silenced', severity: 'medium', confidence: 70 }
      : { rule: 'protection.agent-not-running', severity: 'low', confidence: 35 };
  }
  // From an image, or from inside a namespace, nobody can tell whether an agent of the host runs.
  if (choosable || !processesSeen) return undefined;
  const setUp = signs.has('package') || signs.has('unit');
  if (signs.has('unit-disabled')) {
    return { rule: 'protection.agent-not-running', severity: 'low', confidence: 35 };
  }
  // The security agent of this very cloud, set to run and not running.
  if (security && setUp && signs.has('vendor')) {
    return { rule: 'protection.agent-silenced', severity: 'medium', confidence: 60 };
  }
  if (setUp) return { rule: 'protection.agent-not-running', severity: 'low', confidence: 40 };
  const left = signs.has('folder') || signs.has('log');
  if (left && signs.has('vendor')) {
    return { rule: 'protection.agent-not-running', severity: 'low', confidence: 45 };
  }
  if (left) return { rule: 'protection.agent-not-running', severity: 'info', confidence: 25 };
  return { rule: 'protection.agent-expected', severity: 'info', confidence: 20 };
}

export const agentProtection: Analyzer = {
  id: 'agent-protection',
  rules: ['protection.agent-silenced', 'protection.agent-not-running', 'protection.agent-expected'],
  analyze(facts) {
    const found: Finding[] = [];
    const [host] = facts.of('host');
    const processesSeen = host === undefined || (host.live && host.scope === 'host');
    for (const [agent, marks] of Map.groupBy(facts.of('agent'), (fact) => fact.agent)) {
      const signs = new Set(marks.map((mark) => mark.sign));
      const judged = judge(agent, signs, processesSeen);
      if (judged === undefined) continue;
      found.push(
        finding(
          judged.rule,
          { agent, signs: [...signs].join(', ') },
          {
            severity: judged.severity,
            confidence: judged.confidence,
            technique: 'T1562.001',
            bearing: judged.severity === 'info' ? 'context' : 'hides',
            witness: 'file',
            subject: { kind: 'host' },
            evidence: marks.slice(0, 8).map((mark) => ({ ...mark.source, text: mark.text })),
            benign: ['owner-disabled', 'agent-leftover'],
          },
        ),
      );
    }
    return found;
  },
};
