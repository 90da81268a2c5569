/**
 * What the owner declared in demine.yaml: honest mining, known agents, exceptions.
 *
 * A declared miner is excused when its executable (and account, where given) is the declared one, on disk, and
 * it pays the declared wallet and pool. One that pays another wallet is not excused but raised: somebody took
 * it over. What hides is never excused by a mining declaration: an honest miner has no reason to.
 * What it is NOT: a filter. What was excused is shown with the owner's reason.
 */
import { knownPool } from '../coins/pools.ts';
import type { OwnerConfig } from '../model/config.ts';
import type { FactSet } from '../model/fact.ts';
import type { MiningTraceFact } from '../model/facts/process.ts';
import type { Finding } from '../model/finding.ts';
import { printableText } from '../model/text.ts';
import { finding, type JudgeContext } from './analyzer.ts';
import { declaredFile } from './dropped-files.ts';
import { exeEvidence, type ProcessRecord, recordsOf, subjectOf } from './process-record.ts';

type DeclaredMiner = OwnerConfig['mining'][number];

export interface ExcusedFinding {
  readonly finding: Finding;
  /** The owner's own words. */
  readonly reason: string;
}

export interface Excusing {
  readonly kept: readonly Finding[];
  readonly excused: readonly ExcusedFinding[];
}

/** Tuning of the whole host that a declared miner makes. */
const minerTuning = new Set(['kernel.msr-mining-values', 'kernel.mining-tuning']);

function isUser(record: ProcessRecord, user: string): boolean {
  const { name, uid } = record.process.user;
  return name === printableText(user) || String(uid) === user;
}

function declaredFor(record: ProcessRecord, config: OwnerConfig): DeclaredMiner | undefined {
  const { exe } = record.process;
  // A deleted file is not the file that the owner declared.
  if (exe === undefined || exe.deleted || exe.memfd) return undefined;
  return config.mining.find(
    (miner) =>
      printableText(miner.exe) === exe.path && (miner.user === undefined || isUser(record, miner.user)),
  );
}

const told = (trace: MiningTraceFact): boolean =>
  trace.place === 'command-line' || trace.place === 'config-file' || trace.place === 'environment';

/** A wallet other than the declared one: told to the process, or the only one in its memory. */
function otherWallet(record: ProcessRecord, declared: string): MiningTraceFact | undefined {
  const own = declared.split('.', 1)[0] ?? declared;
  const wallets = record.traces.filter((trace) => trace.found.kind === 'wallet' && trace.found.verified);
  const isOwn = ({ found }: MiningTraceFact): boolean => found.kind === 'wallet' && found.address === own;
  const others = wallets.filter((trace) => !isOwn(trace));
  // Mining programs carry their author's donation address in memory beside the owner's.
  return others.find(told) ?? (wallets.some(isOwn) ? undefined : others[0]);
}

function otherPool(record: ProcessRecord, declared: readonly string[]): MiningTraceFact | undefined {
  const pools = record.traces.filter((trace) => trace.found.kind === 'pool' && told(trace));
  return pools.find(({ found }) => {
    if (found.kind !== 'pool' || knownPool(found.host)?.program !== undefined) return false;
    const host = found.host.toLowerCase();
    return !declared.some((pool) => {
      const wanted = pool.toLowerCase().replace(/^[a-z0-9+]+:\/\//, '');
      return wanted === host || wanted === `${host}:${found.port}`;
    });
  });
}

function takenOver(record: ProcessRecord, miner: DeclaredMiner): Finding | undefined {
  const wallet = miner.wallet === undefined ? undefined : otherWallet(record, miner.wallet);
  const pool = miner.pools === undefined ? undefined : otherPool(record, miner.pools);
  const trace = wallet ?? pool;
  if (trace === undefined) return undefined;
  const { found } = trace;
  const rest = {
    technique: 'T1496.001',
    bearing: 'supports' as const,
    witness: trace.place === 'memory' ? ('memory-content' as const) : ('command-line' as const),
    subject: subjectOf(record.process),
    evidence: [{ ...trace.source, text: trace.text }, exeEvidence(record.process)],
    benign: ['own-miner'],
  };
  const names = { process: record.name, pid: record.process.pid };
  if (found.kind === 'wallet') {
    return finding(
      'owner.wallet-differs',
      { ...names, declared: printableText(miner.wallet ?? ''), found: found.address },
      { ...rest, severity: 'high', confidence: 85 },
    );
  }
  if (found.kind !== 'pool') return undefined;
  return finding(
    'owner.pool-differs',
    {
      ...names,
      declared: printableText((miner.pools ?? []).join(', ')),
      found: `${found.host}:${found.port}`,
    },
    { ...rest, severity: 'medium', confidence: 65 },
  );
}

/** The exception that covers a finding: its rule, and every condition that it names. */
function exceptionFor(
  one: Finding,
  record: ProcessRecord | undefined,
  config: OwnerConfig,
): string | undefined {
  const path = one.subject.kind === 'file' ? one.subject.path : record?.process.exe?.path;
  return config.exceptions.find(
    (exception) =>
      exception.rule === one.rule &&
      (exception.exe === undefined || record?.process.exe?.path === printableText(exception.exe)) &&
      (exception.path === undefined || path === printableText(exception.path)) &&
      (exception.user === undefined || (record !== undefined && isUser(record, exception.user))),
  )?.reason;
}

function agentFor(record: ProcessRecord | undefined, config: OwnerConfig): string | undefined {
  const exe = record?.process.exe;
  if (exe === undefined || exe.memfd) return undefined;
  return config.agents.find((agent) => {
    const path = printableText(agent.path.replace(/\/$/, ''));
    return exe.path === path || exe.path.startsWith(`${path}/`);
  })?.reason;
}

export function excuse(findings: readonly Finding[], facts: FactSet, context: JudgeContext): Excusing {
  const { config } = context;
  if (config.mining.length + config.agents.length + config.exceptions.length === 0) {
    return { kept: findings, excused: [] };
  }
  const records = recordsOf(facts, context);
  const honest = new Map<number, DeclaredMiner>();
  const kept: Finding[] = [];
  for (const record of records) {
    const miner = declaredFor(record, config);
    if (miner === undefined) continue;
    const raised = takenOver(record, miner);
    if (raised === undefined) honest.set(record.process.pid, miner);
    else kept.push(raised);
  }
  const [anyHonest] = honest.values();
  const reasonFor = (one: Finding): string | undefined => {
    const record = one.subject.kind === 'process' ? records.of(one.subject) : undefined;
    const exception = exceptionFor(one, record, config);
    if (exception !== undefined) return exception;
    if (minerTuning.has(one.rule)) return anyHonest?.reason;
    if (record === undefined) return declaredFile(one, facts, config);
    if (one.bearing !== 'hides' && one.witness !== 'indicator') {
      const miner = honest.get(record.process.pid);
      if (miner !== undefined) return miner.reason;
    }
    return one.bearing === 'proof' ? undefined : agentFor(record, config);
  };
  const excused: ExcusedFinding[] = [];
  for (const one of findings) {
    const reason = reasonFor(one);
    if (reason === undefined) kept.push(one);
    else excused.push({ finding: one, reason });
  }
  return { kept, excused };
}
