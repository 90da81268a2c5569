/**
 * Commands of attackers among those that were run on a host: typed into PowerShell, of transcripts and of event logs.
 *
 * What: one finding of each history, transcript or log and account that holds such commands, with their lines.
 * Why: a cleaned host keeps what was typed; who switched the scanner off, fetched a program and ran it has said so himself.
 * What it is NOT: proof that it worked, nor that anything runs: the state stays `traces`. One weak sign is nothing;
 * four different ones within an hour, or thirty commands, among them one that hides, ends rivals or clears logs, are one.
 */
import { windowsKey } from '../../formats/windows-path.ts';
import type { CommandWhy } from '../../messages/rules.ts';
import type { FactSet } from '../../model/fact.ts';
import type { RanCommandFact } from '../../model/facts/command.ts';
import type { Finding } from '../../model/finding.ts';
import { printableText } from '../../model/text.ts';
import { type Analyzer, finding, type JudgeContext } from '../analyzer.ts';
import type { EntryReading } from '../command/read-entry.ts';
import { readCommand, startedBy } from './read-command.ts';
import { type CommandWeight, weighCommand, weightOfFetch } from './weigh-command.ts';

const mostFindings = 100;
const shown = 6;
const windowUs = 3600e6;
const windowLines = 30;
const severalWays = 4;
/** What nobody does who sets up a host. */
const furtive: ReadonlySet<CommandWhy> = new Set([
  'hides',
  'kills-rivals',
  'clears-traces',
  'decode-and-run',
]);

interface Judged {
  readonly fact: RanCommandFact;
  readonly why: CommandWhy;
  readonly weight: CommandWeight;
}

const rank: Readonly<Record<CommandWeight, number>> = { strong: 3, medium: 2, weak: 1 };
const heaviestFirst = (a: Judged, b: Judged): number => rank[b.weight] - rank[a.weight];

/** The owner's own miner may be started by hand. */
const isDeclared = ({ targets }: EntryReading, { config }: JudgeContext): boolean =>
  config.mining.some(({ exe }) =>
    targets.some((path) => windowsKey(path) === windowsKey(printableText(exe))),
  );

function judgedOf(commands: readonly RanCommandFact[], context: JudgeContext): readonly Judged[] {
  const saved = new Map<string, string>();
  return commands.flatMap((fact): readonly Judged[] => {
    const reading = readCommand(fact);
    if (isDeclared(reading, context)) return [];
    const found = weighCommand(fact, reading).map((one): Judged => ({ fact, ...one }));
    // What one command fetched, a later one runs.
    for (const path of startedBy(fact, reading)) {
      const url = saved.get(path);
      const weight = url === undefined ? undefined : weightOfFetch(url);
      if (weight !== undefined) found.push({ fact, why: 'fetch-and-run', weight });
    }
    for (const { path, url } of reading.saved) saved.set(windowsKey(path), url);
    return found;
  });
}

const near = (a: RanCommandFact, b: RanCommandFact): boolean =>
  a.origin === 'console-history' || a.origin === 'transcript'
    ? Math.abs((a.source.line ?? 0) - (b.source.line ?? 0)) <= windowLines
    : Math.abs(a.us - b.us) <= windowUs;

/** Different things of one nature's weight that were done together. */
function together(judged: readonly Judged[], least: number): readonly Judged[] | undefined {
  for (const [at, first] of judged.entries()) {
    const group = judged.slice(at, at + 200).filter(({ fact }) => near(first.fact, fact));
    if (new Set(group.map(({ why }) => why)).size >= least) return group;
  }
  return undefined;
}

interface Verdict {
  readonly malicious: boolean;
  /** None is heavy, and all were done together. */
  readonly why?: 'several-ways';
  readonly of: readonly Judged[];
}

function verdictOf(judged: readonly Judged[]): Verdict | undefined {
  const strong = judged.filter(({ weight }) => weight === 'strong');
  const medium = judged.filter(({ weight }) => weight === 'medium');
  if (strong.length > 0) return { malicious: true, of: [...strong, ...medium] };
  const pair = together(medium, 2);
  if (pair !== undefined) return { malicious: true, of: medium };
  if (medium.length > 0) return { malicious: false, of: medium };
  const several = together(judged, severalWays);
  return several?.some(({ why }) => furtive.has(why)) === true
    ? { malicious: false, why: 'several-ways', of: several }
    : undefined;
}

/** In their order: by line of a history, by time of a log. */
const inOrder = (a: RanCommandFact, b: RanCommandFact): number =>
  a.us - b.us ||
  (a.source.line ?? 0) - (b.source.line ?? 0) ||
  (a.source.offset ?? 0) - (b.source.offset ?? 0);

function told(commands: readonly RanCommandFact[], context: JudgeContext): Finding | undefined {
  const judged = judgedOf(commands.toSorted(inOrder), context);
  const verdict = verdictOf(judged);
  const [first] = commands;
  if (verdict === undefined || first === undefined) return undefined;
  const of = verdict.of.toSorted(heaviestFirst);
  const lines = [...new Set(of.map(({ fact }) => fact))];
  return finding(
    verdict.malicious ? 'command.malicious' : 'command.suspicious',
    {
      origin: first.origin,
      path: first.source.source,
      account: first.account,
      why: verdict.why ?? of[0]?.why ?? 'several-ways',
      commands: lines.length,
    },
    {
      severity: verdict.malicious ? 'high' : 'medium',
      confidence: verdict.malicious ? 80 : 55,
      technique: 'T1059.001',
      bearing: 'supports',
      witness: 'command-line',
      subject: { kind: 'file', path: first.source.source },
      evidence: lines.slice(0, shown).map(({ source, text }) => ({ ...source, text })),
      benign: ['own-automation', 'own-installation'],
    },
  );
}

export const ranCommands: Analyzer = {
  id: 'ran-commands',
  rules: ['command.malicious', 'command.suspicious'],
  analyze(facts: FactSet, context) {
    const found: Finding[] = [];
    const groups = Map.groupBy(
      facts.of('ran-command'),
      ({ source, account, origin }) => `${origin} ${source.source} ${account.toLowerCase()}`,
    );
    for (const commands of groups.values()) {
      const one = told(commands, context);
      if (one !== undefined) found.push(one);
      if (found.length >= mostFindings) break;
    }
    return found;
  },
};
