import { describe, expect, test } from 'bun:test';
import { attribute, code, datagram, done, mutations } from '../formats/netlink.fixture.ts';
import { readDatagram } from './netlink-message.ts';

const one = { type: 20, payload: Uint8Array.of(1, 2, 3, 4, 5) };
const read = (bytes: Uint8Array, sequence = 7) => {
  const taken: number[][] = [];
  const outcome = readDatagram(bytes, sequence, (type, payload) => taken.push([type, ...payload]));
  return { ...outcome, taken };
};

describe('messages of a datagram', () => {
  test('are shown whole, up to the end of the dump', () => {
    expect(read(datagram(7, [one, one, done, one]))).toEqual({
      end: 'done',
      errno: 0,
      interrupted: false,
      taken: [
        [20, 1, 2, 3, 4, 5],
        [20, 1, 2, 3, 4, 5],
      ],
    });
    expect(read(datagram(7, [one])).end).toBe('more');
    expect(read(new Uint8Array(0)).end).toBe('more');
  });

  test('of another sequence are passed over, their ends and errors too', () => {
    const other = { sequence: 8 };
    const bytes = datagram(7, [
      { ...done, ...other },
      { ...one, ...other },
      { type: 2, payload: code(-1), ...other },
    ]);
    expect(read(bytes)).toEqual({ end: 'more', errno: 0, interrupted: false, taken: [] });
  });

  test('errors, overruns and a list that changed are told', () => {
    expect(read(datagram(7, [{ type: 2, payload: code(-13) }]))).toMatchObject({ end: 'failed', errno: 13 });
    expect(read(datagram(7, [{ type: 3, payload: code(-16) }]))).toMatchObject({ end: 'failed', errno: 16 });
    expect(read(datagram(7, [{ type: 2, payload: code(0) }])).end).toBe('done');
    expect(read(datagram(7, [{ type: 4, payload: code(0) }])).end).toBe('lost');
    expect(read(datagram(7, [{ ...one, flags: 0x12 }, done])).interrupted).toBe(true);
    // NLMSG_NOOP
    expect(read(datagram(7, [{ type: 1, payload: code(0) }, one])).taken).toHaveLength(1);
  });

  test.each([
    ['a length of 0', 0],
    ['a length below the header', 15],
    ['a length beyond the datagram', 37],
    ['the largest length', 0xffffffff],
  ])('%s ends it as malformed, with what stood before', (_, length) => {
    expect(read(datagram(7, [one, { ...one, length }]))).toMatchObject({
      end: 'malformed',
      taken: [[20, 1, 2, 3, 4, 5]],
    });
  });

  test('an error that is cut before its errno, and a header that is cut, are malformed and no end', () => {
    expect(read(datagram(7, [{ type: 2, payload: new Uint8Array(0) }])).end).toBe('malformed');
    expect(read(datagram(7, [one]).subarray(0, 10)).end).toBe('malformed');
  });

  test('mutated in 20,000 ways it ends and shows no byte twice', () => {
    const bytes = datagram(7, [one, { ...one, payload: attribute(3, code(9)) }, one, done]);
    for (const changed of mutations(bytes, 20_000)) {
      const { taken } = read(changed);
      expect(taken.flat().length).toBeLessThanOrEqual(changed.length);
    }
  });
});
