/**
 * What a result tells of how it got in and since when, in the parts that page, screen and case share.
 *
 * Nothing is told of a clean host, whatever its logs hold: there was nothing that got in.
 */
import type { GotIn, LogReach, WayInTexts } from '../../messages/way-in.ts';
import type { ScanResult } from '../../model/result.ts';
import { minuteOf, secondsBetween } from '../texts.ts';

export type Way = NonNullable<ScanResult['entry']>[number];
export type Excluded = Way['excluded'][number];
export type Horizon = NonNullable<ScanResult['horizon']>[number];
export type Gap = NonNullable<ScanResult['gaps']>[number];

export interface Story {
  /** The best proven first. */
  readonly ways: readonly Way[];
  /** What was looked at and is no door, each once. */
  readonly excluded: readonly Excluded[];
  readonly window: ScanResult['infectionWindow'];
  readonly file: ScanResult['firstMaliciousFile'];
  readonly onset: ScanResult['onset'];
  readonly told: ScanResult['told'];
  readonly horizon: readonly Horizon[];
  readonly gaps: readonly Gap[];
  readonly reach: LogReach;
}

/** Text that is no time sorts last. */
export function millisecondsOf(time: string): number {
  const ms = Date.parse(time);
  return Number.isFinite(ms) ? ms : Number.POSITIVE_INFINITY;
}

function reachOf(result: ScanResult): LogReach {
  const { horizon = [], infectionWindow, firstMaliciousFile } = result;
  if (horizon.length === 0) return 'none';
  const begins = Math.min(...horizon.map(({ from }) => millisecondsOf(from)));
  const traces = [infectionWindow?.to, firstMaliciousFile?.time].flatMap((time) =>
    time === undefined ? [] : [millisecondsOf(time)],
  );
  return begins > Math.min(...traces, Number.POSITIVE_INFINITY) ? 'later' : 'before';
}

function eachOnce(ways: readonly Way[]): readonly Excluded[] {
  const all = new Map(ways.flatMap(({ excluded }) => excluded.map((one) => [JSON.stringify(one), one])));
  return [...all.values()];
}

/** Undefined where there is nothing to tell. */
export function storyOf(result: ScanResult): Story | undefined {
  const { entry: ways = [], infectionWindow: window, firstMaliciousFile: file, onset, told } = result;
  const isTold = ways.length > 0 || window !== undefined || file !== undefined || onset !== undefined;
  if (result.verdict === 'clean' || !isTold) return undefined;
  return {
    ways,
    excluded: ways.length > 0 ? eachOnce(ways) : (result.excluded ?? []),
    window,
    file,
    onset,
    told,
    horizon: result.horizon ?? [],
    gaps: result.gaps ?? [],
    reach: reachOf(result),
  };
}

/** It mines or has mined, and nobody asked the logs how that came. */
export const isNotLooked = ({ verdict, entry }: ScanResult): boolean =>
  verdict === 'mining' && entry === undefined;

const dayMs = 86_399_000;

/** As exactly as it was told: a day, or a minute. */
export function toldText(told: Story['told'], kind: 'appeared' | 'discovered' | 'handled'): string {
  const time = told?.[kind] ?? '';
  const length = millisecondsOf(told?.until?.[kind] ?? '') - millisecondsOf(time);
  const isDay = Number.isFinite(length) && length >= dayMs && time.includes('T00:00:00');
  return isDay ? time.slice(0, 10) : `${minuteOf(time)} UTC`;
}

/** What the sentence of a way in is made of. */
export function gotIn({ vector, account, attackers, firstSuccess, chain }: Way): GotIn {
  const success = chain.find(({ step, time }) => step === 'success' && time === firstSuccess);
  const known = success?.certain === false ? 'about' : 'certain';
  return {
    vector,
    account: account !== '',
    attackers: attackers.length,
    time: firstSuccess === undefined ? 'none' : known,
  };
}

/**
 * When it was not here yet. That the oldest log begins says nothing of that: before it, nothing is known.
 */
export const opens = ({ from, boundedBy }: NonNullable<Story['window']>): string | undefined =>
  boundedBy.from === 'horizon' ? undefined : from;

/** Mining that began so much before the oldest miner that runs is worth a sentence of its own. */
const apartSeconds = 3600;

/** When mining began, where that is not what the oldest miner that runs tells already. */
export function earlierOnset({ since }: ScanResult, { onset }: Story): Story['onset'] {
  if (onset === undefined || since === undefined) return onset;
  return secondsBetween(onset.time, since) > apartSeconds ? onset : undefined;
}

const mostNamed = 3;

export type Neighbour = NonNullable<ScanResult['neighbours']>[number];

/** A host by its name or address, a subnet where all of it is meant, or how many hosts cannot be named. */
export function neighbourText({ address, name, subnet, hashed }: Neighbour, texts: WayInTexts): string {
  if (hashed !== undefined) return texts.hashedHosts({ count: hashed });
  return name ?? address ?? subnet ?? '';
}

/** A name in a sentence, and the values that the page may turn to links. */
export type Values = Readonly<Record<string, string>>;

/** Sentences for somebody who never did this before, with names of values in braces. */
export function plainWords(
  result: ScanResult,
  story: Story,
  texts: WayInTexts,
  minute: (time: string) => string,
): readonly { readonly text: string; readonly values: Values }[] {
  const { ways, window, reach, horizon } = story;
  const [way] = ways;
  const out: { text: string; values: Values }[] = [];
  if (way === undefined) {
    const [first] = horizon;
    const values: Values = first === undefined ? {} : { horizon: minute(first.from) };
    out.push({ text: texts.unknown[reach], values });
  } else {
    out.push({
      text: texts.gotIn[way.grade](gotIn(way)),
      values: {
        account: way.account,
        from: way.attackers[0] ?? '',
        ...(way.firstSuccess === undefined ? {} : { time: `${minute(way.firstSuccess)} UTC` }),
      },
    });
  }
  // Where the success bounds it, the time has been told.
  if (window !== undefined && window.boundedBy.from !== 'success') {
    const { to } = window;
    const from = opens(window);
    out.push(
      from === undefined
        ? { text: texts.began.open, values: { to: `${minute(to)} UTC` } }
        : { text: texts.began.between, values: { from: minute(from), to: `${minute(to)} UTC` } },
    );
  }
  const onset = earlierOnset(result, story);
  if (onset !== undefined) {
    const sure = onset.certain ? 'certain' : 'uncertain';
    out.push({ text: texts.mined[sure], values: { onset: `${minute(onset.time)} UTC` } });
  }
  const risk = (result.neighbours ?? []).map((one) => neighbourText(one, texts));
  if (risk.length > 0) {
    const text = texts.atRisk({ more: risk.length - mostNamed });
    out.push({ text, values: { names: risk.slice(0, mostNamed).join(', ') } });
  }
  return out;
}
