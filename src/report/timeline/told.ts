/** What a case was told, and what it holds, on a screen. */
import type { Language } from '../../messages/catalogue.ts';
import type { Told } from '../../model/told.ts';
import type { StoredScan } from '../../store/case-store.ts';
import { cell, fit, span } from '../line.ts';
import { minuteOf, timelineTexts } from './texts.ts';

export interface CaseView {
  readonly name: string;
  readonly told: Told;
  readonly scans: readonly StoredScan[];
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

export function renderCase(view: CaseView): string {
  const { told, width, color } = view;
  const texts = timelineTexts(view.language).case;
  const line = (...spans: Parameters<typeof fit>[0]): string => fit(spans, width, color);
  const time = (label: string, us: number | undefined): string =>
    line(span('  '), cell(label, 14), span(us === undefined ? texts.notTold : minuteOf(us)));
  const network = told.network.map(({ subnet, zone, reach }) =>
    line(
      span('  '),
      cell(subnet, 22),
      span(' '),
      cell(`${texts.zone} ${zone}`, 22),
      span(` ${texts.reach} ${reach.length === 0 ? texts.nothing : reach.join(', ')}`),
    ),
  );
  return [
    line(span(view.name, 'bold')),
    '',
    line(span(texts.times, 'bold')),
    time(texts.appeared, told.appearedUs),
    time(texts.discovered, told.discoveredUs),
    time(texts.handled, told.handledUs),
    '',
    line(span(texts.network, 'bold')),
    ...(network.length === 0 ? [line(span(`  ${texts.notTold}`))] : network),
    '',
    line(span(texts.scans, 'bold')),
    ...view.scans.map(({ started, verdict }) =>
      line(span(`  ${minuteOf(Date.parse(started) * 1000)}  ${verdict}`)),
    ),
    '',
  ].join('\n');
}
