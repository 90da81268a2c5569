import { describe, expect, test } from 'bun:test';
import type { ScanResult } from '../../model/result.ts';
import { cleanResult } from '../result.fixture.ts';
import { hostileStory, lateResult, provenResult } from '../story.fixture.ts';
import { displayWidth } from '../width.ts';
import { renderCase } from './told.ts';

const shown = (result: ScanResult, language: 'en' | 'zh-CN' = 'en'): string =>
  renderCase({
    name: 'cases/web-03',
    told: { network: [] },
    scans: [{ id: 1, started: result.started, verdict: result.verdict, purpose: 'scan' }],
    result,
    width: 80,
    color: false,
    language,
  });

describe('a case on a screen', () => {
  test('tells the way in and the family in the words of the screen after a scan', () => {
    expect(shown(provenResult)).toMatch(
      /Way in +confirmed: a flaw of a web application\n +www-data from 198\.51\.100\.77 \+1 · infected/,
    );
    expect(shown(provenResult)).toContain('Kinsing (H2Miner) (attributed)');
    expect(shown(provenResult, 'zh-CN')).toContain('确认：Web 应用漏洞利用');
    expect(shown(lateResult)).toContain('not known: the logs begin when it was infected already');
    expect(shown({ ...cleanResult, ...provenResult, verdict: 'clean' })).not.toContain('flaw');
  });

  test('takes the beginning of the oldest log for no beginning of the infection, as the page does', () => {
    const window = { from: '2026-10-01T00:00:00Z', to: '2026-11-21T03:12:44Z' };
    const by = (from: 'horizon' | 'quiet-load'): string =>
      shown({ ...provenResult, infectionWindow: { ...window, boundedBy: { from, to: 'miner' } } });
    expect(by('horizon')).not.toContain('2026-10-01');
    expect(by('quiet-load')).toContain('2026-10-01 00:00');
  });

  test('fits 80 columns and brings no control character, whatever the target wrote', () => {
    const text = shown({ ...provenResult, ...hostileStory('\x1b[2J\u202e挖'.repeat(50)) }, 'zh-CN');
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
    expect(text.split('\n').filter((row) => displayWidth(row) > 80)).toEqual([]);
  });
});
