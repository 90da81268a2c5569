/** First screen of the page: the answer, since when, which host, what to do next; then the way to the rest. */
import { coinName } from '../../messages/coins.ts';
import type { Headline } from '../../messages/report.ts';
import { html, type Raw, trusted } from '../escape.ts';
import { nextSteps } from '../next-steps.ts';
import { headlineOf, minuteOf, secondsBetween } from '../texts.ts';
import { storyOf } from '../way-in/story.ts';
import { code, fact, folded, type Page, refs, words } from './parts.ts';
import { wayInSummary } from './way-in.ts';

/** Drawn, so that the answer is not told by colour alone, and not by a font that is missing. */
const signs: Readonly<Record<Headline, string>> = {
  clean: 'M4 12.5l5.2 5.2L20 6.8',
  suspicious: 'M12 3.5v11M12 19.4v.2',
  'mining-running': 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  'mining-stopped': 'M8 5v14M16 5v14',
  'mining-traces': 'M12 3.5v11M12 19.4v.2',
  inconclusive: 'M7.5 8.2a4.6 4.6 0 1 1 6.6 4.1c-1.5.8-2.1 1.5-2.1 3.1M12 19.9v.1',
};

function sign(headline: Headline): Raw {
  return trusted(
    `<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"><path d="${signs[headline]}"/></svg>`,
  );
}

const tones: Readonly<Record<Headline, string>> = {
  clean: 'clean',
  suspicious: 'suspicious',
  'mining-running': 'mining',
  'mining-stopped': 'mining',
  'mining-traces': 'suspicious',
  inconclusive: 'inconclusive',
};

/** What runs, since when, and for whom; the plain sentence of the verdict where nothing runs. */
function summary(page: Page): Raw {
  const { result, texts } = page;
  const headline = headlineOf(result);
  const { since, miners, host } = result;
  if (headline !== 'mining-running' || since === undefined || miners.length === 0) {
    return html`${texts.sentence[headline]}`;
  }
  const coins = [...new Set(miners.flatMap(({ coin }) => (coin === undefined ? [] : [coin])))];
  const pool = miners.find((miner) => miner.pool !== undefined)?.pool;
  const [coin] = coins.length === 1 ? coins : [];
  const values: Readonly<Record<string, Raw>> = {
    host: words(host.name),
    since: html`<a href="#miners">${minuteOf(since)} UTC</a>`,
    pool: words(pool ?? ''),
  };
  const text = texts.summary({
    count: miners.length,
    coin: coin === undefined ? '' : coinName(coin, page.language),
    pool: pool !== undefined,
  });
  // Every second part is the name of a value.
  const parts = text.split(/\{(host|since|pool)\}/);
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : values[part]))}`;
}

export function answer(page: Page): Raw {
  const { result, texts } = page;
  const { labels } = texts.page;
  const headline = headlineOf(result);
  const { host, since, finished } = result;
  const started =
    since === undefined
      ? html``
      : fact(
          labels.since,
          html`${minuteOf(since)} UTC<small>${texts.page.before({
            duration: texts.duration({ seconds: secondsBetween(since, finished) }),
          })}</small>`,
        );
  const { busySince } = result;
  const busy =
    busySince === undefined
      ? html``
      : html`<p class="note">${texts.busySince({ time: minuteOf(busySince.from), certain: busySince.certain })}</p>`;
  const reach = [texts.scope[host.scope], host.privileged || host.scope === 'files' ? '' : texts.unprivileged]
    .filter((text) => text !== '')
    .join(' · ');
  const checked = result.coverage.filter((row) => row.checked).length;
  const { headings } = texts.page;
  const grounds = [
    html`<a href="#why">${headings.why}</a>`,
    ...(storyOf(result) === undefined ? [] : [html`<a href="#entry">${headings.entry}</a>`]),
  ];
  // How sure is a score where something was found, and how much was seen where nothing was.
  const seen = texts.page.checkedCount({ checked, all: result.coverage.length });
  const judged =
    result.score > 0
      ? fact(labels.score, html`${result.score}/100<small>${seen}</small>`)
      : fact(texts.page.headings.coverage, seen);
  return html`<section id="answer" class="answer ${tones[headline]}">
<h1>${sign(headline)}<span>${texts.headline[headline]}</span></h1>
<p>${summary(page)}${wayInSummary(page)}${refs(grounds)}</p>
<dl class="key">
${fact(labels.host, html`<bdi>${host.name}</bdi><small><bdi>${host.os}</bdi></small>`)}
${started}
${fact(labels.scanned, html`${minuteOf(finished)} UTC<small>${reach}</small>`)}
${judged}
</dl>
${busy}</section>
`;
}

/** One paragraph without jargon. The commands are for those who want them, folded away. */
export function whatNext(page: Page): Raw {
  const { result, texts } = page;
  const headline = headlineOf(result);
  const files = headline === 'inconclusive' && result.host.scope === 'files';
  const advice = files ? texts.adviceOfFiles : texts.advice[headline];
  const commands = nextSteps(result).flatMap((step) =>
    step.command === undefined ? [] : [html`<li>${texts.next[step.id]}<br>${code(step.command)}</li>`],
  );
  return html`<section class="next" aria-labelledby="next-title"><h2 id="next-title">${texts.page.headings.next}</h2>
<p>${advice}</p>
${commands.length === 0 ? html`` : folded(texts.page.labels.commands, html`<ol>${commands}</ol>`)}
</section>
`;
}

export interface Place {
  readonly id: string;
  readonly title: string;
  readonly count: number | undefined;
}

export function contents(page: Page, places: readonly Place[]): Raw {
  const links = places.map(
    ({ id, title, count }) =>
      html`<span><a href="#${id}">${title}</a>${count === undefined ? html`` : html`<small>${count}</small>`}</span>\n`,
  );
  return html`<nav aria-label="${page.texts.page.headings.contents}">${links}</nav>
`;
}
