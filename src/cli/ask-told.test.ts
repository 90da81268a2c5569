import { describe, expect, test } from 'bun:test';
import type { Told } from '../model/told.ts';
import { type Asked, askTold } from './ask-told.ts';

const nowUs = Date.parse('2024-03-10T12:00:00Z') * 1000;
const us = (text: string): number => Date.parse(text) * 1000;

/** Somebody who answers these, one after the other, and then leaves. */
async function asking(answers: readonly string[], language: 'en' | 'zh-CN' = 'en') {
  const questions: string[] = [];
  let said = '';
  const left = [...answers];
  const asked: Asked = {
    answer(question) {
      questions.push(question);
      return Promise.resolve(left.shift());
    },
    tell(text) {
      said += text;
    },
  };
  const told: Told | undefined = await askTold(asked, language, nowUs);
  return { told, questions, said };
}

describe('the questions after a verdict', () => {
  test('are four, and each answer goes where it belongs', async () => {
    const { told, questions } = await asking(['2024-03-01', ' 2024-03-02 03:04 ', '', '']);
    expect(told).toEqual({
      appeared: { us: us('2024-03-01T00:00:00Z'), lengthUs: 86_400e6 },
      discovered: { us: us('2024-03-02T03:04:00Z'), lengthUs: 60e6 },
      network: [],
    });
    expect(new Set(questions).size).toBe(4);
  });

  test('that are all skipped tell nothing', async () => {
    const { told, questions } = await asking(['', '  ', '', '']);
    expect(told).toBeUndefined();
    expect(questions).toHaveLength(4);
  });

  test('end where nobody answers any more, and what was told before stays told', async () => {
    expect((await asking([])).told).toBeUndefined();
    const { told, questions } = await asking(['2024-03-01']);
    expect(told?.appeared?.us).toBe(us('2024-03-01T00:00:00Z'));
    expect(questions).toHaveLength(2);
  });

  test.each([
    ['en', 'is no time such as', 'lies in the future', 'discovered lies before first appeared', 'Once more'],
    ['zh-CN', '不是有效时间', '是将来的时间', '发现时间 早于 出现时间', '请重新输入'],
  ] as const)(
    'in %s tell what is wrong with an answer, and take a second one',
    async (language, ...words: readonly unknown[]) => {
      const { told, said, questions } = await asking(
        ['soon', '2024-03-05', '2024-03-04', '2024-03-06', '2024-03-11', '2024-03-07'],
        language,
      );
      for (const word of words) expect(said).toContain(String(word));
      expect(questions).toHaveLength(7);
      expect(told).toMatchObject({
        appeared: { us: us('2024-03-05T00:00:00Z') },
        discovered: { us: us('2024-03-06T00:00:00Z') },
        handled: { us: us('2024-03-07T00:00:00Z') },
      });
    },
  );

  test('skip what was wrong twice', async () => {
    const { told, said } = await asking(['soon', 'later', '2024-03-04', '', '']);
    expect(said).toContain('Skipped');
    expect(told).toMatchObject({ discovered: { us: us('2024-03-04T00:00:00Z') } });
    expect(told?.appeared).toBeUndefined();
  });

  test('show nothing of an answer that a terminal would obey, however long it is', async () => {
    const { said, told } = await asking([
      `\x1b]0;x\x07\x1b[2J${'9'.repeat(1_000_000)}`,
      '',
      '',
      '/nowhere/\x1b[2J',
    ]);
    expect(told).toBeUndefined();
    expect(said).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    expect(said.length).toBeLessThan(20_000);
  });
});
