/** Moments as a result writes them: RFC 3339, UTC, whole seconds. */

/** Milliseconds of the last moment that RFC 3339 can write. */
const lastMoment = 253_402_300_799_000;

export const utc = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** A moment that a host claims, however far off; a scan does not end on it. Microseconds. */
export const utcOf = (us: number): string =>
  utc(new Date(Number.isNaN(us) ? 0 : Math.min(Math.max(us / 1000, 0), lastMoment)));
