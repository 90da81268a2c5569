import { describe, expect, test } from 'bun:test';
import { LineReader } from './line-reader.ts';

interface Given {
  readonly text: string;
  readonly number: number;
  readonly offset: number;
  readonly cut: boolean;
}

function read(pieces: readonly (string | Uint8Array)[], longest?: number) {
  const given: Given[] = [];
  const reader = new LineReader(
    ({ bytes, start, end, number, offset, cut }) => {
      given.push({ text: Buffer.from(bytes.subarray(start, end)).toString('latin1'), number, offset, cut });
    },
    longest === undefined ? {} : { longest },
  );
  for (const piece of pieces) reader.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
  reader.end();
  return { given, reader };
}

const texts = (pieces: readonly string[], longest?: number): readonly string[] =>
  read(pieces, longest).given.map(({ text }) => text);

describe('lines of a log', () => {
  test('end at LF, at CR LF and at the end of the log', () => {
    expect(texts(['one\ntwo\r\nthree'])).toEqual(['one', 'two', 'three']);
    expect(texts(['one\n'])).toEqual(['one']);
    expect(texts([''])).toEqual([]);
    expect(texts(['\n\n'])).toEqual(['', '']);
  });

  test('are the same however they are cut into pieces', () => {
    const whole = 'first line\r\n\nthird \0 line\nlast';
    const expected = read([whole]).given;
    for (let size = 1; size < whole.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
        whole.slice(at * size, (at + 1) * size),
      );
      expect(read(pieces).given).toEqual(expected);
    }
  });

  test('carry their number and the offset of their first byte', () => {
    expect(read(['ab\n', 'cd', 'e\nf']).given.map(({ number, offset }) => [number, offset])).toEqual([
      [1, 0],
      [2, 3],
      [3, 7],
    ]);
  });

  test('that are too long are given in part, and what follows is whole', () => {
    const { given } = read(['a'.repeat(10), `${'a'.repeat(10)}\r\nnext\n`], 8);
    expect(given).toEqual([
      { text: 'aaaaaaaa', number: 1, offset: 0, cut: true },
      { text: 'next', number: 2, offset: 22, cut: false },
    ]);
    expect(read([`${'b'.repeat(9)}\nnext`], 8).given[0]).toEqual({
      text: 'bbbbbbbb',
      number: 1,
      offset: 0,
      cut: true,
    });
  });

  test('after a crash: NUL bytes before a line are passed over and counted', () => {
    const { given, reader } = read([new Uint8Array(4096), 'Jan 1 line\n', '\0\0']);
    expect(given).toEqual([
      { text: 'Jan 1 line', number: 1, offset: 4096, cut: false },
      { text: '', number: 2, offset: 4109, cut: false },
    ]);
    expect(reader.nulBytes).toBe(4098);
    expect(reader.lines).toBe(2);
  });

  test('after NUL bytes without end are whole', () => {
    const { given } = read([...Array.from({ length: 64 }, () => new Uint8Array(1 << 16)), 'Jan 1 line\n']);
    expect(given).toEqual([{ text: 'Jan 1 line', number: 1, offset: 64 << 16, cut: false }]);
  });

  test('of a hundred megabytes without an end cost what their bound says', () => {
    const piece = new Uint8Array(1 << 20).fill(0x41);
    const { given } = read(Array.from({ length: 100 }, () => piece));
    expect(given.map(({ text, cut }) => [text.length, cut])).toEqual([[64 << 10, true]]);
  });
});
