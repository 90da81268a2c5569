/**
 * What vouches for a shape: of a log's lines, of a program's messages, of a request that breaks in.
 *
 * Why: a shape that somebody remembers wrongly names an innocent as the way in. A shape is verified where it was compared
 * with the code or documentation of what writes it, or with a public sample, and then it says with which. One that is
 * known otherwise is read all the same, and carries no `confirmed`.
 */
export type ShapeSource =
  | {
      readonly verified: true;
      /** What it was compared with: file and function, section, page or sample, at a commit where it changes. */
      readonly source: string;
    }
  | {
      readonly verified: false;
      /** Where it is known from. */
      readonly origin: string;
    };

/** Of whatever is declared with it, this part alone. */
export const sourceOf = (shape: ShapeSource): ShapeSource =>
  shape.verified ? { verified: true, source: shape.source } : { verified: false, origin: shape.origin };
