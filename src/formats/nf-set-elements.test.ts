import { describe, expect, test } from 'bun:test';
import { newElements } from '../native/nf-table-messages.ts';
import { attribute } from './netlink.fixture.ts';
import { parseSetElements } from './nf-set-elements.ts';

const type = 0x0a0c;
/** The message as it is sent, without its head; attributes of what is sent and of what is dumped are the same. */
const sent = newElements(
  't',
  's',
  [Uint8Array.of(192, 0, 2, 1), Uint8Array.of(192, 0, 2, 2)],
  5000,
)[0]?.subarray(16);
const list = (elements: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(1, 0, 0, 0), attribute(2, Buffer.from('s\0')), attribute(3, elements)]);
const key = attribute(1, attribute(1, Uint8Array.of(1)));

describe('elements of a set', () => {
  test('have their keys, and no end where none is told', () => {
    expect(parseSetElements(type, sent ?? new Uint8Array(0))).toEqual([
      { set: 's', key: Uint8Array.of(192, 0, 2, 1) },
      { set: 's', key: Uint8Array.of(192, 0, 2, 2) },
    ]);
  });

  test('have the time that is left', () => {
    const left = attribute(5, Uint8Array.of(0, 0, 0, 0, 0, 0, 0x13, 0x88));
    expect(parseSetElements(type, list(attribute(1, Buffer.concat([key, left]))))).toEqual([
      { set: 's', key: Uint8Array.of(1), expiresMs: 5000 },
    ]);
  });

  test('of another message, cut short or without a key are none', () => {
    expect(parseSetElements(0x0a0a, sent ?? new Uint8Array(0))).toEqual([]);
    for (let length = 0; length < 24; length += 1)
      expect(parseSetElements(type, (sent ?? new Uint8Array(0)).subarray(0, length))).toEqual([]);
    expect(parseSetElements(type, list(attribute(1, attribute(5, new Uint8Array(3)))))).toEqual([]);
    expect(
      parseSetElements(type, list(attribute(1, Buffer.concat([key, attribute(5, new Uint8Array(3))])))),
    ).toEqual([{ set: 's', key: Uint8Array.of(1) }]);
  });
});
