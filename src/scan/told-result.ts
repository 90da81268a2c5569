/**
 * A result with what the customer told: the window that both bound, what contradicts what, and who else is at risk.
 *
 * A case keeps the result as it was scanned; this is made of it anew whenever something is told, so that a corrected
 * answer leaves nothing of the wrong one behind. Where nothing was found no window is told: the customer's word alone
 * infects no host.
 */
import type { InfectionWindow } from '../incident/analyse.ts';
import { neighboursOf, type Surroundings } from '../incident/neighbours.ts';
import { boundedByTold, type Known } from '../incident/told.ts';
import type { ScanResult } from '../model/result.ts';
import type { ResultTold } from '../model/result-incident.ts';
import { isAnythingTold, type Subnet, type Told, type ToldMoment, toldMoments } from '../model/told.ts';
import { utcOf } from './utc.ts';

const usOf = (text: string): number => Date.parse(text) * 1000;

/** `[2001:db8::1]:22`, `192.0.2.1:22` without the port. */
const hostOf = (endpoint: string): string =>
  endpoint.startsWith('[') ? endpoint.slice(1, endpoint.indexOf(']')) : endpoint.replace(/:\d+$/, '');

/** Something was found that began at some time. */
const isIncident = ({ verdict }: ScanResult): boolean => verdict === 'mining' || verdict === 'suspicious';

function windowOf({ infectionWindow: window }: ScanResult): InfectionWindow | undefined {
  if (window === undefined) return undefined;
  const { from, to, boundedBy } = window;
  return {
    ...(from === undefined ? {} : { fromUs: usOf(from) }),
    toUs: usOf(to),
    boundedBy: {
      to: boundedBy.to,
      ...(boundedBy.from === undefined ? {} : { from: boundedBy.from }),
    },
  };
}

function knownOf(result: ScanResult): Known {
  const window = windowOf(result);
  const [oldest] = (result.horizon ?? []).map(({ from }) => usOf(from)).sort((a, b) => a - b);
  return {
    ...(window === undefined ? {} : { window }),
    minersUs: result.miners.map(({ startTime }) => usOf(startTime)),
    ...(oldest === undefined ? {} : { horizonUs: oldest }),
  };
}

function momentsOf(told: Told, end: 'us' | 'until'): { [Moment in ToldMoment]?: string } {
  const moments: { [Moment in ToldMoment]?: string } = {};
  for (const moment of toldMoments) {
    const time = told[moment];
    if (time !== undefined) moments[moment] = utcOf(end === 'us' ? time.us : time.us + time.lengthUs);
  }
  return moments;
}

function resultTold(told: Told): ResultTold {
  const until = momentsOf(told, 'until');
  return {
    ...momentsOf(told, 'us'),
    ...(Object.keys(until).length === 0 ? {} : { until }),
    network: told.network.map(({ subnet, zone, reach }) => ({ subnet, zone, reach: [...reach] })),
  };
}

/** Hosts that accounts have logged in to stand among the neighbours of the result as it was scanned. */
const knownIn = ({ neighbours = [] }: ScanResult): Surroundings['known'] =>
  neighbours
    .filter(({ why }) => why.includes('known-host'))
    .map(({ name, address, hashed }) => ({
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address }),
      ...(hashed === undefined ? {} : { hashed }),
    }));

/** Whom a result names as neighbours at risk, by what the network file says of the subnets around. */
export function resultNeighbours(
  result: ScanResult,
  network: readonly Subnet[],
  known: Surroundings['known'] = knownIn(result),
): Pick<ScanResult, 'neighbours'> {
  if (!isIncident(result)) return {};
  const own = new Set(result.sockets.map(({ local }) => hostOf(local)).filter((address) => address !== ''));
  const found = neighboursOf({
    own,
    connected: result.sockets.map(({ remote }) => hostOf(remote)),
    attackers: (result.entry ?? [])
      .filter(({ grade }) => grade !== 'possible')
      .flatMap(({ attackers }) => attackers),
    network,
    known,
  });
  return { neighbours: found.map(({ why, ...one }) => ({ ...one, why: [...why] })) };
}

/** @param result as it was scanned, without what was told before */
export function withTold(result: ScanResult, told: Told): ScanResult {
  if (!isAnythingTold(told)) return result;
  const withNeighbours = { ...result, ...resultNeighbours(result, told.network), told: resultTold(told) };
  if (!isIncident(result)) return withNeighbours;
  const { window, contradictions } = boundedByTold(told, knownOf(result));
  return {
    ...withNeighbours,
    told: {
      ...resultTold(told),
      contradictions: contradictions.map(({ what, toldUs, evidenceUs }) => ({
        what,
        told: utcOf(toldUs),
        evidence: utcOf(evidenceUs),
      })),
    },
    ...(window === undefined
      ? {}
      : {
          infectionWindow: {
            ...(window.fromUs === undefined ? {} : { from: utcOf(window.fromUs) }),
            to: utcOf(window.toUs),
            boundedBy: window.boundedBy,
          },
        }),
  };
}
