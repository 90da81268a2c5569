/** The texts of reports in the language asked for, and how numbers and times are written in them. */
import type { Language } from '../messages/catalogue.ts';
import type { CoverageTexts } from '../messages/coverage.ts';
import { coverage as englishCoverage } from '../messages/en/coverage.ts';
import { family as englishFamily } from '../messages/en/family.ts';
import { incident as englishIncident } from '../messages/en/incident.ts';
import { persistence as englishPersistence } from '../messages/en/persistence.ts';
import { report as englishReport } from '../messages/en/report.ts';
import { terminal as englishTerminal } from '../messages/en/terminal.ts';
import { wayIn as englishWayIn } from '../messages/en/way-in.ts';
import type { FamilyTexts } from '../messages/family.ts';
import type { IncidentTexts } from '../messages/incident.ts';
import type { PersistenceTexts } from '../messages/persistence.ts';
import type { Headline, ReportTexts } from '../messages/report.ts';
import type { TerminalTexts } from '../messages/terminal.ts';
import type { WayInTexts } from '../messages/way-in.ts';
import { coverage as chineseCoverage } from '../messages/zh-CN/coverage.ts';
import { family as chineseFamily } from '../messages/zh-CN/family.ts';
import { incident as chineseIncident } from '../messages/zh-CN/incident.ts';
import { persistence as chinesePersistence } from '../messages/zh-CN/persistence.ts';
import { report as chineseReport } from '../messages/zh-CN/report.ts';
import { terminal as chineseTerminal } from '../messages/zh-CN/terminal.ts';
import { wayIn as chineseWayIn } from '../messages/zh-CN/way-in.ts';
import type { ResultFinding, ResultPersistence, ScanResult } from '../model/result.ts';

const reports: Readonly<Record<Language, ReportTexts>> = { en: englishReport, 'zh-CN': chineseReport };
const terminals: Readonly<Record<Language, TerminalTexts>> = {
  en: englishTerminal,
  'zh-CN': chineseTerminal,
};

const coverages: Readonly<Record<Language, CoverageTexts>> = {
  en: englishCoverage,
  'zh-CN': chineseCoverage,
};

const incidents: Readonly<Record<Language, IncidentTexts>> = {
  en: englishIncident,
  'zh-CN': chineseIncident,
};
const waysIn: Readonly<Record<Language, WayInTexts>> = { en: englishWayIn, 'zh-CN': chineseWayIn };

/** Names of ways in, grades, steps, and of what is missing. */
export const incidentTexts = (language: Language): IncidentTexts => incidents[language];

const families: Readonly<Record<Language, FamilyTexts>> = { en: englishFamily, 'zh-CN': chineseFamily };

/** What is said of a family, and kinds of its indicators. */
export const familyTexts = (language: Language): FamilyTexts => families[language];

/** Sentences of how it got in. */
export const wayInTexts = (language: Language): WayInTexts => waysIn[language];

export function reportTexts(language: Language): ReportTexts {
  return reports[language];
}

export function terminalTexts(language: Language): TerminalTexts {
  return terminals[language];
}

const persistences: Readonly<Record<Language, PersistenceTexts>> = {
  en: englishPersistence,
  'zh-CN': chinesePersistence,
};

/** What a mechanism is called; the id itself where this version has no name for it. */
export function mechanismText(id: string, language: Language): string {
  const known: Readonly<Record<string, string>> = persistences[language].mechanisms;
  return Object.hasOwn(known, id) ? (known[id] ?? id) : id;
}

export function entryJudgementText(judgement: ResultPersistence['judgement'], language: Language): string {
  return persistences[language].judgements[judgement];
}

/** When an entry runs: our own words in the language, a schedule as it is written. */
export function triggerText(trigger: string, language: Language): string {
  const known = persistences[language].triggers;
  return Object.hasOwn(known, trigger) ? (known[trigger] ?? trigger) : trigger;
}

/** `/etc/crontab:3`; `UPlugPlay · C:\Windows\…\SYSTEM` where many stand in one file. */
export function placeOf({ source, line, name }: ResultPersistence): string {
  const place = line === undefined ? source : `${source}:${line}`;
  return name === undefined || name === '' ? place : `${name} · ${place}`;
}

/** An entry that can bring a miner back. */
export const isGrave = ({ judgement }: ResultPersistence): boolean =>
  judgement === 'malicious' || judgement === 'suspicious';

/** Which of the answers a result gives. */
export function headlineOf(result: ScanResult): Headline {
  if (result.verdict !== 'mining') return result.verdict;
  switch (result.state) {
    case 'stopped':
      return 'mining-stopped';
    case 'traces':
      return 'mining-traces';
    case 'running':
    case 'none':
      return 'mining-running';
  }
}

/** `2026-11-21 03:12`, from RFC 3339. Text that is no time is given back as it is. */
export function minuteOf(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time) ? `${time.slice(0, 10)} ${time.slice(11, 16)}` : time;
}

/** `2026-11-21 03:12:44`, in the same way. */
export function secondOf(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(time) ? `${time.slice(0, 10)} ${time.slice(11, 19)}` : time;
}

/** The later of two such minutes or seconds, without its day where that is the day of the first. */
export const dayOnce = (from: string, to: string): string =>
  from !== to && from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to;

/** Seconds from one RFC 3339 time to another; 0 when either is none. */
export function secondsBetween(from: string, to: string): number {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

/** Percent with one decimal below 100. */
export function percentText(percent: number): string {
  return percent >= 99.95 ? String(Math.round(percent)) : percent.toFixed(1);
}

/** A number with its sign of percent, as the language sets it. */
export const withPercent = (value: string | number, language: Language): string =>
  language === 'en' ? `${value} %` : `${value}%`;

/** A word behind another, in the brackets of the language. */
export const inBrackets = (text: string, language: Language): string =>
  language === 'en' ? ` (${text})` : `（${text}）`;

/** Sentences one after another: Chinese ones stand without a blank. */
export const sentences = (several: readonly string[], language: Language): string =>
  several.join(language === 'en' ? ' ' : '');

/** Title and explanation of a finding in a language. */
export function findingTexts(
  finding: ResultFinding,
  language: Language,
): { readonly title: string; readonly explanation: string } {
  const own = finding.texts[language];
  return own.title === '' ? { title: finding.title, explanation: finding.explanation } : own;
}

/** What a coverage id stands for; the id itself where this version has no text for it. */
export function coverageText(id: string, language: Language): string {
  const known: Readonly<Record<string, string>> = { ...coverages[language].names };
  return known[id] ?? id;
}

/** Enough of a wallet to tell it from another. */
export function shortWallet(wallet: string): string {
  return wallet.length > 20 ? `${wallet.slice(0, 8)}…${wallet.slice(-8)}` : wallet;
}

/** Last component of a path or command. */
export function lastComponent(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}
