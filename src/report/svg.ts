/**
 * A picture of our own terminal output, for the README: SVG text in a monospace grid, with Chinese characters
 * two cells wide. It knows the styles of `line.ts` and nothing else of terminals.
 */
import { html, type Raw } from './escape.ts';
import { displayWidth } from './width.ts';

/** Pixels. */
const cellWidth = 8.4;
const lineHeight = 19;
const fontSize = 14;
const margin = 16;

interface Run {
  readonly text: string;
  /** SGR parameters, `1;31`; empty for plain text. */
  readonly style: string;
}

interface Paint {
  readonly ink: string;
  readonly ground?: string;
  readonly bold: boolean;
}

const inks: Readonly<Record<string, string>> = {
  '2': '#8b949e',
  '30': '#15181c',
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#f2cc60',
  '34': '#79c0ff',
  '36': '#76e3ea',
  '97': '#ffffff',
};
const grounds: Readonly<Record<string, string>> = {
  '41': '#b62324',
  '42': '#1a7f37',
  '43': '#d4a72c',
  '44': '#1f6feb',
};

function paintOf(style: string): Paint {
  const codes = style.split(';');
  const ink = codes.flatMap((code) => inks[code] ?? [])[0] ?? '#e6edf3';
  const ground = codes.flatMap((code) => grounds[code] ?? [])[0];
  const bold = codes.includes('1');
  return ground === undefined ? { ink, bold } : { ink, ground, bold };
}

/** A line as runs of one style each. Sequences other than SGR do not come from us and stay as text. */
function runsOf(line: string): readonly Run[] {
  const runs: Run[] = [];
  let style = '';
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    const code = /^\x1b\[([\d;]*)m$/.exec(part)?.[1];
    if (code !== undefined) style = code === '0' ? '' : code;
    else if (part !== '') runs.push({ text: part, style });
  }
  return runs;
}

/** Pieces that are placed on the grid one by one. Spaces stand alone: SVG drops those at the ends of a text. */
function pieces(text: string): readonly string[] {
  return text.match(/ +|[\x21-\x7e]+(?: [\x21-\x7e]+)*|[^\x20-\x7e][\p{Mn}\p{Me}]*/gu) ?? [];
}

const round = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

function drawLine(line: string, row: number): Raw {
  const top = margin + row * lineHeight;
  let column = 0;
  const parts: Raw[] = [];
  for (const { text, style } of runsOf(line)) {
    const { ink, ground, bold } = paintOf(style);
    const width = displayWidth(text);
    if (ground !== undefined) {
      const x = round(margin + column * cellWidth);
      parts.push(
        html`<rect x="${x}" y="${round(top)}" width="${round(width * cellWidth)}" height="${lineHeight}" rx="3" fill="${ground}"/>`,
      );
    }
    for (const piece of pieces(text)) {
      const own = displayWidth(piece);
      if (piece.trim() !== '') {
        // The length is fixed, so that a font of another width cannot spoil the columns.
        parts.push(
          html`<text x="${round(margin + column * cellWidth)}" y="${round(top + fontSize)}" textLength="${round(own * cellWidth)}" lengthAdjust="spacingAndGlyphs" fill="${ink}"${bold ? html` font-weight="700"` : ''}>${piece}</text>`,
        );
      }
      column += own;
    }
  }
  return html`${parts}`;
}

/** SVG of what a terminal would show. `title` is read to people who do not see it. */
export function terminalSvg(ansiText: string, title: string): string {
  const lines = ansiText.trimEnd().split('\n');
  const columns = Math.max(1, ...lines.map((line) => displayWidth(line.replace(/\x1b\[[\d;]*m/g, ''))));
  const width = Math.ceil(columns * cellWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,Noto Sans Mono CJK SC,Microsoft YaHei,monospace" font-size="${fontSize}" xml:space="preserve">
<title>${title}</title>
<rect width="${width}" height="${height}" rx="10" fill="#15181c"/>
${lines.map((line, row) => html`${drawLine(line, row)}\n`)}</svg>
`.toString();
}
