/**
 * An event of what a line says and of what every event has.
 *
 * Why one place: it is made for every line of every log. What is added to a copy is cheap, what is copied into an object
 * that has something is not, so the copy comes first; and of messages, which most lines are, nothing is copied at all.
 */
import type { EventBase, EventDetail, LogEvent } from '../../model/facts/event.ts';
import type { SourceRef } from '../../model/source.ts';
import type { Printable } from '../../model/text.ts';
import type { Precision } from '../../model/time.ts';

/** Nothing vouches for the shape of some messages. */
export type ShapedDetail = EventDetail & Pick<EventBase, 'unverified'>;

export function madeEvent(
  detail: ShapedDetail,
  source: SourceRef,
  us: number,
  precision: Precision,
  certain: boolean,
  host: Printable,
  text: Printable,
): LogEvent {
  if (detail.what !== 'message' || detail.unverified === true)
    return { ...detail, kind: 'event', source, us, precision, certain, host, text };
  const { what, program, pid } = detail;
  if (pid === undefined) return { what, program, kind: 'event', source, us, precision, certain, host, text };
  return { what, program, pid, kind: 'event', source, us, precision, certain, host, text };
}
