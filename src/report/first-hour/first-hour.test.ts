import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sheetParts } from '../../messages/first-hour.ts';
import { displayWidth } from '../width.ts';
import { sheetMarkdown } from './markdown.ts';
import { sheetPage } from './page.ts';
import { renderSheet } from './screen.ts';
import { firstHourTexts } from './texts.ts';

const languages = ['en', 'zh-CN'] as const;
const docs = join(import.meta.dir, '../../../docs');
const documents = { en: 'first-hour.md', 'zh-CN': 'first-hour.zh-CN.md' } as const;

/** All that a sheet says, in its order. */
const sayings = (language: (typeof languages)[number]): readonly string[] => {
  const { title, lead, blanks, parts, foot } = firstHourTexts(language);
  const items = sheetParts.flatMap((part) => [
    parts[part].heading,
    ...parts[part].items.flatMap(({ what, how, command }) => [
      what,
      how,
      ...(command === undefined ? [] : [command]),
    ]),
  ]);
  return [title, lead, ...blanks, ...items, foot];
};

/** Without what setting in lines adds. */
const bare = (text: string): string => text.replaceAll(/\s+/g, '');

describe('the sheet for the first hour', () => {
  test('says as much in one language as in the other', () => {
    const [en, zh] = languages.map(firstHourTexts);
    for (const part of sheetParts) {
      const forms = [en, zh].map((texts) =>
        texts?.parts[part].items.map(({ command }) => command?.split(' ').slice(0, 3).join(' ')),
      );
      expect(forms[0]).toEqual(forms[1]);
    }
    expect(en?.blanks.length).toBe(zh?.blanks.length);
  });

  for (const language of languages) {
    test(`in ${language} says the same on the screen, in the document and on paper`, () => {
      const screen = bare(renderSheet({ width: 80, color: false, language }));
      const page = bare(sheetPage(language).replaceAll('&#39;', "'"));
      const document = readFileSync(join(docs, documents[language]), 'utf8');
      // Made by `npm run first-hour`.
      expect(document).toBe(sheetMarkdown(language));
      for (const saying of sayings(language)) {
        expect(screen).toContain(bare(saying));
        expect(bare(document)).toContain(bare(saying));
        expect(page).toContain(bare(saying));
      }
    });

    test(`in ${language} fits 80 columns, commands whole, and a narrow terminal breaks the rest`, () => {
      for (const width of [80, 40]) {
        const commands = sheetParts.flatMap((part) =>
          firstHourTexts(language).parts[part].items.flatMap(({ command }) => command ?? []),
        );
        const wide = renderSheet({ width, color: false, language })
          .split('\n')
          .filter((line) => displayWidth(line) > width);
        expect(wide.filter((line) => width === 80 || !commands.includes(line.trim()))).toEqual([]);
      }
    });

    test(`in ${language} is a page that loads and runs nothing`, () => {
      const page = sheetPage(language);
      expect(page).toContain("default-src 'none'");
      expect(page).not.toMatch(/<script|\son\w+=|<link|<img|style="|https?:/i);
      expect(page).toContain(`<html lang="${language}">`);
    });
  }

  test('names what is asked, pulled and left alone, so that no part of it is lost', () => {
    const { parts } = firstHourTexts('en');
    const said = (part: (typeof sheetParts)[number]): string =>
      JSON.stringify(parts[part].items).toLowerCase();
    for (const word of ['appeared', 'discovered', 'changed', 'subnet', 'external address'])
      expect(said('ask')).toContain(word);
    for (const word of ['memory', 'disk', 'clock', 'log server', 'firewall', 'dns'])
      expect(said('pull')).toContain(word);
    for (const word of ['switch off', 'kill', 'delete', 'password', 'trust'])
      expect(said('leave')).toContain(word);
  });
});
