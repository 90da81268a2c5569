import { describe, expect, test } from 'bun:test';
import { compileExpression, type Fields, type FieldValue, timeOf } from './compile.ts';
import { ExpressionError, type ExpressionFlaw, parseExpression } from './expression.ts';

const record: Readonly<Record<string, FieldValue>> = {
  EventID: 4625,
  Provider: 'Microsoft-Windows-Security-Auditing',
  Image: 'C:\\Windows\\System32\\cmd.exe',
  LogonId: '0x3e7',
  Bytes: 18_446_744_073_709_551_615n,
  Ratio: 0.5,
  Empty: null,
  Flag: true,
  Data: ['one', 'two', 3],
  Time: '2026-11-26T08:54:24.1234567Z',
  and: 'word',
  'a b': 'spaced',
};
const fields: Fields = { get: (name) => record[name], all: () => Object.values(record) };
const ask = (text: string): boolean => compileExpression(parseExpression(text))(fields);

describe('an expression', () => {
  test.each([
    'EventID = 4625',
    'EventID == 4625',
    'EventID = 0x1211',
    'EventID = "4625"',
    'EventID != 4624',
    'EventID <> 4624',
    'EventID in (4624, 4625)',
    'EventID > 4624 and EventID < 4626',
    'EventID >= 4625 and EventID <= 4625',
    'LogonId = 999',
    'LogonId = 0x3E7',
    'Bytes = 18446744073709551615',
    'Bytes > 18446744073709551614',
    'Ratio < 1',
    'Ratio = 0.5',
    'Flag = true',
    'Empty = ""',
    'provider startswith microsoft or Provider startswith microsoft',
    'Image endswith "\\CMD.EXE"',
    "Image contains 'system32'",
    'Data = two',
    'Data = 3',
    'any contains cmd.exe',
    'ANY = 4625',
    'Time > 2026-11-26',
    'Time >= 2026-11-26T08:54:24.1234567Z',
    'Time < "2026-11-26 08:54:24.1234568"',
    'Time < 2026-11-26T16:54:25+08:00',
    'Time = 2026-11-26T16:54:24.1234567+08:00',
    'not EventID = 1',
    'NOT (EventID = 1 OR EventID = 2)',
    'Missing != 1',
    'not Missing = 1',
    '"and" = word',
    '"a b" = spaced',
    'EventID=4625 and(Flag=true)',
    'Missing != and',
  ])('%s is true', (text) => {
    expect(ask(text)).toBe(true);
  });

  test.each([
    'EventID = 4624',
    'EventID in (1, 2)',
    'EventID < 4625',
    'Provider = Microsoft',
    'Missing = 1',
    'Missing = ""',
    'Missing contains a',
    'Provider > 1',
    'Provider > 2026-01-01',
    'Bytes > 18446744073709551615',
    'LogonId = "999"',
    'Time < 2026-11-26',
    'EventID = 1 or EventID = 2 and Flag = true',
    'any = nothing',
  ])('%s is false', (text) => {
    expect(ask(text)).toBe(false);
  });

  test('has "and" before "or", and "not" before both', () => {
    expect(ask('EventID = 4625 or Flag = true and EventID = 1')).toBe(true);
    expect(ask('(EventID = 4625 or Flag = true) and EventID = 1')).toBe(false);
    expect(ask('not EventID = 1 and EventID = 1')).toBe(false);
  });
});

describe('what is wrong', () => {
  test.each<readonly [string, ExpressionFlaw, number]>([
    ['', 'field', 0],
    ['EventID', 'operator', 7],
    ['EventID 4625', 'operator', 8],
    ['EventID "=" 4625', 'operator', 8],
    ['EventID =', 'value', 9],
    ['EventID = 1 EventID = 2', 'end', 12],
    ['EventID = "x', 'quote', 10],
    ['(EventID = 1', 'close', 12],
    ['EventID = 1)', 'end', 11],
    ['EventID in 1', 'list', 11],
    ['EventID in (1', 'close', 13],
    ['EventID in ()', 'value', 12],
    ['= 1', 'field', 0],
    ['EventID = 1 and', 'field', 15],
    ['EventID ! 1', 'operator', 8],
    ['EventID > abc', 'ordered', 10],
    ['Time > 2026-13-01', 'ordered', 7],
  ])('%s: %s at %d', (text, flaw, at) => {
    let thrown: unknown;
    try {
      ask(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ExpressionError);
    expect(thrown).toMatchObject({ flaw, at });
  });

  test('is said without going deep, however deep it is', () => {
    expect(() => ask(`${'('.repeat(100_000)}EventID = 1`)).toThrow(ExpressionError);
    expect(() => ask(`${'not '.repeat(100_000)}EventID = 1`)).toThrow(ExpressionError);
    expect(ask(Array.from({ length: 5000 }, () => 'EventID = 1').join(' or '))).toBe(false);
  });
});

test('a time has 100 ns, and days that exist', () => {
  expect(timeOf('1970-01-01T00:00:00.0000001Z')).toBe(1n);
  expect(timeOf('2026-02-30')).toBeUndefined();
  expect(timeOf('yesterday')).toBeUndefined();
});
