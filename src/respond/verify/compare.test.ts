import { describe, expect, test } from 'bun:test';
import type { ResultPersistence, ScanResult } from '../../model/result.ts';
import type { Thing } from '../../model/statement.ts';
import { cleanResult, crowdedResult, miningResult, suspiciousResult } from '../../report/result.fixture.ts';
import { compareThings } from './compare.ts';
import { poolsOf, thingsOf } from './things.ts';

const things = (result: ScanResult) => thingsOf(result, poolsOf(miningResult));

interface Case {
  readonly before?: ScanResult;
  readonly earlier?: readonly (readonly Thing[])[];
  readonly removed?: readonly string[];
}
const compared = (result: ScanResult, { before = miningResult, earlier = [], removed = [] }: Case = {}) =>
  compareThings({ before: things(before), earlier, now: things(result), result, removed: new Set(removed) });
const states = (rows: readonly Thing[]): readonly string[] => [...new Set(rows.map(({ state }) => state))];

const [miner] = miningResult.miners;
const [entry] = miningResult.persistence;
if (miner === undefined || entry === undefined) throw new Error('the fixture changed');
const keyOf = (kind: Thing['kind']): string =>
  compared(cleanResult).find((row) => row.kind === kind)?.key ?? '';
const otherPid = <T extends { readonly pid?: number | undefined }>(row: T): T =>
  row.pid === undefined ? row : { ...row, pid: row.pid + 10_000 };
/** All of it under other numbers, after it was started again. */
const restarted: ScanResult = {
  ...miningResult,
  miners: miningResult.miners.map(otherPid),
  findings: miningResult.findings.map(otherPid),
  processes: miningResult.processes.map((row) => ({ ...otherPid(row), startTime: '2026-11-24T10:00:00Z' })),
  sockets: miningResult.sockets.map((row) => ({ ...row, pids: row.pids.map((pid) => pid + 10_000) })),
};

describe('before and now', () => {
  test('a host that was never infected has nothing to compare', () => {
    expect(compared(cleanResult, { before: cleanResult })).toEqual([]);
  });

  test('what is not found any more is gone, of each kind', () => {
    const rows = compared(cleanResult);
    expect(states(rows)).toEqual(['gone']);
    expect([...new Set(rows.map(({ kind }) => kind))]).toEqual([
      'miner',
      'process',
      'entry',
      'socket',
      'finding',
    ]);
    expect(rows.find(({ kind }) => kind === 'miner')).toMatchObject({ before: `pid ${miner.pid}` });
    expect(rows.every(({ now }) => now === undefined)).toBe(true);
  });

  test('what was never removed is still there, also under another number', () => {
    expect(states(compared(miningResult))).toEqual(['still-there']);
    expect(states(compared(restarted))).toEqual(['still-there']);
  });

  test('what a step took, or an earlier look did not find, came back', () => {
    const all = compared(cleanResult).map(({ key }) => key);
    expect(compared(restarted, { removed: all }).find(({ kind }) => kind === 'miner')?.state).toBe(
      'came-back',
    );
    const back = compared(restarted, { earlier: [compared(cleanResult)] });
    expect(states(back)).toEqual(['came-back']);
    // A look that saw all of it changes nothing; one that saw it come back does, until somebody removes it.
    const seen = compared(restarted, { earlier: [compared(miningResult)] });
    expect(states(seen)).toEqual(['still-there']);
    const again = compared(restarted, { earlier: [compared(cleanResult), back] });
    expect(states(again)).toEqual(['came-back']);
  });

  test('a process that was never ended did not come back', () => {
    const rows = compared(miningResult, { removed: [keyOf('miner')] });
    expect(rows.find(({ kind }) => kind === 'miner')?.state).toBe('still-there');
  });

  test('a miner that is quiet while one looks is still there', () => {
    const quiet: ScanResult = {
      ...cleanResult,
      processes: miningResult.processes.map((row) => ({ ...row, judgement: 'benign', findings: [] })),
    };
    const { state } = compared(quiet).find(({ kind }) => kind === 'miner') ?? {};
    expect(state).toBe('still-there');
    // Two looks reckon a start from the clock, and may differ by a second.
    const later = quiet.processes.map((row) =>
      row.pid === miner.pid
        ? { ...row, startTime: new Date(Date.parse(row.startTime) + 1000).toISOString() }
        : row,
    );
    const jittered = compared({ ...quiet, processes: later });
    expect(jittered.find(({ kind }) => kind === 'miner')?.state).toBe('still-there');
    const excused = quiet.processes.map((row) => ({ ...row, judgement: 'excused' as const }));
    expect(compared({ ...quiet, processes: excused }).find(({ kind }) => kind === 'miner')?.state).toBe(
      'gone',
    );
  });

  test('an entry against which nothing speaks any more is told as harmless', () => {
    const row: ResultPersistence = { ...entry, id: 'P7', line: 99, judgement: 'unusual' };
    const rows = compared({ ...cleanResult, persistence: [row] });
    expect(rows.find(({ kind, where }) => kind === 'entry' && where?.startsWith(entry.source))).toMatchObject(
      {
        state: 'harmless',
      },
    );
  });

  test('what no scan knew is new, and known from then on', () => {
    const rows = compared(suspiciousResult, { before: cleanResult });
    expect(states(rows)).toEqual(['new']);
    expect(rows.every(({ before, now }) => before === undefined && now !== undefined)).toBe(true);
    expect(states(compared(cleanResult, { before: cleanResult, earlier: [rows] }))).toEqual(['gone']);
    expect(states(compared(suspiciousResult, { before: cleanResult, earlier: [rows] }))).toEqual(['new']);
    const looks = [rows, compared(cleanResult, { before: cleanResult, earlier: [rows] })];
    expect(states(compared(suspiciousResult, { before: cleanResult, earlier: looks }))).toEqual([
      'came-back',
    ]);
  });

  test('where nothing runs, processes and connections were not looked at', () => {
    const files: ScanResult = {
      ...cleanResult,
      host: { ...cleanResult.host, scope: 'files' },
      processes: [],
    };
    const rows = compared(files);
    expect(rows.filter(({ state }) => state === 'not-checked').map(({ kind }) => kind)).toEqual([
      'miner',
      'process',
      'socket',
    ]);
    // That a later look did not see it does not make it gone.
    expect(compared(restarted, { earlier: [rows] }).find(({ kind }) => kind === 'miner')?.state).toBe(
      'still-there',
    );
  });

  test('a connection that closes, and another’s to a shared far end, is none of the miner’s', () => {
    const [socket] = miningResult.sockets.filter(({ pids }) => pids.includes(miner.pid));
    if (socket === undefined) throw new Error('the fixture changed');
    const withSocket = (change: Partial<typeof socket>): ScanResult => ({
      ...cleanResult,
      sockets: [{ ...socket, pids: [], ...change }],
    });
    const stateOf = (result: ScanResult): string | undefined =>
      compareThings({
        before: thingsOf(miningResult, []),
        earlier: [],
        now: thingsOf(result, [socket.remote]),
        result,
        removed: new Set(),
      }).find(({ kind }) => kind === 'socket')?.state;
    expect(stateOf(withSocket({ state: 'time-wait' }))).toBe('gone');
    expect(stateOf(withSocket({ state: 'established' }))).toBe('still-there');
    expect(compared(withSocket({ state: 'established' })).find(({ kind }) => kind === 'socket')?.state).toBe(
      'gone',
    );
  });

  test('an entry that is judged milder is the one that was there', () => {
    const [found] = miningResult.findings;
    if (found === undefined) throw new Error('the fixture changed');
    const about = { path: entry.source, severity: 'high' } as const;
    const graver: ScanResult = {
      ...cleanResult,
      findings: [{ ...found, ...about, rule: 'persistence.malicious' }],
    };
    const milder: ScanResult = {
      ...cleanResult,
      findings: [{ ...found, ...about, rule: 'persistence.suspicious' }],
    };
    expect(states(compared(milder, { before: graver }))).toEqual(['still-there']);
  });

  test('workers of one program are one thing', () => {
    const rows = compared(cleanResult, { before: crowdedResult(500) });
    const keys = rows.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
