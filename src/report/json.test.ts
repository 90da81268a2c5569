import { describe, expect, test } from 'bun:test';
import { resultSchema, type ScanResult } from '../model/result.ts';
import { renderJson } from './json.ts';
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
