import { describe, expect, test } from 'bun:test';
import { printableText } from '../../model/text.ts';
import { momentText } from '../filetime.ts';
import { decodeValue, valueNumber, valueText } from './data.ts';
import {
  hiveOf,
  type KeySpec,
  memory,
  numberValue,
  opened,
  seal,
  someTime,
  textValue,
  utf16,
} from './hive.fixture.ts';
import { type Hive, openHive } from './hive.ts';
import { valueType } from './value.ts';

const service: KeySpec = {
  name: 'xmrigsvc',
  values: [
    textValue(
      'ImagePath',
      '%SystemRoot%\\Temp\\svchost.exe -o pool.example.com:3333',
      valueType.expandString,
    ),
    numberValue('Start', 2),
    { name: 'FailureActions', type: valueType.binary, data: new Uint8Array(44).fill(1) },
  ],
};

describe('a hive that is in order', () => {
  for (const list of ['lf', 'lh', 'li', 'ri'] as const) {
    test(`lists its keys by ${list}, and they are found by path without case`, () => {
      const names = Array.from({ length: 20 }, (_, index) => `Key${index}`);
      const hive = opened(
        hiveOf({
          name: 'ROOT',
          list,
          keys: names.map((name) => ({ name, keys: [service], list })),
        }),
      );
      expect([...hive.root.subkeys()].map(({ name }) => name)).toEqual(names);
      const key = hive.key('KEY7\\XmrigSvc');
      expect(key?.path).toBe('Key7\\xmrigsvc');
      expect(valueText(key?.value('imagepath'))).toContain('svchost.exe -o pool');
      expect(valueNumber(key?.value('Start'))).toBe(2);
      expect(hive.key('Key7\\none')).toBeUndefined();
      expect([...hive.walk()].length).toBe(41);
      expect(hive.flaws).toEqual([]);
      expect(hive.dirty).toBe(false);
    });
  }

  test('has values of every type, exact to the last bit', () => {
    const qword = Buffer.alloc(8);
    qword.writeBigUInt64LE(0xffff_ffff_ffff_fff1n);
    const values = [
      textValue('', 'the default'),
      { name: 'none', type: valueType.none, data: new Uint8Array(0) },
      { name: 'big', type: valueType.dwordBigEndian, data: Uint8Array.of(1, 2, 3, 4) },
      { name: 'short', type: valueType.dword, data: Uint8Array.of(1, 2, 3) },
      { name: 'wide', type: valueType.qword, data: qword },
      { name: 'list', type: valueType.multiString, data: utf16('a\0\0b\0\0') },
      { name: 'hidden', type: valueType.string, data: utf16('calc.exe\0\0miner.exe\0') },
      { name: 'odd', type: 0x3ec, data: new Uint8Array(0) },
      textValue('link', '\\Registry\\Machine', valueType.link),
    ];
    const key = opened(hiveOf({ name: 'ROOT', values })).root;
    const data = (name: string) => {
      const value = key.value(name);
      return value === undefined ? undefined : decodeValue(value);
    };
    expect(data('')).toEqual({ kind: 'text', text: 'the default', behind: '', whole: true });
    expect(data('none')).toEqual({ kind: 'bytes', bytes: new Uint8Array(0), whole: true });
    expect(data('big')).toEqual({ kind: 'number', number: 0x0102_0304, whole: true });
    expect(data('short')).toEqual({ kind: 'bytes', bytes: Uint8Array.of(1, 2, 3), whole: true });
    expect(data('wide')).toEqual({ kind: 'qword', number: 0xffff_ffff_ffff_fff1n, whole: true });
    expect(data('list')).toEqual({ kind: 'texts', texts: ['a', '', 'b'], whole: true });
    expect(data('hidden')).toMatchObject({ text: 'calc.exe', behind: '\0miner.exe\0' });
    expect(key.value('odd')).toMatchObject({ type: 0x3ec, size: 0 });
    expect(data('link')).toMatchObject({ text: '\\Registry\\Machine' });
    expect([...key.values()].length).toBe(values.length);
  });

  test('keeps big data in segments, whole and as far as they are asked for', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    const value = opened(
      hiveOf({ name: 'ROOT', values: [{ name: 'payload', type: valueType.binary, data: bytes }] }),
    ).root.value('payload');
    expect(value?.data()).toEqual({ bytes: Buffer.from(bytes), whole: true });
    const part = value?.data(40_000);
    expect(part?.whole).toBe(false);
    expect(Buffer.compare(part?.bytes ?? Buffer.alloc(0), bytes.subarray(0, 40_000))).toBe(0);
  });

  test('tells class names, descriptors and times of 100 ns', () => {
    const security = Buffer.from(
      '0100048014000000000000000000000000000000' + '01020000000000052000000020020000',
      'hex',
    );
    const hive = opened(
      hiveOf({ name: 'ROOT', keys: [{ name: 'JD', className: '6a8f3c01', security, written: someTime }] }),
    );
    const key = hive.key('JD');
    expect(key?.className).toBe('6a8f3c01');
    expect(key?.lastWritten).toBe(someTime);
    expect(momentText(key?.lastWritten ?? 0n)).toBe('2024-02-28T13:20:12.3456789Z');
    expect(key?.security?.owner).toBe('S-1-5-32-544');
    expect(key?.security?.dacl).toBeUndefined();
    expect(hive.root.className).toBeUndefined();
    expect(hive.root.security).toBeUndefined();
  });

  test('reads cells that lie over the edge of what is read at once', () => {
    const filler = { name: 'filler', type: valueType.binary, data: new Uint8Array(16_000).fill(7) };
    const many = Array.from({ length: 3000 }, (_, index) =>
      numberValue(`a value with a rather long name ${index}`, index),
    );
    const hive = opened(
      hiveOf({
        name: 'ROOT',
        keys: Array.from({ length: 9 }, (_, index) => ({ name: `k${index}`, values: [filler, ...many] })),
      }),
    );
    let sum = 0;
    for (const key of hive.walk()) for (const value of key.values()) sum += valueNumber(value) ?? 0;
    expect(sum).toBe(9 * ((2999 * 3000) / 2));
    expect(hive.flaws).toEqual([]);
  });
});

describe('names that hide', () => {
  test('a value that begins with NUL is there, and is not the one without', () => {
    const hive = opened(
      hiveOf({
        name: 'ROOT',
        keys: [{ name: 'Run', values: [textValue('\0Updater', 'miner.exe'), textValue('Updater', 'a.exe')] }],
      }),
    );
    const names = [...(hive.key('Run')?.values() ?? [])].map(({ name }) => name);
    expect(names).toEqual(['\0Updater', 'Updater']);
    expect(names.map(printableText).join()).toBe('%00Updater,Updater');
    expect(valueText(hive.key('Run')?.value('\0Updater'))).toBe('miner.exe');
  });

  test('halves of pairs, bidirectional controls and letters of the whole world stay what they are', () => {
    const names = ['\ud800half', '\u202etxt.exe', 'Ü', '挖矿', '🌎🌏', 'é'];
    const hive = opened(hiveOf({ name: 'ROOT', keys: names.map((name) => ({ name })) }));
    expect([...hive.root.subkeys()].map(({ name }) => name)).toEqual(names);
    expect(hive.key('ü')?.name).toBe('Ü');
    expect(printableText('\ud800half')).toBe(printableText([...hive.root.subkeys()][0]?.name ?? ''));
    expect(String(printableText(hive.key('\u202etxt.exe')?.name ?? ''))).toBe('%E2%80%AEtxt.exe');
  });
});

describe('a hive that is not in order', () => {
  const flawsOf = (hive: Hive): string =>
    hive.flaws
      .map(({ flaw }) => flaw)
      .sort()
      .join();
  const tree: KeySpec = {
    name: 'ROOT',
    keys: [
      { name: 'A', keys: [service] },
      { name: 'B', keys: [service] },
    ],
  };
  /** Where a key of this name stands in the file. */
  const cellOf = (bytes: Buffer, name: string): number => {
    const key = opened(bytes).key(name);
    if (key === undefined) throw new Error(name);
    return key.offset + 4096;
  };

  test('other bytes are refused with words', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(9000), Buffer.from('regf')])
      expect(openHive(memory(bytes))).toEqual({ status: 'error', reason: 'not a registry hive' });
    const noRoot = hiveOf(tree).fill(0, 4096 + 32);
    expect(openHive(memory(noRoot))).toMatchObject({ reason: 'a registry hive without a root key' });
    const ancient = hiveOf(tree);
    ancient.writeUInt32LE(1, 24);
    // A number that no checksum vouches for is no reason.
    expect(openHive(memory(ancient)).status).toBe('ok');
    expect(openHive(memory(seal(ancient)))).toMatchObject({ reason: 'a registry hive of version 1.1' });
  });

  test('without a base block it is read from its first cell', () => {
    const bytes = hiveOf(tree).fill(0, 0, 4096);
    const hive = opened(bytes);
    expect([...hive.walk()].length).toBe(5);
    expect(flawsOf(hive)).toBe('dirty,signature');
  });

  test('a key that is its own ancestor is given once', () => {
    const bytes = hiveOf(tree);
    const list = cellOf(bytes, 'A\\xmrigsvc');
    const target = cellOf(bytes, 'A');
    // The service of B points at the list in which it stands itself.
    const below = cellOf(bytes, 'B\\xmrigsvc');
    const ofB = bytes.readUInt32LE(cellOf(bytes, 'B') + 4 + 28);
    bytes.writeUInt32LE(1, below + 4 + 20);
    bytes.writeUInt32LE(ofB, below + 4 + 28);
    expect(list).not.toBe(target);
    const hive = opened(bytes);
    expect([...hive.walk()].map(({ path }) => path)).toEqual(['', 'A', 'A\\xmrigsvc', 'B', 'B\\xmrigsvc']);
    expect(flawsOf(hive)).toBe('loop');
  });

  test('subkeys asked for one by one in a circle end at the depth that systems allow', () => {
    const bytes = hiveOf(tree);
    const below = cellOf(bytes, 'B\\xmrigsvc');
    bytes.writeUInt32LE(1, below + 4 + 20);
    bytes.writeUInt32LE(bytes.readUInt32LE(cellOf(bytes, 'B') + 4 + 28), below + 4 + 28);
    const hive = opened(bytes);
    let key = hive.key('B');
    let steps = 0;
    for (; key !== undefined; key = key.subkey('xmrigsvc')) steps += 1;
    expect(steps).toBe(512);
    expect(flawsOf(hive)).toBe('depth');
  });

  test('lists of lists that lead back to themselves end', () => {
    const many = { name: 'ROOT', list: 'ri' as const, keys: 'abcdef'.split('').map((name) => ({ name })) };
    const bytes = hiveOf(many);
    const root = 4096 + bytes.readUInt32LE(36);
    const ri = bytes.readUInt32LE(root + 4 + 28);
    bytes.writeUInt32LE(ri, 4096 + ri + 8 + 4);
    const hive = opened(bytes);
    expect([...new Set([...hive.walk()].map(({ name }) => name))]).toEqual(['ROOT', 'a', 'b', 'c']);
    expect(flawsOf(hive)).toContain('depth');
  });

  test('offsets that point nowhere, past the end or between cells cost only what they pointed at', () => {
    for (const offset of [0xffff_ffff, 0x7fff_fff8, 0x21, 0x8000_0020]) {
      const bytes = hiveOf(tree);
      const list = 4096 + bytes.readUInt32LE(4096 + bytes.readUInt32LE(36) + 4 + 28);
      bytes.writeUInt32LE(offset, list + 8);
      const hive = opened(bytes);
      expect([...hive.walk()].map(({ path }) => path)).toEqual(['', 'B', 'B\\xmrigsvc']);
      expect(flawsOf(hive)).not.toBe('');
    }
  });

  test('counts that promise more than is there are cut, and sizes too', () => {
    const bytes = hiveOf(tree);
    const at = cellOf(bytes, 'A\\xmrigsvc');
    bytes.writeUInt32LE(0xffff_ffff, at + 4 + 36);
    const list = 4096 + bytes.readUInt32LE(at + 4 + 40);
    const value = 4096 + bytes.readUInt32LE(list + 4);
    bytes.writeUInt32LE(0x7fff_ffff, value + 4 + 4);
    const hive = opened(bytes);
    const values = [...(hive.key('A\\xmrigsvc')?.values() ?? [])];
    expect(values.map(({ name }) => name)).toEqual(['ImagePath', 'Start', 'FailureActions']);
    const data = values[0]?.data(1 << 30);
    expect(data?.whole).toBe(false);
    expect(data?.bytes.length).toBeLessThan(200);
    expect(flawsOf(hive)).toContain('count');
  });

  test('a hive that was cut anywhere gives what is left of it', () => {
    const whole = hiveOf(tree);
    let most = 0;
    for (let size = 0; size <= whole.length; size += 61) {
      const answer = openHive(memory(whole.subarray(0, size)));
      if (answer.status === 'ok') most = Math.max(most, [...answer.hive.walk()].length);
    }
    expect(most).toBe(5);
  });

  test('a million lookups in the same endless list are paid for from one purse', () => {
    const bytes = hiveOf(tree);
    const hive = opened(bytes);
    for (let left = 200_000_000; left > 0 && hive.reader.spend(); left -= 1);
    expect([...hive.root.subkeys()]).toEqual([]);
    expect(flawsOf(hive)).toBe('budget');
  });
});
