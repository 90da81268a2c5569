/** Why this verdict, the findings as claims, and the lines they rest on, linked both ways. */
import type { ResultFinding } from '../../model/result.ts';
import { worstFirst } from '../../model/worst-first.ts';
import { type HtmlValue, html, type Raw } from '../escape.ts';
import { findingTexts, withPercent } from '../texts.ts';
import { entryLink, standsAt } from './entries.ts';
import {
  anchor,
  code,
  evidenceAnchor,
  evidenceLink,
  findingLink,
  mostLines,
  type Page,
  processLink,
  type Row,
  refs,
  severityTag,
  table,
  words,
} from './parts.ts';

/** Findings that one reason leads to when it does not name them itself. */
const mostGrounds = 6;

/** The reasons, each with the way to its findings. */
export function why(page: Page): Raw {
  const known = new Set(page.result.findings.map((finding) => finding.id));
  const items = page.result.why.map((reason) => {
    const parts = linked(reason, known);
    const named = parts.length > 1;
    return html`<li>${parts}${named ? html`` : refs(grounds(page, reason).map(findingLink))}</li>\n`;
  });
  return html`<ul class="why">${items}</ul>${
    known.size === 0 ? html`` : html`<p class="note">${page.texts.page.whyNote}</p>`
  }`;
}

/** A reason that speaks of a judged process rests on the findings of that process, the others on those of the host. */
function grounds(page: Page, reason: string): readonly string[] {
  // Both languages write the number of a process behind this word; other numbers count something.
  const pids = new Set([...reason.matchAll(/\bpid (\d{1,10})\b/gi)].map(([, digits]) => Number(digits)));
  const numbers = new Set([...reason.matchAll(/\d{1,10}/g)].map(([digits]) => Number(digits)));
  const known = new Set(page.result.findings.map((finding) => finding.id));
  const ids = page.rows.first
    .filter((row) => pids.has(row.pid) && row.judgement !== 'benign')
    .flatMap((row) => row.findings)
    .filter((id) => known.has(id));
  const speaksOfHost = pids.size === 0 && [...numbers].some((count) => count === ofHost(page).length);
  return [...new Set(speaksOfHost ? ofHost(page) : ids)].slice(0, mostGrounds);
}

/** Findings of no process that have to be explained. */
const ofHost = ({ result }: Page): readonly string[] =>
  result.findings
    .filter(({ pid, severity }) => pid === undefined && severity !== 'info' && severity !== 'low')
    .map(({ id }) => id);

/** `F3` in a reason becomes a link where there is such a finding. */
function linked(text: string, known: ReadonlySet<string>): readonly HtmlValue[] {
  const out: HtmlValue[] = [];
  let plain = '';
  for (const part of text.split(/(\bF\d{1,6}\b)/)) {
    if (!known.has(part)) {
      plain += part;
      continue;
    }
    out.push(words(plain), findingLink(part));
    plain = '';
  }
  return [...out, words(plain)];
}

export function findings(page: Page): Raw {
  const rows = worstFirst(page.result.findings);
  return rows.length === 0
    ? html`<p>${page.texts.page.noFindings}</p>`
    : html`${rows.map((finding) => claim(page, finding))}`;
}

/** Rows of one finding; a file may hold many lines. */
const mostEntries = 3;

/** The rows of what starts by itself that stand at the first line of a finding. */
function entriesOf(page: Page, { rule, evidence: [first] }: ResultFinding): readonly Raw[] {
  if (first === undefined || !rule.startsWith('persistence.')) return [];
  return page.result.persistence
    .filter((row) => standsAt(row, first))
    .slice(0, mostEntries)
    .map(({ id }) => entryLink(page, id));
}

function claim(page: Page, finding: ResultFinding): Raw {
  const { texts } = page;
  const { labels } = texts.page;
  const { title, explanation } = findingTexts(finding, page.language);
  const meta: readonly HtmlValue[] = [
    html`<span>${labels.rule} ${code(finding.rule)}</span>`,
    html`<span>${labels.confidence} ${withPercent(finding.confidence, page.language)}</span>`,
    finding.technique === '' ? undefined : html`<span>${labels.technique} ${finding.technique}</span>`,
    html`<span>${labels.witness}${texts.page.colon}${texts.witness[finding.witness] ?? finding.witness}</span>`,
    finding.pid === undefined
      ? undefined
      : html`<span>${labels.pid} ${processLink(page, finding.pid)}</span>`,
    finding.path === undefined
      ? undefined
      : html`<span>${labels.path} ${code(finding.path)}${refs(entriesOf(page, finding))}</span>`,
  ];
  const lines = finding.evidence
    .slice(0, 3)
    .map((line, index) => html`<li>${refs([evidenceLink(finding.id, index)])} ${code(line.text)}</li>`);
  const rest =
    finding.evidence.length > 3
      ? html`<li>${refs([html`<a href="#${evidenceAnchor(finding.id, 3)}">${texts.page.moreLines({ count: finding.evidence.length - 3 })}</a>`])}</li>`
      : html``;
  const benign =
    finding.benign.length === 0
      ? html``
      : html`<p class="note">${texts.page.benign}</p><ul>${finding.benign.map((text) => html`<li>${words(text)}</li>`)}</ul>`;
  return html`<article class="finding" id="${anchor(finding.id)}"><header><span class="id">${finding.id}</span><h3>${words(title)}</h3>
${severityTag(page, finding.severity)}</header>
<p>${words(explanation)}</p>
<ul class="proof">${lines}${rest}</ul>
${benign}<div class="meta">${meta}</div></article>
`;
}

/**
 * Every line of evidence with the way back to its claim.
 *
 * @param others lines of other claims, in the columns of the table
 */
export function evidence(page: Page, others: readonly Row[]): Raw {
  const { labels } = page.texts.page;
  const rows = worstFirst(page.result.findings).flatMap((finding) =>
    finding.evidence.slice(0, mostLines).map((line, index) => ({
      id: evidenceAnchor(finding.id, index),
      cells: [
        html`<a href="#${anchor(finding.id)}" title="${page.texts.page.backToFinding}">${evidenceAnchor(finding.id, index)}</a>`,
        html`${code(line.source)}${place(line)}`,
        code(line.text),
      ],
    })),
  );
  const left = page.result.findings.reduce(
    (sum, finding) => sum + Math.max(0, finding.evidence.length - mostLines),
    0,
  );
  return html`<p class="note">${page.texts.page.evidenceNote}</p>
${table(
  page.texts.page.headings.evidence,
  [
    { title: labels.finding, kind: 'tight' },
    { title: labels.source, kind: 'medium' },
    { title: labels.text, kind: 'long' },
  ],
  [...rows, ...others],
  'evidence',
)}${left > 0 ? html`<p class="note">${page.texts.page.moreEvidence({ count: left })}</p>` : html``}`;
}

/** `:41` is a line, `@0x7f…` an offset or an address. */
function place(line: ResultFinding['evidence'][number]): Raw {
  if (line.line !== undefined) return html`<code>:${line.line}</code>`;
  return line.offset === undefined ? html`` : html` <code>@0x${line.offset.toString(16)}</code>`;
}
