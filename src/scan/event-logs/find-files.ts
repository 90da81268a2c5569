/** Event log files below what a person named: files as they are, of folders those with the ending `.evtx`. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DemineError, errorText } from '../../model/error.ts';

const deepest = 40;
const mostEntries = 1_000_000;

export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Folders that could not be listed, and why. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** Links are not followed: they may lead out of the evidence, or in a circle. @throws DemineError `usage` where there is nothing of that name */
export function findEventLogs(paths: readonly string[]): FoundFiles {
  const files = new Map<string, FoundFile>();
  const unread: { path: string; reason: string }[] = [];
  let entries = 0;
  const walk = (folder: string, depth: number): void => {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
        a.name < b.name ? -1 : 1,
      )) {
        entries += 1;
        const path = join(folder, entry.name);
        if (entries > mostEntries || depth > deepest) {
          unread.push({ path: folder, reason: 'too many files' });
          return;
        }
        if (entry.isDirectory()) walk(path, depth + 1);
        else if (entry.isFile() && /\.evtx$/i.test(entry.name)) addFound(path);
      }
    } catch (thrown) {
      unread.push({ path: folder, reason: errorText(thrown) });
    }
  };
  /** What goes away meanwhile takes nothing else of its folder with it. */
  const addFound = (path: string): void => {
    try {
      add(path);
    } catch (thrown) {
      unread.push({ path, reason: errorText(thrown) });
    }
  };
  const add = (path: string): void => {
    files.set(path, { path, bytes: statSync(path).size });
  };
  for (const path of paths) {
    let isFolder: boolean;
    try {
      isFolder = statSync(path).isDirectory();
    } catch (cause) {
      throw new DemineError('usage', errorText(cause), { subject: path, problem: 'not-found', cause });
    }
    if (isFolder) walk(path, 0);
    else add(path);
  }
  return { files: [...files.values()], unread };
}
