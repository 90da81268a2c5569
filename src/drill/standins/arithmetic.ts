/**
 * Numeric code that must not be taken for RandomX. Interval arithmetic changes the rounding mode with
 * denormals untouched; fast-math flushes denormals with one rounding mode. RandomX does both at once.
 */
import { DemineError } from '../../model/error.ts';
import type { Answer } from '../../native/port.ts';
import { flushDenormals, setRounding } from '../../native/rounding.ts';

function must(answer: Answer<true>): void {
  if (answer.status !== 'ok') {
    throw new DemineError('drill-unavailable', 'The floating-point modes of this system cannot be set.', {
      subject: answer.reason,
    });
  }
}

function compute(steps: number): number {
  let value = 1.5;
  for (let step = 0; step < steps; step += 1) value = (value / 1.000_000_1) * 1.000_000_1;
  return value;
}

export function interval(): never {
  for (;;) {
    must(setRounding('down'));
    compute(50_000);
    must(setRounding('up'));
    compute(50_000);
  }
}

export function fastMath(): never {
  must(flushDenormals());
  for (;;) compute(1_000_000);
}

export function hog(): never {
  for (;;) compute(1_000_000);
}
