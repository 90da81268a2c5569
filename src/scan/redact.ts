/**
 * Secrets of the host appear in no output (house decision 14): arguments are masked when they enter the fact
 * set, every other text when a finding is made of it. `--keep-secrets` turns both off.
 */
import type { Fact } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import { maskArguments, maskPrintable, maskSecrets } from '../model/mask.ts';
import type { Printable } from '../model/text.ts';

export interface Redactor {
  readonly text: (text: Printable) => Printable;
  readonly fact: <F extends Fact>(fact: F) => F;
  readonly finding: (finding: Finding) => Finding;
}

function maskedFact<F extends Fact>(fact: F): F {
  if (fact.kind === 'process') return { ...fact, argv: maskArguments(fact.argv) };
  const changed: Record<string, unknown> = {};
  for (const key of ['text', 'value'] as const) {
    const value: unknown = Reflect.get(fact, key);
    if (typeof value === 'string') changed[key] = maskSecrets(value);
  }
  return { ...fact, ...changed };
}

export function redactor(keepSecrets: boolean): Redactor {
  if (keepSecrets) return { text: (text) => text, fact: (fact) => fact, finding: (finding) => finding };
  return {
    text: maskPrintable,
    fact: maskedFact,
    finding: (finding) => ({
      ...finding,
      params: Object.fromEntries(
        Object.entries(finding.params).map(([key, value]) => [
          key,
          typeof value === 'string' ? maskSecrets(value) : value,
        ]),
      ),
      evidence: finding.evidence.map((line) => ({ ...line, text: maskPrintable(line.text) })),
    }),
  };
}
