/** One measure against a door, as data. */
import type { MeasureId } from '../../model/door.ts';

export interface Measure {
  readonly id: MeasureId;
  /** A version; empty for all others. */
  readonly subject: string;
  /** The first that is there. */
  readonly files: readonly string[];
  readonly settings: readonly string[];
  /** `UNIT` stands for the unit of the service, by its name on this distribution. */
  readonly commands: readonly string[];
}

type Given = { readonly id: MeasureId } & Partial<Measure>;

export const measure = (given: Given): Measure => ({
  subject: '',
  files: [],
  settings: [],
  commands: [],
  ...given,
});
