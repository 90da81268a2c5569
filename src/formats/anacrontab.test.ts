import { expect, test } from 'bun:test';
import { parseAnacrontab } from './anacrontab.ts';

const read = (text: string | Uint8Array) =>
  parseAnacrontab(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);

test('a job has period, delay, identifier and command', () => {
  expect(
    read(
      'SHELL=/bin/sh\n# c\n7\t10\tcron.weekly\trun-parts --report /etc/cron.weekly\n@monthly 15 cron.monthly run-parts /etc/cron.monthly',
    ),
  ).toMatchObject([
    { line: 3, schedule: '7 10', identifier: 'cron.weekly', command: 'run-parts --report /etc/cron.weekly' },
    { line: 4, schedule: '@monthly 15', command: 'run-parts /etc/cron.monthly' },
  ]);
});

test('a job of one word is a job', () => {
  expect(read('1 0 sys /usr/lib/sysupd\r\n')).toMatchObject([{ command: '/usr/lib/sysupd' }]);
});

test('what is no job is passed over, however large', () => {
  expect(read('MAILTO=root\n1 2\n')).toEqual([]);
  expect(read(new Uint8Array(8 << 20).fill(0x31))).toEqual([]);
  expect(read('1 1 a b\n'.repeat(50_000))).toHaveLength(10_000);
});
