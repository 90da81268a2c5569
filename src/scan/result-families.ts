/** Whose doing it is, as it is published: evidence without secrets, and as much of it as a person reads. */
import type { Attribution, FamilyVerdict } from '../incident/family.ts';
import type { FamilyStanding } from '../model/incident.ts';
import type { ResultFamily } from '../model/result-incident.ts';
import type { SourceId } from '../model/source.ts';
import type { Printable } from '../model/text.ts';

/** Of each standing. A host under many gangs shows a handful; what comes after is noise. */
const most: Readonly<Record<FamilyStanding, number>> = { attributed: 20, tool: 20, lead: 10 };
const mostIndicators = 40;

export interface FamilyMasks {
  /** Takes the secrets out of a line of the target. */
  readonly text: (text: Printable) => Printable;
  /** Out of a path, a unit, a source. */
  readonly name: (name: SourceId) => SourceId;
}

function familyOf(
  { family, name, confidence, met, rivals }: Attribution,
  standing: FamilyStanding,
  masks: FamilyMasks,
): ResultFamily {
  return {
    id: family,
    standing,
    name: { ...name },
    confidence,
    indicators: met.slice(0, mostIndicators).map(({ evidence, ...one }) => ({
      ...one,
      evidence: evidence.map(({ source, line, offset, text }) => ({
        source: masks.name(source),
        ...(line === undefined ? {} : { line }),
        ...(offset === undefined ? {} : { offset }),
        text: masks.text(text),
      })),
    })),
    rivals: [...rivals],
  };
}

/** The attributed first, then tools, then leads; each by certainty. */
export function resultFamilies(verdict: FamilyVerdict, masks: FamilyMasks): ResultFamily[] {
  const of = (list: readonly Attribution[], standing: FamilyStanding): readonly ResultFamily[] =>
    list.slice(0, most[standing]).map((one) => familyOf(one, standing, masks));
  return [...of(verdict.families, 'attributed'), ...of(verdict.tools, 'tool'), ...of(verdict.leads, 'lead')];
}
