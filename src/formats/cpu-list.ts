/**
 * A CPU list as the kernel prints it: `0-3,6`.
 *
 * Why: miners pin one thread to one CPU each. Source: Documentation/admin-guide/cputopology.rst, lib/bitmap.c.
 */

/** The one CPU of a list that holds exactly one. */
export function onlyCpu(list: string): number | undefined {
  return /^\d{1,6}$/.test(list) ? Number(list) : undefined;
}
