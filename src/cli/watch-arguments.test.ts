import { describe, expect, test } from 'bun:test';
import { DemineError } from '../model/error.ts';
import { parseArguments } from './arguments.ts';

const parse = (...words: readonly string[]) => parseArguments(['watch', ...words], { LANG: 'C' });
const problemOf = (...words: readonly string[]): string => {
  try {
    parse(...words);
    return 'none';
  } catch (thrown) {
    return thrown instanceof DemineError ? (thrown.problem ?? thrown.code) : String(thrown);
  }
};

describe('demine watch', () => {
  test('takes a case and how long, and does nothing to the host unless it is told', () => {
    expect(parse('cases/web-1', '--for', '90m')).toMatchObject({
      command: 'watch',
      folder: 'cases/web-1',
      action: 'watch',
      seconds: 5_400,
      remove: false,
      acrossReboots: false,
      yes: false,
    });
    expect(parse('c').command === 'watch' && parse('c')).toMatchObject({ seconds: undefined });
    expect(['24h', '7d', '90d', '10s'].map((time) => problemOf('c', '--for', time))).toEqual(
      Array(4).fill('none'),
    );
    expect(parse('c', '--status', '--json', '-')).toMatchObject({ action: 'status', json: '-' });
    expect(parse('c', '--stop')).toMatchObject({ action: 'stop' });
  });

  test('refuses what contradicts itself', () => {
    expect(problemOf()).toBe('missing-argument');
    expect(['1w', '9s', '91d', '-1h', '1e3s', '24'].map((time) => problemOf('c', `--for=${time}`))).toEqual(
      Array(6).fill('not-duration'),
    );
    expect(problemOf('c', '--status', '--for', '1h')).toBe('excludes-option');
    expect(problemOf('c', '--status', '--stop')).toBe('excludes-option');
    expect(problemOf('c', '--stop', '--remove')).toBe('excludes-option');
    expect(problemOf('c', '--json', '-')).toBe('not-for-command');
    expect(problemOf('c', '--accept-irreversible')).toBe('not-for-command');
    expect(problemOf('c', '--block')).toBe('not-for-command');
    expect(problemOf('c', 'd')).toBe('too-many');
  });
});
