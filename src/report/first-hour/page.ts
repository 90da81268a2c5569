/**
 * The sheet as a page for paper: one side of A4 in each language. Self-contained like the report, loads and runs
 * nothing.
 */
import { createHash } from 'node:crypto';
import type { Language } from '../../messages/catalogue.ts';
import { type SheetPart, sheetParts } from '../../messages/first-hour.ts';
import { html, type Raw, trusted } from '../escape.ts';
import { firstHourTexts } from './texts.ts';

const styleSheet = `
@page{size:A4;margin:11mm 12mm}
*{box-sizing:border-box}
body{margin:0 auto;max-width:186mm;color:#111;background:#fff;font:9.7pt/1.34 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
h1{font-size:18pt;margin:0 0 1mm}
h2{font-size:11.5pt;margin:2.6mm 0 .8mm;padding:.4mm 1.5mm;background:#111;color:#fff}
.leave h2{background:#a11}
p{margin:0 0 1.5mm}
dl{display:grid;grid-template-columns:auto 1fr auto 1fr;gap:1mm 2mm;margin:0}
dd{margin:0;border-bottom:1px solid #555;min-height:5.6mm}
dt{align-self:end}
ul{list-style:none;margin:0;padding:0}
li{padding-left:5.4mm;position:relative;margin:.55mm 0;break-inside:avoid}
li::before{content:"";position:absolute;left:0;top:.9mm;width:3mm;height:3mm;border:1px solid #111}
.leave li::before{content:"\\2717";border:0;color:#a11;font-weight:700;top:0}
code{display:block;font:9pt/1.35 ui-monospace,"DejaVu Sans Mono",monospace;background:#eee;padding:.3mm 1.2mm;margin:.4mm 0;overflow-wrap:anywhere}
footer{margin-top:2mm;border-top:1px solid #555;padding-top:1mm;font-size:9pt}
@media screen{body{padding:8mm}}
@media print{h2,code{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
const styleHash = createHash('sha256').update(styleSheet).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

function part(language: Language, id: SheetPart): Raw {
  const { heading, items } = firstHourTexts(language).parts[id];
  const joint = language === 'en' ? ': ' : '：';
  return html`<section class="${id}"><h2>${heading}</h2><ul>
${items.map(
  ({
    what,
    how,
    command,
  }) => html`<li><b>${what}</b>${joint}${how}${command === undefined ? '' : html`<code>${command}</code>`}</li>
`,
)}</ul></section>
`;
}

export function sheetPage(language: Language): string {
  const { title, lead, blanks, foot } = firstHourTexts(language);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${trusted(styleSheet)}</style>
</head>
<body>
<h1>${title}</h1>
<p>${lead}</p>
<dl>${blanks.map((blank) => html`<dt>${blank}</dt><dd></dd>`)}</dl>
${sheetParts.map((id) => part(language, id))}<footer>${foot}</footer>
</body>
</html>
`.toString();
}
