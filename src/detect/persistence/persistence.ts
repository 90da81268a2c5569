/**
 * Findings of what starts by itself: one of each malicious or suspicious entry, and one of each process that such an
 * entry starts.
 *
 * What it is NOT: proof of mining. An entry is a trace; the process it starts is told as one more witness.
 */

import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { Evidence, Finding } from '../../model/finding.ts';
import { fileMechanisms } from '../../model/mechanism.ts';
import { type PathText, type Printable, phrase } from '../../model/text.ts';
import { type Analyzer, finding } from '../analyzer.ts';
import { exeEvidence, recordsOf, subjectOf } from '../process-record.ts';
import { type JudgedEntry, judgeEntries } from './judge-entries.ts';
import { techniqueOf } from './techniques.ts';

/** Entries and processes told of one host; an attacker may have filled a folder. */
const mostTold = 300;
const shownEvidence = 6;

function evidenceOf({ fact, reasons }: JudgedEntry): readonly Evidence[] {
  const lines = [{ ...fact.source, text: fact.text }, ...reasons.flatMap(({ evidence }) => evidence)];
  const seen = new Set<string>();
  return lines
    .filter(({ source, text }) => {
      const key = `${source}\n${text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, shownEvidence);
}

/** Its name and where it stands, where many stand in one file. */
const placeOf = ({ name, source }: PersistenceFact): Printable =>
  name === undefined || name === '' ? source.source : phrase`${name} (${source.source})`;

function told(entry: JudgedEntry): Finding | undefined {
  const { fact, judgement, reasons } = entry;
  if (reasons.length === 0 || (judgement !== 'malicious' && judgement !== 'suspicious')) return undefined;
  const malicious = judgement === 'malicious';
  return finding(
    malicious ? 'persistence.malicious' : 'persistence.suspicious',
    {
      mechanism: fact.mechanism,
      what: fileMechanisms.has(fact.mechanism) ? 'file' : 'entry',
      path: placeOf(fact),
      reasons: reasons.length,
    },
    {
      severity: malicious ? 'high' : 'medium',
      confidence: malicious ? 85 : 60,
      technique: techniqueOf(fact.mechanism),
      bearing: 'supports',
      witness: 'file',
      subject: { kind: 'file', path: fact.source.source },
      evidence: evidenceOf(entry),
      benign: ['own-automation', 'own-installation'],
    },
  );
}

export const persistence: Analyzer = {
  id: 'persistence',
  rules: ['persistence.malicious', 'persistence.suspicious', 'persistence.starts-process'],
  analyze(facts, context) {
    const found: Finding[] = [];
    const starters = new Map<PathText, JudgedEntry>();
    for (const entry of judgeEntries(facts, context)) {
      const one = told(entry);
      if (one === undefined) continue;
      if (found.length < mostTold) found.push(one);
      // What is known by the process alone says nothing new of it.
      if (entry.reasons.every(({ id }) => id === 'running-miner')) continue;
      for (const { path, how } of entry.reading.uses) {
        if (how === 'run' && !starters.has(path)) starters.set(path, entry);
      }
    }
    if (starters.size === 0) return found;
    for (const record of recordsOf(facts, context)) {
      const exe = record.process.exe;
      if (exe === undefined || record.owner === 'package' || found.length >= 2 * mostTold) continue;
      const entry = starters.get(exe.path);
      if (entry === undefined) continue;
      found.push(
        finding(
          'persistence.starts-process',
          {
            process: record.name,
            pid: record.process.pid,
            path: placeOf(entry.fact),
            mechanism: entry.fact.mechanism,
          },
          {
            severity: 'medium',
            confidence: entry.judgement === 'malicious' ? 80 : 55,
            technique: techniqueOf(entry.fact.mechanism),
            bearing: 'supports',
            witness: 'file',
            subject: subjectOf(record.process),
            evidence: [{ ...entry.fact.source, text: entry.fact.text }, exeEvidence(record.process)],
            benign: ['own-automation', 'own-installation'],
          },
        ),
      );
    }
    return found;
  },
};
