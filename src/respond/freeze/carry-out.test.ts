import { describe, expect, test } from 'bun:test';
import type { LedgerEntry, LedgerRecord } from '../../model/ledger.ts';
import { recordedNative } from '../../native/recorded.ts';
import { freezeMembers, heldMembers, thawMembers } from './carry-out.ts';

const entries = (...records: LedgerRecord[]): readonly LedgerEntry[] =>
  records.map((record, n) => ({ n, time: '', record }));
const held = (pid: number, wasStopped = false) => ({
  pid,
  startTicks: pid * 10,
  role: 'miner' as const,
  wasStopped,
});
const freezing = (bootId: string, ...members: ReturnType<typeof held>[]): LedgerRecord => ({
  kind: 'freezing',
  bootId,
  members,
});
const thawed: LedgerRecord = { kind: 'thawed', count: 1, left: [] };
const none = {
  open: () => ({ status: 'absent', reason: 'ESRCH' }) as const,
  send: () => ({ status: 'absent', reason: 'ESRCH' }) as const,
  close: () => undefined,
};

describe('whom the ledger has held', () => {
  test('are those since they were let go, of this boot', () => {
    const all = entries(
      freezing('a', held(1)),
      thawed,
      freezing('b', held(2)),
      freezing('a', held(3)),
      freezing('a', held(4)),
    );
    expect(heldMembers(all, 'a').map(({ pid }) => pid)).toEqual([3, 4]);
    expect(heldMembers([], 'a')).toEqual([]);
  });

  test('are let go when they were held twice: the second time it was us who had stopped them', () => {
    expect(heldMembers(entries(freezing('a', held(1)), freezing('a', held(1, true))), 'a')).toEqual([
      held(1),
    ]);
    const other = { ...held(1, true), startTicks: 99 };
    expect(heldMembers(entries(freezing('a', held(1)), freezing('a', other)), 'a')).toEqual([other]);
  });
});

test('what is done is in the ledger, with whoever was not held', async () => {
  const written: LedgerRecord[] = [];
  const ledger = { append: (record: LedgerRecord) => void written.push(record) };
  const world = { native: recordedNative(), signals: none, self: 1 };
  await freezeMembers([{ pid: 7, startTicks: 70, role: 'miner' }], world, ledger, 'a');
  expect(written).toEqual([
    { kind: 'frozen', count: 0, left: [{ pid: 7, why: 'gone' }], spanUs: 0, byNumber: false },
  ]);
  thawMembers([held(7)], world, ledger);
  expect(written.at(-1)).toEqual({ kind: 'thawed', count: 0, left: [{ pid: 7, why: 'gone' }] });
});
