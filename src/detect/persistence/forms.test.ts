/** Forms of commands through the judge: what droppers write is found, what owners write of the same shape is quiet. */
import { describe, expect, test } from 'bun:test';
import { factSet, judgeContext } from '../facts.fixture.ts';
import { entryFact } from './entry.fixture.ts';
import { honestForms } from './forms-honest.fixture.ts';
import { hostileForms } from './forms-hostile.fixture.ts';
import { judgeEntries } from './judge-entries.ts';

const judgement = (command: string): string => {
  const [entry] = judgeEntries(factSet(entryFact(command)), judgeContext());
  return `${entry?.judgement}: ${entry?.reasons.map(({ id }) => id).join(', ')}`;
};

describe('forms of droppers are found', () => {
  for (const command of hostileForms) {
    test(command.slice(0, 100), () => {
      expect(judgement(command)).toMatch(/^(?:malicious|suspicious): /);
    });
  }

  test('nine in ten by what they do, not by their place', () => {
    const malicious = hostileForms.filter((command) => judgement(command).startsWith('malicious'));
    expect(malicious.length).toBeGreaterThan(hostileForms.length * 0.9);
  });
});

describe('forms of owners are quiet', () => {
  for (const command of honestForms) {
    test(command.slice(0, 100), () => {
      expect(judgement(command)).toBe('benign: ');
    });
  }
});
