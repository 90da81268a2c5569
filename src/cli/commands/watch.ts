/** `demine watch CASE`: whether what was removed stays away, and who wrote it where it does not. */
import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Language } from '../../messages/catalogue.ts';
import { DemineError } from '../../model/error.ts';
import { printableText } from '../../model/text.ts';
import {
  type WatchRecord,
  type WatchSettings,
  type WatchSpan,
  watchExitCodes,
  watchVersion,
} from '../../model/watch.ts';
import { auxiliaryValue } from '../../native/auxiliary.ts';
import { childCommand, namelessChildren } from '../../native/child.ts';
import { renameProcess } from '../../native/own-name.ts';
import { shellWord } from '../../report/next-steps.ts';
import { WatchScreen } from '../../report/watch/watch-screen.ts';
import { ledgerName, openLedger } from '../../respond/ledger/ledger-file.ts';
import { bootOf } from '../../respond/watch/live-world.ts';
import { readMinutes, ringBytes } from '../../respond/watch/minute-ring.ts';
import { watchSession } from '../../respond/watch/session.ts';
import { closedSpans, gapBefore, outcomeOf, watchedMs } from '../../respond/watch/spans.ts';
import { addStarter, initOf, type StarterFile, starterFiles } from '../../respond/watch/starter.ts';
import {
  forgetStop,
  holdWatch,
  isHeld,
  makeWatchFolder,
  minutesPath,
  newestWatch,
  type StoredWatch,
  wishStop,
  writeRecord,
} from '../../respond/watch/watch-folder.ts';
import type { WatchNews } from '../../respond/watch/world.ts';
import { incidentScan } from '../../store/case-store.ts';
import { folderOfCase, openNamedCase } from '../case-file.ts';
import { writeOutputFile } from '../output-file.ts';
import { checkHost } from '../removal-session.ts';
import { viewOf, write } from '../terminal.ts';
import { version } from '../version.ts';
import { usualSeconds, type WatchArguments } from '../watch-arguments.ts';
import { declaredPlaces, lookChild } from '../watch-child.ts';
import { endStarter, starterText } from '../watch-starter.ts';

type Args = WatchArguments & { readonly language: Language };

const iso = (at: number): string => new Date(at).toISOString();

/** Six letters that are no word: a guard that knows the names of tools does not know this one. */
function strangersName(): string {
  const pick = (letters: string): string => letters.charAt(randomInt(letters.length));
  return Array.from({ length: 3 }, () => pick('bdfgklmnprstvz') + pick('aeiou')).join('');
}

/** @throws DemineError where the case is of another host, or of an image */
function checkCase(path: string): { readonly machineId: string; readonly host: string } {
  const store = openNamedCase(path);
  try {
    const scan = incidentScan(store);
    const result = scan === undefined ? undefined : store.result(scan.id);
    if (result === undefined) throw new DemineError('case-unreadable', 'it holds no scan', { subject: path });
    if (result.host.scope === 'files')
      throw new DemineError('watch-unavailable', 'it is of an image', { subject: path });
    checkHost(result.host.machineId, result.host.name);
    return { machineId: result.host.machineId, host: hostname() };
  } finally {
    store.close();
  }
}

const heartbeatOf = (folder: string): number | undefined => readMinutes(minutesPath(folder)).at(-1)?.at;

/** A watch that goes on: with the time since it was last watched told as a gap. */
function goOn({ folder, record }: StoredWatch): WatchRecord {
  const boot = bootOf();
  const nowMs = Date.now();
  const heartbeat = heartbeatOf(folder);
  const spans = closedSpans(record.spans, heartbeat, 'killed');
  const gap = gapBefore(spans, heartbeat, { nowMs, ...boot });
  const now = iso(nowMs);
  return {
    ...record,
    tool: version,
    spans: [...spans, { from: now, to: now, bootId: boot.bootId }],
    gaps: gap === undefined ? record.gaps : [...record.gaps, gap].slice(-1_000),
  };
}

function fresh(settings: WatchSettings, host: string, machineId: string): WatchRecord {
  const nowMs = Date.now();
  const now = iso(nowMs);
  return {
    schema: `demine-watch/${watchVersion}`,
    tool: version,
    host: printableText(host),
    machineId,
    settings,
    begun: now,
    until: iso(nowMs + settings.seconds * 1000),
    spans: [{ from: now, to: now, bootId: bootOf().bootId }],
    gaps: [],
    means: {
      files: 'none',
      folders: 0,
      foldersWithoutWriter: 0,
      foldersLeft: 0,
      processes: 'listing',
      removed: 0,
    },
    counts: { events: 0, overflows: 0, unread: 0 },
    returns: [],
    returnsDropped: 0,
    changes: [],
    changesDropped: 0,
    logins: [],
    loginsDropped: 0,
    looks: [],
    busy: [],
  };
}

const gapsMs = ({ gaps }: WatchRecord): number =>
  gaps.reduce((sum, { from, to }) => sum + Math.max(0, Date.parse(to) - Date.parse(from)), 0);

function summaryOf(
  screen: WatchScreen,
  record: WatchRecord,
  caseFolder: string,
  state: 'running' | 'ended' | 'left',
): string {
  const at = { case: caseFolder, state, outcome: outcomeOf(record) };
  return screen.summary(record, { ...at, watchedMs: watchedMs(record.spans), gapsMs: gapsMs(record) });
}

/** A terminal that went away does not end a watch. */
async function say(text: string): Promise<void> {
  try {
    await write(text);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
    if (code !== 'EIO' && code !== 'EBADF' && code !== 'ENXIO') throw thrown;
  }
}

interface Run {
  readonly caseFolder: string;
  readonly folder: string;
  readonly record: WatchRecord;
  readonly language: Language;
  /** Nobody reads: it was started with the machine. */
  readonly silent: boolean;
}

async function runWatch({ caseFolder, folder, record, language, silent }: Run): Promise<number> {
  const release = holdWatch(folder);
  if (release === undefined) throw new DemineError('watch-runs', 'another holds it', { subject: caseFolder });
  const screen = new WatchScreen(viewOf(language));
  const tell = (text: string): void => {
    // In the order in which it happened; a slow reader does not hold the watch up.
    if (!silent) told = told.then(() => say(`${text}\n`));
  };
  let told: Promise<void> = Promise.resolve();
  let end: WatchSpan['end'];
  const onInterrupt = (): void => {
    end ??= 'asked';
  };
  const onTerminate = (): void => {
    end ??= 'signal';
  };
  let isGone = false;
  const onHangUp = (): void => {
    isGone = true;
  };
  const onBroken = (): void => {
    isGone = true;
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onHangUp);
  // A terminal that has gone refuses what is written, and that ends nothing.
  process.stderr.on('error', onBroken);
  const children = new Set<number>();
  const progress = (now: WatchRecord): void => {
    if (silent || isGone || process.stderr.isTTY !== true) return;
    const words = { watched: screen.duration(watchedMs(now.spans)), span: screen.spanOf(now) };
    process.stderr.write(`\r\x1b[K${screen.texts.progress({ ...words, returns: now.returns.length })}`);
  };
  try {
    forgetStop(folder);
    renameProcess(record.settings.name);
    namelessChildren();
    const places = await declaredPlaces(children);
    process.chdir('/');
    const ended = await watchSession({
      caseFolder,
      folder,
      record,
      places,
      ticksPerSecond: auxiliaryValue('ticksPerSecond') ?? 100,
      look: lookChild(caseFolder, record.settings, children),
      children,
      ending: () => end,
      tell: (news) => tell(newsText(screen, news, caseFolder)),
      begun: (now) => {
        const where = { folder, case: caseFolder, bytes: ringBytes(now.settings.seconds) };
        tell(screen.begun(now, { ...where, pid: process.pid, root: process.geteuid?.() === 0 }));
        const [gap] = now.gaps.slice(-1);
        if (gap !== undefined && gap.to === now.spans.at(-1)?.from) tell(screen.gap(gap));
      },
      minute: progress,
    });
    const how = ended.spans.at(-1)?.end;
    // A signal is also what a machine that is shut down sends: then it goes on after the next start.
    const isOver = how === 'over' || how === 'asked';
    const whole: WatchRecord = isOver ? { ...ended, ended: iso(Date.now()) } : ended;
    writeRecord(folder, whole);
    forgetStop(folder);
    if (!silent && !isGone && process.stderr.isTTY === true) process.stderr.write('\r\x1b[K');
    if (isOver) tell(starterText(screen, endStarter(caseFolder)));
    tell(`\n${summaryOf(screen, whole, caseFolder, isOver ? 'ended' : 'left')}`);
    return watchExitCodes[outcomeOf(whole)];
  } finally {
    await told;
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onHangUp);
    process.stderr.off('error', onBroken);
    release();
  }
}

function newsText(screen: WatchScreen, news: WatchNews, caseFolder: string): string {
  switch (news.kind) {
    case 'returned':
      return screen.returned(news.comeback);
    case 'answered':
      return screen.answered(news.comeback, caseFolder, iso(Date.now()));
    case 'changed':
      return screen.changed(news.change.path, news.change.at, news.writer);
    case 'looked':
      return screen.looked(news.look);
    case 'gap':
      return screen.gap(news.gap);
    case 'more-changes':
      return screen.words(screen.texts.moreChanges({ count: news.count })).join('\n');
    case 'overflow':
      return screen.overflow(iso(Date.now()));
  }
}

/** The command that starts a watch of this case again; the first word is the program. */
const starterCommand = (): readonly string[] =>
  childCommand('watch', [], join(import.meta.dir, '../main.ts')).slice(0, -2);

function starterFor(args: Args, settings: WatchSettings, caseFolder: string): readonly StarterFile[] {
  if (!args.acrossReboots) return [];
  const until = iso(Date.now() + settings.seconds * 1000).slice(0, 10);
  return starterFiles({ name: settings.name, caseFolder, command: starterCommand(), until, init: initOf() });
}

async function begin(args: Args): Promise<number> {
  const caseFolder = resolve(folderOfCase(args.folder));
  const { machineId, host } = checkCase(args.folder);
  const { language } = args;
  const screen = new WatchScreen(viewOf(language));
  const before = newestWatch(caseFolder);
  if (before !== undefined && before.record.ended === undefined) {
    if (isHeld(before.folder)) throw new DemineError('watch-runs', 'it runs', { subject: caseFolder });
    if (Date.parse(before.record.until) > Date.now())
      return await runWatch({
        caseFolder,
        folder: before.folder,
        record: goOn(before),
        language,
        silent: false,
      });
    await closeOld(before, caseFolder, screen);
  }
  // What is wrong with it is told now, and not by each scan. Loaded only where there is one: it brings all rules with it.
  if (args.config !== undefined) (await import('../session.ts')).readConfig(args.config);
  const settings: WatchSettings = {
    seconds: args.seconds ?? usualSeconds,
    remove: args.remove,
    acceptIrreversible: args.acceptIrreversible,
    acrossReboots: args.acrossReboots,
    language,
    name: strangersName(),
    ...(args.config === undefined ? {} : { config: resolve(args.config) }),
  };
  const files = starterFor(args, settings, caseFolder);
  if (files.length > 0) await say(`${screen.starter(files)}\n`);
  if ((files.length > 0 || args.remove) && !args.yes) {
    if (args.remove)
      await say(
        `${screen.words(screen.texts.willRemove({ irreversible: args.acceptIrreversible })).join('\n')}\n`,
      );
    await say(
      `${screen.words(screen.texts.starter.yes({ command: `${commandOf(args)} --yes` })).join('\n')}\n`,
    );
    return 0;
  }
  const folder = makeWatchFolder(caseFolder);
  const record = fresh(settings, host, machineId);
  writeRecord(folder, record);
  if (files.length > 0) {
    const ledger = openLedger(join(caseFolder, ledgerName));
    try {
      addStarter(ledger, files);
    } finally {
      ledger.close();
    }
    for (const { path } of files)
      await say(`${screen.words(screen.texts.starter.added({ path })).join('\n')}\n`);
  }
  return await runWatch({ caseFolder, folder, record, language, silent: false });
}

/** One whose time ran out while nobody watched. */
async function closeOld(before: StoredWatch, caseFolder: string, screen: WatchScreen): Promise<void> {
  const record = goOn(before);
  const closed: WatchRecord = {
    ...record,
    spans: record.spans.slice(0, -1),
    ended: iso(Date.now()),
  };
  writeRecord(before.folder, closed);
  await say(`${summaryOf(screen, closed, caseFolder, 'ended')}\n`);
  const taken = starterText(screen, endStarter(caseFolder));
  await say(taken === '' ? '\n' : `${taken}\n\n`);
}

/** As it was typed, to be typed again. */
function commandOf(args: Args): string {
  return [
    `demine watch ${shellWord(args.folder)}`,
    ...(args.seconds === undefined ? [] : [`--for ${args.seconds}s`]),
    ...(args.remove ? ['--remove'] : []),
    ...(args.acceptIrreversible ? ['--accept-irreversible'] : []),
    ...(args.acrossReboots ? ['--across-reboots'] : []),
    ...(args.config === undefined ? [] : [`--config ${shellWord(args.config)}`]),
  ].join(' ');
}

/** Waits until a watch that was asked to end has ended. */
const mostStopMs = 30_000;

async function stop(args: Args): Promise<number> {
  const caseFolder = resolve(folderOfCase(args.folder));
  const screen = new WatchScreen(viewOf(args.language));
  const stored = newestWatch(caseFolder);
  if (stored === undefined) throw new DemineError('watch-missing', 'there is none', { subject: caseFolder });
  if (stored.record.ended === undefined) {
    if (isHeld(stored.folder)) {
      wishStop(stored.folder);
      for (let waited = 0; waited < mostStopMs && isHeld(stored.folder); waited += 200) await Bun.sleep(200);
    } else {
      const record = goOn(stored);
      const closed: WatchRecord = { ...record, spans: record.spans.slice(0, -1), ended: iso(Date.now()) };
      writeRecord(stored.folder, closed);
    }
  }
  const text = starterText(screen, endStarter(caseFolder));
  if (text !== '') await say(`${text}\n`);
  await say(`${screen.words(screen.texts[isHeld(stored.folder) ? 'stopping' : 'stopped']).join('\n')}\n`);
  return 0;
}

async function status(args: Args): Promise<number> {
  const caseFolder = resolve(folderOfCase(args.folder));
  const stored = newestWatch(caseFolder);
  if (stored === undefined) throw new DemineError('watch-missing', 'there is none', { subject: caseFolder });
  const { record, folder } = stored;
  const state = record.ended !== undefined ? 'ended' : isHeld(folder) ? 'running' : 'left';
  const code =
    state === 'running'
      ? watchExitCodes[
          record.returns.length > 0
            ? 'came-back'
            : record.gaps.some(({ counts }) => counts)
              ? 'not-whole'
              : 'stayed-away'
        ]
      : watchExitCodes[outcomeOf(record)];
  if (args.json !== undefined) {
    const text = `${JSON.stringify(record, null, 2)}\n`;
    if (args.json === '-') {
      await write(text);
      return code;
    }
    writeOutputFile(args.json, text);
  }
  const screen = new WatchScreen(viewOf(args.language));
  await write(`${summaryOf(screen, record, caseFolder, state)}\n`);
  return code;
}

export function watchCommand(args: Args): Promise<number> {
  switch (args.action) {
    case 'watch':
      return begin(args);
    case 'status':
      return status(args);
    case 'stop':
      return stop(args);
  }
}

/** Task of the unit that starts a watch again with its machine; the case is the folder it stands in. */
export async function runStartedWatch(): Promise<number> {
  const caseFolder = process.cwd();
  const stored = newestWatch(caseFolder);
  if (stored === undefined || stored.record.ended !== undefined) {
    endStarter(caseFolder);
    return 0;
  }
  const { record, folder } = stored;
  renameProcess(record.settings.name);
  if (Date.parse(record.until) <= Date.now()) {
    const resumed = goOn(stored);
    writeRecord(folder, { ...resumed, spans: resumed.spans.slice(0, -1), ended: iso(Date.now()) });
    endStarter(caseFolder);
    return watchExitCodes['not-whole'];
  }
  return await runWatch({
    caseFolder,
    folder,
    record: goOn(stored),
    language: record.settings.language,
    silent: true,
  });
}
