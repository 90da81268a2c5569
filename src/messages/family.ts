/** Texts of whose doing it is: kinds of indicators, and what is said of a family. */
import type { kinds } from './en/indicator-kinds.ts';

type Words<K extends string> = Readonly<Record<K, string>>;

export interface FamilyTexts {
  readonly kinds: Words<keyof typeof kinds>;
  /** Names help to find more of it, and prove nothing. */
  readonly note: string;
  readonly leads: (params: { count: number }) => string;
  readonly indicators: string;
  readonly labels: Words<'kind' | 'value' | 'weight' | 'seen' | 'saidBy'>;
  readonly weights: Words<'alone' | 'typical' | 'adds' | 'shared'>;
  readonly certain: (params: { percent: string }) => string;
  readonly rivals: (params: { names: string }) => string;
}
