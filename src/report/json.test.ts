import { describe, expect, test } from 'bun:test';
import { resultSchema, type ScanResult } from '../model/result.ts';
import { jsonPieces, renderJson } from './json.ts';
import {
  cleanResult,
  hostileResult,
  inconclusiveResult,
  miningResult,
  miningResultChinese,
  suspiciousResult,
} from './result.fixture.ts';

describe('the result as JSON', () => {
  test('every kind of result is valid against the published schema and loses nothing', () => {
    const all = [
      cleanResult,
      suspiciousResult,
      inconclusiveResult,
      miningResult,
      miningResultChinese,
      hostileResult,
    ];
    for (const result of all) {
      const parsed: unknown = JSON.parse(renderJson(result));
      expect(resultSchema.parse(parsed)).toEqual(result);
    }
  });

  test('is what JSON.stringify writes, and comes in pieces where it is long', () => {
    for (const result of [cleanResult, miningResult, hostileResult]) {
      const whole = JSON.parse(renderJson(result));
      expect(renderJson(result)).toBe(`${JSON.stringify(whole, null, 2)}\n`);
    }
    const [process] = miningResult.processes;
    if (process === undefined) throw new Error('the fixture has no process');
    const long: ScanResult = { ...miningResult, processes: Array.from({ length: 2000 }, () => process) };
    const pieces = [...jsonPieces(long)];
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000);
    expect(JSON.parse(pieces.join(''))).toEqual(JSON.parse(JSON.stringify(long)));
  });

  test('keys stand in the order of the schema, whatever order the result was built in', () => {
    const { schema, host, ...rest } = miningResult;
    const { name, ...others } = host;
    const shuffled: ScanResult = { ...rest, host: { ...others, name }, schema };
    expect(Object.keys(shuffled)).not.toEqual(Object.keys(miningResult));
    expect(renderJson(shuffled)).toBe(renderJson(miningResult));
    expect(renderJson(miningResult).indexOf('"verdict"')).toBeLessThan(
      renderJson(miningResult).indexOf('"findings"'),
    );
  });
});
