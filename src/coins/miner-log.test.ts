import { describe, expect, test } from 'bun:test';
import { minerLogLines } from './miner-log.ts';

const lines = (...text: readonly string[]) => minerLogLines(text.join('\n')).map(({ line }) => line);

describe('logs of miners', () => {
  test('lines of old and new versions, with colours or without, are known, and tell the pool', () => {
    const text = [
      ' * ABOUT        XMRig/6.21.0 gcc/13.2.1',
      '[2024-03-01 10:00:05.117]  net      use pool pool.example.net:3333 TLSv1.3 192.0.2.7',
      '[2024-03-01 10:00:05.117]  \u001b[44;1m net \u001b[0m new job from 192.0.2.7:3333 diff 106095 algo rx/0',
      '[2018-10-16 11:00:05] accepted (1/0) diff 100 (284 ms)',
      '[2018-03-03 09:49:06] speed 2.5s/60s/15m 223.5 276.1 n/a H/s max: 259.9 H/s',
      '[2020-01-01 00:00:00] accepted: 3/3 (100.00%), 12.05 kH/s yes!',
    ].join('\n');
    const found = minerLogLines(text);
    expect(found.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
    expect(found[0]?.pool).toMatchObject({ host: 'pool.example.net', port: 3333 });
    expect(found[1]?.pool).toMatchObject({ host: '192.0.2.7', port: 3333 });
  });

  test('other logs, and texts that quote the phrases, are none', () => {
    expect(
      lines(
        '[2024-03-01 10:00:05] INFO accepted connection (1/0)',
        '[2024-03-01 10:00:05.117]  net      eth0 up',
        'miners write "speed 10s/60s/15m" and "use pool HOST:PORT"',
        '- pattern: "new job from .*:3333 diff"',
        'Mar  1 10:00:05 host sshd[1]: accepted (1/0) diff 4',
      ),
    ).toEqual([]);
  });

  test('long lines and many lines are bounded', () => {
    expect(lines(`[2024-03-01 10:00:05]  net use pool ${'a'.repeat(500)}:1`)).toEqual([]);
    expect(
      lines(...Array.from({ length: 50 }, () => '[2018-10-16 11:00:05] accepted (1/0) diff 100')),
    ).toHaveLength(8);
    expect(lines('[['.repeat(150), '\u001b['.repeat(150))).toEqual([]);
  });
});
