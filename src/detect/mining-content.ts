/**
 * Mining text in memory, command line, environment and open configuration.
 *
 * What: a wallet with a right checksum together with the login a miner sends to its pool, in a process that
 * uses CPU, is proof; parts of it support. An answer of a suspect's own miner interface is proof too.
 * Why: it names pool and wallet, works for encrypted sessions, and outlives renaming and packing.
 * What it is NOT: a word search. Browsers, editors, searches and scanners hold such text when they show or
 * look for it: for them, and for processes without CPU and connections, text stays context; unless a program of no
 * package was started with a wallet and a pool.
 * Sources: miner-fingerprints §1.2, §1.6, §1.7; XMRig src/base/net/stratum/Client.cpp (login).
 */
import { encodedCommand } from '../coins/miners.ts';
import { isMiningScheme } from '../coins/pools.ts';
import type { FactOf } from '../model/fact.ts';
import type { MiningTrace, MiningTraceFact } from '../model/facts/process.ts';
import type { Evidence, Finding, Severity, Witness } from '../model/finding.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropped, keepsOthersText } from './pool-connection.ts';
import {
  computes,
  connections,
  cpuEvidence,
  exeEvidence,
  isListening,
  nameOf,
  type ProcessRecord,
  type ProcessRecords,
  recordsOf,
  subjectOf,
} from './process-record.ts';
import { isInterpreter, isViewer } from './program-kind.ts';

type TraceOf<K extends MiningTrace['kind']> = MiningTraceFact & {
  readonly found: Extract<MiningTrace, { readonly kind: K }>;
};

const isKind =
  <K extends MiningTrace['kind']>(kind: K) =>
  (trace: MiningTraceFact): trace is TraceOf<K> =>
    trace.found.kind === kind;

const isWallet = isKind('wallet');
const isStratum = isKind('stratum');
const isPool = isKind('pool');
const isConfig = isKind('config');
const isProgram = isKind('program');

/** What a miner says to its pool, as it goes over the wire. */
const isLogin = (trace: MiningTraceFact): trace is TraceOf<'stratum'> =>
  isStratum(trace) &&
  trace.found.direction === 'client' &&
  trace.found.quoted !== true &&
  trace.found.dialect !== 'getblocktemplate';

/** Which source of truth a trace is: what a process says of itself in argv is a weaker one than its memory. */
const witnessOf: Readonly<Record<MiningTraceFact['place'], Witness>> = {
  memory: 'memory-content',
  'command-line': 'command-line',
  environment: 'environment',
  'config-file': 'file',
  executable: 'file',
};

/** Where a process is told what to do by whoever starts it. */
const toldIn: ReadonlySet<MiningTraceFact['place']> = new Set(['command-line', 'environment']);

/** Evidence lines of one finding; a hostile process can hold thousands of traces. */
const shown = 6;

const lines = (traces: readonly MiningTraceFact[]): readonly Evidence[] =>
  traces.slice(0, shown).map((trace) => ({ ...trace.source, text: trace.text }));

export function poolText(pool: TraceOf<'pool'>['found']): string {
  const port = pool.port === 0 ? '' : `:${pool.port}`;
  return `${pool.scheme === '' ? '' : `${pool.scheme}://`}${pool.host}${port}`;
}

interface Case {
  readonly identity: ProcessIdentity;
  readonly record: ProcessRecord | undefined;
  readonly traces: readonly MiningTraceFact[];
  readonly process: string;
}

/** What a process was told to do, unlike what it happens to hold. */
function isDeclared(one: Case, { place }: MiningTraceFact): boolean {
  if (place === 'command-line' || place === 'environment') return true;
  // Files that a packaged program has open are what it works on: an archiver, a backup, a database.
  return place === 'config-file' && !(one.record?.owner === 'package' && !isInterpreter(one.record));
}

/** Programs of packages and services that answer requests hold whatever their users gave them. */
const holdsForOthers = (record: ProcessRecord | undefined): boolean =>
  record !== undefined &&
  !isDropped(record) &&
  ((record.owner === 'package' && !isInterpreter(record)) || isListening(record));

/** Stopped miners count as hogs by their lifetime; a frozen one cannot show CPU at all. */
const works = (one: Case): boolean => one.record !== undefined && computes(one.record);
const connected = (one: Case): boolean => one.record !== undefined && connections(one.record).length > 0;
const isQuiet = (one: Case): boolean => !works(one) && !connected(one) && one.record?.cpu.busy !== true;

function common(one: Case, traces: readonly MiningTraceFact[]) {
  const [first] = traces;
  return {
    technique: 'T1496.001',
    witness: first === undefined ? ('memory-content' as const) : witnessOf[first.place],
    subject: subjectOf(one.identity),
    evidence: [
      ...lines(traces),
      ...(one.record === undefined ? [] : [exeEvidence(one.record.process), ...cpuEvidence(one.record)]),
    ],
  };
}

function session(one: Case): Finding | undefined {
  const wallet = one.traces.filter(isWallet).find((trace) => trace.found.verified);
  const login = one.traces.find(isLogin);
  if (wallet === undefined || login === undefined || !works(one)) return undefined;
  return finding(
    'content.mining-session',
    {
      process: one.process,
      pid: one.identity.pid,
      place: login.place,
      wallet: wallet.found.address,
      coin: wallet.found.coin,
    },
    {
      ...common(one, [login, wallet, ...one.traces.filter(isPool)]),
      severity: 'critical',
      confidence: 95,
      bearing: 'proof',
      benign: ['own-miner', 'pool-operator'],
    },
  );
}

/** The mining program whose settings or marks these are; a wallet beside a pool is every program's. */
function programOf(traces: readonly MiningTraceFact[]): string {
  const programs = traces.flatMap(({ found }) =>
    found.kind === 'config' || found.kind === 'program' ? [found.program] : [],
  );
  return programs.find((program) => program !== encodedCommand) ?? 'unknown';
}

/** Settings of a miner: its own JSON keys, its marks, or a wallet beside a pool. */
function configuration(one: Case): Finding | undefined {
  const config = one.traces.find((trace) => isConfig(trace) || isProgram(trace));
  const wallet = one.traces.filter(isWallet).find((trace) => trace.found.verified);
  // Beside a wallet an address needs no scheme of mining where the process was given both.
  const pool = one.traces
    .filter(isPool)
    .find(
      (trace) => isMiningScheme(trace.found.scheme) || trace.found.known || trace.place === 'command-line',
    );
  const login = one.traces.find(isLogin);
  const pair =
    wallet !== undefined && (pool !== undefined || login !== undefined) ? [wallet, pool ?? login] : [];
  const used = [config, ...pair].filter((trace) => trace !== undefined);
  const [first] = used;
  if (first === undefined) return undefined;
  const declared = used.find((trace) => isDeclared(one, trace));
  let severity: Severity = 'low';
  if (declared === undefined && holdsForOthers(one.record)) severity = 'low';
  else if (works(one)) severity = declared === undefined ? 'medium' : 'high';
  else if (pair.length > 0 && (!isQuiet(one) || isToldToMine(one))) severity = 'medium';
  return finding(
    'content.miner-configuration',
    {
      process: one.process,
      pid: one.identity.pid,
      place: (declared ?? first).place,
      program: programOf(one.traces),
      pool: pair.length > 0 && pool !== undefined ? poolText(pool.found) : '',
    },
    {
      ...common(
        one,
        declared === undefined ? used : [declared, ...used.filter((trace) => trace !== declared)],
      ),
      severity,
      confidence: severity === 'high' ? 85 : severity === 'medium' ? 65 : 35,
      bearing: 'supports',
      benign: ['own-miner', 'text-shown', 'signature-database'],
    },
  );
}

function single(one: Case): Finding | undefined {
  const wallet = one.traces.filter(isWallet).find((trace) => trace.found.verified);
  if (wallet !== undefined) {
    const { address, coin } = wallet.found;
    // Contracts have addresses of Ethereum's form, and shops and services name where they are paid.
    const told = wallet.place === 'command-line' && coin !== 'ethereum' && one.record?.owner !== 'package';
    return finding(
      'content.wallet',
      { process: one.process, pid: one.identity.pid, place: wallet.place, wallet: address, coin },
      {
        ...common(one, [wallet]),
        severity: told && works(one) ? 'medium' : 'low',
        confidence: told && works(one) ? 65 : 35,
        bearing: 'supports',
        benign: ['text-shown', 'pool-operator'],
      },
    );
  }
  const pool = one.traces
    .filter(isPool)
    .find((trace) => trace.found.known || isMiningScheme(trace.found.scheme));
  if (pool === undefined) return undefined;
  const told = pool.place === 'command-line' && isMiningScheme(pool.found.scheme);
  return finding(
    'content.pool',
    { process: one.process, pid: one.identity.pid, place: pool.place, pool: poolText(pool.found) },
    {
      ...common(one, [pool]),
      severity: told && works(one) ? 'medium' : 'low',
      confidence: told && works(one) ? 60 : 30,
      bearing: 'supports',
      benign: ['text-shown', 'signature-database'],
    },
  );
}

function words(one: Case): Finding | undefined {
  const [first] = one.traces;
  if (first === undefined) return undefined;
  return finding(
    'content.mining-words',
    { process: one.process, pid: one.identity.pid, place: first.place },
    {
      ...common(one, one.traces.slice(0, 2)),
      severity: 'info',
      confidence: 20,
      bearing: 'context',
      benign: ['text-shown', 'signature-database'],
    },
  );
}

/**
 * Whoever started it gave it a wallet and a pool, and no package brought it: a miner that waits, because its pool is
 * blocked or its guard holds it, uses no CPU and has no connection.
 */
function isToldToMine(one: Case): boolean {
  const { record } = one;
  if (record === undefined || record.owner === 'package' || isInterpreter(record)) return false;
  const told = one.traces.filter(({ place }) => toldIn.has(place));
  return (
    told.filter(isWallet).some(({ found }) => found.verified) &&
    told.filter(isPool).some(({ found }) => isMiningScheme(found.scheme))
  );
}

function judge(one: Case): Finding | undefined {
  if (one.record !== undefined && isViewer(one.record)) return words(one);
  if (one.record !== undefined && isQuiet(one)) {
    const told = { ...one, traces: one.traces.filter(({ place }) => toldIn.has(place)) };
    return isToldToMine(one) ? configuration(told) : words(one);
  }
  if (one.record !== undefined && keepsOthersText(one.record)) {
    const own = { ...one, traces: one.traces.filter(({ place }) => toldIn.has(place)) };
    return configuration(own) ?? single(own) ?? words(one);
  }
  return session(one) ?? configuration(one) ?? single(one) ?? words(one);
}

function api(fact: FactOf<'miner-api'>, records: ProcessRecords): Finding {
  return finding(
    'content.miner-api',
    { process: nameOf(records, fact), pid: fact.pid, port: fact.port, program: fact.program },
    {
      severity: 'critical',
      confidence: 95,
      technique: 'T1496.001',
      bearing: 'proof',
      witness: 'traffic',
      subject: subjectOf(fact),
      evidence: [{ ...fact.source, text: fact.text }],
      benign: ['own-miner'],
    },
  );
}

export const miningContent: Analyzer = {
  id: 'mining-content',
  rules: [
    'content.mining-session',
    'content.miner-configuration',
    'content.wallet',
    'content.pool',
    'content.mining-words',
    'content.miner-api',
  ],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    const found: Finding[] = facts.of('miner-api').map((fact) => api(fact, records));
    const byProcess = Map.groupBy(facts.of('mining-trace'), (fact) => `${fact.pid}:${fact.startTicks}`);
    for (const traces of byProcess.values()) {
      const [identity] = traces;
      if (identity === undefined) continue;
      const one = { identity, record: records.of(identity), traces, process: nameOf(records, identity) };
      const judged = judge(one);
      if (judged !== undefined) found.push(judged);
    }
    return found;
  },
};
