/**
 * Pressure stall information: /proc/pressure/cpu and cpu.pressure of a cgroup.
 *
 * Why: how much others waited for CPU in the last 10, 60 and 300 s, and in all since boot: load with a past,
 * which a miner that pauses when watched cannot take back.
 * What it is NOT: use; an idle machine with one hog on every core and nobody else shows none.
 * Units: percent of time; total in microseconds. Source: Documentation/accounting/psi.rst.
 */
import { asciiText, eachLine } from './ascii.ts';

export interface Pressure {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalUs: number;
}

export function parsePressure(bytes: Uint8Array): { readonly some?: Pressure; readonly full?: Pressure } {
  const found: { some?: Pressure; full?: Pressure } = {};
  eachLine(bytes, (start, end, line) => {
    const match = /^(some|full) avg10=(\d+\.\d+) avg60=(\d+\.\d+) avg300=(\d+\.\d+) total=(\d+)$/.exec(
      asciiText(bytes, start, Math.min(end, start + 256)),
    );
    if (match !== null) {
      const [avg10 = 0, avg60 = 0, avg300 = 0, totalUs = 0] = match.slice(2).map(Number);
      found[match[1] === 'some' ? 'some' : 'full'] ??= { avg10, avg60, avg300, totalUs };
    }
    return line < 8;
  });
  return found;
}
