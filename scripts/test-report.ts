/**
 * What the runner's JUnit report says, counted so that it cannot flatter: a skipped or planned test, a test
 * file of which nothing ran and a runner that ended badly are failures, each told in words.
 *
 * Format: the JUnit XML of `bun test --reporter=junit`; the outermost element carries the sums.
 */

export interface Counted {
  readonly passed: number;
  readonly failed: number;
  /** Failures that no test printed, in words. */
  readonly reasons: readonly string[];
}

const attribute = (element: string, name: string): number =>
  Number(new RegExp(`\\b${name}="(\\d+)"`).exec(element)?.[1] ?? Number.NaN);

/**
 * @param report text of the report
 * @param files the test files that were to run, relative as the runner names them
 * @param ended how the runner ended: its exit code, or the signal's name
 */
export function countTests(report: string, files: readonly string[], ended: number | string): Counted {
  const head = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? '';
  const [total, failures, skipped] = ['tests', 'failures', 'skipped'].map((name) => attribute(head, name));
  if (![total, failures, skipped].every(Number.isSafeInteger)) {
    return { passed: 0, failed: 1, reasons: ['the report of the test runner has no sums'] };
  }
  const ran = new Set([...report.matchAll(/<testcase\b[^>]*\bfile="([^"]*)"/g)].map((match) => match[1]));
  const silent = files.filter((name) => !ran.has(name));
  const reasons = silent.map((name) => `no test of ${name} ran`);
  const left = skipped ?? 0;
  if (left > 0) reasons.unshift(`${left} skipped or planned tests count as failed`);
  const known = (failures ?? 0) + left + silent.length;
  if (ended !== 0 && known === 0) reasons.push(`the test runner ended with ${ended}`);
  return {
    passed: (total ?? 0) - (failures ?? 0) - left,
    failed: known + (ended !== 0 && known === 0 ? 1 : 0),
    reasons,
  };
}
