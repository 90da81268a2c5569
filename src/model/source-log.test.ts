import { expect, test } from 'bun:test';
import { SourceLog } from './source-log.ts';
import { printableText } from './text.ts';

const failed = (name: string, reason: string) =>
  ({
    source: printableText(name),
    artifact: 'linux.cron',
    status: 'error',
    reason,
    bytes: 0,
  }) as const;

test('what was read whole is counted and not listed', () => {
  const log = new SourceLog();
  log.record({ source: printableText('/etc/crontab'), artifact: 'linux.cron', status: 'ok', bytes: 7 });
  log.countOk('linux.cron', 2, 5);
  expect(log.listed).toEqual([]);
  expect(log.groups).toEqual([{ artifact: 'linux.cron', status: 'ok', count: 3, bytes: 12 }]);
});

test('what was read whole and cannot be relied on is listed with its reason', () => {
  const log = new SourceLog();
  log.record({ ...failed('/var/log/wtmp', 'parts were cut out'), status: 'ok' });
  expect(log.listed).toMatchObject([{ status: 'ok', reason: 'parts were cut out' }]);
  expect(log.groups).toMatchObject([{ status: 'ok', count: 1 }]);
});

test('many of one reason are counted past a bound, and hide none of another', () => {
  const log = new SourceLog();
  for (let index = 0; index < 5000; index += 1) log.record(failed(`/etc/cron.d/${index}`, 'not a file'));
  log.record(failed('/etc/cron.d/real', 'input/output error'));
  log.record(failed('/etc/cron.d/real2', 'input/output error'));
  expect(log.groups).toEqual([{ artifact: 'linux.cron', status: 'error', count: 5002, bytes: 0 }]);
  expect(log.listed.length).toBe(SourceLog.listedPerGroup + 1);
  expect(log.listed.at(-1)?.source).toBe(printableText('/etc/cron.d/real'));
});

test('reasons that are never the same do not grow the list either', () => {
  const log = new SourceLog();
  for (let index = 0; index < 5000; index += 1) log.record(failed('/etc/cron.d/x', `reason ${index}`));
  expect(log.listed.length).toBe(SourceLog.listedPerGroup);
});

test('secrets in names and reasons are taken out', () => {
  const log = new SourceLog((name) => name.replaceAll('hunter2', '…') as typeof name);
  log.record(failed('/srv/hunter2', 'hunter2 is no folder'));
  expect(JSON.stringify(log.listed)).not.toContain('hunter2');
});
