/**
 * Folders of things that start by themselves with more files than anybody reads.
 *
 * What: a folder whose files had to be sifted (`artifacts/linux/flooded-folder.ts`).
 * Why: a million decoys beside one job is how an attacker makes scanners give up before they come to it.
 * What it is NOT: proof of mining. A mail server or a host of many customers has thousands of tables of cron; only
 * numbers that no such host has are more than a note.
 */
import type { Severity } from '../model/finding.ts';
import { phrase } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';

/** Files of one folder that not even a host of many customers has. */
const tooMany = 50_000;
const mostTold = 50;

export const floodedFolder: Analyzer = {
  id: 'flooded-folder',
  rules: ['persistence.flooded-folder'],
  analyze: (facts) =>
    facts
      .of('flooded-folder')
      .slice(0, mostTold)
      .map(({ source, path, names, unread }) => {
        const many = names >= tooMany;
        const severity: Severity = many ? 'medium' : 'low';
        return finding(
          'persistence.flooded-folder',
          { path, names, unread },
          {
            severity,
            confidence: many ? 80 : 30,
            technique: many ? 'T1562' : '',
            bearing: many ? 'hides' : 'context',
            witness: 'file',
            subject: { kind: 'file', path },
            evidence: [{ ...source, text: phrase`${path}: ${names} names` }],
            benign: ['own-installation'],
          },
        );
      }),
};
