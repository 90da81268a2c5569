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

test('lists of ids are told in words', () => {
  expect(en.why['agreeing-witnesses']({ pid: 3, witnesses: 'registers, cpu', count: 2 })).toBe(
    '2 independent sources agree about pid 3: processor registers, processor use.',
  );
  expect(zhCN.why['agreeing-witnesses']({ pid: 3, witnesses: 'registers, cpu', count: 2 })).toBe(
    '关于 PID 3，2 个相互独立的证据来源一致：CPU 寄存器、CPU 占用。',
  );
});
