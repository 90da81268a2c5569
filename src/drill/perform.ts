/** The first process of the drill's namespaces: plays the scenarios, scans each, and tells what came out. */
import { constants } from 'node:os';
import { join } from 'node:path';
import { DemineError, errorText } from '../model/error.ts';
import { resultSchema, type ScanResult } from '../model/result.ts';
import { exitFailed } from '../model/verdict.ts';
import { compiled } from '../native/child.ts';
import { signalOnParentDeath } from '../native/namespaces.ts';
import { randomxLibrary } from '../native/randomx.ts';
import { type Baseline, baselineAlarms, judgeInfected, judgeTwin } from './judge.ts';
import { stageFolder } from './places.ts';
import type { Line } from './protocol.ts';
import type { Arrangement, Means, Scenario } from './scenario.ts';
import { scenarios } from './scenarios/all.ts';
import { Stage } from './stage.ts';

/** Seconds between the two looks at CPU: enough for a throttled process to show. */
const intervalSeconds = 2;

const tell = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** `demine scan` as a user starts it, in these namespaces. */
async function scan(language: string, config: string | undefined): Promise<ScanResult> {
  const own = compiled ? [] : [join(import.meta.dir, '..', 'cli', 'main.ts')];
  const given = config === undefined ? [] : ['--config', join(stageFolder, 'demine.yaml')];
  if (config !== undefined) await Bun.write(join(stageFolder, 'demine.yaml'), config);
  const wanted = [
    'scan',
    '--json',
    '-',
    '--no-case',
    '--no-persistence',
    '--interval',
    `${intervalSeconds}`,
    '--lang',
    language,
  ];
  const child = Bun.spawn([process.execPath, ...own, ...wanted, ...given], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code === 2 || stdout === '') {
    throw new DemineError('drill-unavailable', 'The scan of the stage failed.', {
      subject: `${code}: ${stderr.trim().slice(-500)}`,
    });
  }
  return resultSchema.parse(JSON.parse(stdout));
}

async function play(
  stage: Stage,
  means: Means,
  language: string,
  arrangement: Arrangement,
): Promise<{ readonly result: ScanResult; readonly pid: number | undefined }> {
  try {
    const { pid, config } = await arrangement.set(stage, means);
    return { result: await scan(language, config), pid };
  } finally {
    await stage.clear();
  }
}

async function perform(
  scenario: Scenario,
  stage: Stage,
  means: Means,
  language: string,
  baseline: Baseline,
): Promise<void> {
  const missing = scenario.needs.find((need) => means[need] === undefined);
  if (missing !== undefined) {
    tell({ kind: 'left-out', scenario: scenario.id, need: missing });
    return;
  }
  for (const part of ['infected', 'twin'] as const) {
    tell({ kind: 'playing', scenario: scenario.id, part });
    try {
      const { result, pid } = await play(stage, means, language, scenario[part]);
      const judgement =
        part === 'infected'
          ? judgeInfected(result, scenario.infected, pid, baseline)
          : judgeTwin(result, baseline);
      tell({ kind: 'played', scenario: scenario.id, part, ...judgement });
    } catch (thrown) {
      const subject = thrown instanceof DemineError && thrown.subject !== '' ? ` (${thrown.subject})` : '';
      tell({ kind: 'failed', scenario: scenario.id, part, reason: `${errorText(thrown)}${subject}` });
    }
  }
}

/** The internal task `drill-stage`: language, then the scenarios to play. */
export async function performAll(args: readonly string[]): Promise<number> {
  try {
    return await performWanted(args);
  } catch (thrown) {
    if (!(thrown instanceof DemineError)) throw thrown;
    process.stderr.write(`demine drill: ${thrown.message} (${thrown.subject})\n`);
    return exitFailed;
  }
}

async function performWanted([language = 'en', ...wanted]: readonly string[]): Promise<number> {
  signalOnParentDeath(constants.signals.SIGKILL);
  const stage = Stage.open();
  // The drill holds the other end: when it is gone, however it ended, so are we and all that we started.
  Bun.stdin
    .text()
    .finally(() => process.exit(1))
    .catch(() => undefined); // The end of the pipe is all that counts.
  const means: Means = { randomx: randomxLibrary(), cpuHierarchy: stage.cpuHierarchy };
  const baseline = await scan(language, undefined);
  tell({ kind: 'baseline', verdict: baseline.verdict, findings: [...baselineAlarms(baseline)] });
  for (const scenario of scenarios) {
    if (wanted.includes(scenario.id)) await perform(scenario, stage, means, language, baseline);
  }
  tell({ kind: 'end' });
  process.exit(0);
}
