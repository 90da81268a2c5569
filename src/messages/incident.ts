/** Texts of how it got in and since when: what one language has, the other must have. Ids are those of the result. */
import type { incident } from './en/incident.ts';

export type IncidentTexts = {
  readonly [Area in keyof typeof incident]: Readonly<Record<keyof (typeof incident)[Area], string>>;
};
