/** The sheet on a screen, or on a printer that takes lines. */
import type { Language } from '../../messages/catalogue.ts';
import { sheetParts } from '../../messages/first-hour.ts';
import { fit, span } from '../line.ts';
import { padEnd, wrap } from '../width.ts';
import { firstHourTexts } from './texts.ts';

interface SheetView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

const widest = 100;

export function renderSheet(view: SheetView): string {
  const texts = firstHourTexts(view.language);
  const width = Math.min(widest, view.width);
  const bold = (text: string): string => fit([span(text, 'bold')], width, view.color);
  const joint = view.language === 'en' ? ': ' : '：';
  const label = Math.max(...texts.blanks.map((blank) => Bun.stringWidth(blank))) + 2;
  const lines = [bold(texts.title), ...wrap(texts.lead, width), ''];
  for (const blank of texts.blanks)
    lines.push(`${padEnd(blank, label)}${'_'.repeat(Math.max(4, width - label))}`);
  for (const part of sheetParts) {
    const { heading, items } = texts.parts[part];
    const box = part === 'leave' ? ' ✗ ' : '[ ] ';
    const indent = ' '.repeat(Bun.stringWidth(box));
    lines.push('', bold(heading));
    for (const { what, how, command } of items) {
      const [first = '', ...rest] = wrap(`${what}${joint}${how}`, width - indent.length);
      lines.push(`${box}${first}`, ...rest.map((line) => `${indent}${line}`));
      // A command is never broken: it is copied.
      if (command !== undefined) lines.push(`  ${command}`);
    }
  }
  return [...lines, '', ...wrap(texts.foot, width), ''].join('\n');
}
