/** Texts of the timeline in a language, and how it writes times and counts. */
import type { Language } from '../../messages/catalogue.ts';
import { timeline as english } from '../../messages/en/timeline.ts';
import type { TimelineTexts } from '../../messages/timeline.ts';
import { timeline as chinese } from '../../messages/zh-CN/timeline.ts';

const all: Readonly<Record<Language, TimelineTexts>> = { en: english, 'zh-CN': chinese };

export const timelineTexts = (language: Language): TimelineTexts => all[language];

/** The latest moment that a date can tell, in microseconds; what a log says beyond is no time. */
const mostUs = 8.64e18;

/** RFC 3339 in UTC with microseconds and an offset, as Timesketch takes it. */
export function isoOf(us: number): string {
  const within = Math.max(-mostUs, Math.min(mostUs, Math.trunc(us)));
  const seconds = Math.floor(within / 1e6);
  const fraction = String(within - seconds * 1e6).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${fraction}+00:00`;
}

/** `2024-01-02 03:04:05` */
export const secondOf = (us: number): string => isoOf(us).replace('T', ' ').slice(0, 19);

/** `2024-01-02 03:04` */
export const minuteOf = (us: number): string => secondOf(us).slice(0, 16);

/** `12,345` in both languages. */
export const countText = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
