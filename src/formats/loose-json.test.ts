import { describe, expect, test } from 'bun:test';
import {
  flagMember,
  jsonLimit,
  listMember,
  member,
  numberMember,
  parseLooseJson,
  textMember,
  textsMember,
} from './loose-json.ts';

const value = (text: string): unknown => {
  const parsed = parseLooseJson(Buffer.from(text));
  return parsed.ok ? parsed.value : parsed.reason;
};

describe('JSON of a target', () => {
  test('members of the asked type are found', () => {
    const json = value('{"a":{"b":"x","c":true,"d":3,"e":["p",1,"q"]}}');
    expect(String(textMember(json, 'a', 'b'))).toBe('x');
    expect(flagMember(json, 'a', 'c')).toBe(true);
    expect(numberMember(json, 'a', 'd')).toBe(3);
    expect(textsMember(json, 9, 'a', 'e').map(String)).toEqual(['p', 'q']);
    expect(listMember(json, 2, 'a', 'e')).toEqual(['p', 1]);
  });

  test('members of another type, inherited ones and missing ones are nothing', () => {
    const json = value('{"a":[1],"b":null,"n":"5","__proto__":{"x":"y"}}');
    expect(member(json, 'a', '0')).toBeUndefined();
    expect(member(json, 'b', 'c')).toBeUndefined();
    expect(member(json, 'toString')).toBeUndefined();
    expect(member(json, 'x')).toBeUndefined();
    expect(numberMember(json, 'n')).toBeUndefined();
    expect(textMember(json, 'a')).toBeUndefined();
    expect(listMember(json, 5, 'b')).toEqual([]);
  });

  test('text comes out in printable form', () => {
    expect(String(textMember(value('{"a":"\\u001b[31m\\u202e"}'), 'a'))).toBe('%1B[31m%E2%80%AE');
  });

  test('deep, endless and broken input is refused with a reason and without its text', () => {
    expect(value('['.repeat(100_000))).toBe('nested too deep');
    expect(value(`{"a":"${'['.repeat(1000)}"}`)).toEqual({ a: '['.repeat(1000) });
    expect(value('{"a":"\\"')).toBe('not JSON');
    expect(value('')).toBe('not JSON');
    expect(parseLooseJson(new Uint8Array(jsonLimit + 1))).toEqual({ ok: false, reason: 'larger than 4 MiB' });
  });
});
