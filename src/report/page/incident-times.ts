/** The times of an incident, on the page: each with what bounds or shows it, and where the customer's word differs. */
import type { IncidentTexts } from '../../messages/incident.ts';
import { type HtmlValue, html, type Raw } from '../escape.ts';
import { dayOnce, minuteOf, secondsBetween, sentences } from '../texts.ts';
import { chainAnchor, mostChain, onsetAnchor } from '../way-in/moments.ts';
import { opens, type Story, toldText } from '../way-in/story.ts';
import { entryLink } from './entries.ts';
import { code, findingLink, refs } from './parts.ts';
import { link, mostRefs, stepRefs, type Telling } from './telling.ts';

const mostContradictions = 20;
/** A window that is no wider is a moment to people. */
const narrowSeconds = 3600;

export function incidentTimes(telling: Telling): Raw {
  const { page, story, texts, incident } = telling;
  const { window, file, onset, told } = story;
  const { labels } = texts;
  const from = window === undefined ? undefined : opens(window);
  const began =
    window === undefined
      ? undefined
      : html`${
          from === undefined
            ? texts.until({ to: minuteOf(window.to) })
            : texts.between({ from: minuteOf(from), to: dayOnce(minuteOf(from), minuteOf(window.to)) })
        }<small>${texts.bounds({
          from: boundText(from === undefined ? undefined : window.boundedBy.from, incident),
          to: boundText(window.boundedBy.to, incident),
        })}${refs([
          ...(from === undefined ? [] : boundRefs(telling, window.boundedBy.from)),
          ...boundRefs(telling, window.boundedBy.to),
        ])}</small>`;
  const first =
    file === undefined
      ? undefined
      : html`${minuteOf(file.time)} UTC<small>${code(file.path)}${file.grounded ? html`` : html` ${texts.ungrounded}`}${refs(fileRefs(telling, file.path))}</small>`;
  const mined =
    onset === undefined
      ? undefined
      : html`${minuteOf(onset.time)} UTC<small>${texts.onsetBy({ by: incident.onsets[onset.by], certain: onset.certain })}${refs(onsetRefs(story))}</small>`;
  const toldFacts = (['appeared', 'discovered', 'handled'] as const).map((kind) => {
    const time = told?.[kind];
    if (time === undefined) return html``;
    const since = window?.to ?? file?.time;
    const seconds = since === undefined ? 0 : secondsBetween(since, time);
    const least = from === undefined || secondsBetween(from, since ?? from) > narrowSeconds;
    const duration = page.texts.duration({ seconds });
    const note = seconds > 0 ? html`<small>${texts.later({ duration, least })}</small>` : html``;
    return anchored(kind, labels[kind], html`${toldText(told, kind)}${note}`);
  });
  return html`${anchored('window', labels.window, began)}${anchored('first-file', labels.firstFile, first)}
${anchored('onset', labels.onset, mined)}${toldFacts}`;
}

/** A fact that something leads to. */
function anchored(id: string, label: string, value: HtmlValue): Raw {
  if (value === undefined) return html``;
  return html`<div class="fact" id="${id}"><dt>${label}</dt><dd>${value}</dd></div>`;
}

type Bounds = NonNullable<Story['window']>['boundedBy'];

const boundText = (bound: Bounds['from'], incident: IncidentTexts): string =>
  bound === undefined ? '' : incident.bounds[bound];

/** The way in whose success opens the window. */
function successRefs({ ways }: Story): readonly Raw[] {
  const way = ways.findIndex(({ grade, firstSuccess }) => grade !== 'possible' && firstSuccess !== undefined);
  return way < 0 ? [] : stepRefs(ways, way, ['success']);
}

function boundRefs(telling: Telling, bound: Bounds['from']): readonly Raw[] {
  const { story } = telling;
  switch (bound) {
    case undefined:
      return [];
    case 'success':
      return successRefs(story);
    case 'file':
      return story.file === undefined ? [] : fileRefs(telling, story.file.path);
    case 'entry':
      return entryRefs(telling);
    case 'horizon':
      return [link('reach', telling.texts.headings.logs)];
    case 'appeared':
    case 'discovered':
      return story.told?.[bound] === undefined ? [] : [link(bound, telling.texts.labels[bound])];
    case 'quiet-load':
    case 'job':
    case 'miner':
    case 'load':
      return onsetRefs(story);
  }
}

/** The line of the best way in, else all that starts by itself. */
function entryRefs({ page, story }: Telling): readonly Raw[] {
  const lines = stepRefs(story.ways, 0, ['persistence']);
  if (lines.length > 0 || page.result.persistence.length === 0) return lines;
  return [link('persistence', page.texts.page.headings.persistence)];
}

/** The findings and entries that accuse a file, and the lines of ways in that name it. */
function fileRefs({ page, story }: Telling, path: string): readonly Raw[] {
  const { findings, persistence } = page.result;
  const accused = findings
    .filter((finding) => finding.path === path || finding.evidence.some(({ source }) => source === path))
    .map(({ id }) => findingLink(id));
  const entries = persistence
    .filter(({ source, target, judgement }) => judgement !== 'benign' && (source === path || target === path))
    .map(({ id }) => entryLink(page, id));
  const lines = story.ways
    .slice(0, 1)
    .flatMap(({ chain }) =>
      chain
        .slice(0, mostChain)
        .flatMap(({ source, text }, index) =>
          source === path || text.includes(path) ? [link(chainAnchor(0, index), chainAnchor(0, index))] : [],
        ),
    );
  return [...accused, ...entries, ...lines].slice(0, mostRefs);
}

function onsetRefs({ onset }: Story): readonly Raw[] {
  return (onset?.witnesses ?? [])
    .flatMap(({ source }, index) => (source === undefined ? [] : [onsetAnchor(index)]))
    .slice(0, mostRefs)
    .map((to) => link(to, to));
}

/** Where the customer's word and the evidence do not go together. */
export function contradictions({ story, texts, incident, page }: Telling): Raw {
  const all = story.told?.contradictions ?? [];
  if (all.length === 0) return html``;
  return html`<ul class="why">${all
    .slice(0, mostContradictions)
    .map(
      ({ what, told, evidence }) =>
        html`<li>${sentences([incident.conflicts[what], texts.against({ told: minuteOf(told), evidence: minuteOf(evidence) })], page.language)}</li>`,
    )}</ul>`;
}
