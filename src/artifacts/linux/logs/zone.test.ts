import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { hostZone } from './zone.ts';

/** TZif version 1 with one type: eight hours east (RFC 8536 §3). */
function fixedZone(offsetSeconds: number): Uint8Array {
  const bytes = Buffer.alloc(44 + 6 + 4);
  bytes.write('TZif');
  bytes.writeUInt32BE(1, 36);
  bytes.writeUInt32BE(4, 40);
  bytes.writeInt32BE(offsetSeconds, 44);
  bytes.write('CST\0', 50);
  return bytes;
}

const offsetOf = (files: Record<string, Recorded>): readonly [number, boolean] => {
  const { zone, zoneKnown } = hostZone(new RecordedTarget({ kind: 'folder', files }));
  return [zone.offsetAt(0), zoneKnown];
};

describe('the wall clock of a host', () => {
  test('is that of /etc/localtime', () => {
    expect(offsetOf({ '/etc/localtime': fixedZone(28_800) })).toEqual([28_800, true]);
  });

  test('is that which /etc/timezone names, where the file lies on the target', () => {
    const zoneinfo = { '/usr/share/zoneinfo/Asia/Shanghai': fixedZone(28_800) };
    expect(offsetOf({ '/etc/timezone': 'Asia/Shanghai\n', ...zoneinfo })).toEqual([28_800, true]);
    expect(offsetOf({ '/etc/timezone': 'Asia/Shanghai\n' })).toEqual([0, false]);
    expect(offsetOf({ '/etc/timezone': 'Etc/UTC\n' })).toEqual([0, true]);
  });

  test('of a link whose end was not copied is known for UTC alone', () => {
    expect(offsetOf({ '/etc/localtime': { link: '/usr/share/zoneinfo/UTC' } })).toEqual([0, true]);
    expect(offsetOf({ '/etc/localtime': { link: '../usr/share/zoneinfo/Asia/Shanghai' } })).toEqual([
      0,
      false,
    ]);
  });

  test('is not known where the files lie', () => {
    expect(offsetOf({})).toEqual([0, false]);
    expect(offsetOf({ '/etc/localtime': 'TZif and no more', '/etc/timezone': '../../etc/shadow' })).toEqual([
      0,
      false,
    ]);
    expect(offsetOf({ '/etc/localtime': new Uint8Array(100) })).toEqual([0, false]);
  });
});
