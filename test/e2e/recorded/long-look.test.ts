/** What only a scan of thirty seconds tells: CPU that nobody owns, and who pauses. Hosts whose counters are made up. */
import { expect, test } from 'bun:test';
import type { HostParts } from '../../../src/scan/recorded-host.fixture.ts';
import { scanRecorded } from '../../../src/scan/recorded-host.fixture.ts';

const interval = 31;
const pid = 4300;

/** A process that uses a core of its own but for ten seconds in the middle. */
function pausing(): HostParts {
  const begun = performance.now();
  const ticks = (): number => {
    const seconds = (performance.now() - begun) / 1000;
    const paused = Math.min(10, Math.max(0, seconds - 11));
    return 90_000 + Math.round((seconds - paused) * 100);
  };
  const stat = (): string =>
    `${pid} (batch) R 0 ${pid} ${pid} 0 -1 4194304 1 2 3 4 ${ticks()} 0 0 0 20 0 1 0 100000 9000000 2500 9 ${'0 '.repeat(27)}\n`;
  return {
    interval,
    processes: [{ pid, exe: '/usr/bin/postgres', cpu: 90 }],
    files: { [`/proc/${pid}/stat`]: stat, [`/proc/${pid}/task/${pid}/stat`]: stat },
  };
}

/** A machine of one processor that is busy, while its processes use less than a half of it. */
function unowned(): HostParts {
  const begun = performance.now();
  const busy = (): number => Math.round(200_000 + ((performance.now() - begun) / 1000) * 100);
  return {
    interval,
    files: {
      '/proc/stat': () =>
        `cpu  ${busy()} 0 0 900000\ncpu0 ${busy()} 0 0 9\nbtime 1700000000\nprocesses 4200\n`,
    },
  };
}

test('a pause of ten seconds is recorded and alarms nobody; CPU that nobody owns is suspicious', async () => {
  const [paused, open] = await Promise.all([scanRecorded(pausing()), scanRecorded(unowned())]);
  const told = paused.result.findings.filter(({ rule }) => rule === 'cpu.pauses-when-watched');
  expect(told.map((one) => [one.pid, one.severity, one.title])).toEqual([
    [pid, 'low', `batch (pid ${pid}) paused during the scan and went on`],
  ]);
  expect(paused.result.findings.filter(({ severity }) => severity !== 'low' && severity !== 'info')).toEqual(
    [],
  );
  const gap = open.result.findings.find(({ rule }) => rule === 'cpu.unowned');
  expect(gap?.severity).toBe('medium');
  expect(open.result.verdict).toBe('suspicious');
}, 120_000);
