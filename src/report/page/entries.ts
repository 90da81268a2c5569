/**
 * What starts by itself, on the page: every entry that can bring a miner back as a claim with its reasons and its
 * proof, those that are only unusual the same way but folded, the benign ones counted by mechanism.
 */
import type { ResultFinding, ResultPersistence } from '../../model/result.ts';
import { type HtmlValue, html, type Raw } from '../escape.ts';
import { entryJudgementText, isGrave, mechanismText, placeOf, triggerText } from '../texts.ts';
import {
  anchor,
  code,
  fact,
  findingLink,
  folded,
  type Page,
  processLink,
  refs,
  table,
  tag,
  words,
} from './parts.ts';

/** More claims than this go to result.json only. */
const mostClaims = 300;
/** Benign entries that are listed one by one; a lived-in host has some thousand. */
const mostBenign = 500;
/** Findings and miners that one entry leads to. */
const mostMiners = 10;
/** Layers that are shown of one command. */
const mostLayers = 8;

const tones = { malicious: 'red', suspicious: 'amber', unusual: 'blue', benign: 'green' } as const;

const judgementTag = (page: Page, judgement: ResultPersistence['judgement']): Raw =>
  tag(entryJudgementText(judgement, page.language), tones[judgement]);

export function entries(page: Page): Raw {
  const { result, texts } = page;
  const { grave, unusual, benign } = byConcern(result.persistence);
  return html`<p class="note">${texts.page.persistenceNote({ all: result.persistence.length, grave: grave.length })}</p>
${claims(page, grave)}
${unusual.length === 0 ? html`` : folded(texts.page.unusualEntries({ count: unusual.length }), claims(page, unusual))}
${benign.length === 0 ? html`` : folded(texts.page.benignEntries({ count: benign.length }), counted(page, benign))}`;
}

/** A link to the row of an entry, where it has one: benign ones beyond the first hundreds are counted only. */
export function entryLink(page: Page, id: string): Raw {
  return shownEntries(page.result.persistence).has(id)
    ? html`<a href="#${anchor(id)}">${id}</a>`
    : html`${id}`;
}

/** Whether the first line of a finding is that of the entry. */
export const standsAt = (
  { source, line, text: own, name }: ResultPersistence,
  first: ResultFinding['evidence'][number] | undefined,
): boolean => source === first?.source && line === first.line && (name === undefined || own === first.text);

const remembered = new WeakMap<readonly ResultPersistence[], ReadonlySet<string>>();

function shownEntries(all: readonly ResultPersistence[]): ReadonlySet<string> {
  const known = remembered.get(all);
  if (known !== undefined) return known;
  const { grave, unusual, benign } = byConcern(all);
  const shown = [...grave.slice(0, mostClaims), ...unusual.slice(0, mostClaims), ...listed(benign)];
  const ids = new Set(shown.map(({ id }) => id));
  remembered.set(all, ids);
  return ids;
}

function byConcern(all: readonly ResultPersistence[]) {
  return {
    grave: all.filter(isGrave),
    unusual: all.filter(({ judgement }) => judgement === 'unusual'),
    benign: all.filter(({ judgement }) => judgement === 'benign'),
  };
}

function grouped(
  rows: readonly ResultPersistence[],
): readonly (readonly [string, readonly ResultPersistence[]])[] {
  return [...Map.groupBy(rows, ({ mechanism }) => mechanism)].toSorted(([, a], [, b]) => b.length - a.length);
}

const listed = (rows: readonly ResultPersistence[]): readonly ResultPersistence[] =>
  grouped(rows)
    .flatMap(([, same]) => same)
    .slice(0, mostBenign);

function claims(page: Page, rows: readonly ResultPersistence[]): Raw {
  const left = rows.length - mostClaims;
  return html`${rows.slice(0, mostClaims).map((row) => claim(page, row))}${more(page, left)}`;
}

const more = (page: Page, left: number): Raw =>
  left > 0 ? html`<p class="note">${page.texts.page.moreRows({ count: left })}</p>` : html``;

function claim(page: Page, row: ResultPersistence): Raw {
  const { labels, inactive } = page.texts.page;
  const layers = row.decoded.slice(0, mostLayers).map((layer) => html`<li>${code(layer)}</li>`);
  const said = row.reasons.map(
    ({ texts, pid }) =>
      html`<li>${words(texts[page.language])}${pid === undefined ? html`` : refs([processLink(page, pid)])}</li>`,
  );
  const miners = page.result.miners.flatMap(({ pid, persistence }, index) =>
    persistence.some(({ entry }) => entry === row.id)
      ? [html`<a href="#miner-${index + 1}">PID ${pid}</a>`]
      : [],
  );
  const off = row.active ? html`` : html` ${tag(inactive, 'plain')}`;
  const proof = row.text === row.command ? '' : row.text;
  const told = page.result.findings
    .filter(({ rule, evidence: [first] }) => rule.startsWith('persistence.') && standsAt(row, first))
    .map(({ id }) => findingLink(id));
  return html`<article class="finding" id="${anchor(row.id)}">
<header><span class="id">${row.id}</span>${judgementTag(page, row.judgement)}<h3>${words(mechanismText(row.mechanism, page.language))}${off}</h3></header>
<p>${code(placeOf(row))}${refs([...told.slice(0, mostMiners), ...miners.slice(0, mostMiners)])}</p>
${said.length === 0 ? html`` : html`<ul>${said}</ul>`}
<dl class="facts">
${fact(labels.user, text(row.user))}
${fact(labels.trigger, text(triggerText(row.trigger, page.language)))}
${fact(labels.target, row.target === undefined ? undefined : code(row.target))}
${fact(labels.commandLine, row.command === '' ? undefined : code(row.command), true)}
${fact(labels.decoded, layers.length === 0 ? undefined : html`<ol class="proof">${layers}</ol>`, true)}
${fact(labels.text, proof === '' ? undefined : code(proof), true)}
</dl>
</article>
`;
}

const text = (value: string): HtmlValue => (value === '' ? undefined : words(value));

/** How many of each mechanism, and behind another fold which. */
function counted(page: Page, rows: readonly ResultPersistence[]): Raw {
  const { labels, headings, listOfEntries } = page.texts.page;
  const groups = grouped(rows);
  const counts = table(
    headings.persistence,
    [
      { title: labels.mechanism, kind: 'medium' },
      { title: labels.count, kind: 'number' },
    ],
    groups.map(([mechanism, same]) => ({
      cells: [words(mechanismText(mechanism, page.language)), same.length],
    })),
  );
  const shown = listed(rows);
  const list = table(
    headings.persistence,
    [
      { title: labels.mechanism },
      { title: labels.source, kind: 'long' },
      { title: labels.user },
      { title: labels.commandLine, kind: 'long' },
    ],
    shown.map((row) => ({
      id: row.id,
      cells: [
        words(mechanismText(row.mechanism, page.language)),
        code(placeOf(row)),
        words(row.user),
        row.command === '' ? '' : code(row.command),
      ],
    })),
  );
  return html`${counts}${folded(listOfEntries, html`${list}${more(page, rows.length - shown.length)}`)}`;
}
