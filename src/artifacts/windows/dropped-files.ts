/**
 * Files in the places of a Windows host where miners are dropped, and what they say of mining.
 *
 * Why: what is left of a host has no processes, and a miner that nothing starts any more still tells its pool and its wallet.
 * How: one bounded walk of those places; what a file says is found as on Linux (`linux/dropped-files.ts`).
 * What it is NOT: a judgement, nor a search of the whole disk. Bounds: 60,000 names, eight folders deep, 256 MiB, 60 s.
 * Source: knowledge on families §2.2 (folders of Windows miners).
 */
import { type PathText, type Printable, printableText } from '../../model/text.ts';
import type { Artifact } from '../artifact.ts';
import { DroppedFiles, folderBounds, walkSource } from '../linux/dropped-files.ts';

const artifact = 'windows.dropped-files';
const mostNames = 60_000;
const deepest = 8;

/** Below these all is looked at. */
const below = [
  'C:\\Users\\Public',
  'C:\\ProgramData',
  'C:\\Windows\\Temp',
  'C:\\Windows\\Fonts',
  'C:\\Windows\\Help',
  'C:\\Windows\\IME',
  'C:\\Windows\\debug',
  'C:\\Windows\\SpeechsTracing',
  'C:\\Windows\\NetworkDistribution',
  'C:\\Windows\\dell',
  'C:\\PerfLogs',
  'C:\\Temp',
  'C:\\$Recycle.Bin',
];
/** The same in each home. */
const ofHomes = [
  'AppData\\Local\\Temp',
  'AppData\\Roaming',
  'AppData\\Local',
  'Downloads',
  'Desktop',
  'Documents',
];
/** Of these only what lies in the folder itself. */
const flat = ['C:\\', 'C:\\Windows'];
/** Stores of Windows and of browsers: many names, and no place to drop anything. */
const leftOut =
  /\\(?:package cache|packages|microsoft\\(?:windows\\(?:wer|start menu|inetcache|caches|explorer|notifications|history)|windows defender|edge|search|crypto|network|diagnosis|event viewer|vault)|google\\chrome\\user data|mozilla\\firefox\\profiles|usoshared|\$recycle\.bin\\s-1-5-18)$/i;

interface Folder {
  readonly path: PathText;
  readonly depth: number;
  readonly flat: boolean;
}

export const windowsDroppedFiles: Artifact = {
  id: artifact,
  sources: [...below, ...ofHomes.map((one) => `C:\\Users\\*\\${one}`), ...flat].map((path) => ({
    kind: 'walk',
    path,
    live: false,
  })),
  order: 15,
  required: false,
  gather(context) {
    const { target, log } = context;
    const files = new DroppedFiles(target, folderBounds, () => performance.now());
    if ((target.windows?.drives.length ?? 0) === 0) return Promise.resolve([]);
    const folders: Folder[] = [
      ...flat.map((path): Folder => ({ path: printableText(path), depth: deepest, flat: true })),
      ...below.map((path): Folder => ({ path: printableText(path), depth: 0, flat: false })),
    ];
    const users = target.readNow({ kind: 'directory', path: printableText('C:\\Users'), limit: 2_000 });
    for (const { name, type } of users.entries)
      if (type === 'directory')
        for (const one of ofHomes)
          folders.push({ path: `C:\\Users\\${name}\\${one}` as PathText, depth: 0, flat: false });
    const seen = new Set<string>();
    let names = 0;
    let cut: string | undefined;
    for (let at = 0; at < folders.length && cut === undefined; at += 1) {
      const folder = folders[at];
      if (folder === undefined || seen.has(folder.path.toLowerCase()) || leftOut.test(folder.path)) continue;
      seen.add(folder.path.toLowerCase());
      const listed = target.readNow({ kind: 'directory', path: folder.path, limit: 20_000 });
      if (listed.status !== 'ok' && listed.status !== 'empty' && listed.status !== 'absent')
        log.record({
          source: folder.path,
          artifact,
          status: listed.status,
          bytes: 0,
          ...(listed.reason === undefined ? {} : { reason: listed.reason }),
        });
      // What is listed is told before it is read: answers hold until the next question.
      const entries: readonly { readonly name: Printable; readonly type: string }[] = listed.entries.map(
        ({ name, type }) => ({ name, type }),
      );
      for (const { name, type } of entries) {
        names += 1;
        if (names > mostNames) cut = `more than ${mostNames} names`;
        if (cut !== undefined) break;
        const path = `${folder.path.replace(/\\$/, '')}\\${name}` as PathText;
        if (type === 'directory' && !folder.flat && folder.depth < deepest)
          folders.push({ path, depth: folder.depth + 1, flat: false });
        else if (type === 'file') cut = files.look({ path, programOnly: false });
      }
    }
    for (const { path, status, reason } of files.unread)
      log.record({ source: path, artifact, status, bytes: 0, ...(reason === undefined ? {} : { reason }) });
    log.countOk(artifact, files.files, files.bytes);
    log.record({
      source: walkSource,
      artifact,
      status: cut === undefined ? 'ok' : 'truncated',
      bytes: 0,
      ...(cut === undefined ? {} : { reason: cut }),
    });
    return Promise.resolve(files.facts);
  },
};
