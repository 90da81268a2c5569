/** Texts of the sheet in a language. */
import type { Language } from '../../messages/catalogue.ts';
import { firstHour as english } from '../../messages/en/first-hour.ts';
import type { FirstHourTexts } from '../../messages/first-hour.ts';
import { firstHour as chinese } from '../../messages/zh-CN/first-hour.ts';

export const firstHourTexts = (language: Language): FirstHourTexts => (language === 'en' ? english : chinese);
