import { expect, test } from 'bun:test';
import { readlinkSync } from 'node:fs';
import { type Recorded, RecordedTarget } from '../../test/recorded-target.ts';
import { printableText } from '../model/text.ts';
import { liveNative } from '../native/live.ts';
import { liveTarget } from '../target/live.ts';
import { probeProcessContext } from './process-context.ts';

const stat = `60 (job) S 1 1 1 0 -1 4194304 0 0 0 0 9 9 0 0 20 0 1 0 150 4096 1 ${'0 '.repeat(27)}\n`;
const limits = [
  'Limit                     Soft Limit           Hard Limit           Units',
  'Max open files            1024                 524288               files',
  'Max locked memory         unlimited            unlimited            bytes',
].join('\n');
const recorded = (files: Record<string, Recorded>) =>
  new RecordedTarget({ files: { '/proc/60/stat': stat, ...files } });
const link = (text: string) => ({ link: text });

test('all namespaces there are, and the limits, are told', () => {
  const { facts } = probeProcessContext(
    recorded({
      '/proc/60/ns/ipc': link('ipc:[4026531839]'),
      '/proc/60/ns/uts': link('uts:[4026532001]'),
      '/proc/60/ns/time': link('nonsense'),
      '/proc/60/limits': limits,
    }),
    { pid: 60, startTicks: 150 },
  );
  expect(facts).toMatchObject([
    {
      namespaces: { ipc: 4026531839, uts: 4026532001 },
      limits: { openFiles: 1024, lockedMemory: Number.POSITIVE_INFINITY },
    },
  ]);
  expect(Object.keys(facts[0]?.namespaces ?? {})).toEqual(['ipc', 'uts']);
});

test('nothing is told of a number that belongs to another process now', () => {
  const { facts, sources } = probeProcessContext(recorded({}), { pid: 60, startTicks: 151 });
  expect(facts).toEqual([]);
  expect(sources).toMatchObject([{ status: 'absent', reason: 'process ended' }]);
});

test('on this kernel all eight kinds are read', () => {
  const target = liveTarget(liveNative());
  const file = target.readNow({ kind: 'file', path: printableText('/proc/self/stat'), limit: 4096 });
  const startTicks = Number(Buffer.from(file.bytes).toString('latin1').split(') ')[1]?.split(' ')[19]);
  const { facts } = probeProcessContext(target, { pid: process.pid, startTicks });
  const told = facts[0]?.namespaces ?? {};
  expect(Object.keys(told)).toEqual(['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts']);
  expect(readlinkSync('/proc/self/ns/uts')).toBe(`uts:[${told.uts}]`);
});
