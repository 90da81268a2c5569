/** The miners as cards. Each thing a card says leads to the lines it rests on. */
import { coinName } from '../../messages/coins.ts';
import type { ResultFinding, ResultMiner } from '../../model/result.ts';
import { html, type Raw } from '../escape.ts';
import {
  lastComponent,
  mechanismText,
  minuteOf,
  percentText,
  placeOf,
  secondsBetween,
  terminalTexts,
} from '../texts.ts';
import { entryLink } from './entries.ts';
import {
  code,
  containerText,
  evidenceLink,
  fact,
  mostLines,
  type Page,
  processLink,
  refs,
  tag,
  words,
} from './parts.ts';

export function miners(page: Page): Raw {
  return html`<div class="cards">${page.result.miners.map((miner, index) => card(page, miner, index + 1))}</div>`;
}

function card(page: Page, miner: ResultMiner, number: number): Raw {
  const { texts, result } = page;
  const { labels } = texts.page;
  const own = result.findings.filter((finding) => miner.findings.includes(finding.id));
  const name = page.rows.shown.get(miner.pid)?.name ?? lastComponent(miner.exe);
  const duration = texts.duration({ seconds: secondsBetween(miner.startTime, result.finished) });
  const proof = (value: string, witnesses: readonly string[]): Raw => refs(proofOf(own, value, witnesses));
  const said = (value: string | undefined, witnesses: readonly string[]): Raw | undefined =>
    value === undefined ? undefined : html`${code(value)}${proof(value, witnesses)}`;
  return html`<article class="card" id="miner-${number}"><header><h3>${texts.page.minerNumber({ number })}${texts.page.colon}${words(name)}</h3>
${tag(texts.minerState[miner.state], miner.state === 'running' ? 'red' : 'amber')}
${miner.hidden ? html`${tag(texts.hidden, 'red')}${proof(`/proc/${miner.pid}`, ['view'])}` : html``}
${tag(`${labels.score} ${miner.score}/100`, 'plain')}
</header><dl class="facts">
${fact(labels.pid, processLink(page, miner.pid))}
${fact(labels.since, html`${minuteOf(miner.startTime)} UTC<br><span class="note">${texts.page.runsFor({ duration })}</span>`)}
${fact(labels.cpu, html`${texts.page.ofOneCore({ percent: percentText(miner.cpu) })}${proof('of one core', ['cpu'])}`)}
${fact(labels.user, words(miner.user))}
${fact(labels.algorithm, said(miner.algorithm, ['registers', 'memory-shape', 'gpu', 'memory-content', 'command-line', 'traffic']))}
${fact(
  labels.coin,
  miner.coin === undefined
    ? undefined
    : html`${words(coinName(miner.coin, page.language))}${proof(miner.wallet ?? '', ['memory-content', 'command-line'])}`,
)}
${fact(labels.pool, said(miner.pool, ['traffic', 'memory-content', 'command-line']))}
${fact(labels.container, miner.container === undefined ? undefined : words(containerText(miner.container)))}
${fact(labels.restartPolicy, miner.container?.restartPolicy)}
${fact(labels.wallet, said(miner.wallet, ['memory-content', 'command-line']), true)}
${fact(
  labels.exe,
  html`${code(miner.exe)} ${miner.deleted ? tag(texts.deleted, 'amber') : html``}${proof(miner.exe, ['file'])}`,
  true,
)}
${fact(labels.comesBack, comesBack(page, miner), true)}
${fact(labels.commandLine, miner.commandLine === '' ? undefined : code(miner.commandLine), true)}
${fact(
  labels.sha256,
  miner.sha256 === undefined
    ? undefined
    : html`${code(miner.sha256)}${
        result.recovered.some(({ sha256 }) => sha256 === miner.sha256)
          ? refs([html`<a href="#recovered">${texts.page.headings.recovered}</a>`])
          : html``
      }`,
  true,
)}
</dl></article>
`;
}

/** The entries that bring it back, each a link to its row. */
function comesBack(page: Page, { persistence }: ResultMiner): Raw | undefined {
  if (persistence.length === 0) return undefined;
  const { startedBy, ofAncestor } = terminalTexts(page.language).process;
  const items = persistence.flatMap(({ entry, by, ancestor }) => {
    const row = page.result.persistence.find(({ id }) => id === entry);
    if (row === undefined) return [];
    const parent =
      ancestor === undefined
        ? ''
        : ofAncestor({ pid: ancestor, name: page.rows.shown.get(ancestor)?.name ?? '' }).trimEnd();
    const how = [startedBy[by], parent].filter((part) => part !== '').join(' · ');
    return [
      html`<li>${words(mechanismText(row.mechanism, page.language))} ${code(placeOf(row))} <span class="note">${how}</span>${refs([entryLink(page, entry)])}</li>`,
    ];
  });
  return html`<ul class="proof">${items}</ul>`;
}

/** Most lines that one claim leads to. */
const mostRefs = 3;

/** The lines that show a value itself; else those of the findings that rest on the kind of evidence for it. */
function proofOf(own: readonly ResultFinding[], value: string, witnesses: readonly string[]): readonly Raw[] {
  const lines = own.flatMap((finding) =>
    finding.evidence.slice(0, mostLines).map((line, index) => ({ finding, line, index })),
  );
  const exact = value === '' ? [] : lines.filter(({ line }) => line.text.includes(value));
  const chosen =
    exact.length > 0 ? exact : lines.filter(({ finding }) => witnesses.includes(finding.witness));
  return chosen.slice(0, mostRefs).map(({ finding, index }) => evidenceLink(finding.id, index));
}
