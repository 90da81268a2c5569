/**
 * The files of all declared logs on a target, with their rotated ones, oldest first within a log.
 *
 * Bounds: 4,000 names of a folder, 2,000 files in all; a folder is listed once whatever lies in it.
 */
import type { SourceId } from '../../../model/source.ts';
import {
  baseName,
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  printableText,
} from '../../../model/text.ts';
import type { FileStatus, Target } from '../../../target/port.ts';
import { homesOf } from '../homes.ts';
import type { LogKind, LogReading } from './log-kind.ts';
import { fits, type Rotation, rotatedFrom } from './rotated-name.ts';

/** One file of a log. */
export interface LogFile {
  /** Where the target has it. */
  readonly path: PathText;
  /** How it is named to people: the path, below the folder that was given. */
  readonly source: SourceId;
  /** `linux.log.auth` */
  readonly log: string;
  readonly reading: LogReading;
  /** Files of one set are one log, rotated: gaps are looked for across them. */
  readonly set: string;
  /** Of whoever wrote it, where its place tells; empty where the lines do, or it is this host. */
  readonly host: Printable;
  /** Compressed by its name. */
  readonly packed: boolean;
  readonly size: number;
  /** Whose the file is. */
  readonly uid?: number;
  readonly modifiedUs: number;
  /** The day in its name as microseconds, where rotation wrote one. */
  readonly namedUs?: number;
  /** Lines that other hosts sent may stand in it. */
  readonly received?: true;
  /** What else it may be (`beside.ts`). */
  readonly beside?: readonly LogReading[];
  /** It is a log only where some reading reads it. */
  readonly guessed?: true;
  /** How it begins (`beginning.ts`), when it is read. */
  readonly fingerprint?: string;
}

export interface FoundLogs {
  /** Set by set, each oldest first. */
  readonly files: readonly LogFile[];
  /** Folders that could not be listed whole. */
  readonly cut: readonly PathText[];
}

const mostNames = 4_000;
const mostFiles = 2_000;
/** That one path stands for. */
const mostFolders = 2_000;

interface Place {
  readonly folder: PathText;
  readonly base: string;
  /** It lies in somebody's home. */
  readonly home: boolean;
}

interface Name {
  readonly name: Printable;
  readonly folder: boolean;
  readonly link: boolean;
}

class Folders {
  readonly #target: Target;
  readonly #listed = new Map<PathText, readonly Name[]>();
  readonly cut: PathText[] = [];

  constructor(target: Target) {
    this.#target = target;
  }

  names(path: PathText): readonly Name[] {
    const known = this.#listed.get(path);
    if (known !== undefined) return known;
    const { status, entries } = this.#target.readNow({ kind: 'directory', path, limit: mostNames });
    if (status !== 'ok' && status !== 'empty' && status !== 'absent') this.cut.push(path);
    const names = entries.map(({ name, type }) => ({
      name,
      folder: type === 'directory',
      link: type === 'link',
    }));
    this.#listed.set(path, names);
    return names;
  }
}

/** The folders that a path with `*` and `~/` stands for. */
function placesOf(target: Target, folders: Folders, path: string): readonly Place[] {
  const starts = path.startsWith('~/') ? homesOf(target).map((home) => home.path) : [printableText('/')];
  const parts = path.replace(/^~?\//, '').split('/');
  const base = parts.pop() ?? '';
  let found = starts;
  for (const part of parts) {
    found = found.slice(0, mostFolders).flatMap((folder) =>
      part.includes('*')
        ? folders
            .names(folder)
            .filter((entry) => entry.folder && fits(part, entry.name))
            .map(({ name }) => joinPath(folder, name))
        : [joinPath(folder, printableText(part))],
    );
  }
  const home = path.startsWith('~/');
  return found.map((folder) => ({ folder, base, home }));
}

const dayUs = (date: number): number =>
  Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100) * 1000;

/** The name without what rotation added. */
function setName(folder: PathText, base: string, name: string): string {
  if (!base.includes('*')) return `${folder}/${base}`;
  const bare = name.replace(
    /(?:[.-](?:\d{1,4}|\d{4}-?\d{2}-?\d{2}[-\d]*)|\.(?:gz|xz|bz2|zst|lz4|old))+/g,
    '',
  );
  return `${folder}/${bare}`;
}

interface Ordered {
  readonly file: LogFile;
  readonly rotation: Rotation;
}

/** Oldest first: by the date in the name, by the number, else by when they were written. */
function byAge(a: Ordered, b: Ordered): number {
  const [left, right] = [a.rotation, b.rotation];
  const isNumbered = !Number.isNaN(left.generation) && !Number.isNaN(right.generation);
  if (isNumbered && left.generation !== right.generation) return right.generation - left.generation;
  if (left.date > 0 && right.date > 0 && left.date !== right.date) return left.date - right.date;
  if (left.generation !== right.generation) {
    if (left.generation === 0) return 1;
    if (right.generation === 0) return -1;
  }
  return a.file.modifiedUs - b.file.modifiedUs || (a.file.path < b.file.path ? -1 : 1);
}

function logFile(
  kind: LogKind,
  { folder, base }: Place,
  path: PathText,
  rotation: Rotation,
  stat: FileStatus,
): Ordered {
  const named = rotation.date > 0 ? { namedUs: dayUs(rotation.date) } : {};
  const file: LogFile = {
    path,
    source: path,
    log: kind.id,
    reading: kind.reading,
    set: kind.daily === true ? `${folder}/${kind.id}` : setName(folder, base, baseName(path)),
    host: printableText(''),
    packed: rotation.packed,
    size: stat.size,
    uid: stat.uid,
    modifiedUs: stat.modifiedUs,
    ...(kind.received === true ? { received: true } : {}),
    ...(kind.beside === undefined ? {} : { beside: kind.beside }),
    ...(kind.guessed === true ? { guessed: true } : {}),
    ...named,
  };
  return { file, rotation };
}

export function findLogs(target: Target, kinds: readonly LogKind[]): FoundLogs {
  const folders = new Folders(target);
  const sets = new Map<string, Ordered[]>();
  const taken = new Set<string>();
  let files = 0;
  for (const kind of kinds) {
    for (const place of kind.paths.flatMap((path) => placesOf(target, folders, path))) {
      for (const { name, folder, link } of folders.names(place.folder)) {
        // What lies in a home is named by its owner: a link there would make a log of the host a history.
        const isNone = folder || (link && place.home);
        const rotation = isNone ? undefined : rotatedFrom(place.base, name);
        if (rotation === undefined) continue;
        const path = joinPath(place.folder, name);
        if (files >= mostFiles) {
          folders.cut.push(place.folder);
          break;
        }
        const { stat } = target.readNow({ kind: 'stat', path, follow: !place.home });
        // Pipes and devices are no logs, and `/var/log/syslog` may be a link to another that is read already.
        const key = stat === undefined ? '' : `${stat.device}:${stat.inode}`;
        if (stat?.type !== 'file' || taken.has(path) || (stat.inode > 1 && taken.has(key))) continue;
        taken.add(path).add(key);
        files += 1;
        const one = logFile(kind, place, path, rotation, stat);
        sets.set(one.file.set, [...(sets.get(one.file.set) ?? []), one]);
      }
    }
  }
  const ordered = [...sets.values()].flatMap((set) => set.sort(byAge).map(({ file }) => file));
  return { files: ordered, cut: folders.cut };
}

/** Names of the folders above a file, the nearest first. */
export function foldersAbove(path: PathText): readonly PathText[] {
  const out: PathText[] = [];
  for (let folder = folderOf(path); folder !== '/'; folder = folderOf(folder)) out.push(baseName(folder));
  return out;
}
