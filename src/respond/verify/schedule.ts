/**
 * When a removal has to be looked at again, and which of these looks were made: at once, after five minutes, an hour, a
 * day, a restart and a week (knowledge on eradication §6.1, step 13). Miners wait until nobody looks, timers fire once a
 * day, and `@reboot` entries run after a restart: one look that finds nothing proves little.
 */
import { type LookTime, lookTimes, type ScheduledLook } from '../../model/statement.ts';

const minute = 60_000;
const after: Readonly<Record<Exclude<LookTime, 'reboot'>, number>> = {
  'at-once': 0,
  'minutes-5': 5 * minute,
  'hour-1': 60 * minute,
  'hours-24': 24 * 60 * minute,
  'days-7': 7 * 24 * 60 * minute,
};

export interface CleanLook {
  readonly number: number;
  /** RFC 3339, UTC: when it began. */
  readonly time: string;
  /** The host had been started again since the removal. */
  readonly rebooted: boolean;
}

/**
 * @param from RFC 3339, when the removal ended
 * @param clean the looks since then that were clean, the oldest first; one that is late stands for those before it
 */
export function scheduleOf(from: string, clean: readonly CleanLook[]): readonly ScheduledLook[] {
  const start = Date.parse(from);
  return lookTimes.map((when): ScheduledLook => {
    const due = when === 'reboot' ? undefined : new Date(start + after[when]).toISOString();
    const look = clean.find(({ time, rebooted }) =>
      when === 'reboot' ? rebooted : Date.parse(time) >= start + after[when],
    );
    return {
      when,
      ...(due === undefined ? {} : { due }),
      ...(look === undefined ? {} : { look: look.number }),
    };
  });
}
