/**
 * A folder of logs that is no root file system, as a log server or a colleague gives it: several hosts, any names.
 *
 * Files are known by their content: each way of reading is tried on the beginning of a file, and what reads most of
 * its lines is taken. The host is what the lines say; where they say nothing, the folder that the file lies in.
 * Bounds: 20,000 names, eight folders deep, 5,000 files.
 */
import {
  baseName,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { beginning } from './beginning.ts';
import { type FoundLogs, foldersAbove, type LogFile } from './find-logs.ts';
import type { LogReading } from './log-kind.ts';
import { bareNames, rotatedFrom } from './rotated-name.ts';
import { sample, sniff } from './sniff.ts';
import type { Unpack } from './unpack.ts';

const mostNames = 20_000;
const mostFiles = 5_000;
const deepest = 8;
/** Folders that are named after no host. */
const plainFolder =
  /^(?:logs?|var|syslog|rsyslog|remote|hosts?|archive|old|backup|root|tmp|data|srv|audit|nginx|apache2?|httpd|\d{1,14}|\d{4}[-.]\d\d.*)$/i;

function* filesBelow(target: Target, start: PathText, cut: PathText[]): Generator<PathText> {
  let names = 0;
  const waiting: { readonly path: PathText; readonly level: number }[] = [{ path: start, level: 0 }];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const { path, level } = folder;
    const { status, entries } = target.readNow({ kind: 'directory', path, limit: mostNames });
    if (status !== 'ok' && status !== 'empty') cut.push(path);
    for (const { name, type } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      names += 1;
      if (names > mostNames) {
        cut.push(path);
        return;
      }
      const inner = joinPath(path, name);
      if (type === 'file') yield inner;
      else if (type === 'directory' && level < deepest) waiting.push({ path: inner, level: level + 1 });
      else if (type === 'directory') cut.push(inner);
    }
  }
}

const hostOf = (path: PathText): Printable =>
  foldersAbove(path).find((name) => !plainFolder.test(name)) ?? printableText('');

/** The logs of a folder. A file that no reader knows is left out, and told among `unknown`. */
export function findInFolder(
  target: Target,
  readings: readonly LogReading[],
  unpack: Unpack,
): FoundLogs & { readonly unknown: readonly PathText[] } {
  const cut: PathText[] = [];
  const unknown: PathText[] = [];
  const files: LogFile[] = [];
  for (const path of filesBelow(target, printableText('/'), cut)) {
    if (files.length + unknown.length >= mostFiles) {
      cut.push(path);
      break;
    }
    const { stat } = target.readNow({ kind: 'stat', path });
    if (stat?.type !== 'file' || stat.size === 0) continue;
    const found = sniff(beginning(target, path, unpack, sample), readings);
    if (found === undefined) {
      unknown.push(path);
      continue;
    }
    const name = baseName(path);
    const [bare = name] = bareNames(name);
    const rotation = rotatedFrom(bare, name);
    files.push({
      path,
      source: target.name === '/' ? path : phrase`${target.name}${path}`,
      log: `folder.${found.reading.id}`,
      reading: found.reading,
      set: `${path.slice(0, -name.length)}${bare}`,
      host: hostOf(path),
      packed: rotation?.packed ?? false,
      size: stat.size,
      modifiedUs: stat.modifiedUs,
    });
  }
  files.sort((a, b) => (a.set === b.set ? a.modifiedUs - b.modifiedUs : a.set < b.set ? -1 : 1));
  return { files, cut, unknown };
}
