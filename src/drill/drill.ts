/**
 * `demine drill`: a safe exercise for newcomers, and the core of our own end-to-end tests.
 *
 * It asks, starts the stage in private namespaces, and shows what a scan said beside what it should have said.
 * Exit 0 all as expected, 1 something else, 2 it could not start, 3 some scenarios could not be run.
 */

import type { Language } from '../messages/catalogue.ts';
import { type DrillTexts, type ScenarioId, scenarioIds } from '../messages/drill.ts';
import { drill as english } from '../messages/en/drill.ts';
import { drill as chinese } from '../messages/zh-CN/drill.ts';
import { DemineError, errorText } from '../model/error.ts';
import { exitFailed } from '../model/verdict.ts';
import { childCommand } from '../native/child.ts';
import { entryFile } from './entry.ts';
import { type Line, lineSchema } from './protocol.ts';
import { table } from './table.ts';

export interface DrillOptions {
  readonly language: Language;
  /** Said beforehand that it may start. */
  readonly yes: boolean;
  /** Only tell what there is. */
  readonly list: boolean;
  /** Ids; all when empty. */
  readonly scenarios: readonly string[];
  readonly out: (line: string) => void;
  /** Asks a person; undefined where there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

export const drillTexts: Readonly<Record<Language, DrillTexts>> = { en: english, 'zh-CN': chinese };

const isScenario = (name: string): name is ScenarioId => (scenarioIds as readonly string[]).includes(name);

function wantedScenarios(names: readonly string[], texts: DrillTexts): readonly ScenarioId[] {
  if (names.length === 0) return scenarioIds;
  const unknown = names.find((name) => !isScenario(name));
  if (unknown !== undefined) {
    throw new DemineError('usage', texts.unknownScenario({ name: unknown }), { subject: unknown });
  }
  return scenarioIds.filter((id) => names.includes(id));
}

/** Capabilities are not looked up by name: the kernel says by itself whether it refuses, see `launch.ts`. */
function mustBeAble(texts: DrillTexts): void {
  if (process.platform !== 'linux') throw new DemineError('drill-unavailable', texts.needsLinux);
  if (process.geteuid?.() !== 0) {
    throw new DemineError('drill-unavailable', texts.needsRoot.what, { hint: texts.needsRoot.next });
  }
}

async function agreed(options: DrillOptions, texts: DrillTexts): Promise<boolean> {
  for (const paragraph of texts.notice) options.out(paragraph);
  if (options.yes) return true;
  if (options.ask === undefined) throw new DemineError('usage', texts.notATerminal, { subject: '--yes' });
  return texts.yes.includes((await options.ask(texts.question)).trim().toLowerCase());
}

function showList(texts: DrillTexts, out: DrillOptions['out']): void {
  out(texts.listHeading);
  for (const id of scenarioIds) {
    const { infected, twin, lesson } = texts.scenarios[id];
    out('');
    out(id);
    out(`  ${texts.infected}${texts.colon}${infected}`);
    out(`  ${texts.twin}${texts.colon}${twin}`);
    out(`  ${lesson}`);
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield lineSchema.parse(JSON.parse(part));
  }
}

interface Tally {
  right: number;
  wrong: number;
  notRun: number;
}

function verdictWord(texts: DrillTexts, verdict: string): string {
  return Object.entries(texts.verdicts).find(([id]) => id === verdict)?.[1] ?? verdict;
}

/** Rows of one line of the stage for the table at the end, counted on the way. */
function rowsOf(line: Line, texts: DrillTexts, tally: Tally): readonly (readonly string[])[] {
  switch (line.kind) {
    case 'played': {
      tally[line.asExpected ? 'right' : 'wrong'] += 1;
      const expected = line.part === 'infected' ? texts.mustFind : texts.mustStayClean;
      const problem = line.problem === 'none' ? '' : `${texts.colon}${texts.problems[line.problem]}`;
      return [
        [
          line.scenario,
          texts[line.part],
          expected,
          verdictWord(texts, line.verdict),
          `${line.asExpected ? texts.right : texts.wrong}${problem}`,
        ],
      ];
    }
    case 'failed':
      tally.wrong += 1;
      return [[line.scenario, texts[line.part], '', '', `${texts.wrong}${texts.colon}${line.reason}`]];
    case 'left-out':
      tally.notRun += 2;
      return (['infected', 'twin'] as const).map((part) => [
        line.scenario,
        texts[part],
        '',
        '',
        `${texts.notRun}${texts.colon}${texts.needs[line.need]}`,
      ]);
    case 'baseline':
    case 'playing':
    case 'end':
      return [];
  }
}

function comment(line: Line, texts: DrillTexts, number: number, of: number): string[] {
  switch (line.kind) {
    case 'baseline':
      return line.verdict === 'clean' && line.findings.length === 0
        ? [texts.baselineClean]
        : [
            texts.baseline({ verdict: verdictWord(texts, line.verdict), count: line.findings.length }),
            ...line.findings.map((finding) => `  ${finding.rule}: ${finding.title}`),
          ];
    case 'playing': {
      if (!isScenario(line.scenario)) return [];
      const scene = texts.scenarios[line.scenario];
      const head = line.part === 'infected' ? ['', texts.playing({ number, of })] : [];
      return [...head, `  ${texts[line.part]}${texts.colon}${scene[line.part]}`];
    }
    case 'played': {
      const findings = line.findings.map((finding) => `    ${finding.rule}: ${finding.title}`);
      const lesson =
        line.part === 'twin' && isScenario(line.scenario) ? texts.scenarios[line.scenario].lesson : '';
      return [
        `  → ${verdictWord(texts, line.verdict)}${texts.comma}${line.asExpected ? texts.right : texts.wrong}`,
        ...findings,
        ...(lesson === '' ? [] : [`  ${lesson}`]),
      ];
    }
    case 'left-out':
      return ['', `${line.scenario}${texts.colon}${texts.notRun}${texts.colon}${texts.needs[line.need]}`];
    case 'failed':
      return [`  ${texts.wrong}${texts.colon}${line.reason}`];
    case 'end':
      return [];
  }
}

/** @returns the exit code */
export async function runDrill(options: DrillOptions): Promise<number> {
  const texts = drillTexts[options.language];
  const { out } = options;
  if (options.list) {
    showList(texts, out);
    return 0;
  }
  const wanted = wantedScenarios(options.scenarios, texts);
  mustBeAble(texts);
  if (!(await agreed(options, texts))) {
    out(texts.declined);
    return 0;
  }
  const command = childCommand('drill-launch', [options.language, ...wanted], entryFile);
  // The other end of the pipe is how the stage knows that we are still there.
  const child = Bun.spawn(command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const tally: Tally = { right: 0, wrong: 0, notRun: 0 };
  const rows: (readonly string[])[] = [];
  let number = 0;
  let ended = false;
  try {
    for await (const line of linesOf(child.stdout)) {
      if ((line.kind === 'playing' && line.part === 'infected') || line.kind === 'left-out') number += 1;
      for (const text of comment(line, texts, number, wanted.length)) out(text);
      rows.push(...rowsOf(line, texts, tally));
      ended = line.kind === 'end';
    }
  } catch (cause) {
    throw new DemineError('internal', errorText(cause), { subject: 'drill', cause });
  } finally {
    child.kill('SIGKILL');
  }
  const code = await child.exited;
  out('');
  const { scenario, expected, got, judged } = texts.columns;
  for (const row of table([[scenario, '', expected, got, judged], ...rows])) out(row);
  out('');
  out(texts.summary(tally));
  out(ended ? texts.ended : texts.broke({ code }));
  // Nothing was played: the stage never opened, and it said why.
  if (!ended && rows.length === 0) return exitFailed;
  if (tally.wrong > 0 || !ended) return 1;
  return tally.notRun > 0 ? 3 : 0;
}
