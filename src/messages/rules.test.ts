import { describe, expect, test } from 'bun:test';
import * as en from './en/rules.ts';
import * as zhCN from './zh-CN/rules.ts';

/** Answers every parameter with its own name, so that a text shows which it took. */
const named = (): never => new Proxy({}, { get: (_, name) => `<${String(name)}>` }) as never;

for (const [language, texts] of [
  ['en', en],
  ['zh-CN', zhCN],
] as const) {
  describe(`texts of ${language}`, () => {
    test('every rule has a title of one line and an explanation that ends', () => {
      for (const [id, rule] of Object.entries(texts.rules)) {
        const { title, explanation } = rule(named());
        expect(`${id}: ${title}`).not.toMatch(/undefined|\n|[.。]$/);
        expect(`${id}: ${explanation}`).toMatch(/[.。]$/);
        expect(explanation.length).toBeGreaterThan(language === 'en' ? 60 : 19);
      }
    });

    test('every rule, harmless explanation and reason is written in the language', () => {
      const all = [
        ...Object.values(texts.rules).flatMap((rule) => Object.values(rule(named()))),
        ...Object.values(texts.benign),
        ...Object.values(texts.ruleNames),
        ...Object.values(texts.why).map((reason) => reason(named())),
      ];
      for (const line of all)
        expect(`${/\p{Script=Han}/u.test(line)} ${line}`).toStartWith(language === 'en' ? 'false' : 'true');
    });
  });
}

test('both languages use the same parameters in a rule', () => {
  const used = (text: { title: string; explanation: string }): readonly string[] =>
    [...new Set(`${text.title} ${text.explanation}`.match(/<\w+>/g) ?? [])].sort();
  for (const [id, rule] of Object.entries(en.rules)) {
    const other = Object.entries(zhCN.rules).find(([key]) => key === id)?.[1];
    expect(other === undefined ? [id] : [id, ...used(other(named()))]).toEqual([id, ...used(rule(named()))]);
  }
});

test('a process without a known name is called by its pid, once', () => {
  const unknown = { process: '', pid: 41, mount: '/proc/41' };
  expect(en.rules['hidden.process-by-mount'](unknown).title).toBe('The running process pid 41 is covered up');
  expect(zhCN.rules['hidden.process-by-mount'](unknown).title).toBe('正在运行的进程 PID 41 被遮盖');
  const known = { ...unknown, process: 'kdump' };
  expect(en.rules['hidden.process-by-mount'](known).title).toContain(' kdump (pid 41) is');
  expect(zhCN.rules['hidden.process-by-mount'](known).title).toContain(' kdump（PID 41）被');
});

test('a file is no entry, and is not said to start by itself', () => {
  const file = { mechanism: 'hidden-program', what: 'file', path: '/tmp/.x', reasons: 2 };
  expect(en.rules['persistence.malicious'](file).title).toBe(
    'A malicious file was found: hidden program, /tmp/.x',
  );
  expect(zhCN.rules['persistence.suspicious'](file).title).toBe('发现可疑文件：隐藏的程序文件，/tmp/.x');
  const entry = { ...file, mechanism: 'cron-table', what: 'entry' };
  expect(en.rules['persistence.malicious'](entry).title).toContain('starts by itself: system crontab');
});

test("a miner's settings are told with the program they are of, and the pool as a pool", () => {
  const params = {
    process: 'kdump',
    pid: 41,
    place: 'command-line',
    program: 'unknown',
    pool: 'x.test:3333',
  };
  const { title, explanation } = en.rules['content.miner-configuration'](params);
  expect(title).toBe('kdump (pid 41) carries settings of a mining program');
  expect(explanation).toContain('the pool x.test:3333');
  const named = { ...params, program: 'xmrig', pool: '' };
  expect(zhCN.rules['content.miner-configuration'](named)).toEqual({
    title: 'kdump（PID 41）带有挖矿程序 xmrig 的配置',
    explanation: '在命令行中发现了挖矿程序特有的配置或文字。它表明在为谁挖矿，请写入报告。',
  });
});

test('lists of ids are told in words', () => {
  expect(en.why['agreeing-witnesses']({ pid: 3, witnesses: 'registers, cpu', count: 2 })).toBe(
    '2 independent sources agree about pid 3: processor registers, processor use.',
  );
  expect(zhCN.why['agreeing-witnesses']({ pid: 3, witnesses: 'registers, cpu', count: 2 })).toBe(
    '关于 PID 3，2 个相互独立的证据来源一致：CPU 寄存器、CPU 占用。',
  );
});
