/** `demine evtx` as a user types it: exit codes, what goes to which output, both languages, wrong expressions. */
import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import { logOf } from '../../src/formats/evtx/evtx.fixture.ts';
import { displayWidth } from '../../src/report/width.ts';
import { repository } from '../lab/host.ts';

const folder = mkdtempSync(join(tmpdir(), 'demine-evtx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = join(folder, 'Security.evtx');
writeFileSync(
  log,
  logOf(
    Array.from({ length: 300 }, (_, index) => ({
      provider: 'Microsoft-Windows-Security-Auditing',
      channel: 'Security',
      eventId: index === 299 ? 4624 : 4625,
      computer: 'SRV1.example.test',
      us: Date.UTC(2026, 10, 26, 8) * 1000 + index * 1e6,
      data: {
        TargetUserName: 'administrator',
        TargetDomainName: 'SRV1',
        LogonType: given.u32(10),
        IpAddress: '203.0.113.9',
      },
    })),
  ),
);

function run(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    [process.execPath, join(repository, 'src', 'cli', 'main.ts'), 'evtx', ...args],
    { env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: '', COLUMNS: '80' } },
  );
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

describe('demine evtx', () => {
  test('summarises a folder on 80 columns, in both languages', () => {
    for (const [language, words] of [
      [
        'en',
        [
          '300 events',
          '299  failed (remote desktop)',
          '1  logged on (remote desktop)',
          'SRV1\\administrator',
        ],
      ],
      ['zh-CN', ['300 条事件', '299  登录失败（远程桌面）', '203.0.113.9']],
    ] as const) {
      const { code, out, err } = run(folder, '--lang', language);
      expect([code, err]).toEqual([0, '']);
      for (const word of words) expect(out).toContain(word);
      for (const line of out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    }
  });

  test('writes lines of JSON, and the summary beside them where both are wanted', () => {
    const { code, out, err } = run(log, '--json', '--summary', '--where', 'EventID = 4624');
    expect(code).toBe(0);
    const told: unknown = JSON.parse(out);
    expect(told).toMatchObject({
      file: log,
      Event: { System: { EventID: 4624 }, EventData: { LogonType: 10 } },
    });
    expect(err).toContain('Only events that fit: EventID = 4624');
  });

  test('writes a page for its owner alone', () => {
    const page = join(folder, 'logs.html');
    expect(run(log, '--html', page).code).toBe(0);
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(readFileSync(page, 'utf8')).toContain("default-src 'none'");
    expect(run(log, '--html', '-').out).toStartWith('<!doctype html>');
  });

  test('says what is wrong with an expression, and where', () => {
    const { code, out, err } = run(log, '--where', 'EventID = 4624 adn Channel = Security');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('at character 16, "adn Channel = Security"');
    expect(run(log, '--where', 'EventID > x', '--lang', 'zh-CN').err).toContain('第 11 个字符处');
  });

  test('ends with 1 where something could not be read, and says what', () => {
    const none = join(folder, 'none.txt');
    writeFileSync(none, 'x');
    const { code, out } = run(none, log);
    expect(code).toBe(1);
    expect(out).toContain('no event log');
    expect(out).toContain('300 events');
    expect(run(join(folder, 'gone.evtx')).code).toBe(2);
  });

  test('is no failure where nobody reads on', () => {
    const { exitCode, stdout } = Bun.spawnSync(
      [
        'sh',
        '-c',
        `"$0" "$1" evtx "$2" --json | head -n 1`,
        process.execPath,
        join(repository, 'src/cli/main.ts'),
        log,
      ],
      { env: { ...process.env, LANG: 'C.UTF-8' } },
    );
    expect(exitCode).toBe(0);
    expect(stdout.toString().split('\n')).toHaveLength(2);
  });
});
