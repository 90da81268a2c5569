import { describe, expect, test } from 'bun:test';
import type { Decompress } from './data.ts';
import { type EntryGiven, journalFile } from './journal.fixture.ts';
import { type JournalEntry, readJournal } from './reader.ts';

const noon = 1_700_000_000e6;
const fields = ['MESSAGE', '_PID', 'EXTRA'] as const;
const turned = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes, (byte) => byte ^ 0x5a);
/** Not what they say: each kind turns bytes, which tells that the right one was asked. */
const decompress: Decompress = {
  xz: (bytes) => (bytes[0] === 1 ? turned(bytes.subarray(1)) : undefined),
  lz4: (bytes) => (bytes[8] === 2 ? turned(bytes.subarray(9)) : undefined),
  zstd: (bytes) => (bytes[0] === 4 ? turned(bytes.subarray(1)) : undefined),
};
const packed = (flag: 1 | 2 | 4) => ({
  flag,
  with: (bytes: Uint8Array): Uint8Array => {
    const size = new Uint8Array(8);
    new DataView(size.buffer).setUint32(0, bytes.length, true);
    return Buffer.concat([flag === 2 ? size : new Uint8Array(0), Uint8Array.of(flag), turned(bytes)]);
  },
});

const given = (
  count: number,
  change: (index: number) => Partial<EntryGiven> = () => ({}),
): readonly EntryGiven[] =>
  Array.from({ length: count }, (_, index) => ({
    seqnum: index + 1,
    us: noon + index * 1e6,
    fields: {
      MESSAGE: `number ${index}`,
      _PID: '7',
      _UID: '0',
      EXTRA: index % 10 === 0 ? 'x'.repeat(600) : '',
    },
    ...change(index),
  }));

interface Read extends Omit<JournalEntry, 'values'> {
  readonly values: readonly (string | undefined)[];
}

function read(bytes: Uint8Array, ways: Decompress = decompress) {
  const entries: Read[] = [];
  const file = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const outcome = readJournal({ file, size: bytes.length, fields, decompress: ways }, (entry) =>
    entries.push({ ...entry, values: [...entry.values] }),
  );
  const problems =
    outcome.status === 'ok' ? outcome.problems.map(({ kind, count }) => `${kind} ${count}`) : [];
  return { entries, outcome, problems, messages: entries.map((entry) => entry.values[0]) };
}

const allMessages = (count: number): (string | undefined)[] =>
  Array.from({ length: count }, (_, index) => `number ${index}`);

const kinds = [true, false].flatMap((compact) => [true, false].map((keyed) => ({ compact, keyed })));

describe('a journal file', () => {
  test.each(kinds)('%o', (kind) => {
    for (const compress of [undefined, packed(1), packed(2), packed(4)]) {
      const file = journalFile({
        ...kind,
        entries: given(100),
        ...(compress === undefined ? {} : { compress }),
      });
      const { entries, outcome, messages } = read(file);
      expect(outcome).toMatchObject({
        status: 'ok',
        entries: 100,
        unlinked: 0,
        scanned: false,
        problems: [],
        head: { compact: kind.compact, keyedHash: kind.keyed, state: 'offline' },
      });
      expect(messages).toEqual(allMessages(100));
      expect(entries[10]).toMatchObject({
        seqnum: 11,
        realtimeUs: noon + 10e6,
        bootId: 'a'.repeat(32),
        values: ['number 10', '7', 'x'.repeat(600)],
        linked: true,
      });
      expect(entries[11]?.values).toEqual(['number 11', '7', '']);
    }
  });

  test('without entries, or that is none, or is cut within its head', () => {
    expect(read(journalFile({ entries: [] })).outcome).toMatchObject({
      status: 'ok',
      entries: 0,
      problems: [],
    });
    expect(read(new Uint8Array(0)).outcome.status).toBe('foreign');
    expect(read(new Uint8Array(8192)).outcome.status).toBe('foreign');
    expect(read(journalFile({ entries: [] }).subarray(0, 200)).outcome.status).toBe('cut');
    const future = journalFile({ entries: given(1) });
    future[15] = 1;
    expect(read(future).outcome.status).toBe('unknown');
  });

  test('that is open may have an entry that is not linked yet', () => {
    const entries = given(10, (index) => (index === 9 ? { unlinked: true } : {}));
    const { outcome, messages, problems, entries: found } = read(journalFile({ entries, state: 'online' }));
    expect(messages).toEqual(allMessages(10));
    expect(found.at(-1)?.linked).toBe(false);
    expect(outcome).toMatchObject({ scanned: false, unlinked: 1 });
    expect(problems).toEqual(['unlinked-entry 1']);
  });

  test('values may be any bytes, of any length, and a field may come twice', () => {
    const long = 'y'.repeat(100_000);
    const file = journalFile({
      entries: [
        { seqnum: 1, us: noon, fields: { MESSAGE: '\0\xff=\n', EXTRA: long, _PIDX: 'no', _PI: 'no' } },
      ],
    });
    expect(read(file).entries[0]?.values).toEqual(['\0\xff=\n', undefined, long.slice(0, 65_536)]);
  });
});

test('numbers are given as such, and what is none as none', () => {
  const values = ['7', '', '1x', '12345678901234567', '1234567890123456', '-1'];
  const entries = given(values.length, (index) => ({
    fields: { MESSAGE: 'x', _PID: values[index] ?? '', _UID: '0' },
  }));
  const bytes = journalFile({ entries, keyed: true });
  const file = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const found: (number | undefined)[][] = [];
  const numbers = ['_PID', '_UID', '_GID'];
  readJournal({ file, size: bytes.length, fields: ['MESSAGE'], numbers, decompress }, (entry) =>
    found.push([...entry.numbers]),
  );
  expect(found.map(([pid]) => pid)).toEqual([7, NaN, NaN, NaN, 1_234_567_890_123_456, NaN]);
  expect(found.map(([, ...others]) => others)).toEqual(values.map(() => [0, undefined]));
});

test('what was decompressed quickly counts only where its hash says that it is the content', () => {
  const entries = given(20);
  for (const keyed of [true, false]) {
    const file = journalFile({ keyed, entries, compress: packed(4) });
    const right = read(file);
    for (const quickZstd of [
      (bytes: Uint8Array) => turned(bytes.subarray(1)),
      () => Buffer.from('EXTRA=something else'),
      () => undefined,
    ])
      expect(read(file, { ...decompress, quickZstd })).toEqual(right);
    const onlyQuick: Decompress = {
      ...decompress,
      zstd: () => undefined,
      quickZstd: (bytes) => turned(bytes.subarray(1)),
    };
    expect(read(file, onlyQuick)).toEqual(right);
    const onlyWrong: Decompress = { ...onlyQuick, quickZstd: () => Buffer.from('EXTRA=something else') };
    expect(read(file, onlyWrong).problems.join()).toMatch(/^compressed-unread \d+$/);
  }
});

describe('a journal that was changed', () => {
  const where = (file: Uint8Array, text: string): number => Buffer.from(file.buffer).indexOf(text);

  test('a message that was overwritten no longer fits its hash', () => {
    for (const kind of kinds) {
      const file = journalFile({ ...kind, entries: given(20) });
      file.set(Buffer.from('number X'), where(file, 'number 5'));
      const { messages, problems } = read(file);
      expect(messages[5]).toBe('number X');
      expect(problems).toEqual(['hash-wrong 1']);
    }
  });

  test('an entry that was taken out of the chain is found beside it', () => {
    for (const compact of [true, false]) {
      const entries = given(20, (index) => (index === 5 ? { unlinked: true } : {}));
      const { messages, outcome, problems } = read(journalFile({ entries, compact }));
      expect(messages).toEqual([...allMessages(20).filter((_, index) => index !== 5), 'number 5']);
      expect(outcome).toMatchObject({ scanned: true, unlinked: 1 });
      expect(problems).toEqual(['counts-differ 1', 'unlinked-entry 1']);
    }
  });

  test('chains that lead back, outside or to something else end, and the rest is found', () => {
    for (const target of [8, 1e15, 273, 280]) {
      const file = journalFile({ entries: given(50) });
      const view = new DataView(file.buffer);
      const first = Number(view.getBigUint64(176, true));
      view.setBigUint64(first + 16, BigInt(target), true);
      const { messages, outcome, problems } = read(file);
      expect(messages).toEqual(allMessages(50));
      expect(outcome).toMatchObject({ scanned: true, unlinked: 46 });
      expect(problems[0]).toBe('array-broken 1');
      view.setBigUint64(176, BigInt(target), true);
      expect(read(file).messages).toEqual(allMessages(50));
    }
    // An array within the one before it could be read as often as it has room for others.
    const nested = journalFile({ entries: given(50) });
    const nestedView = new DataView(nested.buffer);
    const outer = Number(nestedView.getBigUint64(176, true));
    nestedView.setBigUint64(outer + 16, BigInt(outer + 24), true);
    nested[outer + 24] = 6;
    nestedView.setBigUint64(outer + 32, 2000n, true);
    expect(read(nested).problems).toContain('array-broken 1');
    // A loop: the second array leads to the first.
    const file = journalFile({ entries: given(50) });
    const view = new DataView(file.buffer);
    const first = Number(view.getBigUint64(176, true));
    const second = Number(view.getBigUint64(first + 16, true));
    view.setBigUint64(second + 16, BigInt(first), true);
    expect(read(file).messages).toEqual(allMessages(50));
  });

  test('an entry that is linked twice is given once', () => {
    const file = journalFile({ entries: given(4) });
    const view = new DataView(file.buffer);
    const items = Number(view.getBigUint64(176, true)) + 24;
    view.setBigUint64(items + 16, view.getBigUint64(items + 8, true), true);
    const { messages, problems } = read(file);
    expect(messages).toEqual(['number 0', 'number 1', 'number 3', 'number 2']);
    expect(problems).toEqual(['entry-order 1', 'unlinked-entry 1']);
  });

  test('cut at every 64 KiB, it gives what it still holds', () => {
    const file = journalFile({ entries: given(3000), spare: 100_000 });
    for (let size = 65_536; size < file.length; size += 65_536) {
      const cut = file.slice(0, size);
      const whole = read(file).entries.filter(({ offset }) => offset + 64 + 4 * 16 <= size);
      const { entries, problems } = read(cut);
      expect(entries.map(({ offset }) => offset)).toEqual(whole.map(({ offset }) => offset));
      expect(entries.map(({ values }) => values)).toEqual(whole.map(({ values }) => values));
      expect(problems).toContain('truncated 1');
    }
  });

  test('a stretch of zeros or noise in the middle costs what stood there alone', () => {
    for (const fill of [0, 0xa7]) {
      const file = journalFile({ entries: given(1000) });
      file.fill(fill, 60_000, 70_000);
      const { messages } = read(file);
      expect(messages.length).toBeGreaterThan(850);
      expect(messages).toContain('number 999');
      expect(messages).toContain('number 1');
    }
  });

  test('no change of bytes makes it throw, give an entry twice or too many', () => {
    let state = 42;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 400; round += 1) {
      const kind = kinds[round % 4] ?? { compact: true, keyed: true };
      const file = journalFile({ ...kind, entries: given(40), compress: packed(4) });
      const view = new DataView(file.buffer);
      for (let count = next(12); count >= 0; count -= 1) {
        const at = next(file.length / 8 - 1) * 8;
        // Bytes, lengths, and offsets that lead somewhere.
        if (next(2) === 0) file[at + next(8)] = next(256);
        else view.setBigUint64(at, BigInt(next(file.length / 8) * 8), true);
      }
      const bytes = next(5) === 0 ? file.slice(0, next(file.length)) : file;
      const { entries } = read(bytes);
      expect(new Set(entries.map(({ offset }) => offset)).size).toBe(entries.length);
      expect(entries.length * 68).toBeLessThan(file.length);
    }
  });

  test('a file whose entries ask for large values again and again is given up', () => {
    const letters = ['z', 'w'];
    const entries = given(3000, (index) => ({
      fields: { MESSAGE: (letters[index % 2] ?? '').repeat(400_000) },
    }));
    const file = journalFile({ entries, compact: true });
    for (const letter of letters) {
      const at = where(file, `MESSAGE=${letter}`) - 72;
      // It says that one entry has it, so that it is not kept.
      new DataView(file.buffer).setUint32(at + 56, 1, true);
    }
    const { entries: found, problems } = read(file);
    expect(found.length).toBeLessThan(1000);
    expect(problems).toContain('too-much 1');
  });
});
