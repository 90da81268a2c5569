/** `npm run first-hour`: makes docs/first-hour.md and docs/first-hour.zh-CN.md from the texts that the program prints. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sheetMarkdown } from '../src/report/first-hour/markdown.ts';

const docs = join(import.meta.dir, '..', 'docs');
writeFileSync(join(docs, 'first-hour.md'), sheetMarkdown('en'));
writeFileSync(join(docs, 'first-hour.zh-CN.md'), sheetMarkdown('zh-CN'));
