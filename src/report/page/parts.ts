/** Small parts of the page that every section uses: references, tags, tables, lists of facts. */

import type { Language } from '../../messages/catalogue.ts';
import type { ReportTexts } from '../../messages/report.ts';
import type { ResultContainer, ResultFinding, ResultProcess, ScanResult } from '../../model/result.ts';
import { type HtmlValue, html, type Raw } from '../escape.ts';
import { byJudgement } from '../judgement.ts';

/** Everything a section of the page is made from. */
export interface Page {
  readonly result: ScanResult;
  readonly texts: ReportTexts;
  readonly language: Language;
  /** Processes that have a row, so that no link leads nowhere. */
  readonly rows: ProcessRows;
}

/** Processes in the order of the page: those worth a look, then programs and kernel threads, folded. */
export interface ProcessRows {
  readonly first: readonly ResultProcess[];
  readonly programs: readonly ResultProcess[];
  readonly threads: readonly ResultProcess[];
  /** All that are shown, by pid. */
  readonly shown: ReadonlyMap<number, ResultProcess>;
}

/** CPU of a process below this is not worth a place among the first. */
const busyPercent = 10;

export function processRows(all: readonly ResultProcess[]): ProcessRows {
  const notable = (row: ResultProcess): boolean =>
    row.judgement !== 'benign' || row.findings.length > 0 || (row.cpu ?? 0) >= busyPercent;
  const sorted = all.toSorted(byJudgement);
  const first = sorted.filter(notable);
  const rest = sorted.filter((row) => !notable(row));
  const programs = rest.filter((row) => !row.kernelThread);
  const threads = rest.filter((row) => row.kernelThread);
  const drawn = [first, programs, threads].flatMap((list) => list.slice(0, mostRows));
  return { first, programs, threads, shown: new Map(drawn.map((row) => [row.pid, row])) };
}

/** More rows than this go to result.json only, so that the page opens on any machine. */
export const mostRows = 3000;
/** Longer text is cut; the whole of it is in result.json. */
const mostCharacters = 2000;
/** Lines of evidence that are shown of one finding. */
export const mostLines = 200;

type Tone = 'red' | 'amber' | 'green' | 'blue' | 'plain';

/** Text of a target, set as code; direction and length cannot reach past it. */
export function code(text: string): Raw {
  const cut = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return html`<code dir="ltr">${cut}</code>`;
}

/** Text in words, cut like code. */
export function words(text: string): Raw {
  const cut = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return html`<bdi>${cut}</bdi>`;
}

export function tag(text: string, tone: Tone): Raw {
  return html`<span class="tag ${tone}">${text}</span>`;
}

/** Ids become anchors; nothing but letters, digits and hyphens gets into one. */
export function anchor(id: string): string {
  return id.replace(/[^A-Za-z0-9-]/g, '');
}

export function evidenceAnchor(id: string, index: number): string {
  return `${anchor(id)}-e${index + 1}`;
}

/** `F3-e1`, a link to a line of evidence. */
export function evidenceLink(id: string, index: number): Raw {
  const to = evidenceAnchor(id, index);
  return html`<a href="#${to}">${to}</a>`;
}

export function findingLink(id: string): Raw {
  return html`<a href="#${anchor(id)}">${id}</a>`;
}

export function processLink(page: Page, pid: number): Raw {
  return page.rows.shown.has(pid) ? html`<a href="#p${pid}">${pid}</a>` : html`${pid}`;
}

export function refs(links: readonly Raw[]): Raw {
  return links.length === 0 ? html`` : html` <span class="refs">${links}</span>`;
}

const severityTones: Readonly<Record<ResultFinding['severity'], Tone>> = {
  critical: 'red',
  high: 'red',
  medium: 'amber',
  low: 'blue',
  info: 'plain',
};

export function severityTag(page: Page, severity: ResultFinding['severity']): Raw {
  return tag(page.texts.severity[severity], severityTones[severity]);
}

const judgementTones: Readonly<Record<ResultProcess['judgement'], Tone>> = {
  mining: 'red',
  suspicious: 'amber',
  unusual: 'blue',
  excused: 'plain',
  benign: 'green',
};

export function judgementTag(page: Page, judgement: ResultProcess['judgement']): Raw {
  return tag(page.texts.judgement[judgement], judgementTones[judgement]);
}

const riskTones: Readonly<Record<'low' | 'medium' | 'high', Tone>> = {
  low: 'plain',
  medium: 'amber',
  high: 'red',
};

export function riskTag(page: Page, risk: 'low' | 'medium' | 'high'): Raw {
  return tag(page.texts.risk[risk], riskTones[risk]);
}

export function containerText(container: ResultContainer): string {
  return [
    container.name ?? container.pod ?? container.id.slice(0, 12),
    container.image ?? '',
    container.runtime,
  ]
    .filter((text) => text !== '')
    .join(' · ');
}

export interface Column {
  readonly title: string;
  readonly kind?: 'number' | 'medium' | 'long' | 'tight';
}

export interface Row {
  readonly id?: string;
  readonly cells: readonly HtmlValue[];
}

/** A table that scrolls within its own frame, reachable by keyboard. */
export function table(label: string, columns: readonly Column[], rows: readonly Row[], kind = 'list'): Raw {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table class="${kind}">
<thead><tr>${columns.map((column) => html`<th scope="col" class="${column.kind ?? 'text'}">${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => tableRow(columns, row))}</tbody></table></div>
`;
}

function tableRow(columns: readonly Column[], row: Row): Raw {
  const cells = row.cells.map(
    (value, index) => html`<td class="${columns[index]?.kind ?? 'text'}">${value}</td>`,
  );
  return row.id === undefined ? html`<tr>${cells}</tr>\n` : html`<tr id="${anchor(row.id)}">${cells}</tr>\n`;
}

/** A label and what it says. Nothing when there is nothing to say. */
export function fact(label: string, value: HtmlValue, wide = false): Raw {
  if (value === undefined || value === '') return html``;
  return html`<div class="${wide ? 'wide' : 'fact'}"><dt>${label}</dt><dd>${value}</dd></div>`;
}

export function folded(summary: string, body: HtmlValue): Raw {
  return html`<details><summary>${summary}</summary>${body}</details>`;
}

export function section(id: string, title: string, body: HtmlValue): Raw {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}</section>
`;
}
