/**
 * What a responder asks the customer for before anything is looked at: when it showed, when it was seen, when somebody
 * laid hands on it, and how the network is cut. Source: the manual, first part.
 * Units: microseconds UTC.
 */
import type { Printable } from './text.ts';

export interface Subnet {
  /** `192.0.2.0/24`, with the address of the network. */
  readonly subnet: string;
  /** `dmz`, `office`. */
  readonly zone: Printable;
  /** Zones or subnets that it can open connections to; `*` for all. */
  readonly reach: readonly Printable[];
}

/** A moment as it was told: who says a day means all of it. */
export interface ToldTime {
  readonly us: number;
  readonly lengthUs: number;
}

/** The three times, in the order in which they can only have been. */
export const toldMoments = ['appeared', 'discovered', 'handled'] as const;
export type ToldMoment = (typeof toldMoments)[number];

/**
 * `appeared` the first sign: a slow host, an alert · `discovered` somebody understood that it is a miner · `handled`
 * somebody began to change things
 */
export type Told = { readonly [Moment in ToldMoment]?: ToldTime } & { readonly network: readonly Subnet[] };

export const nothingTold: Told = { network: [] };

export const isAnythingTold = (told: Told): boolean =>
  told.network.length > 0 || toldMoments.some((moment) => told[moment] !== undefined);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As it was stored; an older Demine kept beginnings alone, under the names of the moments with `Us` behind. */
export function storedTold(stored: Told & Readonly<Record<string, unknown>>): Told {
  const times: { [Moment in ToldMoment]?: ToldTime } = {};
  for (const moment of toldMoments) {
    const [time, us] = [stored[moment], stored[`${moment}Us`]];
    if (isRecord(time)) times[moment] = time;
    else if (typeof us === 'number') times[moment] = { us, lengthUs: 0 };
  }
  return { ...times, network: stored.network };
}
