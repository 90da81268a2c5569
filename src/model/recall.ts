/**
 * How many of the planted cases of a mechanism are found, by the dress that they wear. What it is NOT: a judgement
 * of a host; the roots in which cases are planted are synthetic (packs/coverage.json, docs/coverage.md).
 */

/**
 * - `fetch-and-run` fetches something and runs it, plainly or encoded
 * - `unowned-binary` runs a program that no package owns, with an innocent name and no address anywhere
 * - `owned-edit` an edit inside a file that a package brought
 * - `honest` the same mechanism used by an owner: certbot, a backup, a monitoring agent, Ansible
 */
export const dresses = ['fetch-and-run', 'unowned-binary', 'owned-edit', 'honest'] as const;
export type Dress = (typeof dresses)[number];

export interface Tally {
  readonly cases: number;
  /** Found, where it is dangerous; left in peace, where it is honest. */
  readonly right: number;
}

export type Recall = Readonly<Record<Dress, Tally>>;

export const noTally: Tally = { cases: 0, right: 0 };
export const noRecall: Recall = {
  'fetch-and-run': noTally,
  'unowned-binary': noTally,
  'owned-edit': noTally,
  honest: noTally,
};

export function sumOf(rows: readonly Recall[], dress: Dress): Tally {
  return rows.reduce(
    (sum, row) => ({ cases: sum.cases + row[dress].cases, right: sum.right + row[dress].right }),
    noTally,
  );
}
