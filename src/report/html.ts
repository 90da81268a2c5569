/**
 * The report as one self-contained HTML file: opens from a disk, loads nothing, runs nothing.
 *
 * The content security policy forbids everything but the one style sheet, named by its hash: were an
 * attacker's text ever to become markup, it could neither run, nor load, nor send, nor restyle.
 */
import { createHash } from 'node:crypto';
import type { Language } from '../messages/catalogue.ts';
import type { ScanResult } from '../model/result.ts';
import { html, type Raw, trusted } from './escape.ts';
import { answer, contents, type Place, whatNext } from './page/answer.ts';
import { entries } from './page/entries.ts';
import { families, familyEvidence, namedFamilies } from './page/families.ts';
import { evidence, findings, why } from './page/findings.ts';
import { miners } from './page/miners.ts';
import { otherHostEvidence, otherHosts } from './page/other-hosts.ts';
import { type Page, processRows, section, words } from './page/parts.ts';
import { styleSheet } from './page/style.ts';
import { about, coverage, excused, exposure, processes, recovered, sockets, sources } from './page/tables.ts';
import { wayIn, wayInEvidence } from './page/way-in.ts';
import { isGrave, minuteOf, reportTexts } from './texts.ts';
import type { ShownLook } from './verify/history.ts';
import { verifications } from './verify/report-section.ts';

export interface HtmlOptions {
  readonly language: Language;
  /** Verifications of the case, the oldest first. */
  readonly looks?: readonly ShownLook[];
}

const styleHash = createHash('sha256').update(styleSheet).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;

type Heading = keyof Page['texts']['page']['headings'];

interface Part {
  readonly id: Heading;
  readonly count?: number;
  /** Made when it is its turn: the tables of 2,000 processes are the most of a page. */
  readonly body: () => Raw;
}

/** The page in pieces, section after section. */
export function* htmlPieces(result: ScanResult, options: HtmlOptions): Generator<string> {
  const page: Page = {
    result,
    language: options.language,
    texts: reportTexts(options.language),
    rows: processRows(result.processes),
  };
  const { texts } = page;
  const parts = sections(page, options.looks ?? []);
  const places: readonly Place[] = parts.map(({ id, count }) => ({
    id,
    title: texts.page.headings[id],
    count,
  }));
  yield html`<!doctype html>
<html lang="${options.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${texts.page.title({ host: result.host.name })}</title>
<style>${trusted(styleSheet)}</style>
</head>
<body>
<header><b>Demine</b><span>${texts.page.kind}</span><span>${words(result.host.name)}</span></header>
<main>
${answer(page)}${whatNext(page)}${contents(page, places)}
`.toString();
  for (const { id, body } of parts) yield section(id, texts.page.headings[id], body()).toString();
  yield html`
</main>
<footer><p>${texts.page.madeBy({ version: result.tool.version, time: minuteOf(result.finished) })}</p></footer>
</body>
</html>
`.toString();
}

export const renderHtml = (result: ScanResult, options: HtmlOptions): string =>
  [...htmlPieces(result, options)].join('');

/** The sections that have something to say, in the order a reader asks. */
function sections(page: Page, looks: readonly ShownLook[]): readonly Part[] {
  const { result } = page;
  const parts: Part[] = [];
  if (looks.length > 0) {
    parts.push({ id: 'verified', count: looks.length, body: () => verifications(looks, page.language) });
  }
  if (result.miners.length > 0) {
    parts.push({ id: 'miners', count: result.miners.length, body: () => miners(page) });
  }
  const story = wayIn(page);
  if (story !== undefined) parts.push({ id: 'entry', body: () => story });
  parts.push({ id: 'why', body: () => why(page) });
  parts.push({ id: 'findings', count: result.findings.length, body: () => findings(page) });
  if (result.persistence.length > 0) {
    parts.push({
      id: 'persistence',
      count: result.persistence.filter(isGrave).length,
      body: () => entries(page),
    });
  }
  const lines = [...wayInEvidence(page), ...familyEvidence(page), ...otherHostEvidence(page)];
  if (result.findings.length + lines.length > 0)
    parts.push({ id: 'evidence', body: () => evidence(page, lines) });
  if (result.recovered.length > 0) {
    parts.push({ id: 'recovered', count: result.recovered.length, body: () => recovered(page) });
  }
  if (result.actions.length > 0) {
    const items = result.actions.map((action) => html`<li>${words(action)}</li>`);
    parts.push({
      id: 'actions',
      count: result.actions.length,
      body: () => html`<ul class="why">${items}</ul>`,
    });
  }
  if (result.processes.length > 0) {
    parts.push({ id: 'processes', count: result.processes.length, body: () => processes(page) });
  }
  if (result.sockets.length > 0) {
    parts.push({ id: 'sockets', count: result.sockets.length, body: () => sockets(page) });
  }
  parts.push({ id: 'exposure', count: result.exposure.length, body: () => exposure(page) });
  const doing = families(page);
  if (doing !== undefined) parts.push({ id: 'families', count: namedFamilies(page), body: () => doing });
  const others = otherHosts(page);
  if (others !== undefined) parts.push({ id: 'hosts', count: result.hosts?.length ?? 0, body: () => others });
  if (result.excused.length > 0) {
    parts.push({ id: 'excused', count: result.excused.length, body: () => excused(page) });
  }
  parts.push({ id: 'coverage', body: () => coverage(page) });
  parts.push({ id: 'sources', body: () => sources(page) });
  parts.push({ id: 'scan', body: () => about(page) });
  return parts;
}
