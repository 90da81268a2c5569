import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { parseCgroupCpu } from '../../formats/cgroup-cpu.ts';
import { FactSet } from '../../model/fact.ts';
import type { LoadFact } from '../../model/facts/kernel.ts';
import { SourceLog } from '../../model/source-log.ts';
import { liveNative } from '../../native/live.ts';
import { liveTarget } from '../../target/live.ts';
import type { Target } from '../../target/port.ts';
import { load } from './load.ts';

const nowUs = 1_700_000_000_000_000;

async function gatherFrom(target: Target): Promise<{ facts: readonly LoadFact[]; log: SourceLog }> {
  const log = new SourceLog();
  const found = await load.gather({ target, log, facts: new FactSet(), nowUs, thorough: false });
  return { facts: new FactSet(found).of('load'), log };
}

const gather = (files: Record<string, Recorded>): ReturnType<typeof gatherFrom> =>
  gatherFrom(new RecordedTarget({ files }));

const machine = {
  '/proc/stat': 'cpu  1 1 1 1\ncpu0 1 1 1 1\ncpu1 1 1 1 1\n',
  '/proc/uptime': '1000.00 1.00\n',
};
const v2 = '29 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n';

describe('linux.load', () => {
  test('averages and pressure cover the time they are of', async () => {
    const { facts } = await gather({
      ...machine,
      '/proc/loadavg': '2.01 1.95 1.20 3/312 4242\n',
      '/proc/pressure/cpu': 'some avg10=91.50 avg60=80.25 avg300=60.00 total=500000000\n',
    });
    expect(facts.map((fact) => [fact.view, fact.value, (fact.toUs - fact.fromUs) / 1e6])).toEqual([
      ['loadavg', 2.01, 60],
      ['loadavg', 1.95, 300],
      ['loadavg', 1.2, 900],
      ['pressure', 91.5, 10],
      ['pressure', 80.25, 60],
      ['pressure', 60, 300],
      ['pressure', 50, 1000],
    ]);
    expect(facts[0]?.text).toBe(facts[2]?.text);
  });

  test('the unit that used most of the CPU since boot is named, idle ones are not', async () => {
    const at = '/sys/fs/cgroup';
    const { facts } = await gather({
      ...machine,
      '/proc/self/mountinfo': v2,
      [`${at}/cpu.stat`]: 'usage_usec 1600000000\nuser_usec 1\n',
      [`${at}/system.slice/cpu.stat`]: 'usage_usec 1500000000\n',
      [`${at}/system.slice/pwnrig.service/cpu.stat`]: 'usage_usec 1400000000\n',
      [`${at}/system.slice/cron.service/cpu.stat`]: 'usage_usec 1000\n',
      [`${at}/idle.slice/cpu.stat`]: 'usage_usec 0\n',
      [`${at}/idle.slice/x.service/cpu.stat`]: 'usage_usec 999999999\n',
    });
    expect(facts.map((fact) => [String(fact.text), fact.value])).toEqual([
      ['/ used 1600 s of CPU', 80],
      ['/system.slice used 1500 s of CPU', 75],
      ['/system.slice/pwnrig.service used 1400 s of CPU', 70],
    ]);
    expect(String(facts[2]?.source.source)).toBe('/sys/fs/cgroup/system.slice/pwnrig.service/cpu.stat');
  });

  test('on v1 the cpuacct hierarchy counts, in nanoseconds', async () => {
    const { facts } = await gather({
      ...machine,
      '/proc/self/mountinfo': `${v2}30 23 0:27 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n`,
      '/sys/fs/cgroup/cpuacct/cpuacct.usage': '400000000000\n',
      '/sys/fs/cgroup/cpuacct/docker/cpuacct.usage': '200000000000\n',
    });
    expect(facts.map((fact) => fact.value)).toEqual([20, 10]);
  });

  test('without any of it, and on an image, there is no history and no error', async () => {
    expect((await gather({})).facts).toEqual([]);
    const image = new RecordedTarget({
      kind: 'folder',
      files: { '/proc/loadavg': '9.00 9.00 9.00 1/1 1\n' },
    });
    const { facts, log } = await gatherFrom(image);
    expect(facts).toEqual([]);
    expect(log.groups).toEqual([]);
  });

  test('noise, hostile names and endless groups do no harm', async () => {
    const files: Record<string, Recorded> = { ...machine, '/proc/self/mountinfo': v2 };
    for (let group = 0; group < 3000; group += 1) {
      files[`/sys/fs/cgroup/g${group}/cpu.stat`] = 'usage_usec x\n';
    }
    files['/sys/fs/cgroup/g1/\x1b[2J%/cpu.stat'] = 'usage_usec 900000000\n';
    files['/sys/fs/cgroup/cpu.stat'] = '\xff\n';
    files['/proc/loadavg'] = 'lots\n';
    const { facts, log } = await gather(files);
    expect(facts.every((fact) => !fact.text.includes('\x1b'))).toBe(true);
    expect(log.listed.some((source) => source.status === 'truncated')).toBe(true);
  });

  test('the running machine has load averages', async () => {
    const { facts } = await gatherFrom(liveTarget(liveNative()));
    expect(facts.filter((fact) => fact.view === 'loadavg').length).toBe(3);
  });
});

describe('CPU of a control group', () => {
  test('both versions come in microseconds, noise as nothing', () => {
    const parse = (text: string, version: 1 | 2): number | undefined =>
      parseCgroupCpu(Buffer.from(text), version);
    expect(parse('nr_periods 0\nusage_usec 77\n', 2)).toBe(77);
    expect(parse('77000\n', 1)).toBe(77);
    for (const text of ['', 'usage_usec\n', 'x', '-5']) {
      expect(parse(text, 1)).toBeUndefined();
      expect(parse(text, 2)).toBeUndefined();
    }
  });
});
