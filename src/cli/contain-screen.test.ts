import { describe, expect, test } from 'bun:test';
import type { Answer } from '../native/port.ts';
import type { Standing } from '../respond/contain/firewall.ts';
import { ContainScreen, showFrozen, showLeft, showStanding, showTargets } from './contain-screen.ts';

const now = new Date('2026-11-26T05:00:00Z');
const shown = (
  draw: (screen: ContainScreen) => void,
  language: 'en' | 'zh-CN' = 'en',
  width = 80,
): string => {
  const screen = new ContainScreen({ width, color: false, language });
  draw(screen);
  return screen.text();
};
const standing = (value: Standing): Answer<Standing> => ({ status: 'ok', value });
const state = (answer: Answer<Standing>, language: 'en' | 'zh-CN' = 'en', held = 0): string =>
  shown((screen) => showStanding(screen, answer, held, now), language);

describe('what stands', () => {
  const block = { state: 'standing', mode: 'block', addresses: ['192.0.2.1'], byName: false } as const;

  test('has its end, and what it blocks', () => {
    expect(state(standing({ ...block, leftMs: 90_000 }))).toBe(
      'Now\n  1 address is blocked in both directions\n  lifts by itself at 2026-11-26 05:01:30 UTC, in 1 min 30 s\n',
    );
    expect(state(standing({ ...block, addresses: [], byName: true }))).toBe(
      'Now\n  DNS queries for the blocked names are dropped\n  lasting, until it is lifted or this host restarts\n',
    );
    expect(state(standing({ state: 'over' }), 'en', 2)).toContain('2 processes held');
    expect(state(standing({ ...block, leftMs: 3_600_000 }), 'zh-CN')).toContain(
      '将于 2026-11-26 06:00:00 UTC 自动解除，剩余 1 小时',
    );
  });

  test('that cannot be told says why, in the language of the screen', () => {
    const reason = 'xt_time is not loaded, and loading it would run modprobe of this host';
    expect(state({ status: 'absent', reason })).toContain(reason.slice(0, 40));
    expect(state({ status: 'absent', reason }, 'zh-CN')).toContain('内核模块 xt_time 尚未加载');
    expect(state({ status: 'denied', reason: 'EPERM' }, 'zh-CN')).toContain('没有 root 权限');
  });
});

test('no row is wider than the screen, and nothing of a target reaches it as a control sequence', () => {
  const because = [{ kind: 'attacker', service: '\u001b[31msshd\u0007' }] as const;
  const found = {
    addresses: [{ value: '2001:db8:dead:beef:1234:5678:9abc:def0', because }],
    names: [{ value: `${'a'.repeat(63)}.${'b'.repeat(63)}.example`, because }],
    left: [{ value: '\u001b]0;x\u0007', because, why: 'not-a-peer' as const }],
  };
  for (const width of [40, 60, 80, 160]) {
    const text = shown(
      (screen) => {
        showTargets(screen, found);
        showLeft(screen, found);
      },
      'en',
      width,
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  }
});

test('who was not held is told, with the time that holding took', () => {
  const outcome = {
    frozen: [{ pid: 7, startTicks: 1, role: 'miner', wasStopped: false }],
    left: [{ pid: 8, why: 'denied' }],
    spanUs: 1234,
    byNumber: true,
  } as const;
  expect(shown((screen) => showFrozen(screen, outcome))).toBe(
    '  1 process held, all within 1.23 ms\n  this kernel has no pidfd: they were held by their numbers\n  8        may not be signalled\n',
  );
});
