/**
 * The moments of an incident in the order of time: what the drawing shows and the table beside it lists.
 *
 * Bounds: 300 moments. Units: milliseconds UTC. Times that are none are left out.
 */
import type { IncidentTexts } from '../../messages/incident.ts';
import type { WayInTexts } from '../../messages/way-in.ts';
import type { ScanResult } from '../../model/result.ts';
import { dayOnce, secondOf } from '../texts.ts';
import type { LogSeries } from './logs.ts';
import { millisecondsOf, type Story, toldText, type Way } from './story.ts';

const mostMoments = 300;
/** Of the text of a target beside a moment; the whole line is among the evidence. */
const mostDetail = 240;
/** Lines of one way in that are shown, here and among the evidence. */
export const mostChain = 60;
const mostGaps = 100;
/** Ways in that are told; more of them are leads that nobody reads. */
export const mostWays = 10;

/** What a moment is drawn as. */
export type Mark =
  | 'attempt'
  | 'success'
  | 'trace'
  | 'miner'
  | 'told'
  | 'log'
  | 'gap'
  | 'other'
  | 'bound'
  | 'scan';

export interface Moment {
  readonly ms: number;
  readonly time: string;
  /** Where it lasts. */
  readonly until?: string | undefined;
  readonly certain: boolean;
  readonly mark: Mark;
  /** In our words. */
  readonly label: string;
  /** Where it is read, `/var/log/auth.log:41`, and what stands there, in words of the target; may be empty. */
  readonly place: string;
  readonly said: string;
  /** Anchor on the page. */
  readonly to?: string;
  /** What has no room goes by this, the largest first. */
  readonly rank: number;
  readonly bound?: 'from' | 'to' | 'both';
}

export const wayAnchor = (index: number): string => `W${index + 1}`;
export const chainAnchor = (way: number, step: number): string => `${wayAnchor(way)}-e${step + 1}`;
export const onsetAnchor = (index: number): string => `onset-e${index + 1}`;

const cut = (text: string): string => text.slice(0, mostDetail);

/** A file that is its own evidence is named once. */
const placed = (source: string, line: number | undefined, text: string): Pick<Moment, 'place' | 'said'> => ({
  place: cut(line === undefined ? source : `${source}:${line}`),
  said: text === source ? '' : cut(text),
});

const marks: Readonly<Record<Way['chain'][number]['step'], Mark>> = {
  attempt: 'attempt',
  success: 'success',
  file: 'trace',
  persistence: 'trace',
  command: 'trace',
  account: 'trace',
  miner: 'miner',
};

type Draft = Omit<Moment, 'ms' | 'place' | 'said'> & Partial<Pick<Moment, 'place' | 'said'>>;

interface Words {
  readonly texts: WayInTexts;
  readonly incident: IncidentTexts;
  readonly language: 'en' | 'zh-CN';
}

/** Of each step the first is what counts; the others go before anything else when there is no room. */
function chainMoments({ chain }: Way, { incident }: Words): readonly Draft[] {
  const seen = new Set<string>();
  return chain.slice(0, mostChain).map(({ step, time, certain, source, line, text }, index) => {
    const first = !seen.has(step);
    seen.add(step);
    return {
      time,
      certain,
      mark: marks[step],
      label: incident.steps[step],
      ...placed(source, line, text),
      to: chainAnchor(0, index),
      rank: first ? 1 : 6,
    };
  });
}

/** Another way in is one moment: its first success, or where its chain begins. */
function otherMoment(way: Way, index: number, { texts, incident }: Words): readonly Draft[] {
  const step = way.chain.find((one) => one.step === 'success') ?? way.chain[0];
  const time = way.firstSuccess ?? step?.time;
  if (time === undefined) return [];
  return [
    {
      time,
      certain: step?.certain ?? true,
      mark: 'other',
      label: texts.drawing.other({ way: incident.vectors[way.vector], grade: incident.grades[way.grade] }),
      ...(step === undefined ? {} : placed(step.source, step.line, step.text)),
      to: wayAnchor(index),
      rank: 4,
    },
  ];
}

function toldMoments({ told }: Story, { texts }: Words): readonly Draft[] {
  return (['appeared', 'discovered', 'handled'] as const).flatMap((kind) => {
    const time = told?.[kind];
    const label = texts.drawing.moments[kind];
    const until = toldText(told, kind).length === 10 ? { until: told?.until?.[kind] } : {};
    return time === undefined
      ? []
      : [{ time, ...until, certain: true, mark: 'told', label, to: kind, rank: 0 } as const];
  });
}

function logMoments(drawn: readonly LogSeries[], { texts, incident }: Words): readonly Draft[] {
  const letters = (of: readonly LogSeries[]): string =>
    of.map((log) => letterOf(drawn.indexOf(log))).join(', ');
  const begins = [...Map.groupBy(drawn, ({ from }) => from)].map(
    ([time, logs]): Draft => ({
      time,
      certain: logs.every(({ certain }) => certain),
      mark: 'log',
      label: texts.drawing.logBegins({ letters: letters(logs), count: logs.length }),
      place: cut(logs.map(({ name }) => name).join(', ')),
      to: 'reach',
      rank: 3,
    }),
  );
  const gaps = drawn.flatMap((log, index) =>
    log.gaps.slice(0, mostGaps).flatMap(({ what, from, to, source, line }): readonly Draft[] => {
      const time = from ?? to;
      if (time === undefined) return [];
      const label = texts.drawing.gap({ letter: letterOf(index), what: incident.gaps[what] });
      return [
        {
          time,
          ...(from === undefined || to === undefined ? {} : { until: to }),
          certain: true,
          mark: 'gap',
          label,
          place: placed(source, line, '').place,
          to: 'gaps',
          rank: 5,
        },
      ];
    }),
  );
  return [...begins, ...gaps];
}

/** A, B, C: how a log is named in the drawing, whose own name has no room there. */
export const letterOf = (index: number): string => String.fromCharCode(65 + (index % 26));

/** Moments of one second are one where the first says what the second would. */
const isSame = (a: string, b: string): boolean =>
  Math.floor(millisecondsOf(a) / 1000) === Math.floor(millisecondsOf(b) / 1000);

/** @param drawn logs that the drawing has a column for */
export function momentsOf(
  result: ScanResult,
  story: Story,
  drawn: readonly LogSeries[],
  words: Words,
): readonly Moment[] {
  const { texts, incident } = words;
  const own = texts.drawing.moments;
  const { ways, window, file, onset } = story;
  const drafts: Draft[] = ways
    .slice(0, mostWays)
    .flatMap((way, index) => (index === 0 ? chainMoments(way, words) : otherMoment(way, index, words)));
  drafts.push(...toldMoments(story, words));
  if (file !== undefined && !drafts.some(({ time, mark }) => mark === 'trace' && isSame(time, file.time))) {
    const { path, time, grounded } = file;
    drafts.push({
      time,
      certain: grounded,
      mark: 'trace',
      label: own['first-file'],
      place: cut(path),
      to: 'first-file',
      rank: 2,
    });
  }
  if (onset !== undefined && !drafts.some(({ time, mark }) => mark === 'miner' && isSame(time, onset.time))) {
    const { time, certain, by } = onset;
    drafts.push({
      time,
      certain,
      mark: 'miner',
      label: own.onset,
      said: incident.onsets[by],
      to: 'onset',
      rank: 0,
    });
  }
  drafts.push(...logMoments(drawn, words));
  for (const side of ['from', 'to'] as const) {
    const time = window?.[side];
    const by = window?.boundedBy[side];
    if (time === undefined || drafts.some((draft) => isSame(draft.time, time))) continue;
    drafts.push({
      time,
      certain: true,
      mark: 'bound',
      label: own[`window-${side}`],
      said: by === undefined ? '' : incident.bounds[by],
      to: 'window',
      rank: 0,
    });
  }
  const { finished: time } = result;
  drafts.push({ time, certain: true, mark: 'scan', label: own.scan, to: 'scan', rank: 0 });
  const sorted = drafts
    .map((draft): Moment => ({ ms: millisecondsOf(draft.time), place: '', said: '', ...draft }))
    .filter(({ ms }) => Number.isFinite(ms))
    .toSorted((a, b) => a.ms - b.ms);
  return bounded(kept(sorted, mostMoments), window);
}

/** When a moment was, `~2026-11-21 03:14:00 – 09:02:31`; a day that was told as one stays one. */
export function whenOf({ mark, time, until, certain }: Moment): string {
  const from = secondOf(time);
  if (until === undefined) return certain ? from : `~${from}`;
  if (mark === 'told') return from.slice(0, 10);
  const to = secondOf(until);
  const sign = certain ? '' : '~';
  if (from.slice(0, 10) === to.slice(0, 10)) return `${sign}${from} – ${dayOnce(from, to)}`;
  // Days apart seconds tell nothing, and a phone has no room for them.
  const minute = to.slice(0, 16);
  return `${sign}${from.slice(0, 16)} – ${from.slice(0, 5) === to.slice(0, 5) ? minute.slice(5) : minute}`;
}

/** So many of them, those that matter most. */
export function kept(moments: readonly Moment[], most: number): readonly Moment[] {
  if (moments.length <= most) return moments;
  const chosen = new Set(moments.toSorted((a, b) => a.rank - b.rank).slice(0, most));
  return moments.filter((moment) => chosen.has(moment));
}

/** The moments at which the window opens and closes know it. */
function bounded(moments: readonly Moment[], window: Story['window']): readonly Moment[] {
  if (window === undefined) return moments;
  const { from, to } = window;
  const first = from === undefined ? -1 : moments.findIndex(({ time }) => isSame(time, from));
  const last = moments.findIndex(({ time }) => isSame(time, to));
  return moments.map((moment, index) => {
    if (index === first) return { ...moment, bound: first === last ? 'both' : 'from' };
    return index === last ? { ...moment, bound: 'to' } : moment;
  });
}
