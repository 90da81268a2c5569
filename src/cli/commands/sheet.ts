/** `demine contain --sheet`: the sheet for the first hour, on a screen or as a page for paper. */
import type { Language } from '../../messages/catalogue.ts';
import { sheetPage } from '../../report/first-hour/page.ts';
import { renderSheet } from '../../report/first-hour/screen.ts';
import { writeOutputFile } from '../output-file.ts';
import { viewOf, write } from '../terminal.ts';

export async function sheetCommand(args: {
  readonly language: Language;
  /** File for the page; `-` for standard output. Lines on the screen without. */
  readonly html: string | undefined;
}): Promise<number> {
  const { language, html } = args;
  if (html === undefined) await write(renderSheet(viewOf(language)));
  else if (html === '-') await write(sheetPage(language));
  else writeOutputFile(html, sheetPage(language));
  return 0;
}
