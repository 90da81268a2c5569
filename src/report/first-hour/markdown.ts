/** The sheet as Markdown: docs/first-hour.md and docs/first-hour.zh-CN.md are what is written here. */
import type { Language } from '../../messages/catalogue.ts';
import { sheetParts } from '../../messages/first-hour.ts';
import { firstHourTexts } from './texts.ts';

export function sheetMarkdown(language: Language): string {
  const texts = firstHourTexts(language);
  const joint = language === 'en' ? ': ' : '：';
  const made =
    language === 'en'
      ? 'Printed by `demine contain --sheet` (`--html FILE` for paper). [中文](first-hour.zh-CN.md)'
      : '由 `demine contain --sheet --lang zh-CN` 打印（`--html 文件` 可用于纸张打印）。[English](first-hour.md)';
  const lines = [`# ${texts.title}`, '', texts.lead, '', made, ''];
  lines.push(
    `| ${texts.blanks.join(' | ')} |`,
    `|${'---|'.repeat(texts.blanks.length)}`,
    `|${' |'.repeat(texts.blanks.length)}`,
  );
  for (const part of sheetParts) {
    const { heading, items } = texts.parts[part];
    lines.push('', `## ${heading}`, '');
    const box = part === 'leave' ? '- ✗' : '- [ ]';
    for (const { what, how, command } of items) {
      lines.push(`${box} **${what}**${joint}${how}`);
      if (command !== undefined) lines.push('', '  ```sh', `  ${command}`, '  ```', '');
    }
  }
  return `${[...lines, '', texts.foot].join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}
