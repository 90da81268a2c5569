/**
 * A Java class that only counts, as bytes: the lab has a Java runtime and no compiler.
 *
 * ClassFile of JVMS §4.1, major version 49, which needs no stack maps.
 */

const utf8 = (text: string): number[] => [1, 0, text.length, ...Buffer.from(text, 'ascii')];
const short = (value: number): number[] => [value >> 8, value & 0xff];

/** `public class NAME { public static void main(String[] a) { int i = 0; while (true) i++; } }` */
export function countingClass(name: string): Uint8Array {
  const pool = [
    utf8(name), // 1
    [7, 0, 1], // 2 Class NAME
    utf8('java/lang/Object'), // 3
    [7, 0, 3], // 4 Class Object
    utf8('main'), // 5
    utf8('([Ljava/lang/String;)V'), // 6
    utf8('Code'), // 7
  ];
  // iconst_0, istore_1, iinc 1 1, goto -3
  const code = [0x03, 0x3c, 0x84, 1, 1, 0xa7, 0xff, 0xfd];
  const attribute = [...short(1), ...short(2), 0, 0, ...short(code.length), ...code, 0, 0, 0, 0];
  return Uint8Array.from([
    ...[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 49],
    ...short(pool.length + 1),
    ...pool.flat(),
    ...short(0x21), // public super
    ...short(2),
    ...short(4),
    ...[0, 0, 0, 0], // no interfaces, no fields
    ...short(1),
    ...[...short(0x9), ...short(5), ...short(6), ...short(1)],
    ...[...short(7), 0, 0, ...short(attribute.length), ...attribute],
    ...[0, 0],
  ]);
}
