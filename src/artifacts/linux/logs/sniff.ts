/** Which way of reading fits the beginning of a log. */
import { printableText } from '../../../model/text.ts';
import type { LogReading } from './log-kind.ts';

/** Bytes of content that are looked at. */
export const sample = 64 << 10;
/** Of the lines of a sample that a format must read. */
const leastShare = 0.6;

export interface Sniffed {
  readonly reading: LogReading;
  readonly share: number;
  /** Events of the sample that are more than a message. */
  readonly told: number;
}

/** Which way of reading fits the beginning of a log; undefined for none. */
export function sniff(bytes: Uint8Array, readings: readonly LogReading[]): Sniffed | undefined {
  const cut = bytes.length >= sample ? bytes.lastIndexOf(0x0a) : bytes.length - 1;
  let best: Sniffed | undefined;
  for (const reading of readings) {
    if (reading.shape !== 'lines') {
      if (reading.fits(bytes)) return { reading, share: 1, told: 0 };
      continue;
    }
    let told = 0;
    const feed = reading.open(printableText(''), {}, ({ what }) => {
      if (what !== 'message') told += 1;
    });
    feed.push(bytes.subarray(0, cut + 1));
    const { lines, events, continued } = feed.end();
    const share = lines === 0 ? 0 : (Math.min(events, lines) + continued) / lines;
    // Of two that read all lines the one that knows more of them than their text: a line of dpkg may be one of syslog.
    const isBetter = share > (best?.share ?? 0) || (share === best?.share && told > best.told);
    if (events > 0 && share >= leastShare && isBetter) best = { reading, share, told };
  }
  return best;
}
