import { describe, expect, test } from 'bun:test';
import { parseArguments } from './arguments.ts';
import { givenTime } from './time-argument.ts';

const parse = (...argv: readonly string[]) => parseArguments(argv, {});
const us = (text: string): number => Date.parse(text) * 1000;

describe('times on the command line', () => {
  test.each([
    ['2024-01-02', '2024-01-02T00:00:00Z', 86_400e6],
    ['2024-01-02 03:04', '2024-01-02T03:04:00Z', 60e6],
    ['2024-01-02T03:04:05', '2024-01-02T03:04:05Z', 1e6],
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z', 1e6],
    ['2024-01-02T03:04:05+08:00', '2024-01-01T19:04:05Z', 1e6],
    ['2024-01-02 03:04-0330', '2024-01-02T06:34:00Z', 60e6],
    ['2024-02-29', '2024-02-29T00:00:00Z', 86_400e6],
    ['2024-01-02T03:04:05.25', '2024-01-02T03:04:05.250Z', 1],
  ])('%s', (text, expected, lengthUs) => {
    expect(givenTime('--from', text)).toEqual({ us: us(expected), lengthUs });
  });

  test.each([
    '',
    'yesterday',
    '2024-13-01',
    '2023-02-29',
    '2024-01-02T25:00',
    '2024-01-02T03:60',
    '02/01/2024',
  ])('%j is none', (text) => {
    expect(() => givenTime('--from', text)).toThrow('not-time: --from');
  });
});

describe('demine timeline', () => {
  test('takes a case and what is looked for; a day that ends it is included', () => {
    const parsed = parse(
      ...[
        'timeline',
        'cases/x',
        '--from',
        '2024-01-02',
        '--to',
        '2024-01-02',
        '--kind',
        'login,job',
        '--kind',
        'table',
      ],
      ...['--host', 'a', '--host', 'b', '--grep', 'x', '--format', 'l2t', '--out', 'f'],
    );
    expect(parsed).toMatchObject({
      command: 'timeline',
      folder: 'cases/x',
      format: 'l2t',
      out: 'f',
      query: {
        fromUs: us('2024-01-02T00:00:00Z'),
        toUs: us('2024-01-03T00:00:00Z'),
        kinds: ['login', 'job', 'table'],
        hosts: ['a', 'b'],
        contains: 'x',
      },
    });
  });

  test('makes a test of a pattern', () => {
    const parsed = parse('timeline', 'x', '--regex', 'a+b');
    expect(parsed.command === 'timeline' && parsed.query.matches?.('xaab')).toBe(true);
  });

  test.each([
    [['timeline'], 'missing-argument: CASE'],
    [['timeline', 'a', 'b'], 'too-many: b'],
    [['timeline', 'a', '--kind', 'logins'], 'not-kind: logins'],
    [['timeline', 'a', '--format', 'xml'], 'not-format: xml'],
    [['timeline', 'a', '--regex', '(a)\\1'], 'not-pattern'],
    [['timeline', 'a', '--from', '2024-01-03', '--to', '2024-01-02'], 'not-order: --to'],
    [['timeline', 'a', '--json', '-'], 'not-for-command: --json'],
    [['case'], 'missing-argument'],
    [['case', 'delete', 'a'], 'not-case-action: delete'],
    [['case', 'show'], 'missing-argument: CASE'],
    [['case', 'show', 'a', 'b'], 'too-many: b'],
    [['case', 'show', 'a', '--appeared', '2024-01-01'], 'not-for-command: --appeared'],
    [['case', 'set', 'a'], 'nothing-to-set'],
    [['case', 'set', 'a', '--handled', 'soon'], 'not-time: --handled'],
    [['case', 'set', 'a', '--handled', '9999-01-01'], 'in-future: --handled'],
    [['scan', '--ask', '--no-case'], 'excludes-ask: --ask'],
    [['scan', '--ask', '--no-ask'], 'excludes-ask: --ask'],
    [['contain', '--sheet', '--block'], 'excludes-option: --sheet'],
    [['contain', 'cases/a', '--html', 'x'], 'not-for-command: --html'],
    [['contain', 'cases/a', '--sheet'], 'too-many: cases/a'],
    [['case', 'add', 'a'], 'missing-argument: FOLDER'],
  ] as const)('%p is refused', (argv, words) => {
    expect(() => parse(...argv)).toThrow(words);
  });

  test('case takes what the customer told, and folders', () => {
    expect(parse('case', 'set', 'a', '--appeared', '2024-01-01', '--network', 'n.csv')).toMatchObject({
      action: 'set',
      times: { appeared: { us: us('2024-01-01T00:00:00Z'), lengthUs: 86_400e6 } },
      network: 'n.csv',
    });
    expect(parse('case', 'add', 'a', '/logs', '/more')).toMatchObject({ folders: ['/logs', '/more'] });
  });
});
