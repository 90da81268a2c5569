import { Database } from 'bun:sqlite';
import { afterAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '../model/fact.ts';
import type { ScanResult } from '../model/result.ts';
import { printableText } from '../model/text.ts';
import { incidentScan, openScan } from './case-store.ts';
import { openCase, resultTextIn } from './sqlite.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-store-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const result: ScanResult = {
  schema: 'demine-result/1.2',
  tool: { name: 'demine', version: '0.0.0' },
  language: 'en',
  started: '2026-01-02T03:04:05Z',
  finished: '2026-01-02T03:04:09Z',
  options: { target: 'host', interval: 3, active: false, thorough: false, keepSecrets: false, seen: [] },
  host: {
    name: 'web-1',
    machineId: '',
    bootId: '',
    os: 'Debian',
    kernel: '6.1',
    architecture: 'x86_64',
    cores: 2,
    clockOffset: 0,
    scope: 'host',
    privileged: true,
  },
  verdict: 'suspicious',
  state: 'running',
  why: ['w'],
  score: 40,
  coverage: [],
  findings: [
    {
      id: 'F1',
      rule: 'r',
      severity: 'medium',
      confidence: 50,
      technique: '',
      bearing: 'supports',
      witness: 'name',
      pid: 7,
      title: "it's; drop table scan",
      explanation: 'e',
      texts: { en: { title: 't', explanation: 'e' }, 'zh-CN': { title: 't', explanation: 'e' } },
      evidence: [{ source: '/proc/7/stat', line: 1, text: "'); drop table fact; --" }],
      benign: [],
    },
  ],
  miners: [],
  processes: [],
  sockets: [],
  exposure: [],
  persistence: [],
  sources: [],
  excused: [],
  actions: [],
  recovered: [],
};

const fact: Fact = {
  kind: 'setting',
  source: { source: printableText('/proc/sys/vm/nr_hugepages'), line: 1 },
  name: 'vm.nr_hugepages',
  value: printableText('1280'),
};

describe('the case file', () => {
  test('gives back result and facts as they were saved', () => {
    const store = openCase(join(scratch, 'a.sqlite'));
    const scan = store.saveScan({ result, facts: [fact], groups: [], incomplete: [] });
    expect(store.result(scan)).toEqual(result);
    expect(store.facts(scan, 'setting')).toEqual([fact]);
    expect(store.facts(scan, 'process')).toEqual([]);
    expect(store.scans()).toEqual([
      { id: scan, started: result.started, verdict: 'suspicious', purpose: 'scan' },
    ]);
    expect(store.resultText(scan)).toBe(JSON.stringify(result));
    expect(store.resultText(99)).toBeUndefined();
    store.close();
  });

  test('tells the scan of the incident from looks that came later', () => {
    const store = openCase(join(scratch, 'looks.sqlite'));
    const save = (verdict: ScanResult['verdict'], purpose?: 'verify'): number =>
      store.saveScan({
        result: { ...result, verdict },
        facts: [],
        groups: [],
        incomplete: [],
        ...(purpose === undefined ? {} : { purpose }),
      });
    expect([incidentScan(store), openScan(store)]).toEqual([undefined, undefined]);
    const incident = save('mining');
    save('clean', 'verify');
    expect([incidentScan(store)?.id, openScan(store)?.id]).toEqual([incident, incident]);
    const back = save('suspicious', 'verify');
    expect([incidentScan(store)?.id, openScan(store)?.id]).toEqual([incident, back]);
    store.close();
  });

  test('gives the text of a result without being written to', () => {
    const path = join(scratch, 'evidence.sqlite');
    const store = openCase(path);
    const scan = store.saveScan({ result, facts: [], groups: [], incomplete: [] });
    store.close();
    chmodSync(path, 0o400);
    const before = statSync(path).mtimeMs;
    expect(resultTextIn(path, scan)).toEqual({ text: JSON.stringify(result) });
    expect(resultTextIn(path, 99)).toEqual({});
    expect(statSync(path).mtimeMs).toBe(before);
    expect(resultTextIn(join(scratch, 'nowhere.sqlite'), 1)).toBe('unreadable');
    const garbage = join(scratch, 'garbage.sqlite');
    writeFileSync(garbage, 'this is no database, and it is long enough to be taken for one'.repeat(20));
    expect(resultTextIn(garbage, 1)).toEqual({});
    writeFileSync(join(scratch, 'empty.sqlite'), '');
    expect(resultTextIn(join(scratch, 'empty.sqlite'), 1)).toEqual({});
  });

  test('of the version before knows its scans as scans of an incident', () => {
    const path = join(scratch, 'before.sqlite');
    const store = openCase(path);
    store.saveScan({ result, facts: [], groups: [], incomplete: [] });
    store.close();
    const raw = new Database(path);
    raw.run('alter table scan drop column purpose');
    raw.run('alter table event drop column clue');
    raw.run('pragma user_version = 4');
    raw.close();
    const again = openCase(path);
    expect(again.scans().map(({ purpose }) => purpose)).toEqual(['scan']);
    again.close();
  });

  test('of an older Demine gives its result in today’s form, and of another major version none', () => {
    const store = openCase(join(scratch, 'old.sqlite'));
    const { persistence: _, ...before } = result;
    const versions = ['demine-result/1.0', 'demine-result/2.0'] as const;
    const [old, other] = versions.map((schema) =>
      store.saveScan({
        // What an older version wrote; only its reading is tried here.
        result: JSON.parse(JSON.stringify({ ...before, schema })),
        facts: [],
        groups: [],
        incomplete: [],
      }),
    );
    expect(store.result(old ?? 0)).toEqual(result);
    expect(() => store.result(other ?? 0)).toThrow();
    store.close();
  });

  test('keeps the scene of a scan, and what was concluded of hosts, which the last conclusion replaces', () => {
    const store = openCase(join(scratch, 'derived.sqlite'));
    const scene = { files: [], addresses: ['192.0.2.1'] };
    const first = store.saveScan({ result, facts: [], groups: [], incomplete: [], scene });
    const second = store.saveScan({ result, facts: [], groups: [], incomplete: [] });
    expect([store.scene(first), store.scene(second)]).toEqual([scene, undefined]);
    expect(store.hostAnalyses()).toBeUndefined();
    store.saveHostAnalyses({ hosts: [], left: 3 });
    store.saveHostAnalyses({ hosts: [{ name: 'db-1', logs: 1, events: 2 }], left: 0 });
    expect(store.hostAnalyses()).toEqual({ hosts: [{ name: 'db-1', logs: 1, events: 2 }], left: 0 });
    store.close();
  });

  test('is found again by the next command', () => {
    const path = join(scratch, 'b.sqlite');
    const first = openCase(path);
    first.saveScan({ result, facts: [], groups: [], incomplete: [] });
    first.close();
    const second = openCase(path);
    expect(second.scans()).toHaveLength(1);
    second.close();
  });

  test('that is no database is refused with what to do', () => {
    const path = join(scratch, 'c.sqlite');
    writeFileSync(
      path,
      'this is a text file that is long enough to be read as a page of a database'.repeat(20),
    );
    expect(() => openCase(path)).toThrow('cannot use the case file');
  });

  test('of a newer version is refused', () => {
    const path = join(scratch, 'd.sqlite');
    const store = openCase(path);
    store.close();
    const raw = new Database(path);
    raw.run('pragma user_version = 99');
    raw.close();
    expect(() => openCase(path)).toThrow('cannot use the case file');
  });

  test('is for its owner alone, and never made through a link', () => {
    const path = join(scratch, 'private.sqlite');
    openCase(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    symlinkSync(path, join(scratch, 'linked.sqlite'));
    expect(() => openCase(join(scratch, 'linked.sqlite'))).toThrow('cannot use the case file');
  });
});
