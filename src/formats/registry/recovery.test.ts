import { describe, expect, test } from 'bun:test';
import { valueText } from './data.ts';
import {
  dirtied,
  hiveOf,
  type KeySpec,
  logEntry,
  memory,
  newLog,
  oldLog,
  opened,
  seal,
  textValue,
} from './hive.fixture.ts';
import { openHive } from './hive.ts';

/** The services of a host before and after the miner came; the tree grows, so bins do too. */
const services = (...names: readonly string[]): KeySpec => ({
  name: 'ROOT',
  keys: names.map((name) => ({
    name,
    values: [textValue('ImagePath', `C:\\Windows\\${name}.exe`), textValue('Description', 'x'.repeat(900))],
  })),
});
const before = hiveOf(services('Dhcp', 'Dnscache'));
const after = hiveOf(services('Dhcp', 'Dnscache', 'xmrig'));
const later = hiveOf(services('Dhcp', 'Dnscache', 'xmrig', 'WinRing0_1_2_0', 'Guard'));
/** What lies on the disk after a cut of the power: the old content, marked as being written. */
const dirty = dirtied(before);
const namesOf = (bytes: Buffer, ...logs: readonly Buffer[]): string =>
  [...opened(bytes, logs).root.subkeys()].map(({ name }) => name).join();

describe('logs of Windows 8.1 and later', () => {
  const first = logEntry(before, after, 7);
  const second = logEntry(after, later, 8);

  test('are laid over a hive that was not closed', () => {
    const log = newLog(after, 7, [first, second]);
    const hive = opened(dirty, [log]);
    expect(namesOf(dirty)).toBe('Dhcp,Dnscache');
    expect(namesOf(dirty, log)).toBe('Dhcp,Dnscache,xmrig,WinRing0_1_2_0,Guard');
    expect(valueText(hive.key('xmrig')?.value('ImagePath'))).toBe('C:\\Windows\\xmrig.exe');
    expect(hive.logs).toMatchObject([{ state: 'applied', entries: 2 }]);
    expect(hive.binsSize).toBe(later.length - 4096);
    expect(hive.flaws).toEqual([]);
  });

  test('are laid over it in the order of their numbers, whichever is named first', () => {
    const [one, two] = [newLog(after, 7, [first]), newLog(later, 8, [second])];
    for (const logs of [
      [one, two],
      [two, one],
    ])
      expect(namesOf(dirty, ...logs)).toBe('Dhcp,Dnscache,xmrig,WinRing0_1_2_0,Guard');
  });

  test('count for nothing where the hive was closed', () => {
    const hive = opened(before, [newLog(after, 7, [first])]);
    expect([...hive.root.subkeys()].length).toBe(2);
    expect(hive.logs).toEqual([{ state: 'unneeded', pages: 0, entries: 0 }]);
    expect(hive.flaws).toEqual([]);
  });

  test('that are older than the hive are not laid over it again', () => {
    const hive = opened(dirty, [newLog(after, 3, [logEntry(before, after, 3)])]);
    expect([...hive.root.subkeys()].length).toBe(2);
    expect(hive.logs[0]?.state).toBe('old');
  });

  test('end at the first entry whose number, hash or size is wrong', () => {
    const wrongNumber = newLog(after, 7, [first, logEntry(after, later, 10)]);
    expect(namesOf(dirty, wrongNumber)).toBe('Dhcp,Dnscache,xmrig');
    for (const at of [512 + first.length + 28, 512 + first.length + 36, 512 + first.length + 300]) {
      const broken = newLog(after, 7, [first, second]);
      broken.writeUInt8(broken.readUInt8(at) ^ 1, at);
      expect(namesOf(dirty, broken)).toBe('Dhcp,Dnscache,xmrig');
    }
    const cut = newLog(after, 7, [first, second]).subarray(0, 512 + first.length + 700);
    expect(namesOf(dirty, cut)).toBe('Dhcp,Dnscache,xmrig');
  });

  test('mend a base block that was half written', () => {
    const torn = Buffer.from(dirty);
    torn.writeUInt32LE(0xdead_beef, 36);
    const hive = opened(torn, [newLog(after, 7, [first])]);
    expect([...hive.root.subkeys()].length).toBe(3);
    expect(hive.flaws.map(({ flaw }) => flaw)).toEqual(['checksum']);
  });
});

describe('logs of Windows before 8.1', () => {
  test('are laid over a hive that was not closed, by their vector of dirty sectors', () => {
    const hive = opened(dirty, [oldLog(before, after)]);
    expect([...hive.root.subkeys()].map(({ name }) => name).join()).toBe('Dhcp,Dnscache,xmrig');
    expect(hive.logs[0]).toMatchObject({ state: 'applied', entries: 1 });
    expect(hive.logs[0]?.pages).toBe(8 * ((hive.logs[0]?.pages ?? 0) / 8));
    expect(hive.flaws).toEqual([]);
  });

  test('of an earlier moment, being written, or cut are not', () => {
    const earlier = oldLog(before, after);
    earlier.writeBigUInt64LE(1n, 12);
    const torn = oldLog(before, after);
    torn.writeUInt32LE(torn.readUInt32LE(8) + 1, 4);
    const cut = oldLog(before, after).subarray(0, -4096);
    for (const [log, state] of [
      [seal(earlier), 'foreign'],
      [seal(torn), 'foreign'],
      [cut, 'broken'],
    ] as const) {
      const hive = opened(dirty, [log]);
      expect([...hive.root.subkeys()].length).toBe(2);
      expect(hive.logs[0]?.state).toBe(state);
      expect(
        hive.flaws
          .map(({ flaw }) => flaw)
          .sort()
          .join(),
      ).toBe('dirty,log');
    }
  });

  test('of two, the one of the same moment is taken, else the later one', () => {
    const newer = oldLog(before, later);
    newer.writeBigUInt64LE(newer.readBigUInt64LE(12) + 1n, 12);
    const broken = oldLog(before, after).fill(0xff, 508, 512);
    expect(namesOf(dirty, oldLog(before, after), seal(newer))).toBe('Dhcp,Dnscache,xmrig');
    expect(namesOf(dirty, broken, seal(newer))).toBe('Dhcp,Dnscache,xmrig,WinRing0_1_2_0,Guard');
  });
});

describe('logs that an attacker wrote', () => {
  test('an empty file, zeros and noise are told as what they are', () => {
    const hive = opened(dirty, [Buffer.alloc(0), Buffer.alloc(8192), Buffer.alloc(9000, 'noise')]);
    expect(hive.logs.map(({ state }) => state)).toEqual(['empty', 'empty', 'broken']);
    expect([...hive.root.subkeys()].length).toBe(2);
  });

  test('pages past the bins, endless counts and sizes are refused with their entry', () => {
    const entry = logEntry(before, after, 7);
    for (const [at, number] of [
      [4, 0],
      [4, 0xffff_fe00],
      [16, 0xffff_f000],
      [20, 0xffff_ffff],
    ] as const) {
      const hostile = Buffer.from(entry);
      hostile.writeUInt32LE(number, at);
      const hive = opened(dirty, [newLog(after, 7, [hostile])]);
      expect(hive.logs[0]?.state).toBe('broken');
    }
  });

  test('a log alone is no hive', () => {
    const log = newLog(after, 7, [logEntry(before, after, 7)]);
    expect(openHive(memory(Buffer.concat([log, Buffer.alloc(9000)])))).toMatchObject({ status: 'error' });
  });
});
