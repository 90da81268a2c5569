/** Texts of the drill: what it does, what each scenario shows, how it ended. */

export const scenarioIds = [
  'randomx-fast',
  'randomx-renamed',
  'randomx-deleted',
  'randomx-covered',
  'randomx-quota',
  'randomx-pulse',
  'memory-shape',
  'pool-session',
  'open-configuration',
  'kernel-name',
  'preload',
  'blocked-names',
] as const;

export type ScenarioId = (typeof scenarioIds)[number];

export interface ScenarioTexts {
  /** What is staged and must be found. */
  readonly infected: string;
  /** The same shape with one honest difference; must stay clean. */
  readonly twin: string;
  /** What a responder learns from the pair, one sentence. */
  readonly lesson: string;
}

export interface DrillTexts {
  /** What will happen, before anything does; one paragraph a line. */
  readonly notice: readonly string[];
  readonly question: string;
  readonly yes: readonly string[];
  readonly colon: string;
  readonly comma: string;
  readonly declined: string;
  readonly notATerminal: string;
  readonly listHeading: string;
  readonly scenarios: Readonly<Record<ScenarioId, ScenarioTexts>>;
  readonly baselineClean: string;
  readonly baseline: (params: { verdict: string; count: number }) => string;
  readonly playing: (params: { number: number; of: number }) => string;
  readonly infected: string;
  readonly twin: string;
  readonly mustFind: string;
  readonly mustStayClean: string;
  readonly verdicts: Readonly<Record<'clean' | 'suspicious' | 'mining' | 'inconclusive', string>>;
  readonly right: string;
  readonly wrong: string;
  readonly notRun: string;
  readonly problems: Readonly<Record<'verdict' | 'rule' | 'alarm', string>>;
  readonly needs: Readonly<Record<'randomx' | 'cpuHierarchy', string>>;
  readonly columns: {
    readonly scenario: string;
    readonly expected: string;
    readonly got: string;
    readonly judged: string;
  };
  readonly summary: (params: { right: number; wrong: number; notRun: number }) => string;
  readonly ended: string;
  readonly needsLinux: string;
  readonly needsRoot: { readonly what: string; readonly next: string };
  readonly unknownScenario: (params: { name: string }) => string;
  readonly broke: (params: { code: number }) => string;
}
