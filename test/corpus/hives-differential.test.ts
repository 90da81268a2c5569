/**
 * Every key and every value of the real hives, beside what three independent readers say of them: hivex (type and bytes of
 * each value), reglookup (times of keys, types of values), libregf (order and sizes). They agree but for:
 *
 * - `corrupted_system_hive`: none of the three opens it or finds its root; ours gives what can be reached.
 * - reglookup cuts times to seconds, and writes no type that has no name as ours does not either: compared by number.
 * - hivexregedit writes a line in Latin-1 where all of its letters are in it, else in UTF-8.
 * - regfexport tells the size of a text as it prints it: of two terminators it counts one. Those sizes are left out.
 * - What logs hold none of the three reads. They are laid over the file here, in the order of their numbers, and then hivex
 *   reads the same as ours does in memory.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { momentText } from '../../src/formats/filetime.ts';
import { DeletedCells } from '../../src/formats/registry/deleted.ts';
import type { Hive } from '../../src/formats/registry/hive.ts';
import type { HiveKey } from '../../src/formats/registry/key.ts';
import { windowsTool } from '../lab/windows-tools.ts';
import { hiveBytes, hiveNames, laidOver, openCorpus, withLogs } from './hive-files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demine-hives-'));
  for (const name of hiveNames()) writeFileSync(join(folder, name), hiveBytes(name));
});
afterAll(() => rmSync(folder, { recursive: true }));

const broken = 'corrupted_system_hive';
const sound = hiveNames().filter((name) => name !== broken);

function told(command: readonly string[]): Uint8Array {
  const { code, output, errors } = windowsTool(folder, command);
  if (code !== 0) throw new Error(`${command.join(' ')}: ${code}: ${errors.slice(0, 500)}`);
  return output;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Lines, each in UTF-8, or in Latin-1 where it is none. */
function linesOf(output: Uint8Array): readonly string[] {
  const latin = Buffer.from(output).toString('latin1').split('\n');
  return latin.map((line) => {
    if (!/[^\0-\x7f]/.test(line)) return line;
    try {
      return utf8.decode(Buffer.from(line, 'latin1'));
    } catch {
      return line;
    }
  });
}

/** What stands in one list and not in the other, a few of each. */
function difference(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const [own, other] = [new Set(ours), new Set(theirs)];
  return [
    ...[...own].filter((line) => !other.has(line)).map((line) => `only ours: ${line.slice(0, 300)}`),
    ...[...other].filter((line) => !own.has(line)).map((line) => `only theirs: ${line.slice(0, 300)}`),
  ];
}

/** The form of hivexregedit: a line for each value, with the key before it. */
function asRegLines(hive: Hive): readonly string[] {
  const lines: string[] = [];
  const escaped = (name: string): string => name.replace(/["\\]/g, '\\$&');
  for (const key of hive.walk()) {
    const path = `[\\${key.path}]`;
    lines.push(path);
    for (const value of key.values()) {
      const { bytes } = value.data(1 << 24);
      const name = value.name === '' ? '@' : `"${escaped(value.name)}"`;
      const hex = Buffer.from(bytes).toString('hex');
      const data =
        value.type === 4 && bytes.length === 4
          ? `dword:${Buffer.from(bytes).reverse().toString('hex')}`
          : `hex(${value.type.toString(16)}):${hex.replace(/..(?=.)/g, '$&,')}`;
      lines.push(`${path} ${name}=${data}`);
    }
  }
  return lines;
}

function regLines(output: Uint8Array): readonly string[] {
  let key = '';
  return linesOf(output)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      if (!line.startsWith('[')) return `${key} ${line}`;
      key = line;
      return line;
    });
}

describe('hivex reads the same keys, names, types and bytes', () => {
  for (const name of sound) {
    test(name, () => {
      const theirs = regLines(told(['hivexregedit', '--export', `/srv/${name}`, '\\']));
      expect(difference(asRegLines(openCorpus(name)), theirs)).toEqual([]);
      expect(theirs.length).toBeGreaterThan(50);
    });
  }

  for (const [name, ...logs] of withLogs) {
    test(`${name} with its logs laid over it`, () => {
      const replayed = laidOver(hiveBytes(name), logs.map(hiveBytes));
      writeFileSync(join(folder, 'replayed'), replayed);
      const theirs = regLines(told(['hivexregedit', '--export', '/srv/replayed', '\\']));
      expect(difference(asRegLines(openCorpus(name, ...logs)), theirs)).toEqual([]);
    });
  }
});

describe('reglookup reads the same times of keys and types of values', () => {
  const types: readonly string[] = [
    ...['NONE', 'SZ', 'EXPAND_SZ', 'BINARY', 'DWORD', 'DWORD_BE', 'LINK', 'MULTI_SZ', 'RSRC_LIST'],
    ...['RSRC_DESC', 'RSRC_REQ_LIST', 'QWORD'],
  ];
  const typeName = (type: number): string =>
    types[type] ?? `0x${type.toString(16).toUpperCase().padStart(8, '0')}`;
  const timeOf = (key: HiveKey): string =>
    momentText(key.lastWritten)?.slice(0, 19).replace('T', ' ') ?? '1970-01-01 00:00:00';

  for (const name of sound) {
    test(name, () => {
      const ours: string[] = [];
      for (const key of openCorpus(name).walk()) {
        ours.push(`KEY,${timeOf(key)}`);
        for (const value of key.values()) ours.push(typeName(value.type));
      }
      // Texts may hold commas and never a line feed of their own: they are quoted. Types stand second, times last.
      const theirs = linesOf(told(['reglookup', `/srv/${name}`]))
        .slice(1)
        .filter((line) => line !== '')
        .map((line) => line.split(','))
        .map((fields) => (fields[1] === 'KEY' ? `KEY,${fields[3]}` : (fields[1] ?? '')));
      expect(theirs.length).toBe(ours.length);
      expect(theirs.filter((line, index) => line !== ours[index])).toEqual([]);
    });
  }
});

const isText = (type: number): boolean => [1, 2, 6].includes(type);

describe('libregf reads the same values in the same order, with the same sizes', () => {
  for (const name of sound) {
    test(name, () => {
      const ours: string[] = [];
      for (const key of openCorpus(name).walk()) {
        ours.push('key');
        for (const value of key.values()) ours.push(isText(value.type) ? 'text' : `${value.size}`);
      }
      const theirs: string[] = [];
      // Hex dumps are most of what it says; only these lines are looked at.
      const output = Buffer.from(told(['regfexport', `/srv/${name}`])).toString('latin1');
      for (const [line] of output.matchAll(/^(?:Key path: |Value: \d|Type: .*|Data size: \d+)/gm)) {
        if (line.startsWith('Key')) theirs.push('key');
        else if (line.startsWith('Value')) theirs.push('0');
        else if (/string \(REG_(EXPAND_)?SZ\)|symbolic link/.test(line)) theirs[theirs.length - 1] = 'text';
        else if (line.startsWith('Data size') && theirs.at(-1) !== 'text')
          theirs[theirs.length - 1] = line.slice(11);
      }
      expect(theirs.length).toBe(ours.length);
      expect(theirs.filter((line, index) => line !== ours[index])).toEqual([]);
    });
  }
});

test('a hive that none of the three opens gives what can be reached', () => {
  for (const command of [
    ['hivexregedit', '--export', `/srv/${broken}`, '\\'],
    ['reglookup', `/srv/${broken}`],
    ['regfexport', `/srv/${broken}`],
  ])
    expect([command[0], windowsTool(folder, command).code === 0]).toEqual([command[0], false]);
  const hive = openCorpus(broken);
  expect([...hive.walk()].length).toBe(1687);
  expect(hive.flaws.map(({ flaw }) => flaw)).toContain('list');
});

test('reglookup-recover finds the same deleted keys, but for one that is none', () => {
  // Of UsrClass.dat it takes a key whose name is said to have 55,536 bytes, and with it the room of two real ones.
  const explained = ['only ours: 318848', 'only ours: 319096', 'only theirs: 317584'];
  for (const name of ['SYSTEM_B', 'NTUSER.DAT', 'UsrClass.dat', 'SYSTEM', 'amcache.hve']) {
    const theirs = linesOf(told(['reglookup-recover', `/srv/${name}`]))
      .map((line) => line.split(','))
      .filter((fields) => fields[2] === 'KEY')
      .map(([offset = '']) => Number.parseInt(offset, 16) - 4096);
    const ours = [...new DeletedCells(openCorpus(name)).keys()].map(({ offset }) => offset);
    const expected = name === 'UsrClass.dat' ? explained : [];
    expect([name, difference(ours.map(String), theirs.map(String))]).toEqual([name, expected]);
  }
});
