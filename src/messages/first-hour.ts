/** The sheet for the first hour, on one page: what to ask, what to pull, what not to touch. */

export const sheetParts = ['ask', 'contain', 'pull', 'leave', 'next'] as const;
export type SheetPart = (typeof sheetParts)[number];

export interface SheetItem {
  /** What to do, in a few words. */
  readonly what: string;
  /** How, or why. */
  readonly how: string;
  /** To be typed as it stands. */
  readonly command?: string;
}

export interface FirstHourTexts {
  readonly title: string;
  readonly lead: string;
  /** Blanks to be filled in by hand. */
  readonly blanks: readonly string[];
  readonly parts: Readonly<
    Record<SheetPart, { readonly heading: string; readonly items: readonly SheetItem[] }>
  >;
  readonly foot: string;
}
