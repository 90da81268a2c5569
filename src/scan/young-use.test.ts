import { expect, test } from 'bun:test';
import { processFact } from '../../test/process-fact.ts';
import { RecordedTarget } from '../../test/recorded-target.ts';
import type { CpuUseFact } from '../model/facts/process.ts';
import { useOfYoung, useSinceStart } from './young-use.ts';

test('CPU since its start is never more than one core by the grain of the clock', () => {
  expect(useSinceStart(processFact(61, { userUs: 8000 }), 4000)).toMatchObject({
    windowUs: 10_000,
    percent: 80,
  });
  expect(useSinceStart(processFact(61, { userUs: 30_000 }), 20_000).percent).toBe(100);
  expect(useSinceStart(processFact(61, { userUs: 50_000 }), 100_000).percent).toBe(50);
});

const young = processFact(61, { startTicks: 99_980, userUs: 100_000 });
const old = processFact(62, { startTicks: 90_000, userUs: 90_000_000 });
const none = new Map<number, CpuUseFact>();

test('only young processes are told, and only where more is known now', () => {
  const target = new RecordedTarget({ files: { '/proc/uptime': '1000.00 5.00\n' } });
  expect(useOfYoung(target, [young, old], none)).toMatchObject([{ pid: 61, percent: 50 }]);
  const measured = new Map([[61, { ...useSinceStart(young, 200_000), percent: 70 }]]);
  expect(useOfYoung(target, [young], measured)).toEqual([]);
});

test('nothing is told where the kernel does not say how long it runs', () => {
  for (const files of [{}, { '/proc/uptime': 'x' }])
    expect(useOfYoung(new RecordedTarget({ files }), [young, old], none)).toEqual([]);
});
