import { describe, expect, test } from 'bun:test';
import { type GivenValue, given } from './binxml.fixture.ts';
import { logOf } from './evtx.fixture.ts';
import { readAll } from './read-log.fixture.ts';
import type { EvtxValue } from './value.ts';

const guidBytes = Uint8Array.from({ length: 16 }, (_, index) => index * 17);

/** A value by its three ways: asked for, as JSON text, and as XML text. */
function ways(value: GivenValue) {
  const { records } = readAll(logOf([{ data: { V: value } }]), (record) => ({
    got: record.get('V'),
    json: /"EventData":\{"V":(.*)\}\}\}$/.exec(Buffer.from(record.json() ?? []).toString('utf8'))?.[1],
    xml: /<EventData>([\s\S]*)<\/EventData>/.exec(record.xml() ?? '')?.[1],
  }));
  return records[0];
}

const same = (got: EvtxValue, json: string, text: string) => ({
  got,
  json,
  xml: `<Data Name="V">${text}</Data>`,
});

describe('a value', () => {
  test('is text, of any characters', () => {
    expect(ways(given.text('a "b" \\ 名\u{1f4a3}'))).toEqual(
      same('a "b" \\ 名\u{1f4a3}', '"a \\"b\\" \\\\ 名\u{1f4a3}"', 'a "b" \\ 名\u{1f4a3}'),
    );
    expect(ways(given.text(''))).toEqual(same('', '""', ''));
    expect(ways(given.text('fills\0\0'))).toEqual(same('fills', '"fills"', 'fills'));
    expect(ways(given.ansi('caf\xe9\0'))).toEqual(same('café', '"café"', 'café'));
  });

  test('that would change a terminal, or is no text at all, is told without doing so', () => {
    expect(ways(given.text('a\x1b[2J\u202eb\ud800c\r\n\0d'))).toEqual(
      same(
        'a\x1b[2J\u202eb\ud800c\r\n\0d',
        '"a\\u001b[2J\\u202eb\\ud800c\\r\\n\\u0000d"',
        'a\ufffd[2J\u202eb\ufffdc&#13;\n\ufffdd',
      ),
    );
    expect(ways(given.text('</Data><x>&"'))?.xml).toBe('<Data Name="V">&lt;/Data&gt;&lt;x&gt;&amp;"</Data>');
  });

  test('is a number while it is exact, whatever its size', () => {
    for (const [value, number] of [
      [given.i8(-128), -128],
      [given.u8(255), 255],
      [given.i16(-32_768), -32_768],
      [given.u16(65_535), 65_535],
      [given.i32(-2_147_483_648), -2_147_483_648],
      [given.u32(4_294_967_295), 4_294_967_295],
      [given.i64(-9_007_199_254_740_991n), -9_007_199_254_740_991],
      [given.u64(9_007_199_254_740_991n), 9_007_199_254_740_991],
      [given.u64(4_294_967_296n), 4_294_967_296],
      [given.f64(0.1), 0.1],
      [given.f32(0.1), 0.1],
      [given.f32(-2.5e-9), -2.5e-9],
    ] as const)
      expect(ways(value)).toEqual(same(number, String(number), String(number)));
  });

  test('above 2^53 keeps every digit', () => {
    expect(ways(given.u64(18_446_744_073_709_551_615n))).toEqual(
      same(18_446_744_073_709_551_615n, '"18446744073709551615"', '18446744073709551615'),
    );
    expect(ways(given.u64(9_007_199_254_740_993n))?.json).toBe('"9007199254740993"');
    expect(ways(given.i64(-9_223_372_036_854_775_808n))?.json).toBe('"-9223372036854775808"');
    expect(ways(given.f64(Number.NaN))?.json).toBe('"NaN"');
    expect(ways(given.f64(Number.NEGATIVE_INFINITY))?.json).toBe('"-Infinity"');
  });

  test('is true or false, by any of its sizes', () => {
    expect(ways(given.bool(true))).toEqual(same(true, 'true', 'true'));
    expect(ways(given.raw(0x0d, Uint8Array.of(0)))).toEqual(same(false, 'false', 'false'));
  });

  test('stays hexadecimal, and binary data too', () => {
    expect(ways(given.hex32(0xdead))).toEqual(same('0xdead', '"0xdead"', '0xdead'));
    expect(ways(given.hex32(0))?.json).toBe('"0x0"');
    expect(ways(given.hex64(0x8020_0000_0000_0001n))).toEqual(
      same('0x8020000000000001', '"0x8020000000000001"', '0x8020000000000001'),
    );
    expect(ways(given.hex64(0x1_0000_000fn))).toEqual(same('0x10000000f', '"0x10000000f"', '0x10000000f'));
    expect(ways(given.sizeT(255n))).toEqual(same('0xff', '"0xff"', '0xff'));
    expect(ways(given.binary(Uint8Array.of(0, 10, 255)))).toEqual(same('000AFF', '"000AFF"', '000AFF'));
  });

  test('is a time with its 100 ns', () => {
    const time = '2026-11-26T08:54:24.1234567Z';
    expect(ways(given.filetime(Date.UTC(2026, 10, 26, 8, 54, 24) * 1000 + 123_456, 7))).toEqual(
      same(time, `"${time}"`, time),
    );
    expect(ways(given.raw(0x11, new Uint8Array(8)))?.json).toBe('"1601-01-01T00:00:00.0000000Z"');
    expect(ways(given.raw(0x11, new Uint8Array(8).fill(255)))?.json).toBe(
      '"+060056-05-28T05:36:10.9551615Z"',
    );
    const exact = '2026-02-28T23:59:58.007Z';
    expect(ways(given.systemtime(2026, 2, 6, 28, 23, 59, 58, 7))).toEqual(same(exact, `"${exact}"`, exact));
    expect(ways(given.systemtime(2026, 2, 6, 30, 0, 0, 0, 0))?.got).toBe('EA07020006001E000000000000000000');
  });

  test('is an identifier', () => {
    const guid = '{33221100-5544-7766-8899-AABBCCDDEEFF}';
    expect(ways(given.guid(guidBytes))).toEqual(same(guid, `"${guid}"`, guid));
    const sid = 'S-1-5-21-4294967295-2-3-500';
    expect(ways(given.sid(21, 4_294_967_295, 2, 3, 500))).toEqual(same(sid, `"${sid}"`, sid));
    expect(ways(given.raw(0x13, Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 2)))?.got).toBe('S-1-0x000100000002');
  });

  test('is a list, and repeats its element in XML', () => {
    expect(ways(given.texts('a', '', 'c'))).toEqual({
      got: ['a', '', 'c'],
      json: '["a","","c"]',
      xml: '<Data Name="V">a</Data><Data Name="V"></Data><Data Name="V">c</Data>',
    });
    for (const [kind, bytes, values] of [
      [0x82, Buffer.from('x\0y\0'), ['x', 'y']],
      [0x86, Uint8Array.of(1, 0, 255, 255), [1, 65_535]],
      [0x8a, new Uint8Array(8).fill(255), [18_446_744_073_709_551_615n]],
      [0x8d, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), [true, false]],
      [0x8f, guidBytes, ['{33221100-5544-7766-8899-AABBCCDDEEFF}']],
      [0x91, new Uint8Array(8), ['1601-01-01T00:00:00.0000000Z']],
      [0x93, Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0), ['S-1-5-18']],
      [0x95, Uint8Array.of(16, 0, 0, 0, 0, 0, 0, 128), ['0x8000000000000010']],
    ] as const)
      expect(ways(given.raw(kind, bytes))?.got).toEqual([...values]);
  });

  test('that does not fit its type, or has one that nobody knows, is its bytes', () => {
    expect(ways(given.raw(0x08, Uint8Array.of(1, 2, 3)))?.got).toBe('010203');
    expect(ways(given.raw(0x11, Uint8Array.of(1)))?.got).toBe('01');
    expect(ways(given.raw(0x13, Uint8Array.of(1, 200, 0, 0, 0, 0, 0, 5)))?.got).toBe('01C8000000000005');
    expect(ways(given.raw(0x94, Uint8Array.of(1, 2, 3)))?.got).toBe('010203');
    expect(ways(given.raw(0x7f, Uint8Array.of(9)))?.got).toBe('09');
    expect(ways(given.raw(0x01, Uint8Array.of(65, 0, 66)))?.got).toBe('410042');
  });

  test('that is not there is null', () => {
    expect(ways(given.null())).toEqual(same(null, 'null', ''));
    expect(ways(given.raw(0x08, new Uint8Array(0)))?.got).toBeNull();
  });
});
