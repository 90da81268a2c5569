/** The texts of a language, composed of the areas. */
import type { Catalogue, Language } from './catalogue.ts';
import { cli as cliEn } from './en/cli.ts';
import { coverage as coverageEn } from './en/coverage.ts';
import { incident as incidentEn } from './en/incident.ts';
import { persistence as persistenceEn } from './en/persistence.ts';
import { benign as benignEn, ruleNames as namesEn, rules as rulesEn, why as whyEn } from './en/rules.ts';
import { cli as cliZh } from './zh-CN/cli.ts';
import { coverage as coverageZh } from './zh-CN/coverage.ts';
import { incident as incidentZh } from './zh-CN/incident.ts';
import { persistence as persistenceZh } from './zh-CN/persistence.ts';
import { benign as benignZh, ruleNames as namesZh, rules as rulesZh, why as whyZh } from './zh-CN/rules.ts';

const en: Catalogue = {
  rules: rulesEn,
  ruleNames: namesEn,
  benign: benignEn,
  why: whyEn,
  cli: cliEn,
  coverage: coverageEn,
  persistence: persistenceEn,
  incident: incidentEn,
};
const zhCN: Catalogue = {
  rules: rulesZh,
  ruleNames: namesZh,
  benign: benignZh,
  why: whyZh,
  cli: cliZh,
  coverage: coverageZh,
  persistence: persistenceZh,
  incident: incidentZh,
};

export function messagesFor(language: Language): Catalogue {
  return language === 'zh-CN' ? zhCN : en;
}
