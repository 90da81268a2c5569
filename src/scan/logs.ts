/**
 * The logs of a scan: read after judging, given to whoever keeps or watches events, told as facts and sources.
 *
 * A live host is looked at within seconds, so its logs get as many; with `--thorough`, and for a folder, minutes. What
 * takes events (the store) may fail, as disks do: then no more is read, and the answer of the scan does not wait for it.
 */

import { accountsByNumber } from '../artifacts/linux/accounts/by-number.ts';
import { inodeTimes } from '../artifacts/linux/inode-times.ts';
import { withReadings } from '../artifacts/linux/logs/beside.ts';
import { configuredLogs } from '../artifacts/linux/logs/configured.ts';
import { type FoundLogs, findLogs } from '../artifacts/linux/logs/find-logs.ts';
import { type LogBounds, type LogTaker, readLogs } from '../artifacts/linux/logs/read-logs.ts';
import { logKinds } from '../artifacts/linux/logs/table.ts';
import { unpackLog } from '../artifacts/linux/logs/unpack.ts';
import { accountNames } from '../artifacts/windows/account-names.ts';
import { findEventLogs } from '../artifacts/windows/event-logs/evtx-reading.ts';
import { findTypedCommands } from '../artifacts/windows/typed-commands.ts';
import { findWebLogs } from '../artifacts/windows/web-logs.ts';
import type { Judgement } from '../detect/judge.ts';
import { Analyser, type Analysis } from '../incident/analyse.ts';
import type { FamilyWatch } from '../incident/family.ts';
import { LogScene } from '../incident/log-scene.ts';
import type { Scene } from '../incident/scene.ts';
import { sceneOf } from '../incident/scene-of.ts';
import type { FactSet } from '../model/fact.ts';
import type { EventOf, LogEvent } from '../model/facts/event.ts';
import type { LogFact } from '../model/facts/log.ts';
import { mechanismGroups } from '../model/mechanism.ts';
import type { SourceId } from '../model/source.ts';
import type { Printable } from '../model/text.ts';
import type { EventWriter } from '../store/event-store.ts';
import type { ScanContext } from './context.ts';
import { asCopied } from './copied.ts';
import type { Redactor } from './redact.ts';
import { shellPages } from './shell-pages.ts';
import { shortName } from './short-name.ts';
import { WindowsJoins } from './windows-joins.ts';

/** What logs are unpacked with. */
export const unpack = unpackLog;

/** Accounts that are no more whose names are kept. */
const mostGone = 5_000;

const liveBounds: LogBounds = { bytes: 1 << 30, ms: 4_000 };
export const wholeBounds: LogBounds = { bytes: 2 ** 36, ms: 600_000 };

/** Keeps events of logs, without their secrets; a failure of the store ends the reading and is kept. */
export class KeptEvents implements LogTaker {
  readonly #open: () => EventWriter;
  readonly #redact: Redactor;
  #writer: EventWriter | undefined;
  failed: unknown;

  /** @param open is called with the first log: a scan that never comes so far leaves no store behind */
  constructor(open: () => EventWriter, redact: Redactor) {
    this.#open = open;
    this.#redact = redact;
  }

  begin(file: Parameters<LogTaker['begin']>[0]): void {
    const { source, log, reading, host, fingerprint } = file;
    const mark = fingerprint === undefined ? {} : { fingerprint };
    this.#try((writer) => writer.begin({ source, log, format: reading.id, host, ...mark }));
  }

  event(event: LogEvent): void {
    this.#try((writer) => writer.event(this.#redact.event(event)));
  }

  end(fact: LogFact): void {
    this.#try((writer) => writer.end(fact));
  }

  close(): void {
    if (this.#writer !== undefined) this.#try((writer) => writer.close());
  }

  stopped(): string | undefined {
    return this.failed === undefined ? undefined : 'the case cannot be written';
  }

  #try(write: (writer: EventWriter) => void): void {
    if (this.failed !== undefined) return;
    try {
      this.#writer ??= this.#open();
      write(this.#writer);
    } catch (thrown) {
      this.failed = thrown;
    }
  }
}

/**
 * Every event goes to whoever keeps it, past the watchers of ways in, and past whoever looks for families. What other
 * hosts sent to this one is kept, and is nothing of how it got in here.
 */
class Watched implements LogTaker {
  readonly #taker: LogTaker;
  readonly #analyser: Analyser;
  readonly #families: FamilyWatch | undefined;
  readonly #own: string;
  readonly #names: ReadonlyMap<string, Printable>;
  readonly #joins: WindowsJoins | undefined;
  readonly #logScene: LogScene | undefined;
  /** The same of accounts that are no more, as earlier events name them. */
  readonly #gone = new Map<string, Printable>();
  #isReceived = false;
  readonly #received = new Set<SourceId>();

  /**
   * @param names of accounts by the SIDs that events have instead
   * @param joins whoever sets the events of a Windows host beside what was found without them
   * @param logScene what the logs tell alone, of a folder whose files may have lost their times
   */
  constructor(
    taker: LogTaker,
    analyser: Analyser,
    families: FamilyWatch | undefined,
    own: string,
    names: ReadonlyMap<string, Printable>,
    joins: WindowsJoins | undefined,
    logScene: LogScene | undefined,
  ) {
    this.#joins = joins;
    this.#logScene = logScene;
    this.#taker = taker;
    this.#names = names;
    this.#analyser = analyser;
    this.#families = families;
    this.#own = shortName(own);
  }

  begin(file: Parameters<LogTaker['begin']>[0]): void {
    this.#isReceived = file.received === true;
    if (this.#isReceived) this.#received.add(file.source);
    if (file.reading.lastOnly === true) this.#analyser.lastOnly(file.source);
    this.#taker.begin(file);
  }

  event(read: LogEvent): void {
    const name = read.what === 'account' ? this.#nameOf(read) : undefined;
    const event = read.what === 'account' && name !== undefined ? { ...read, account: name } : read;
    this.#taker.event(event);
    if (this.#isReceived && !this.#isOwn(event.host)) return;
    this.#joins?.see(event);
    this.#logScene?.see(event);
    this.#analyser.see(event);
    this.#families?.seeEvent(event);
  }

  end(fact: LogFact): void {
    this.#taker.end(fact);
    const { source, host } = fact;
    if (!this.#received.has(source.source) || this.#isOwn(host)) this.#analyser.log(fact);
  }

  stopped(): string | undefined {
    return this.#taker.stopped?.();
  }

  #nameOf({ account, sid }: EventOf<'account'>): Printable | undefined {
    if (sid !== undefined && sid !== account && account !== '' && this.#gone.size < mostGone)
      this.#gone.set(sid, account);
    return this.#names.get(account) ?? this.#gone.get(account);
  }

  #isOwn(host: string): boolean {
    return host === '' || shortName(host) === this.#own;
  }
}

const isEmpty = ({ files, entries, miners }: Scene): boolean =>
  files.length === 0 && entries.length === 0 && miners.length === 0;

/** Mechanisms that start services. */
const starting: ReadonlySet<string> = new Set([...mechanismGroups.systemd, ...mechanismGroups.init]);

/** By which services are started here: those that run outside of containers, and those that start by themselves. */
function* commandsOf(facts: FactSet): Generator<readonly string[]> {
  for (const { argv, container, root } of facts.of('process')) {
    if (container === undefined && (root ?? '/') === '/') yield argv;
  }
  for (const { mechanism, command, environment = [] } of facts.of('persistence')) {
    if (!starting.has(mechanism)) continue;
    yield [...command.split(/\s+/), ...environment.map(({ name, value }) => `${name}=${value}`)];
  }
}

/** Logs at usual places, and where settings of services name them. */
function ofLinux({ target, facts, log }: ScanContext): FoundLogs {
  const configured = configuredLogs(target, logKinds, unpack, commandsOf(facts));
  for (const problem of configured.problems) log.record(problem);
  return withReadings(target, findLogs(target, configured.kinds), unpack);
}

/** Event logs, logs of web servers, and what was typed. */
function ofWindows(context: ScanContext): FoundLogs {
  const { target, facts } = context;
  const found = [findEventLogs(target), findWebLogs(target, facts), findTypedCommands(context)];
  return { files: found.flatMap(({ files }) => files), cut: found.flatMap(({ cut }) => cut) };
}

export interface LogsRead {
  /** With what the logs add to it. */
  readonly judgement: Judgement;
  /** How it got in and since when; undefined where there is nothing that got in. */
  readonly analysis?: Analysis;
  /** What it was found around: with the times that the folder kept, and who writes which log. */
  readonly scene?: Scene;
}

/** Written by a daemon of the system for all others. */
const ofSystem: ReadonlySet<string> = new Set(['syslog', 'audit', 'journal', 'wtmp', 'btmp', 'utmp']);

/**
 * Who writes logs of services. root is left out, but in its own home: it opens logs for others before it becomes them, and
 * in a copy all files are often its own.
 */
function writersOf(
  { files }: FoundLogs,
  accounts: ReadonlyMap<number, Printable>,
): ReadonlyMap<SourceId, Printable> {
  const writers = new Map<SourceId, Printable>();
  for (const { source, uid, reading } of files) {
    const isRoots = uid === 0 && !source.startsWith('/root/');
    const name = uid === undefined || isRoots ? undefined : accounts.get(uid);
    if (name !== undefined && !ofSystem.has(reading.id)) writers.set(source, name);
  }
  return writers;
}

/** With the times that a folder kept. */
function ofFolder({ target, facts, nowUs }: ScanContext, scene: Scene, ofLogs: Scene): Scene {
  let lastUs = Number.NEGATIVE_INFINITY;
  for (const { lastUs: us } of facts.of('log'))
    if (us !== undefined && us <= nowUs) lastUs = Math.max(lastUs, us);
  return asCopied(scene, inodeTimes(target, lastUs), target, ofLogs);
}

/**
 * Reads the logs of a scan into the facts and the record of sources. Nothing is read where nobody takes them.
 *
 * @param families are shown what the logs say; undefined where nobody is looked for
 * @param judgeAgain after facts of the logs were added; of a Windows host, where what they say is evidence of its own
 */
export function gatherLogs(
  context: ScanContext,
  judgement: Judgement,
  families?: FamilyWatch,
  judgeAgain?: () => Judgement,
): LogsRead {
  const { options, target, log, nowUs, facts } = context;
  if (options.logs === undefined) return { judgement };
  options.onStage?.('logs');
  // What judging left over goes before events take its room.
  Bun.gc(true);
  const bounds = target.kind === 'live' && !options.thorough ? liveBounds : wholeBounds;
  const { taker, mostBytes } = options.logs;
  const bytes = Math.min(bounds.bytes, mostBytes);
  const found = target.windows === undefined ? ofLinux(context) : ofWindows(context);
  const analyser = new Analyser();
  const request = { target, log, found, unpack, nowUs, bounds: { ...bounds, bytes } };
  const own = facts.of('host')[0]?.name ?? '';
  const names = target.windows === undefined ? new Map<string, Printable>() : accountNames(context);
  const joins = judgeAgain === undefined ? undefined : new WindowsJoins();
  const logScene = target.kind === 'live' || target.windows !== undefined ? undefined : new LogScene();
  facts.addAll(readLogs(request, new Watched(taker, analyser, families, own, names, joins, logScene)));
  const later = joins?.conclude(context) === true && judgeAgain !== undefined ? judgeAgain() : judgement;
  const accounts = accountsByNumber(target);
  const judged = sceneOf(facts, later, accounts);
  const pages =
    isEmpty(judged) || target.windows !== undefined ? [] : shellPages(target, analyser.pages, accounts);
  const fresh = pages.filter(({ path }) => !judged.files.some((one) => one.path === path));
  const seen = { ...judged, files: [...judged.files, ...fresh], logWriters: writersOf(found, accounts) };
  const scene = logScene === undefined ? seen : ofFolder(context, seen, logScene.conclude(nowUs));
  if (isEmpty(scene)) return { judgement: later, scene };
  return { judgement: later, scene, analysis: analyser.conclude(scene, nowUs, target.kind === 'live') };
}
