/**
 * The rows of CORPUS.md about the registry. Where a figure of theirs is not what the hive holds, both are here with the
 * reason: it was made by a reader that we can follow.
 */
import { describe, expect, test } from 'bun:test';
import { readActivityModerators } from '../../src/formats/execution/activity-moderator.ts';
import { parseShimCache } from '../../src/formats/execution/shim-cache.ts';
import { readUserAssist } from '../../src/formats/execution/user-assist.ts';
import { decodeValue } from '../../src/formats/registry/data.ts';
import { DeletedCells } from '../../src/formats/registry/deleted.ts';
import { type Hive, openHive } from '../../src/formats/registry/hive.ts';
import type { HiveKey } from '../../src/formats/registry/key.ts';
import { orphanKeys } from '../../src/formats/registry/orphans.ts';
import { access, hiveBytes, laidOver, openCorpus, withLogs } from './hive-files.ts';

interface Counts {
  readonly keys: number;
  readonly values: number;
}

function countsOf(hive: Hive): Counts {
  let [keys, values] = [0, 0];
  for (const key of hive.walk()) {
    keys += 1;
    for (const _ of key.values()) values += 1;
  }
  return { keys, values };
}

/** Values with content, a list by its different elements: what regdiff of regipy compares. */
function contentsOf(key: HiveKey): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const value of key.values()) {
    const data = decodeValue(value);
    const texts =
      data.kind === 'texts'
        ? data.texts
        : data.kind === 'text'
          ? [data.text]
          : data.kind === 'bytes'
            ? [Buffer.from(data.bytes).toString('hex')]
            : [data.number === 0 || data.number === 0n ? '' : `${data.number}`];
    for (const text of data.kind === 'texts' ? texts : texts.filter((one) => one !== ''))
      found.set(value.name, (found.get(value.name) ?? new Set()).add(text));
  }
  return found;
}

/** Keys that only one of two hives has, and values that only one of two keys has which were written at different times. */
function differencesOf(first: Hive, second: Hive): { readonly keys: number; readonly values: number } {
  const keysOf = (hive: Hive): ReadonlyMap<string, HiveKey> =>
    new Map([...hive.walk()].filter(({ depth }) => depth > 0).map((key) => [key.path, key]));
  const [one, two] = [keysOf(first), keysOf(second)];
  const only = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): number =>
    [...a.keys()].filter((name) => !b.has(name)).length;
  let values = 0;
  for (const [path, key] of one) {
    const other = two.get(path);
    if (other === undefined || other.lastWritten === key.lastWritten) continue;
    const [a, b] = [contentsOf(key), contentsOf(other)];
    for (const [name, set] of a) if (!b.has(name)) values += set.size;
    for (const [name, set] of b) if (!a.has(name)) values += set.size;
  }
  return { keys: only(one, two) + only(two, one), values };
}

describe('keys and values', () => {
  test('NTUSER.DAT: keys with the root, values, keys of a day, header', () => {
    const hive = openCorpus('NTUSER.DAT');
    expect(countsOf(hive)).toEqual({ keys: 1812, values: 4094 });
    // The filter is one day, 2012-04-03, and the figure the number of the last of them, counted from 0.
    const [from, until] = [129_778_848_000_000_000n, 129_779_712_000_000_000n];
    const written = [...hive.walk()].filter(({ lastWritten }) => lastWritten >= from && lastWritten < until);
    expect(written.length).toBe(1489 + 1);
    expect(hive.base).toMatchObject({ binsSize: 733_184, checksum: 476_614_345, checksumIsRight: true });
    expect(hive.root.subkeyCount).toBe(11);
    expect(hive.flaws).toEqual([]);
  });

  test('the others: with the root, but for ntuser_software_partial, which its figure leaves out', () => {
    expect(countsOf(openCorpus('ntuser_software_partial')).keys).toBe(6395 + 1);
    expect(countsOf(openCorpus('amcache.hve'))).toEqual({ keys: 2105, values: 17_539 });
    expect(countsOf(openCorpus('SYSTEM')).keys).toBe(30_756);
    expect(countsOf(openCorpus('SYSTEM_B')).keys).toBe(33_123);
  });

  test('deleted keys of SYSTEM_B', () => {
    expect([...new DeletedCells(openCorpus('SYSTEM_B')).keys()].length).toBe(1504);
  });

  test('NTUSER.DAT and NTUSER_modified.DAT differ in six keys and a value', () => {
    const differences = differencesOf(openCorpus('NTUSER.DAT'), openCorpus('NTUSER_modified.DAT'));
    expect(differences).toEqual({ keys: 6, values: 1 });
  });
});

test('a damaged hive has keys that no list leads to, a sound one has none', () => {
  expect([...orphanKeys(openCorpus('corrupted_system_hive'))].length).toBe(334);
  for (const name of ['SYSTEM', 'NTUSER.DAT', 'SAM', 'UsrClass.dat'])
    expect([name, [...orphanKeys(openCorpus(name))].length]).toEqual([name, 0]);
});

describe('transaction logs', () => {
  const pages = (hive: Hive): number => hive.logs.reduce((sum, log) => sum + log.pages, 0);
  const figures = { 'transactions_NTUSER.DAT': 132, SYSTEM_B: 315, 'UsrClass.dat': 158 } as const;

  for (const [name, ...logs] of withLogs) {
    test(`${name}: pages that are recovered, and the hive is whole with them`, () => {
      const hive = openCorpus(name, ...logs);
      expect(pages(hive)).toBe(Object.entries(figures).find(([one]) => one === name)?.[1] ?? -1);
      expect(openCorpus(name).flaws.map(({ flaw }) => flaw)).toEqual(['dirty']);
      countsOf(hive);
      expect(hive.flaws).toEqual([]);
    });
  }

  test('transactions_NTUSER.DAT: the second log is older than the hive', () => {
    const hive = openCorpus(
      'transactions_NTUSER.DAT',
      'transactions_ntuser.dat.log1',
      'transactions_ntuser.dat.log2',
    );
    expect(hive.logs.map(({ state }) => state)).toEqual(['applied', 'old']);
  });

  test('transactions_NTUSER.DAT: what they bring', () => {
    const [name, ...logs] = withLogs[0] ?? [''];
    const [before, after] = [openCorpus(name), openCorpus(name, ...logs)];
    expect(differencesOf(before, after)).toEqual({ keys: 527, values: 60 });
    // The difference that is neither: the bins grow.
    expect(after.binsSize).toBeGreaterThan(before.binsSize);
  });

  /**
   * The first logs hold entries 2107 to 2110 and 287 to 290, the second ones 2111 to 2130 and 291 to 300. The figures of the
   * corpus come of the second log laid over the hive first, and the older entries of the first over the newer ones.
   */
  test('SYSTEM_B and UsrClass.dat: what they bring in the order of their numbers, and in the order of the figures', () => {
    const expected = {
      SYSTEM_B: { ours: { keys: 2472, values: 46 }, figure: 2458 },
      'UsrClass.dat': { ours: { keys: 33, values: 40 }, figure: 93 },
    };
    for (const [name, { ours, figure }] of Object.entries(expected)) {
      const logs = [`${name}.LOG1`, `${name}.LOG2`];
      const before = openCorpus(name);
      expect([name, differencesOf(before, openCorpus(name, ...logs))]).toEqual([name, ours]);
      const turned = openHive(access(laidOver(hiveBytes(name), logs.toReversed().map(hiveBytes))));
      if (turned.status !== 'ok') throw new Error(turned.reason);
      expect([name, differencesOf(before, turned.hive).keys]).toEqual([name, figure]);
    }
  });
});

describe('what other programs make of them', () => {
  const setsOf = (hive: Hive, path: string): readonly HiveKey[] =>
    [...hive.root.subkeys()]
      .filter(({ name }) => /^ControlSet\d+$/.test(name))
      .flatMap((set) => set.key(path) ?? []);

  test('each control set has its time zone, its security packages and its page files', () => {
    const hive = openCorpus('SYSTEM');
    for (const [path, name] of [
      ['Control\\TimeZoneInformation', 'TimeZoneKeyName'],
      ['Control\\Lsa', 'Security Packages'],
      ['Control\\Session Manager\\Memory Management', 'PagingFiles'],
    ] as const)
      expect([path, setsOf(hive, path).filter((key) => key.value(name) !== undefined).length]).toEqual([
        path,
        2,
      ]);
    expect([...(hive.key('MountedDevices')?.values() ?? [])].length).toBe(11);
  });

  test('services of a broken hive are read in the one control set that has some left', () => {
    const hive = openCorpus('corrupted_system_hive');
    const [services, ...others] = setsOf(hive, 'Services');
    expect(others).toEqual([]);
    expect([services?.subkeyCount, [...(services?.subkeys() ?? [])].length]).toEqual([258, 198]);
  });

  test('programs, autostarts and searches of users', () => {
    const current = 'Software\\Microsoft\\Windows\\CurrentVersion';
    const user = openCorpus('NTUSER.DAT');
    const other = openCorpus('NTUSER_with_winscp.DAT');
    expect([...(other.key(`${current}\\Uninstall`)?.subkeys() ?? [])].length).toBe(4);
    expect([...(other.key('Software\\Microsoft\\Installer\\Products')?.subkeys() ?? [])].length).toBe(1);
    expect([...(user.key(`${current}\\Run`)?.values() ?? [])].map(({ name }) => name)).toEqual(['Sidebar']);
    const searches = [...(user.key(`${current}\\Explorer\\WordWheelQuery`)?.values() ?? [])];
    expect(searches.filter(({ name }) => name !== 'MRUListEx').length).toBe(6);
    const remote = openCorpus('NTUSER_modified.DAT').key(
      'Software\\Microsoft\\Terminal Server Client\\Servers',
    );
    expect(remote).toBeUndefined();
  });

  test('programs that ran: files of the Amcache', () => {
    const hive = openCorpus('amcache.hve');
    const volumes = [...(hive.key('Root\\File')?.subkeys() ?? [])];
    const files = volumes.flatMap((volume) => [...volume.subkeys()]);
    const inventory = [...(hive.key('Root\\InventoryApplicationFile')?.subkeys() ?? [])];
    expect(files.length + inventory.length).toBe(1367);
  });

  test('programs that ran: of users, by the moderators, in the compatibility cache', () => {
    // The figure of 62 counts each of the two groups twice, since the list of groups of its reader names them twice.
    expect((readUserAssist(openCorpus('NTUSER.DAT')) ?? []).length * 2).toBe(62);
    expect(readActivityModerators(openCorpus('SYSTEM_WIN_10_1709')).length).toBe(55);
    const cached = (name: string): readonly number[] =>
      setsOf(openCorpus(name), 'Control\\Session Manager\\AppCompatCache').map((key) => {
        const cache = parseShimCache(key.value('AppCompatCache')?.data().bytes ?? new Uint8Array(0));
        expect([name, cache?.damaged]).toEqual([name, false]);
        return cache?.entries.length ?? 0;
      });
    expect(cached('SYSTEM')).toEqual([330, 330]);
    // Windows 8.1 and two of Windows 10.
    expect(['SYSTEM_2', 'SYSTEM_B', 'SYSTEM_WIN_10_1709'].map(cached)).toEqual([[112], [406], [1024]]);
  });
});
