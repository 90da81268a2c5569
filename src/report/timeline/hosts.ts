/** Other hosts whose logs a case has, and how each was got into, on a screen. */
import type { ScanResult } from '../../model/result.ts';
import type { ResultHost } from '../../model/result-incident.ts';
import { cell, fit, span } from '../line.ts';
import { incidentTexts } from '../texts.ts';
import type { TimelineView } from './screen.ts';
import { countText, timelineTexts } from './texts.ts';

const mostRows = 30;
const nameWidth = 20;

export interface HostsView extends TimelineView {
  readonly result: ScanResult | undefined;
}

/** Nothing where there are no others. */
export function renderHosts({ result, width, color, language }: HostsView): string {
  const { hosts = [], hostsLeft = 0 } = result ?? {};
  if (hosts.length === 0) return '';
  const texts = timelineTexts(language).case;
  const { vectors, grades } = incidentTexts(language);
  const line = (...spans: Parameters<typeof fit>[0]): string => fit(spans, width, color);
  const isFound = ({ entry = [], families = [], onset }: ResultHost): boolean =>
    entry.length > 0 || families.length > 0 || onset !== undefined;
  const found = hosts.filter(isFound);
  const row = ({ name, entry = [], families = [], onset }: ResultHost): string => {
    const [way] = entry;
    const [family] = families;
    const parts = [
      ...(way === undefined
        ? []
        : [`${grades[way.grade]}${language === 'en' ? ': ' : '：'}${vectors[way.vector]}`]),
      ...(way === undefined || way.attackers[0] === undefined
        ? []
        : [`${way.account} ← ${way.attackers[0]}`]),
      ...(way !== undefined || onset === undefined ? [] : [texts.mines]),
      ...(family === undefined ? [] : [family.name[language]]),
    ];
    return line(
      span('  '),
      cell(name === '' ? texts.unnamed : name, nameWidth),
      span(` ${parts.join(' · ')}`),
    );
  };
  const more = found.length - mostRows;
  return `${[
    '',
    line(span(texts.hosts({ count: countText(hosts.length), found: countText(found.length) }), 'bold')),
    ...found.slice(0, mostRows).map(row),
    ...(more <= 0 ? [] : [line(span(`  … ${texts.more({ count: countText(more) })}`, 'dim'))]),
    ...(hostsLeft === 0 ? [] : [line(span(texts.hostsLeft({ count: countText(hostsLeft) }), 'yellow'))]),
  ].join('\n')}\n`;
}
