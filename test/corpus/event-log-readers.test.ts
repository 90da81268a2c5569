/**
 * Every value of every record of the real logs, beside what three independent readers say: libevtx, winevtx and
 * @ts-evtx/core. All of them find the same 8,255 records. Where they differ, it was found out who is right:
 *
 * - libevtx agrees in every element, attribute and value, and in their order. It fills hexadecimal numbers with zeros up to
 *   the width of their type; Windows does not: Microsoft's page of event 4624 shows `<Data Name="TargetLogonId">0x8dcdc`. And
 *   it writes characters that XML cannot hold, where we write U+FFFD.
 * - winevtx has 4 as the channel of events that have none (it takes the value before, where one is NULL); loses an empty
 *   string at the end of a list, which libevtx has; does not put a single `<Data Name="X">` under its name; shows an
 *   attribute of EventData or a Binary without text beside it in other places; and writes binary data in small letters.
 *   Its times are numbers of floating point, exact to a microsecond only.
 * - @ts-evtx/core writes hexadecimal numbers as decimal ones, takes one byte of the four of a boolean and so misreads all that
 *   stands behind it, leaves out control characters, indents text of several lines, has one text for a list of texts, and cuts times at milliseconds. libevtx and winevtx say what we say
 *   in each of these.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonOf, readAll } from '../../src/formats/evtx/read-log.fixture.ts';
import { windowsTool } from '../lab/windows-tools.ts';
import { xmlLines } from './xml-lines.ts';

const corpus = process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus');
const logs = join(corpus, 'evtx');
const names = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.evtx'),
);
const expected = 8255;
const live = { carve: false } as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demine-readers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Developers' packages, which nothing else knows: their types are not needed to ask them. */
async function exported(name: string, member: string): Promise<unknown> {
  const all: unknown = await import(name);
  return isObject(all) ? all[member] : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
const isCallable = (value: unknown): value is (...args: readonly unknown[]) => unknown =>
  typeof value === 'function';
const isIterable = (value: unknown): value is Iterable<unknown> =>
  isObject(value) && Symbol.iterator in value;

function call(on: unknown, name: string | undefined, ...args: readonly unknown[]): unknown {
  const member = name === undefined ? on : isObject(on) ? on[name] : undefined;
  if (!isCallable(member)) throw new Error(`no ${name ?? 'function'}`);
  return member.call(on, ...args);
}

const listOf = (value: unknown): readonly unknown[] => {
  if (!isIterable(value)) throw new Error('no list');
  return [...value];
};

/** How often each kind of difference occurs. */
class Differences {
  readonly found: Record<string, number> = {};
  readonly others: string[] = [];

  add(kind: string | undefined, what: string): void {
    if (kind !== undefined) this.found[kind] = (this.found[kind] ?? 0) + 1;
    else if (this.others.length < 20) this.others.push(what);
  }
}

/** XML 1.0 has no place for some characters (§2.2); the JSON has them. */
const writable = (text: string): string => text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd');

const textAfter = (line: string): string => line.slice(line.indexOf('=') + 1);
const wayOf = (line: string): string => line.slice(0, line.indexOf('='));

describe('libevtx', () => {
  test('reads the same records, elements, attributes and values', () => {
    const differences = new Differences();
    let records = 0;
    for (const name of names) {
      const bytes = readFileSync(join(logs, name));
      writeFileSync(join(folder, 'log.evtx'), bytes);
      const { code, output } = windowsTool(folder, ['evtxexport', '-f', 'xml', '/srv/log.evtx']);
      expect(code).toBe(0);
      const theirs = Buffer.from(output)
        .toString('utf8')
        .split(/(?=<Event xmlns)/)
        .slice(1)
        .map(xmlLines);
      const ours = readAll(bytes, (record) => xmlLines(record.xml() ?? ''), live).records;
      expect([name, ours.length]).toEqual([name, theirs.length]);
      records += ours.length;
      for (const [index, lines] of ours.entries()) {
        const other = theirs[index] ?? [];
        expect(lines.map(wayOf)).toEqual(other.map(wayOf));
        for (const [at, line] of lines.entries()) {
          const [own, their] = [textAfter(line), textAfter(other[at] ?? '').replace(/(\.\d{7})00Z$/, '$1Z')];
          if (own === their) continue;
          const isHex =
            /^0x[0-9a-f]+$/.test(own) && /^0x0[0-9a-f]+$/.test(their) && BigInt(own) === BigInt(their);
          const kind = isHex ? 'zeros before' : own === writable(their) ? 'no character of XML' : undefined;
          differences.add(kind, `${name} ${line} | ${other[at]}`);
        }
      }
    }
    expect(differences.others).toEqual([]);
    expect(differences.found).toEqual({ 'zeros before': 5356, 'no character of XML': 20 });
    expect(records).toBe(expected);
  }, 300_000);
});

/** What winevtx gives, as plain values. */
function plain(value: unknown): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return typeof value === 'bigint' ? String(value) : value;
}

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text);

/** Whether two readers mean the same value, each in its own writing. */
function isSame(own: unknown, their: unknown): boolean {
  if (own === their || ((own === null || own === '') && (their ?? '') === '')) return true;
  if (isObject(their) && 'Value' in their) return isSame(own, their['Value']);
  if (Array.isArray(own) && Array.isArray(their))
    return own.length === their.length && own.every((item, index) => isSame(item, their[index]));
  if (typeof own !== 'string') return false;
  if (own.startsWith('0x')) return /^\d+$/.test(String(their)) && BigInt(own) === BigInt(String(their));
  if (own.startsWith('{')) return own.toUpperCase() === `{${String(their).toUpperCase()}}`;
  return isTime(own) && typeof their === 'number' && Math.abs(Date.parse(own) / 1000 - their) < 0.002;
}

function winevtxDifference(way: string, own: unknown, their: unknown): string | undefined {
  if (way === 'Event/System/Channel' && own === null && their === 4) return 'a channel that is none';
  if (Array.isArray(own) && Array.isArray(their) && own.at(-1) === '' && isSame(own.slice(0, -1), their))
    return 'an empty text at the end of a list';
  if (typeof own === 'string' && typeof their === 'string' && own.toLowerCase() === their)
    return 'small letters';
  return their === undefined && /^Event\/EventData\/[^/]+$/.test(way) ? 'another place' : undefined;
}

describe('winevtx', () => {
  test('reads the same records and values, but for what it loses', async () => {
    const parse = await exported('winevtx', 'parseEvtxFile');
    const differences = new Differences();
    let records = 0;
    const compare = (own: unknown, their: unknown, way: string): void => {
      if (!isObject(own) || Array.isArray(own)) {
        if (!isSame(own, their))
          differences.add(winevtxDifference(way, own, their), `${way} ${own} | ${their}`);
        return;
      }
      for (const [key, value] of Object.entries(own)) {
        if (!key.endsWith('_attributes'))
          compare(value, isObject(their) ? their[key] : undefined, way === '' ? key : `${way}/${key}`);
      }
    };
    for (const name of names) {
      const bytes = readFileSync(join(logs, name));
      const theirs = listOf(call(parse, undefined, bytes));
      const ours = readAll(bytes, jsonOf, live).records;
      expect([name, ours.length]).toEqual([name, theirs.length]);
      records += ours.length;
      for (const [index, own] of ours.entries()) {
        const their = theirs[index];
        compare(own, plain(isObject(their) ? their['event'] : undefined), '');
      }
    }
    expect(differences.others).toEqual([]);
    expect(differences.found).toEqual({
      'a channel that is none': 415,
      'an empty text at the end of a list': 346,
      'another place': 316,
      'small letters': 30,
    });
    expect(records).toBe(expected);
  }, 300_000);
});

const solid = (text: string): string => text.replace(/\s+/g, '');

function tsEvtxDifference(lines: readonly string[], own: string, their: string): string | undefined {
  if (/^0x[0-9a-f]+$/.test(own) && /^\d+$/.test(their) && BigInt(own) === BigInt(their)) return 'decimal';
  const bare = (text: string): string => text.replace(/[\x7f-\x9f\ufffd]/g, '');
  if (bare(own) === bare(their)) return 'characters left out';
  if (solid(own) === solid(their)) return 'indented';
  return lines.some((line) => /=(true|false)$/.test(line)) ? 'in a record with a boolean' : undefined;
}

/** Elements and attributes with something in them. */
const filled = (xml: string): readonly string[] =>
  xmlLines(xml).filter((line) => textAfter(line).trim() !== '');

describe('@ts-evtx/core', () => {
  test('reads the same records and values, but for what it writes otherwise', async () => {
    const reader = await exported('@ts-evtx/core', 'EvtxFile');
    const differences = new Differences();
    let records = 0;
    for (const name of names) {
      const file = await call(reader, 'open', join(logs, name));
      const theirs = listOf(call(file, 'records')).map((record) => filled(String(call(record, 'renderXml'))));
      const ours = readAll(
        readFileSync(join(logs, name)),
        (record) => filled(record.xml() ?? ''),
        live,
      ).records;
      expect([name, ours.length]).toEqual([name, theirs.length]);
      records += ours.length;
      for (const [index, lines] of ours.entries()) {
        const other = theirs[index] ?? [];
        if (lines.length !== other.length) {
          // The texts of a list stand together in one.
          const joined = other.find((line) => line.startsWith('Event/EventData/Data='));
          const texts = lines.filter((line) => line.startsWith('Event/EventData/Data=')).map(textAfter);
          const isList = joined !== undefined && texts.every((text) => solid(joined).includes(solid(text)));
          differences.add(isList ? 'a list in one' : undefined, `${name} ${index}`);
          continue;
        }
        for (const [at, line] of lines.entries()) {
          const own = textAfter(line).replace(/(\.\d{3})\d{4}Z$/, '$1Z');
          const their = textAfter(other[at] ?? '');
          if (own !== their)
            differences.add(tsEvtxDifference(lines, own, their), `${name} ${line} | ${other[at]}`);
        }
      }
    }
    expect(differences.others).toEqual([]);
    expect(differences.found).toEqual({
      'a list in one': 383,
      'characters left out': 21,
      decimal: 515,
      'in a record with a boolean': 1237,
      indented: 1256,
    });
    expect(records).toBe(expected);
  }, 300_000);
});
