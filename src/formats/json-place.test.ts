import { expect, test } from 'bun:test';
import { memberPlace } from './json-place.ts';

function textOf(text: string, name: string): string | undefined {
  const bytes = Buffer.from(text);
  const place = memberPlace(bytes, name);
  return place === undefined ? undefined : bytes.subarray(place.from, place.to).toString();
}

test('the value of a member is found by its bytes, whatever stands around it', () => {
  const policy = '{"Name":"always","MaximumRetryCount":0}';
  expect(
    textOf(`{"Binds":["/:/host"],"RestartPolicy":${policy},"AutoRemove":false}\n`, 'RestartPolicy'),
  ).toBe(policy);
  expect(textOf(` { "a" : "é}" , "RestartPolicy" :${policy} } `, 'RestartPolicy')).toBe(policy);
  expect(textOf('{"a":{"RestartPolicy":1},"RestartPolicy":-2.5e3}', 'RestartPolicy')).toBe('-2.5e3');
  expect(textOf('{"a":"\\"RestartPolicy\\":1"}', 'RestartPolicy')).toBeUndefined();
});

test.each([
  ['a name that is there twice', '{"P":1,"P":2}'],
  ['another case, which Go takes for the same', '{"P":1,"p":2}'],
  ['only another case', '{"p":2}'],
  ['a name that is written otherwise, twice', '{"\\u0050":1,"P":2}'],
  ['a list', '[{"P":1}]'],
  ['half an object', '{"P":1'],
  ['something behind it', '{"P":1}{'],
  ['no comma', '{"P":1 "b":2}'],
  ['bare words', '{P:1}'],
  ['a control character', '{"P":"\n"}'],
  ['nothing', ''],
  ['too deep', `{"P":${'['.repeat(400)}${']'.repeat(400)}}`],
  ['deep without end', `{"P":${'['.repeat(100_000)}`],
])('%s is refused', (_, text) => {
  expect(textOf(text, 'P')).toBeUndefined();
});

test('the name is a part of the place', () => {
  const bytes = Buffer.from('{"a":1, "P" : [2] }');
  const place = memberPlace(bytes, 'P');
  expect(bytes.subarray(place?.name, place?.to).toString()).toBe('"P" : [2]');
});

test('a name that is written otherwise and is the only one is the same', () => {
  expect(textOf('{"\\u0050":1}', 'P')).toBe('1');
});
