import { describe, expect, test } from 'bun:test';
import {
  buildXtTable,
  matchesOf,
  parseXtTable,
  type XtEntry,
  type XtFamily,
  type XtTable,
  xtElement,
  xtEntry,
  xtVerdict,
} from './xt-table.ts';

const size = { ip: 84, ip6: 136 } as const;
const empty = (family: XtFamily): Uint8Array => new Uint8Array(size[family]);

/** INPUT with a jump to a chain of its own, then its policy; the chain; the end. As a kernel has it, for one hook. */
function table(family: XtFamily): XtTable {
  const policy = xtEntry(family, empty(family), [], { verdict: xtVerdict.accept });
  const drop = xtEntry(family, empty(family), [xtElement('other', 3, Uint8Array.of(1, 2, 3))], {
    verdict: xtVerdict.drop,
  });
  const chain = xtEntry(family, empty(family), [], { chain: 'OWN' });
  const back = xtEntry(family, empty(family), [], { verdict: xtVerdict.return });
  const jump = xtEntry(family, empty(family), [], { jump: drop });
  const end = xtEntry(family, empty(family), [], { chain: 'ERROR' });
  const at = (entry: XtEntry) => [undefined, entry, undefined, undefined, undefined];
  return {
    family,
    name: 'filter',
    validHooks: 2,
    entries: [jump, policy, chain, drop, back, end],
    begins: at(jump),
    policies: at(policy),
  };
}

/** struct ipt_getinfo of what replaces a table: the same numbers at other places. */
function infoOf(bytes: Uint8Array): Uint8Array {
  const info = new Uint8Array(84);
  info.set(bytes.subarray(0, 36));
  info.set(bytes.subarray(44, 84), 36);
  info.set(bytes.subarray(36, 40), 76);
  info.set(bytes.subarray(40, 44), 80);
  return info;
}

describe.each(['ip', 'ip6'] as const)('a table of %s', (family) => {
  const built = buildXtTable(table(family)).bytes;
  const parse = (bytes: Uint8Array) => parseXtTable(family, infoOf(built), bytes);
  const read = parse(built.subarray(96));

  test('comes back as it went', () => {
    expect(read?.entries).toHaveLength(6);
    expect(read?.name).toBe('filter');
    expect(read?.entries.map(({ chain }) => chain)).toEqual([
      ...[undefined, undefined, 'OWN', undefined, undefined, 'ERROR'],
    ]);
    expect(read?.entries[0]?.jump).toBe(read?.entries[3]);
    expect(read?.begins[1]).toBe(read?.entries[0]);
    expect(read?.policies[1]).toBe(read?.entries[1]);
    expect(read === undefined ? undefined : buildXtTable(read).bytes).toEqual(built);
    const dropped = read?.entries[3];
    expect(dropped === undefined ? [] : [...matchesOf(dropped, family)].map(({ name }) => name)).toEqual([
      'other',
    ]);
  });

  test('keeps its references when entries come and go', () => {
    if (read === undefined) throw new Error('not read');
    const added = xtEntry(family, empty(family), [], { verdict: xtVerdict.drop });
    const [jump, policy, ...rest] = read.entries;
    if (jump === undefined || policy === undefined) throw new Error('not read');
    const grown = buildXtTable({ ...read, entries: [jump, added, policy, ...rest] }).bytes;
    const again = parseXtTable(family, infoOf(grown), grown.subarray(96));
    expect(again?.entries[0]?.jump).toBe(again?.entries[4]);
    expect(again?.policies[1]).toBe(again?.entries[2]);
    expect(() => buildXtTable({ ...read, entries: [policy, ...rest] })).toThrow(RangeError);
  });

  test('that was cut or lies is none', () => {
    const blob = built.subarray(96);
    for (let length = 1; length < blob.length; length += 7) {
      const cut = parse(blob.subarray(0, length));
      // Cut right behind an entry it is a shorter table, whose references are gone.
      if (cut !== undefined) expect(() => buildXtTable(cut)).toThrow(RangeError);
    }
    for (let at = 0; at < blob.length; at += 1) {
      const changed = Uint8Array.from(blob);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      expect(() => parse(changed)).not.toThrow();
    }
    expect(parse(new Uint8Array(0))?.entries).toEqual([]);
  });
});
