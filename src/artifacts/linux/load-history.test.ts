import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { atopFile } from '../../formats/atop.fixture.ts';
import { everyTenMinutes, saFile } from '../../formats/sysstat.fixture.ts';
import { FactSet } from '../../model/fact.ts';
import type { LoadFact } from '../../model/facts/kernel.ts';
import { SourceLog } from '../../model/source-log.ts';
import { busySince } from './busy-since.ts';
import { loadHistory } from './load-history.ts';

/** 00:00 UTC. */
const midnight = 1_700_438_400;
const daySeconds = 86_400;
const now = midnight + 3 * daySeconds;

async function gather(
  files: Readonly<Record<string, Recorded>>,
  nowSeconds = now,
): Promise<{ facts: readonly LoadFact[]; log: SourceLog; asked: readonly string[] }> {
  const target = new RecordedTarget({ kind: 'folder', files });
  const log = new SourceLog();
  const context = { target, log, facts: new FactSet(), nowUs: nowSeconds * 1e6, thorough: false };
  const facts = new FactSet(await loadHistory.gather(context)).of('load');
  return { facts, log, asked: target.asked };
}

/** A day of samples each ten minutes, with one share for each hour. */
const dayOf = (start: number, byHour: (hour: number) => number): Uint8Array =>
  saFile({
    records: everyTenMinutes(
      start,
      Array.from({ length: 143 }, (_, index) => byHour(Math.floor(index / 6))),
    ),
  });

const statusOf = (log: SourceLog, path: string): readonly (string | undefined)[] => {
  const record = log.listed.find(({ source }) => source === path);
  return [record?.status, record?.reason];
};

describe('linux.load-history', () => {
  test('a healthy host: one value an hour, and no onset', async () => {
    const quiet = (hour: number): number => (hour === 2 ? 0.9 : 0.05);
    const { facts, log } = await gather({
      '/var/log/sysstat/sa20': dayOf(midnight, quiet),
      '/var/log/sysstat/sa21': dayOf(midnight + daySeconds, quiet),
      '/var/log/sysstat/sa22': dayOf(midnight + 2 * daySeconds, quiet),
      '/var/log/sysstat/sar21': 'Linux 6.1 text report',
    });
    expect(facts).toHaveLength(72);
    expect(facts.every((fact) => fact.view === 'sysstat')).toBeTrue();
    expect(facts.slice(0, 4).map((fact) => fact.value)).toEqual([5, 5, 90, 5]);
    expect(facts[0]).toMatchObject({ fromUs: midnight * 1e6, toUs: (midnight + 3600) * 1e6 });
    expect(String(facts[0]?.text)).toBe('sysstat 12.6.1: all CPUs 5.0 percent busy, 6 samples');
    expect(log.groups.find(({ status }) => status === 'ok')?.count).toBe(4);
    expect(busySince(facts, now * 1e6)).toBeUndefined();
  });

  test('an infected host: sysstat and atop both say since when', async () => {
    const minedFrom = 15;
    const atop = atopFile({
      samples: Array.from({ length: 36 }, (_, hour) => ({
        seconds: midnight + daySeconds + (hour + 1) * 3600,
        interval: 3600,
        busy: hour >= minedFrom ? 0.99 : 0.02,
      })),
    });
    const { facts } = await gather(
      {
        '/var/log/sa/sa20': dayOf(midnight, () => 0.03),
        '/var/log/sa/sa21': dayOf(midnight + daySeconds, (hour) => (hour >= minedFrom ? 0.98 : 0.03)),
        '/var/log/sa/sa22': dayOf(midnight + 2 * daySeconds, () => 0.98),
        '/var/log/atop/atop_20231121': atop,
      },
      now,
    );
    const onset = { fromUs: (midnight + daySeconds + minedFrom * 3600) * 1e6, certain: true };
    const of = (view: string): readonly LoadFact[] => facts.filter((fact) => fact.view === view);
    expect(of('atop')).toHaveLength(36);
    expect(busySince(of('sysstat'), now * 1e6)).toEqual(onset);
    expect(busySince(of('atop'), (midnight + 2.5 * daySeconds) * 1e6)).toEqual(onset);
    expect(busySince(facts, now * 1e6)?.fromUs).toBe(onset.fromUs);
  });

  test('the newest fourteen days are those by the date within, whatever the names say', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, day) => [
        `/var/log/sysstat/sa${String(31 - day).padStart(2, '0')}`,
        saFile({ records: everyTenMinutes(now - (20 - day) * daySeconds, [day / 100]) }),
      ]),
    );
    const { facts } = await gather(files);
    expect(facts.map((fact) => fact.value)).toEqual(Array.from({ length: 14 }, (_, index) => index + 6));
  });

  test('one day under two paths counts once', async () => {
    const bytes = dayOf(midnight, () => 0.2);
    const { facts } = await gather({ '/var/log/sysstat/sa20': bytes, '/var/log/sa/sa20': bytes });
    expect(facts).toHaveLength(24);
    expect(String(facts[0]?.text)).toContain('6 samples');
  });

  test('a host without accounting says that it has none', async () => {
    const { facts, log } = await gather({ '/var/log/messages': 'x' });
    expect(facts).toEqual([]);
    expect(log.groups).toEqual([{ artifact: 'linux.load-history', status: 'absent', count: 3, bytes: 0 }]);
  });
});

describe('linux.load-history of hostile and broken files', () => {
  test('each file that gives nothing is told with its reason, and the others are read', async () => {
    const whole = dayOf(midnight, () => 0.2);
    const oldFormat = dayOf(midnight, () => 0.2);
    oldFormat[2] = 0x70;
    const { facts, log } = await gather({
      '/var/log/sysstat/sa19': whole,
      '/var/log/sysstat/sa20': whole.subarray(0, whole.length - 5),
      '/var/log/sysstat/sa21': 'Not what it says',
      '/var/log/sysstat/sa22': oldFormat,
      '/var/log/sysstat/sa23': { status: 'denied', reason: 'EACCES' },
      '/var/log/sysstat/sa18.xz': 'x',
      '/var/log/atop/atop_20231119': atopFile({
        minor: 14,
        samples: [{ seconds: midnight, interval: 600, busy: 0.1 }],
      }),
      '/var/log/atop/atop_20231120': atopFile({ samples: [] }),
    });
    expect(facts).toHaveLength(24);
    expect(statusOf(log, '/var/log/sysstat/sa21')).toEqual(['error', 'not written by sysstat']);
    expect(statusOf(log, '/var/log/sysstat/sa22')).toEqual([
      'error',
      'format 0x2170 of sysstat 12.6.1 not read',
    ]);
    expect(statusOf(log, '/var/log/sysstat/sa23')).toEqual(['denied', 'EACCES']);
    expect(statusOf(log, '/var/log/sysstat/sa18.xz')).toEqual(['error', 'compressed, not read']);
    expect(statusOf(log, '/var/log/atop/atop_20231119')).toEqual(['error', 'atop version 2.14 not read']);
    expect(log.groups.find(({ status }) => status === 'empty')?.count).toBe(1);
  });

  test('a file that was cut gives what it has and is told as truncated', async () => {
    const whole = dayOf(midnight, () => 0.2);
    const { facts, log } = await gather({ '/var/log/sysstat/sa20': whole.subarray(0, whole.length / 2) });
    expect(facts).toHaveLength(12);
    expect(statusOf(log, '/var/log/sysstat/sa20')).toEqual(['truncated', 'ends within a record']);
  });

  test('samples of the future or of another year than the file are left out and told', async () => {
    const { facts, log } = await gather({
      '/var/log/sysstat/sa20': saFile({ records: everyTenMinutes(now + 9 * daySeconds, [1, 1, 1]) }),
      '/var/log/sysstat/sa21': saFile({
        records: [
          ...everyTenMinutes(midnight, [0.1]),
          { kind: 'restart', seconds: midnight + 900 },
          ...everyTenMinutes(1_000_000_000, [1]),
        ],
      }),
    });
    expect(facts.map((fact) => fact.value)).toEqual([10]);
    expect(statusOf(log, '/var/log/sysstat/sa20')).toEqual([
      'error',
      '3 samples of another time than the file',
    ]);
    expect(statusOf(log, '/var/log/sysstat/sa21')).toEqual([
      'error',
      '1 samples of another time than the file',
    ]);
  });

  test('a folder of thousands of names is bounded, and the rest is told', async () => {
    const bytes = saFile({ records: everyTenMinutes(midnight, [0.1]) });
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`/var/log/sa/sa2023${1000 + index}`, bytes]),
    );
    const { facts, log, asked } = await gather(files);
    expect(facts).toHaveLength(1);
    expect(asked.length).toBeLessThan(150);
    expect(log.groups.find(({ status }) => status === 'error')?.count).toBe(1000 - 128);
  });
});
