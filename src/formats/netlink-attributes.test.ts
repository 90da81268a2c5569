import { describe, expect, test } from 'bun:test';
import { attribute, code, mutations } from './netlink.fixture.ts';
import { attributesOf, eachAttribute, hasWholeAttributes } from './netlink-attributes.ts';

describe('attributes', () => {
  const nested = attribute(4, Buffer.concat([attribute(1, code(1)), attribute(1, code(2))]));

  test('that fit are whole, lists and all', () => {
    expect(hasWholeAttributes(nested, 0, [4])).toBe(true);
    expect(hasWholeAttributes(new Uint8Array(4), 4)).toBe(true);
  });

  test.each([
    ['a length of 0', attribute(4, code(1), 0)],
    ['a length below the header', attribute(4, code(1), 3)],
    ['a length beyond the message', attribute(4, code(1), 9)],
    ['a list with a member that points back to itself', attribute(4, attribute(1, code(1), 0))],
    ['a list with a member longer than the list', attribute(4, attribute(1, code(1), 0xffff))],
    ['more members than any message has', Buffer.from('04000100'.repeat(70_000), 'hex')],
  ])('%s is told', (_, bytes) => {
    expect(hasWholeAttributes(bytes, 0, [4])).toBe(false);
  });

  test('a message shorter than its head is told', () => {
    expect(hasWholeAttributes(new Uint8Array(2), 4)).toBe(false);
  });

  test('mutated in 20,000 ways the walk ends inside the bytes', () => {
    for (const changed of mutations(Uint8Array.from(nested), 20_000)) {
      let seen = 0;
      eachAttribute(changed, 0, (_, value) => {
        seen += 4 + value.length;
      });
      expect(seen).toBeLessThanOrEqual(changed.length);
      expect(attributesOf(changed).size).toBeLessThanOrEqual(seen / 4);
    }
  });
});
