/** Everything that is told of a recorded scan: screens in both languages, JSON, page, and the tables of the case file. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderHtml } from '../../../src/report/html.ts';
import { renderJson } from '../../../src/report/json.ts';
import { renderNetwork } from '../../../src/report/network.ts';
import { renderProcessTree } from '../../../src/report/process-tree.ts';
import { renderScan } from '../../../src/report/terminal.ts';
import type { ScanOutcome } from '../../../src/scan/scan.ts';
import { openCase } from '../../../src/store/sqlite.ts';

const view = { width: 120, color: false, all: true } as const;

/** The bytes of the case file, which holds every fact. */
async function caseFile({ result, facts, log }: ScanOutcome): Promise<string> {
  const path = join(tmpdir(), `demine-said-${Bun.nanoseconds()}.sqlite`);
  const store = openCase(path);
  try {
    store.saveScan({ result, facts, groups: log.groups, incomplete: log.listed });
  } finally {
    store.close();
  }
  try {
    return Buffer.from(await Bun.file(path).arrayBuffer()).toString('latin1');
  } finally {
    rmSync(path, { force: true });
  }
}

export interface Said {
  readonly screens: Readonly<Record<string, string>>;
  readonly pages: Readonly<Record<string, string>>;
  readonly json: string;
  readonly caseFile: string;
}

export async function saidOf(outcome: ScanOutcome): Promise<Said> {
  const { result } = outcome;
  const screens: Record<string, string> = {};
  const pages: Record<string, string> = {};
  for (const language of ['en', 'zh-CN'] as const) {
    screens[`scan ${language}`] = renderScan(result, { ...view, language });
    screens[`ps ${language}`] = renderProcessTree(result, { ...view, language });
    screens[`net ${language}`] = renderNetwork(result, { ...view, language });
    pages[language] = renderHtml(result, { language });
  }
  return { screens, pages, json: renderJson(result), caseFile: await caseFile(outcome) };
}

export const allOf = ({ screens, pages, json, caseFile }: Said): readonly (readonly [string, string])[] => [
  ...Object.entries(screens),
  ...Object.entries(pages).map(([language, page]) => [`page ${language}`, page] as const),
  ['result.json', json],
  ['case.sqlite', caseFile],
];
