/** The part of a result that tells how it got in: what was analysed, with times in words and secrets masked. */
import type { Analysis } from '../incident/analyse.ts';
import type { Excluded, WayIn } from '../incident/way-in.ts';
import type { ResultIncident } from '../model/result-incident.ts';
import type { SourceRef } from '../model/source.ts';
import type { Printable } from '../model/text.ts';
import { utcOf } from './utc.ts';

const mostGaps = 200;

const placeOf = ({ source, line, offset }: SourceRef) => ({
  source,
  ...(line === undefined ? {} : { line }),
  ...(offset === undefined ? {} : { offset }),
});

const excludedOf = (excluded: readonly Excluded[]) => excluded.map((one) => ({ ...one }));

function entryOf(
  way: WayIn,
  mask: (text: Printable) => Printable,
): NonNullable<ResultIncident['entry']>[number] {
  const { vector, grade, attackers, account, firstSuccessUs, service, chain, missing, excluded = [] } = way;
  return {
    vector,
    grade,
    attackers: [...attackers],
    account,
    ...(firstSuccessUs === undefined ? {} : { firstSuccess: utcOf(firstSuccessUs) }),
    service,
    chain: chain.map(({ step, us, certain, source, text }) => ({
      step,
      time: utcOf(us),
      certain,
      ...placeOf(source),
      text: mask(text),
    })),
    missing: [...missing],
    excluded: excludedOf(excluded),
  };
}

/** @param mask takes the secrets out of a text of the target */
export function resultIncident(
  { entry, excluded, firstMaliciousFile: file, infectionWindow: window, onset, horizon, gaps }: Analysis,
  mask: (text: Printable) => Printable,
): ResultIncident {
  return {
    entry: entry.map((way) => entryOf(way, mask)),
    ...(entry.length > 0 || excluded.length === 0 ? {} : { excluded: excludedOf(excluded) }),
    ...(file === undefined
      ? {}
      : { firstMaliciousFile: { path: file.path, time: utcOf(file.us), grounded: file.grounded } }),
    ...(window === undefined
      ? {}
      : {
          infectionWindow: {
            ...(window.fromUs === undefined ? {} : { from: utcOf(window.fromUs) }),
            to: utcOf(window.toUs),
            boundedBy: window.boundedBy,
          },
        }),
    ...(onset === undefined
      ? {}
      : {
          onset: {
            time: utcOf(onset.us),
            by: onset.by,
            certain: onset.certain,
            witnesses: onset.witnesses.map(({ by, us, source, text }) => ({
              by,
              time: utcOf(us),
              ...(source === undefined ? {} : { source: source.source }),
              ...(source?.line === undefined ? {} : { line: source.line }),
              ...(text === undefined ? {} : { text: mask(text) }),
            })),
          },
        }),
    horizon: horizon.map(({ source, fromUs, toUs, certain }) => ({
      source,
      from: utcOf(fromUs),
      to: utcOf(toUs),
      certain,
    })),
    gaps: gaps.slice(0, mostGaps).map(({ source, what, fromUs, toUs, line }) => ({
      source,
      what,
      ...(fromUs === undefined ? {} : { from: utcOf(fromUs) }),
      ...(toUs === undefined ? {} : { to: utcOf(toUs) }),
      ...(line === undefined ? {} : { line }),
    })),
  };
}
