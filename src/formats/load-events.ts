/**
 * Samples of sysstat and atop as events: how busy the host was up to that moment.
 *
 * What it is NOT: the summary by the hour that a scan shows; each sample is an event of its own, at its end.
 */
import type { LogEvent } from '../model/facts/event.ts';
import type { SourceId } from '../model/source.ts';
import { phrase, printableText } from '../model/text.ts';
import type { CpuHistory } from './cpu-history.ts';

const nothing = printableText('');

export function giveLoadEvents(source: SourceId, history: CpuHistory, take: (event: LogEvent) => void): void {
  const program = printableText(history.program);
  for (const { fromUs, toUs, busyPercent, offset } of history.samples) {
    const seconds = Math.round((toUs - fromUs) / 1e6);
    take({
      kind: 'event',
      source: { source, offset },
      us: toUs,
      precision: 'second',
      certain: true,
      host: nothing,
      text: phrase`${program}: ${Math.round(busyPercent * 10) / 10} percent busy over ${seconds} s`,
      what: 'load',
      seconds,
      busy: busyPercent,
    });
  }
}
