/** Builds the published result from facts and judgement. */
import { busySince } from '../artifacts/linux/busy-since.ts';
import { endpointText } from '../detect/address.ts';
import type { Judgement, ProcessJudgement } from '../detect/judge.ts';
import type { Why } from '../detect/verdict.ts';
import type { Analysis } from '../incident/analyse.ts';
import type { FamilyVerdict } from '../incident/family.ts';
import type { Language } from '../messages/catalogue.ts';
import { messagesFor } from '../messages/index.ts';
import type { FactSet } from '../model/fact.ts';
import type { HostFact } from '../model/facts/host.ts';
import type { Endpoint } from '../model/facts/network.ts';
import type { CpuUseFact, MiningTraceFact, ProcessFact } from '../model/facts/process.ts';
import type { Finding } from '../model/finding.ts';
import type { ContainerIdentity } from '../model/identity.ts';
import {
  type ResultContainer,
  type ResultFinding,
  type ResultMiner,
  type ResultProcess,
  type ResultSocket,
  resultVersion,
  type ScanResult,
} from '../model/result.ts';
import type { SourceLog } from '../model/source-log.ts';
import type { Printable } from '../model/text.ts';
import { worstFirst } from '../model/worst-first.ts';
import { type ComesBackBy, comesBack } from './comes-back.ts';
import type { CoverageRow } from './coverage.ts';
import type { ScanOptions } from './options.ts';
import { resultFamilies } from './result-families.ts';
import { resultIncident } from './result-incident.ts';
import { resultPersistence } from './result-persistence.ts';
import { bestTraces } from './traces.ts';
import { utc, utcOf } from './utc.ts';

export interface Recovered {
  readonly path: string;
  readonly sha256: string;
  readonly pid: number;
}

export interface ResultInput {
  readonly facts: FactSet;
  readonly judgement: Judgement;
  readonly coverage: readonly CoverageRow[];
  readonly log: SourceLog;
  readonly options: ScanOptions;
  readonly targetName: string;
  readonly started: Date;
  readonly finished: Date;
  readonly actions: readonly string[];
  readonly recovered: readonly Recovered[];
  readonly version: string;
  /** How it got in; absent where no log was looked at. */
  readonly analysis?: Analysis;
  /** Whose doing it is; absent where nothing was found. */
  readonly families?: FamilyVerdict;
  /** Takes the secrets out of a text of the target. */
  readonly mask: (text: Printable) => Printable;
  readonly maskWords: (text: string) => string;
  readonly maskName: <T extends string>(name: T) => T;
}

/** A number that counts something, whatever stood where the kernel writes it. */
const counted = (value: number): number => (Number.isSafeInteger(value) && value >= 0 ? value : 0);

/** Texts of a rule whose parameters were checked when the finding was made. */
function ruleTexts(
  finding: Finding,
  language: Language,
): { readonly title: string; readonly explanation: string } {
  const rules = messagesFor(language).rules;
  const text: unknown = Reflect.get(rules, finding.rule);
  if (typeof text !== 'function') throw new TypeError(`no text for the rule ${finding.rule}`);
  return text(finding.params);
}

function whyText(why: Why, language: Language): string {
  const text: unknown = Reflect.get(messagesFor(language).why, why.id);
  if (typeof text !== 'function') throw new TypeError(`no text for the reason ${why.id}`);
  return text(why.params);
}

function benignText(id: string, language: Language): string {
  const texts: Readonly<Record<string, string>> = { ...messagesFor(language).benign };
  return texts[id] ?? id;
}

function resultFinding(finding: Finding, index: number, language: Language): ResultFinding {
  const texts = { en: ruleTexts(finding, 'en'), 'zh-CN': ruleTexts(finding, 'zh-CN') };
  const { subject } = finding;
  return {
    id: `F${index + 1}`,
    rule: finding.rule,
    severity: finding.severity,
    confidence: Math.round(finding.confidence),
    technique: finding.technique,
    bearing: finding.bearing,
    witness: finding.witness,
    ...(subject.kind === 'process' && subject.pid > 0 ? { pid: subject.pid } : {}),
    ...(subject.kind === 'file' ? { path: subject.path } : {}),
    ...texts[language],
    texts,
    evidence: finding.evidence.map(({ source, line, offset, text }) => ({
      source,
      ...(line === undefined ? {} : { line }),
      ...(offset === undefined ? {} : { offset }),
      text,
    })),
    benign: finding.benign.map((id) => benignText(id, language)),
  };
}

function containerOf(container: ContainerIdentity): ResultContainer {
  const { runtime, id, name, image, pod, restartPolicy, privileged } = container;
  return {
    runtime,
    id,
    ...(name === undefined ? {} : { name }),
    ...(image === undefined ? {} : { image }),
    ...(pod === undefined ? {} : { pod }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
    ...(privileged === undefined ? {} : { privileged }),
  };
}

/** The name, the number where there is none, `?` for a process that ended before it told. */
function userOf({ user }: ProcessFact): string {
  if (user.name !== '') return user.name;
  return user.uid < 0 ? '?' : String(user.uid);
}

/** The command line as one text; the name in brackets where there is none, as ps shows it. */
const commandLine = (process: ProcessFact): string =>
  process.argv.length === 0 ? `[${process.name}]` : process.argv.join(' ');

interface Joined {
  readonly use: ReadonlyMap<number, CpuUseFact>;
  readonly judgements: ReadonlyMap<number, ProcessJudgement>;
  readonly findingsOf: ReadonlyMap<number, readonly string[]>;
  readonly comesBack: (pid: number) => readonly ComesBackBy[];
}

function resultProcess(process: ProcessFact, joined: Joined): ResultProcess {
  const judged = joined.judgements.get(process.pid);
  const use = joined.use.get(process.pid);
  return {
    pid: process.pid,
    ppid: counted(process.parent),
    startTime: utcOf(process.startTime.us),
    name: process.name,
    commandLine: commandLine(process),
    ...(process.exe === undefined ? {} : { exe: process.exe.path, deleted: process.exe.deleted }),
    user: userOf(process),
    ...(process.user.uid < 0 ? {} : { uid: process.user.uid }),
    state: process.state,
    kernelThread: process.kernelThread,
    ...(use === undefined ? {} : { cpu: Math.round(use.percent * 10) / 10 }),
    cpuTotal: Math.round((process.userUs + process.systemUs) / 1e4) / 100,
    rss: counted(process.rss),
    threads: counted(process.threads),
    ...(process.unit === undefined ? {} : { unit: process.unit }),
    ...(process.container === undefined ? {} : { container: containerOf(process.container) }),
    judgement: judged?.judgement ?? 'benign',
    score: Math.round(judged?.score ?? 0),
    findings: [...(joined.findingsOf.get(process.pid) ?? [])],
  };
}

function resultMiner(
  process: ProcessFact,
  judged: ProcessJudgement,
  facts: FactSet,
  joined: Joined,
): ResultMiner {
  const traces: readonly MiningTraceFact[] = facts.about('mining-trace', process);
  const executable = facts.of('executable').find((file) => file.pids.includes(process.pid));
  const registers = joined.judgements.get(process.pid)?.witnesses.includes('registers') === true;
  const { algorithm, pool, wallet, coin } = bestTraces(traces, facts, process, registers);
  return {
    pid: process.pid,
    startTime: utcOf(process.startTime.us),
    exe: process.exe?.path ?? '',
    deleted: process.exe?.deleted ?? false,
    ...(executable === undefined ? {} : { sha256: executable.sha256 }),
    user: userOf(process),
    ...(process.container === undefined ? {} : { container: containerOf(process.container) }),
    cpu: Math.round((joined.use.get(process.pid)?.percent ?? 0) * 10) / 10,
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(pool === undefined ? {} : { pool }),
    ...(wallet === undefined ? {} : { wallet }),
    ...(coin === undefined ? {} : { coin }),
    commandLine: commandLine(process),
    hidden: facts.of('hidden-process').some((hidden) => hidden.pid === process.pid),
    state: judged.stopped ? 'stopped' : 'running',
    score: Math.round(judged.score),
    findings: [...(joined.findingsOf.get(process.pid) ?? [])],
    persistence: joined.comesBack(process.pid).map(({ entry, by, ancestor }) => ({
      entry: entry.id,
      by,
      ...(ancestor === undefined ? {} : { ancestor: ancestor.pid }),
    })),
  };
}

const endpoint = ({ address, port }: Endpoint): string => (address === '' ? '' : endpointText(address, port));

/** Sockets of the result: what talks or listens over a network, and hidden ones. Local ones stay in the case. */
function resultSockets(facts: FactSet): ResultSocket[] {
  return facts
    .of('socket')
    .filter((socket) => socket.transport !== 'unix' || (socket.missingFrom?.length ?? 0) > 0)
    .map((socket) => ({
      transport: socket.transport,
      state: socket.state,
      local: endpoint(socket.local),
      remote: endpoint(socket.remote),
      pids: [...socket.owners],
      uid: socket.uid,
      inode: socket.inode,
      namespace: socket.namespace,
      seenBy: [...socket.seenBy],
      ...(socket.missingFrom === undefined ? {} : { missingFrom: [...socket.missingFrom] }),
    }));
}

function resultHost(host: HostFact): ScanResult['host'] {
  return {
    name: host.name,
    machineId: host.machineId,
    bootId: host.bootId,
    os: host.os,
    kernel: host.kernel,
    architecture: host.architecture,
    cores: host.cores,
    clockOffset: host.clockOffsetMs,
    ...(host.bootTime === undefined ? {} : { bootTime: utcOf(host.bootTime.us) }),
    ...(host.timeZone === undefined ? {} : { timeZone: host.timeZone }),
    scope: host.scope,
    privileged: host.privileged,
  };
}

/** The groups, each with its sources that were not read whole. */
function resultSources(log: SourceLog): ScanResult['sources'] {
  const listed = Map.groupBy(log.listed, ({ artifact, status }) => `${artifact}\0${status}`);
  return log.groups.map((group) => ({
    ...group,
    listed: (listed.get(`${group.artifact}\0${group.status}`) ?? []).map(({ source, reason }) => ({
      source,
      reason: reason ?? '',
    })),
  }));
}

export function buildResult(input: ResultInput, host: HostFact): ScanResult {
  const { facts, judgement, options, log } = input;
  const findings = worstFirst(judgement.findings).map((one, index) =>
    resultFinding(one, index, options.language),
  );
  const findingsOf = new Map<number, string[]>();
  for (const { id, pid } of findings) {
    if (pid === undefined) continue;
    const list = findingsOf.get(pid);
    if (list === undefined) findingsOf.set(pid, [id]);
    else list.push(id);
  }
  const persistence = resultPersistence(judgement.persistence, {
    text: input.mask,
    words: input.maskWords,
    name: input.maskName,
  });
  const joined: Joined = {
    use: new Map(facts.of('cpu-use').map((use) => [use.pid, use])),
    judgements: new Map(judgement.processes.map((one) => [one.pid, one])),
    findingsOf,
    comesBack: comesBack(persistence, facts),
  };
  const miners = judgement.processes
    .filter((judged) => judged.judgement === 'mining')
    .flatMap((judged) => {
      const process = facts.process(judged.pid);
      return process === undefined ? [] : [resultMiner(process, judged, facts, joined)];
    });
  const busy = busySince(facts.of('load'), input.finished.getTime() * 1000);
  const oldest = miners.map((miner) => miner.startTime).sort()[0];
  return {
    schema: `demine-result/${resultVersion}`,
    tool: { name: 'demine', version: input.version },
    language: options.language,
    started: utc(input.started),
    finished: utc(input.finished),
    options: {
      target: input.targetName,
      interval: options.interval,
      active: options.active,
      thorough: options.thorough,
      keepSecrets: options.keepSecrets,
      seen: options.seen.map((indicator) => indicator.text),
    },
    host: resultHost(host),
    verdict: judgement.verdict,
    state: judgement.state,
    why: judgement.why.map((why) => whyText(why, options.language)),
    ...(oldest === undefined ? {} : { since: oldest }),
    ...(busy === undefined || busy.toUs !== undefined
      ? {}
      : { busySince: { from: utcOf(busy.fromUs), certain: busy.certain } }),
    score: Math.round(judgement.score),
    coverage: [...input.coverage],
    findings,
    miners,
    processes: facts.of('process').map((process) => resultProcess(process, joined)),
    sockets: resultSockets(facts),
    exposure: [...judgement.exposure],
    persistence,
    sources: resultSources(log),
    excused: judgement.excused.map(({ finding, reason }) => ({
      rule: finding.rule,
      ...(finding.subject.kind === 'process' && finding.subject.pid > 0 ? { pid: finding.subject.pid } : {}),
      ...(finding.subject.kind === 'file' ? { path: finding.subject.path } : {}),
      reason,
      title: ruleTexts(finding, options.language).title,
    })),
    actions: [...input.actions],
    recovered: [...input.recovered],
    ...(input.analysis === undefined ? {} : resultIncident(input.analysis, input.mask)),
    ...(input.families === undefined
      ? {}
      : { families: resultFamilies(input.families, { text: input.mask, name: input.maskName }) }),
  };
}
