/**
 * A watch over the running host, from its first moment to its last: opens what tells of events, and gives the watcher its
 * turns. Silent: it runs no program of the host, opens no terminal, and keeps no file of its record open.
 */
import { folderOf, type PathText } from '../../model/text.ts';
import type { WatchRecord, WatchSpan } from '../../model/watch.ts';
import { releaseOwnPages } from '../../native/own-pages.ts';
import { sendNothing } from '../../native/process-alive.ts';
import { closeConnector, openConnector, readConnector } from '../../native/process-connector.ts';
import { waitReadable } from '../../native/wait-readable.ts';
import {
  clockNow,
  cpuNow,
  FilesNow,
  fileSystems,
  folderWorld,
  pidsNow,
  processWorld,
  programHash,
  programSize,
  removedNow,
  sessionsNow,
} from './live-world.ts';
import { putMinute, slotsFor } from './minute-ring.ts';
import { ProcessBook } from './process-book.ts';
import { countOf, placesOf } from './removed.ts';
import { Sentry } from './sentry.ts';
import { isStopWished, minutesPath, writeRecord } from './watch-folder.ts';
import { Watcher } from './watcher.ts';
import type { LookAnswer, LookRequest, WatchNews, WatchWorld } from './world.ts';

export interface SessionWish {
  readonly caseFolder: string;
  readonly folder: string;
  readonly record: WatchRecord;
  /** Patterns of the declared places. */
  readonly places: readonly string[];
  readonly ticksPerSecond: number;
  readonly look: (request: LookRequest) => Promise<LookAnswer>;
  /** Processes of the watch beside this one. */
  readonly children: ReadonlySet<number>;
  readonly tell: (news: WatchNews) => void;
  /** What is watched and how, once it is. */
  readonly begun: (record: WatchRecord) => void;
  /** Each minute. */
  readonly minute: (record: WatchRecord) => void;
  /** Set by whoever handles signals. */
  readonly ending: () => WatchSpan['end'];
  /** Where the kernel offers more than is wanted, for tests. */
  readonly without?: readonly ('fanotify' | 'connector')[];
}

/** Datagrams of the connector in one turn. */
const mostDatagrams = 4_096;
/** Milliseconds that are waited after a turn with many events: the next has more of them, at the same cost. */
const floodMs = 25;
const flood = 500;
/** While a child works, its answer is to be heard soon. */
const childMs = 50;

export async function watchSession(wish: SessionWish): Promise<WatchRecord> {
  const { caseFolder, folder, record } = wish;
  const removed = removedNow(caseFolder);
  const sentry = new Sentry(wish.places, folderWorld(), wish.without?.includes('fanotify') !== true);
  sentry.await(placesOf(removed()));
  const programs = [...removed().programs].map((path) => folderOf(path as PathText));
  sentry.watchPrograms(fileSystems(), programs);
  const opened = wish.without?.includes('connector') === true ? undefined : openConnector();
  const connector = opened?.status === 'ok' ? opened.value : undefined;
  const files = new FilesNow();
  const book = new ProcessBook(processWorld);
  const slots = slotsFor(record.settings.seconds);
  const minutes = minutesPath(folder);
  const world: WatchWorld = {
    now: clockNow,
    drain: (takers) => sentry.drain(takers),
    processEvents: ({ started, ended }) => {
      if (connector === undefined) return;
      readConnector(connector, mostDatagrams, (event) => {
        if (event.kind === 'exec') started(event.pid);
        else if (event.kind === 'exit') ended(event.pid);
      });
    },
    pids: pidsNow,
    programSize,
    programHash,
    stillRuns: sendNothing,
    fileAt: (path) => files.at(path),
    removed,
    cpu: cpuNow,
    ticksPerSecond: wish.ticksPerSecond,
    sessions: sessionsNow,
    isOurs: (pid) => pid === process.pid || wish.children.has(pid),
    look: wish.look,
    putMinute: (minute) => {
      putMinute(minutes, slots, minute);
    },
    save: (now) => {
      writeRecord(folder, now);
    },
    isStopWished: () => isStopWished(folder),
    await: (paths: readonly PathText[]) => sentry.await(paths),
  };
  const { programs: tellsPrograms, ...fileMeans } = sentry.means;
  const means: WatchRecord['means'] = {
    ...fileMeans,
    processes: connector !== undefined ? 'connector' : tellsPrograms ? 'programs' : 'listing',
    removed: countOf(removed()),
  };
  const watcher = new Watcher({ ...record, means }, world, book, wish.tell);
  for (const gap of record.gaps.slice(-1)) if (gap.to === record.spans.at(-1)?.from) watcher.compareAll();
  writeRecord(folder, watcher.record);
  wish.begun(watcher.record);
  const descriptors = [...sentry.descriptors, ...(connector === undefined ? [] : [connector])];
  const until = Date.parse(record.until);
  let saved = watcher.record.spans.at(-1)?.to;
  try {
    for (;;) {
      const end = endOf(wish, until, world);
      if (end !== undefined) {
        await watcher.end(end);
        return watcher.record;
      }
      waitReadable(descriptors, watcher.isLooking ? Math.min(childMs, watcher.waitMs) : watcher.waitMs);
      const events = watcher.turn();
      const now = watcher.record.spans.at(-1)?.to;
      if (now !== saved) {
        saved = now;
        // Pages of our own program that only the start, or a rare event, needed.
        releaseOwnPages();
        wish.minute(watcher.record);
      }
      // Signals, timers and children have their turn.
      await Bun.sleep(events > flood ? floodMs : 0);
    }
  } finally {
    sentry.close();
    files.close();
    if (connector !== undefined) closeConnector(connector);
  }
}

function endOf(wish: SessionWish, until: number, world: WatchWorld): WatchSpan['end'] {
  return (
    wish.ending() ??
    (world.isStopWished() ? 'asked' : undefined) ??
    (world.now().wallMs >= until ? 'over' : undefined)
  );
}
