/** Durations as XML Schema writes them (`PT1M`, `P1DT12H`) in seconds. Source: XML Schema Part 2, §3.2.6. */

const pattern =
  /^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?)?$/;
/** A month counts as 30 days, a year as 365, as the scheduler takes them. */
const seconds = [365 * 86_400, 30 * 86_400, 86_400, 3600, 60, 1] as const;

/** 0 for what is none. */
export function durationSeconds(text: string | undefined): number {
  const found = pattern.exec(text?.trim() ?? '');
  if (found === null) return 0;
  return seconds.reduce((sum, unit, index) => sum + unit * Number(found[index + 1] ?? 0), 0);
}
