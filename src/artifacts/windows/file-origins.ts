/**
 * Where files came from: the mark that browsers, mail programs and archivers leave beside what they save (the stream
 * `Zone.Identifier`), and which of them a user started by hand (UserAssist).
 *
 * Streams are read where the folder has them: ntfs-3g with streams_interface=windows, collectors that write
 * `x.exe:Zone.Identifier` (percent-escaped or with an underscore) beside the file. What it is NOT: proof of a download; a mark
 * can be removed, and is copied with a file.
 * Bounds: 2,000 files, 4 KiB of each mark. Sources: [MS-FSCC] 5.6.1 (Zone.Identifier Stream Name); learn.microsoft.com,
 * "About URL Security Zones"; KNOWNFOLDERID; `formats/execution/user-assist.ts`.
 */
import { readUserAssist } from '../../formats/execution/user-assist.ts';
import { momentUs } from '../../formats/filetime.ts';
import { windowsKey } from '../../formats/windows-path.ts';
import type { FileOriginFact } from '../../model/facts/file-origin.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { ArtifactContext } from '../artifact.ts';
import { viewOf } from './view.ts';

const mostFiles = 2_000;
const mostMark = 4_096;
const longestUrl = 1_024;

/** Folders of a profile as UserAssist names them. */
const folders: Readonly<Record<string, string>> = {
  '{374de290-123f-4565-9164-39c4925e467b}': 'Downloads',
  '{b4bfcc3a-db2c-424c-b029-7fe99a87c641}': 'Desktop',
  '{fdd39ad0-238f-46af-adb4-6c85480369c7}': 'Documents',
};

type Mark = Pick<FileOriginFact, 'zone' | 'url'>;

/** Undefined where it is no mark. */
export function zoneMark(bytes: Uint8Array): Mark | undefined {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = Buffer.from(bytes.subarray(isWide ? 2 : 0, mostMark)).toString(isWide ? 'utf16le' : 'utf8');
  const zone = /^\s{0,9}ZoneId\s{0,9}=\s{0,9}([0-4])\s*$/im.exec(text)?.[1];
  if (zone === undefined || !/^\s{0,9}\[ZoneTransfer\]/im.test(text)) return undefined;
  const of = (name: string): string =>
    new RegExp(`^\\s{0,9}${name}\\s{0,9}=\\s{0,9}(\\S{1,${longestUrl}})`, 'im').exec(text)?.[1] ?? '';
  const url = of('HostUrl') || of('ReferrerUrl');
  return { zone: Number(zone), url: printableText(url === 'about:internet' ? '' : url) };
}

interface Started {
  readonly by: Printable;
  readonly us: number;
  readonly source: FileOriginFact['source'];
}

/** The last time each file was started by hand, by the path as Windows compares it. */
function startedByHand(context: Pick<ArtifactContext, 'target' | 'log'>): ReadonlyMap<string, Started> {
  const found = new Map<string, Started>();
  for (const { hive, classes, profile, user, path } of viewOf(context).registry.users) {
    if (classes) continue;
    for (const { name, lastRun } of readUserAssist(hive) ?? []) {
      const us = momentUs(lastRun);
      if (us === undefined || us <= 0) continue;
      const folder = folders[name.slice(0, 38).toLowerCase()];
      const full = folder === undefined ? name : `${profile}\\${folder}${name.slice(38)}`;
      const key = windowsKey(full);
      if ((found.get(key)?.us ?? 0) < us) found.set(key, { by: user, us, source: { source: path } });
    }
  }
  return found;
}

/** @param paths of files that may be the attacker's */
export function fileOrigins(
  context: Pick<ArtifactContext, 'target' | 'log'>,
  paths: Iterable<PathText>,
): readonly FileOriginFact[] {
  const { target } = context;
  const found: FileOriginFact[] = [];
  const started = startedByHand(context);
  let seen = 0;
  for (const path of new Set(paths)) {
    seen += 1;
    if (seen > mostFiles) break;
    const hand = started.get(windowsKey(path));
    const given = hand === undefined ? {} : { startedBy: hand.by, startedUs: hand.us };
    const beside = [':Zone.Identifier', '%3AZone.Identifier', '_Zone.Identifier'];
    const at = beside
      // The percent sign of a name is escaped in the printable form.
      .map((ending) => `${path}${ending.replace('%', '%25')}` as PathText)
      .find((name) => target.readNow({ kind: 'stat', path: name, follow: false }).stat?.type === 'file');
    const mark = at === undefined ? undefined : markAt(context, at);
    if (at !== undefined && mark !== undefined)
      found.push({ kind: 'file-origin', source: { source: at }, path, ...mark, ...given });
    else if (hand !== undefined)
      found.push({ kind: 'file-origin', source: hand.source, path, url: phrase``, ...given });
  }
  return found;
}

function markAt({ target }: Pick<ArtifactContext, 'target'>, path: PathText): Mark | undefined {
  const { status, bytes } = target.readNow({ kind: 'file', path, limit: mostMark });
  return status === 'ok' || status === 'truncated' ? zoneMark(bytes) : undefined;
}
