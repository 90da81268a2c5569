/**
 * Miners that lie on the disk: programs, their settings and their logs, running or not.
 *
 * What: a program that no package owns and that holds a miner's marks; settings with a miner's own keys beside a pool
 * or wallet, or a script that starts one; lines that a miner logged.
 * Why: an image shows nothing else, and on a live host it tells what a stopped or killed miner was.
 * What it is NOT: a word search. Block lists, manuals, sources, tests, histories and reports name pools, wallets and
 * options; so do security programs, which know many miners: marks of four different programs are a signature list.
 * Nothing here says that anything runs: the state stays `traces`.
 * Sources: miner-fingerprints §1.6 and §1.7; families (places). Thresholds are ours.
 */
import { isMiningScheme, knownPool } from '../coins/pools.ts';
import { isWindowsPath } from '../formats/windows-path.ts';
import type { OwnerConfig } from '../model/config.ts';
import type { FactSet } from '../model/fact.ts';
import type { FileOwnerFact, FileTraceFact } from '../model/facts/host.ts';
import type { MiningTrace } from '../model/facts/process.ts';
import type { Evidence, Finding, Severity } from '../model/finding.ts';
import { folderOf, phrase, printableText } from '../model/text.ts';
import type { Instant } from '../model/time.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isLooseProgram, isTemporaryPlace, isWindowsData } from './command/windows/places.ts';
import { minerProgram } from './miner-program.ts';
import { isDropPlace, placeOf } from './place.ts';

type TraceOf<K extends MiningTrace['kind']> = FileTraceFact & {
  readonly found: Extract<MiningTrace, { readonly kind: K }>;
};

const isKind =
  <K extends MiningTrace['kind']>(kind: K) =>
  (trace: FileTraceFact): trace is TraceOf<K> =>
    trace.found.kind === kind;

const isWallet = isKind('wallet');
const isPool = isKind('pool');
const isConfig = isKind('config');
const isAlgorithm = isKind('algorithm');

/** Evidence lines of one finding. */
const shown = 6;
/** Files told of one host; a dropper may have filled a folder. */
const mostFiles = 200;

interface DroppedFile {
  readonly first: FileTraceFact;
  readonly traces: readonly FileTraceFact[];
  /** No package database of this target could say whose it is. */
  readonly ownerUnknown: boolean;
  readonly dropped: boolean;
}

/** A pool of somebody: not the host to which a program's own donation goes. */
function isPayee({ found }: TraceOf<'pool'>): boolean {
  if (knownPool(found.host)?.program !== undefined) return false;
  return found.known || isMiningScheme(found.scheme) || found.port > 0;
}

const speaksStratum = ({ found }: TraceOf<'pool'>): boolean => isMiningScheme(found.scheme) || found.known;

const isDropped = (path: string): boolean =>
  isWindowsPath(path)
    ? isTemporaryPlace(path) || isLooseProgram(path) || isWindowsData(path)
    : isDropPlace(placeOf(path));

function time({ us }: Instant): string {
  const date = new Date(us / 1000);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
}

function about({ path, size, ownerUid, changed, sha256, executable }: FileTraceFact): Evidence {
  const when = printableText(time(changed));
  const mode = printableText(executable ? 'executable' : 'not executable');
  const hash = sha256 === '' ? phrase`` : phrase`, sha256 ${printableText(sha256)}`;
  if (isWindowsPath(path)) return { source: path, text: phrase`${size} bytes, modified ${when}${hash}` };
  return {
    source: path,
    text: phrase`${size} bytes, ${mode}, owner uid ${ownerUid}, changed ${when}${hash}`,
  };
}

function common(file: DroppedFile, traces: readonly (FileTraceFact | undefined)[]) {
  // Settings of one line prove key, pool and wallet at once.
  const said = new Map(
    traces.flatMap((trace) =>
      trace === undefined ? [] : [[JSON.stringify([trace.source, trace.text]), trace]],
    ),
  );
  const used = [...said.values()].slice(0, shown);
  return {
    technique: 'T1496.001',
    bearing: 'supports' as const,
    witness: 'file' as const,
    subject: { kind: 'file' as const, path: file.first.path },
    evidence: [...used.map((trace) => ({ ...trace.source, text: trace.text })), about(file.first)],
  };
}

function program(file: DroppedFile): Finding | undefined {
  const signs = minerProgram(file.traces);
  if (signs === undefined || !(signs.miner || signs.named)) return undefined;
  const { own, others, miner } = signs;
  const severity: Severity = !miner ? 'low' : file.dropped ? 'high' : 'medium';
  const sure = Math.min(90, 55 + 7 * (own.length + others.length)) - (file.ownerUnknown ? 10 : 0);
  return finding(
    'file.miner-program',
    { path: file.first.path, program: signs.program },
    {
      ...common(file, [...own.slice(0, 3), ...others]),
      severity,
      confidence: miner ? sure : 30,
      benign: ['own-miner', 'signature-database', 'developer-build'],
    },
  );
}

function configuration(file: DroppedFile): Finding | undefined {
  const { traces, first } = file;
  const config = traces.find(isConfig);
  const wallet = traces.filter(isWallet).find((trace) => trace.found.verified);
  const pools = traces.filter(isPool).filter(isPayee);
  const spoken = pools.find(speaksStratum);
  const pool = spoken ?? pools[0];
  const known = config !== undefined && config.found.program !== 'unknown';
  const pair = wallet !== undefined && spoken !== undefined;
  // Keys that everybody's settings may have say nothing but beside both; a script that starts a miner names both.
  const serious = first.format === 'settings' && known ? wallet !== undefined || pool !== undefined : pair;
  if (!serious && !(known && (first.format === 'settings' || pool !== undefined))) return undefined;
  return finding(
    'file.miner-configuration',
    {
      path: first.path,
      program: config?.found.program ?? 'unknown',
      pool: pool === undefined ? '' : poolName(pool.found),
      wallet: wallet?.found.address ?? '',
    },
    {
      ...common(file, [config, pool, wallet, ...traces.filter(isAlgorithm).slice(0, 1)]),
      severity: serious ? 'medium' : 'low',
      confidence: !serious ? 30 : wallet === undefined ? 65 : 80,
      benign: ['own-miner', 'developer-build'],
    },
  );
}

const poolName = ({ host, port }: TraceOf<'pool'>['found']): string =>
  port === 0 ? host : `${host}:${port}`;

function log(file: DroppedFile): Finding {
  const { traces, first } = file;
  const pool = traces.filter(isPool).find(isPayee);
  const sure = file.dropped || /\.log(?:\.\d+)?$/i.test(first.path);
  return finding(
    'file.miner-log',
    { path: first.path, pool: pool === undefined ? '' : poolName(pool.found) },
    {
      ...common(file, [pool, ...traces.filter((trace) => trace.source.line !== undefined)]),
      severity: sure ? 'medium' : 'low',
      confidence: sure ? 70 : 35,
      benign: ['own-miner', 'text-shown'],
    },
  );
}

function judge(file: DroppedFile): Finding | undefined {
  switch (file.first.format) {
    case 'elf':
      return program(file);
    case 'settings':
    case 'script':
      return configuration(file);
    case 'log':
      return log(file);
    case 'text':
      return undefined;
  }
}

function* filesOf(facts: FactSet): Iterable<DroppedFile> {
  const owners = new Map<string, FileOwnerFact>();
  for (const owner of facts.of('file-owner')) owners.set(owner.path, owner);
  for (const traces of Map.groupBy(facts.of('file-trace'), (trace) => trace.path).values()) {
    const [first] = traces;
    if (first === undefined) continue;
    const owner = owners.get(first.path);
    // What a package brings was chosen by whoever installed it, and is removed with it.
    if (owner !== undefined && owner.package !== '') continue;
    yield { first, traces, ownerUnknown: owner === undefined, dropped: isDropped(first.path) };
  }
}

export const droppedFiles: Analyzer = {
  id: 'dropped-files',
  rules: ['file.miner-program', 'file.miner-configuration', 'file.miner-log'],
  analyze(facts) {
    const found: Finding[] = [];
    for (const file of filesOf(facts)) {
      const one = judge(file);
      if (one !== undefined) found.push(one);
      if (found.length >= mostFiles) break;
    }
    return found;
  },
};

type DeclaredMiner = OwnerConfig['mining'][number];

/** True where a file names the declared wallet and pools, or none. */
function paysOwner(traces: readonly FileTraceFact[], miner: DeclaredMiner): boolean {
  const own = miner.wallet?.split('.', 1)[0];
  const wallets = traces.filter(isWallet).filter((trace) => trace.found.verified);
  if (own !== undefined && wallets.some((trace) => trace.found.address !== own)) return false;
  if (miner.pools === undefined) return true;
  const declared = miner.pools.map((pool) => pool.toLowerCase().replace(/^[a-z0-9+]+:\/\//, ''));
  return traces
    .filter(isPool)
    .filter(isPayee)
    .every(({ found: { host, port } }) =>
      declared.some((pool) => pool === host.toLowerCase() || pool === `${host.toLowerCase()}:${port}`),
    );
}

/**
 * The owner's reason for a file of this analyzer: the declared program itself, and settings and logs beside it that
 * name no other wallet or pool.
 */
export function declaredFile(one: Finding, facts: FactSet, config: OwnerConfig): string | undefined {
  const { subject, rule } = one;
  if (subject.kind !== 'file' || !droppedFiles.rules.some((own) => own === rule)) return undefined;
  const { path } = subject;
  const miner = config.mining.find(({ exe }) => {
    const declared = printableText(exe);
    return path === declared || (rule !== 'file.miner-program' && folderOf(path) === folderOf(declared));
  });
  if (miner === undefined) return undefined;
  // Mining programs carry their authors' donation addresses.
  if (rule === 'file.miner-program') return miner.reason;
  const traces = facts.of('file-trace').filter((trace) => trace.path === path);
  return paysOwner(traces, miner) ? miner.reason : undefined;
}
