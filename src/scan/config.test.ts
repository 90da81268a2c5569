import { describe, expect, test } from 'bun:test';
import { DemineError } from '../model/error.ts';
import { parseConfig } from './config.ts';

function refused(text: string): string {
  try {
    parseConfig(text, 'demine.yaml');
  } catch (thrown) {
    if (thrown instanceof DemineError) return `${thrown.code} ${thrown.problem} ${thrown.value}`;
    throw thrown;
  }
  return 'accepted';
}

describe("the owner's declaration", () => {
  test('needs no more than its version', () => {
    expect(parseConfig('version: 1\n', 'x')).toEqual({ version: 1, mining: [], agents: [], exceptions: [] });
  });

  test.each([
    ['a key that nobody knows', 'version: 1\nminig: []\n', 'config-invalid key-unknown minig'],
    [
      'a key that nobody knows, further in',
      'version: 1\nmining:\n  - exe: /a\n    resaon: x\n    reason: x\n',
      'config-invalid key-unknown mining[0].resaon',
    ],
    [
      'a miner without a reason',
      'version: 1\nmining:\n  - exe: /a\n',
      'config-invalid key-missing mining[0].reason',
    ],
    [
      'a rule that is none',
      'version: 1\nexceptions:\n  - rule: no.such\n    reason: x\n',
      'config-invalid rule-unknown no.such',
    ],
  ])('is refused with the name of %s', (_name, text, words) => {
    expect(refused(text)).toBe(words);
  });

  test('that is no YAML, or empty, is refused', () => {
    expect(refused('version: 1\nmining:\n\t- exe: /a\n')).toStartWith('config-invalid not-yaml ');
    expect(refused('')).toStartWith('config-invalid key-wrong ');
  });
});
