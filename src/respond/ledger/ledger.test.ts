import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemineError } from '../../model/error.ts';
import type { LedgerRecord } from '../../model/ledger.ts';
import { printableText } from '../../model/text.ts';
import { firstHash, readLedger } from './chain.ts';
import { ledgerEntries, ledgerHead, openLedger } from './ledger-file.ts';
import { doneSteps, stepStates } from './state.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demine-ledger-'));
  path = join(folder, 'ledger');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const before = { kind: 'processes', processes: [] } as const;
const records: readonly LedgerRecord[] = [
  { kind: 'opened', plan: '0'.repeat(64), target: printableText('/mnt/排雷'), tool: '0.1.0' },
  { kind: 'began', step: 'S1', token: 'S1-1', before: { ...before, processes: [] } },
  { kind: 'done', step: 'S1', token: 'S1-1', notes: [] },
  { kind: 'began', step: 'S2', token: 'S2-3', before: { ...before, processes: [] } },
];

function written(): Buffer {
  const ledger = openLedger(path, () => new Date(0));
  for (const record of records) ledger.append(record);
  ledger.close();
  return readFileSync(path);
}

const codeOf = (action: () => unknown): string => {
  try {
    action();
    return 'none';
  } catch (thrown) {
    return thrown instanceof DemineError ? thrown.code : String(thrown);
  }
};

describe('a ledger', () => {
  test('is read as it was written, and goes on where it ended', () => {
    written();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = openLedger(path);
    again.append({
      kind: 'stopped',
      step: 'S2',
      token: 'S2-3',
      why: { id: 'denied', subject: printableText('/x'), detail: 'EPERM' },
    });
    again.close();
    expect(ledgerEntries(path).map(({ n, record }) => `${n} ${record.kind}`)).toEqual([
      '0 opened',
      '1 began',
      '2 done',
      '3 began',
      '4 stopped',
    ]);
  });

  test('tells a changed, a missing and an exchanged line', () => {
    const text = written().toString('utf8');
    const lines = text.split('\n');
    const [first = '', second = '', third = '', fourth = ''] = lines;
    const changes = [
      text.replace('"S1-1","before"', '"S1-9","before"'),
      [first, third, fourth, ''].join('\n'),
      [second, first, third, fourth, ''].join('\n'),
      [first, second, '', third, fourth, ''].join('\n'),
      text.slice(1),
    ];
    for (const change of changes) {
      writeFileSync(path, change);
      expect(codeOf(() => openLedger(path))).toBe('ledger-broken');
    }
  });

  test('a last record that was torn is cut off and told, wherever it was torn', () => {
    const bytes = written();
    const whole = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let length = whole; length < bytes.length; length += 1) {
      const read = readLedger(bytes.subarray(0, length), path);
      expect([read.entries.length, read.whole, read.torn]).toEqual([3, whole, length - whole]);
    }
    writeFileSync(path, bytes.subarray(0, whole + 10));
    const ledger = openLedger(path);
    expect(ledger.entries.at(-1)?.record).toEqual({ kind: 'torn', bytes: 10 });
    ledger.append({ kind: 'undoing', step: 'S1', token: 'S1-1' });
    ledger.close();
    expect(ledgerEntries(path).length).toBe(5);
  });

  test('a last line of garbage with its newline is torn, and garbage before another line is damage', () => {
    const bytes = written();
    expect(readLedger(Buffer.concat([bytes, Buffer.from('x\n')]), path).torn).toBe(2);
    const damaged = Buffer.concat([bytes, Buffer.from('x\n'), bytes]);
    expect(codeOf(() => readLedger(damaged, path))).toBe('ledger-broken');
  });

  test('has a head that covers all before it, also once more was written', () => {
    written();
    const head = ledgerHead(path);
    expect(head?.entries).toBe(records.length);
    const ledger = openLedger(path);
    ledger.append({ kind: 'lifting' });
    ledger.close();
    expect(ledgerHead(path, records.length)).toEqual(head);
    expect(ledgerHead(path)?.head).not.toBe(head?.head ?? '');
    expect(ledgerHead(path, records.length + 2)).toBeUndefined();
  });

  test('is one writer at a time', () => {
    const first = openLedger(path);
    expect(codeOf(() => openLedger(path))).toBe('target-busy');
    first.close();
    openLedger(path).close();
  });

  test('a link in its place is not followed', () => {
    symlinkSync(join(folder, 'elsewhere'), path);
    expect(codeOf(() => openLedger(path))).toBe('ledger-unwritable');
    expect(codeOf(() => ledgerEntries(path))).toBe('ledger-broken');
  });

  test('takes no record that it could not read again', () => {
    written();
    const ledger = openLedger(path);
    const held = { pid: 7, startTicks: 1, role: 'miner', wasStopped: false, name: 'x' } as const;
    expect(() => ledger.append({ kind: 'freezing', bootId: '', members: [held] })).toThrow();
    ledger.append({ kind: 'lifting' });
    ledger.close();
    expect(ledgerEntries(path).map(({ record }) => record.kind)).toEqual([
      ...records.map(({ kind }) => kind),
      'lifting',
    ]);
  });

  test('without one there is nothing to tell', () => {
    expect(ledgerEntries(path)).toEqual([]);
    expect(readLedger(new Uint8Array(0), path)).toEqual({
      entries: [],
      hashes: [],
      hash: firstHash,
      whole: 0,
      torn: 0,
    });
    expect(ledgerHead(path)).toEqual({ entries: 0, head: firstHash });
  });
});

test('the state of each step is a fold over the records', () => {
  const entry = (record: LedgerRecord, n: number) => ({ n, time: '', record });
  const undone: readonly LedgerRecord[] = [
    ...records,
    { kind: 'done', step: 'S2', token: 'S2-3', notes: [] },
    { kind: 'undoing', step: 'S1', token: 'S1-1' },
    { kind: 'undone', step: 'S1', token: 'S1-1', notes: [] },
  ];
  expect(stepStates(records.map(entry)).get('S2')?.kind).toBe('begun');
  expect(doneSteps(undone.slice(0, 5).map(entry))).toEqual(['S2', 'S1']);
  expect(doneSteps(undone.map(entry))).toEqual(['S2']);
  expect(stepStates(undone.slice(0, 6).map(entry)).get('S1')).toMatchObject({
    kind: 'undoing',
    token: 'S1-1',
  });
  expect(stepStates(undone.map(entry)).get('S1')?.kind).toBe('undone');
});
