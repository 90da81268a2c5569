/**
 * Draws the terminal picture of the README from a result of the lab.
 *
 *   bun scripts/picture.ts RESULT.json LANGUAGE OUT.svg
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resultSchema } from '../src/model/result.ts';
import { terminalSvg } from '../src/report/svg.ts';
import { renderScan } from '../src/report/terminal.ts';

const [from, language, to] = process.argv.slice(2);
if (from === undefined || to === undefined || (language !== 'en' && language !== 'zh-CN')) {
  process.stderr.write('usage: bun scripts/picture.ts RESULT.json en|zh-CN OUT.svg\n');
  process.exit(2);
}
const result = resultSchema.parse(JSON.parse(readFileSync(from, 'utf8')));
const moment = result.finished.replaceAll(/[-:]/g, '');
const screen = renderScan(result, {
  width: 80,
  height: 50,
  color: true,
  language,
  reportPath: `cases/${result.host.name}-${moment}/report.html`,
});
writeFileSync(to, terminalSvg(screen, 'demine'));
