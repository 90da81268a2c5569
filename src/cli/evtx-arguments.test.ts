import { describe, expect, test } from 'bun:test';
import { DemineError } from '../model/error.ts';
import { parseArguments } from './arguments.ts';

const parse = (...argv: readonly string[]) => parseArguments(argv, { LANG: 'C' });

function refused(...argv: readonly string[]): {
  readonly problem: string | undefined;
  readonly value: string;
} {
  try {
    parse(...argv);
  } catch (thrown) {
    if (thrown instanceof DemineError) return { problem: thrown.problem, value: thrown.value };
  }
  throw new Error('it was taken');
}

describe('demine evtx', () => {
  test('summarises, unless lines are asked for', () => {
    const usual = { command: 'evtx', paths: ['a', 'b'], lines: false, summary: true, html: undefined };
    expect(parse('evtx', 'a', 'b')).toMatchObject(usual);
    expect(parse('evtx', 'a', 'b', '--json')).toMatchObject({ lines: true, summary: false });
    expect(parse('evtx', '--json', 'a', '--summary')).toMatchObject({
      paths: ['a'],
      lines: true,
      summary: true,
    });
    expect(parse('--lang', 'zh-CN', 'evtx', 'a', '--json')).toMatchObject({ language: 'zh-CN', lines: true });
    expect(parse('evtx', 'a', '--html', '-')).toMatchObject({ html: '-', summary: false });
    expect(parse('evtx', 'a', '--html', 'x.html', '--workers', '2')).toMatchObject({
      summary: true,
      workers: 2,
    });
  });

  test('leaves --json of other commands a file', () => {
    expect(parse('scan', '/evtx', '--json', '-')).toMatchObject({ command: 'scan', json: '-' });
    expect(refused('scan', '--json').problem).toBe('missing-value');
  });

  test('tells where an expression is wrong', () => {
    expect(parse('evtx', 'a', '--where', 'EventID = 1')).toMatchObject({ where: 'EventID = 1' });
    expect(refused('evtx', 'a', '--where', 'EventID = ')).toEqual({
      problem: 'not-expression',
      value: 'value 10',
    });
    expect(refused('evtx', 'a', '--where', 'EventID > x')).toEqual({
      problem: 'not-expression',
      value: 'ordered 10',
    });
  });

  test('refuses what it cannot do', () => {
    expect(refused('evtx', 'a', '--json=out.jsonl').problem).toBe('takes-no-value');
    expect(refused('evtx').problem).toBe('missing-argument');
    expect(refused('evtx', 'a', '--workers', '0').problem).toBe('not-workers');
    expect(refused('evtx', 'a', '--json', '--html', '-').problem).toBe('excludes-option');
    expect(refused('evtx', 'a', '--from', '2026-01-01').problem).toBe('not-for-command');
  });
});
