/**
 * What reading the logs of a root file system costs, alone in a process: `part log decode|ways LINES ROOT`, and what
 * storing those of a folder does: `part log store LINES FOLDER CASE`.
 *
 * The way of a scan, from the files to events: found, read, unpacked, given their years. Then nobody keeps them
 * (`decode`), or all watchers of ways in see them (`ways`), or they are masked and written to a case that nobody then
 * looks at (`store`). Ends with 1 where it did not read as many lines as there
 * are: what read nothing is not fast.
 */
import { findLogs } from '../src/artifacts/linux/logs/find-logs.ts';
import { readLogs } from '../src/artifacts/linux/logs/read-logs.ts';
import { logKinds } from '../src/artifacts/linux/logs/table.ts';
import { unpackLog } from '../src/artifacts/linux/logs/unpack.ts';
import { Analyser } from '../src/incident/analyse.ts';
import type { LogEvent } from '../src/model/facts/event.ts';
import type { LogFact } from '../src/model/facts/log.ts';
import { SourceLog } from '../src/model/source-log.ts';
import { addLogFolder } from '../src/scan/log-folder.ts';
import { openCase } from '../src/store/sqlite.ts';
import { folderTarget, looseFolderTarget } from '../src/target/folder.ts';

const bounds = { bytes: 2 ** 36, ms: 600_000 };
const ignored = (): void => {};

interface Read {
  readonly logs: readonly LogFact[];
  readonly events: number;
}

/** As `demine case add` stores them. */
async function readIntoCase(folder: string, path: string): Promise<Read> {
  const target = looseFolderTarget(folder);
  const store = openCase(path);
  const { facts, stored } = addLogFolder(target, store.events, false);
  store.close();
  await target.close();
  return { logs: facts, events: stored };
}

export async function runLogPart([what, lines, root = '', path = '']: readonly string[]): Promise<number> {
  const { logs, events } = what === 'store' ? await readIntoCase(root, path) : await readAlone(what, root);
  const read = logs.reduce((sum, log) => sum + log.lines - log.unreadable, 0);
  if (read === Number(lines) && events > 0) return 0;
  const told = logs.map(({ source, status, reason }) => `${source.source}: ${status} ${reason ?? ''}`);
  process.stderr.write(`${read} lines of ${lines} were read, ${events} events; ${told.join(', ')}\n`);
  return 1;
}

async function readAlone(what: string | undefined, root: string): Promise<Read> {
  const target = folderTarget(root);
  const analyser = new Analyser();
  let events = 0;
  const counted = (): void => {
    events += 1;
  };
  const seen = (event: LogEvent): void => {
    events += 1;
    analyser.see(event);
  };
  const request = {
    target,
    log: new SourceLog(),
    found: findLogs(target, logKinds),
    unpack: unpackLog,
    nowUs: Date.now() * 1000,
    bounds,
  };
  const logs = readLogs(request, {
    begin: ignored,
    event: what === 'ways' ? seen : counted,
    end: (fact) => analyser.log(fact),
  });
  await target.close();
  return { logs, events };
}
