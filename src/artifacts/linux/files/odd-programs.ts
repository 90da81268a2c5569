/**
 * `linux.odd-programs`: programs that lie hidden, where anybody may write, among devices or in web roots, and packed
 * ones.
 *
 * Reads: the shared walk; the first 4 KiB of what it found; of the folders of programs those that no package owns.
 * Why: a dropper writes where its account may write, hides by a dot, and packs with UPX so that no string shows.
 * What it is NOT: proof that anything runs; what lies in /tmp may be a build. Folders full of other people's programs
 * (node_modules, .cargo, .cache and their kin) are left out, and so are files that are neither ELF nor script; in web
 * roots only ELF counts, since checkouts make scripts executable.
 * Bounds: 2,000 entries, 5,000 names of a program folder, 300 lines of each of the first 200 scripts.
 */
import type { FileFact, PersistenceFact } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { baseName, joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, scriptEntry } from '../entry.ts';
import { fileFactsOf } from '../file-facts.ts';
import { ownersOf } from '../file-owners.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { sharedWalk, type WalkedFile } from './walk.ts';

const artifact = 'linux.odd-programs';
const mostEntries = 2_000;
const mostNames = 5_000;
/** Scripts whose lines are kept: a folder of somebody's checkout holds thousands. */
const mostScripts = 200;
const mostScriptLines = 300;
const programFolders = [
  '/usr/bin',
  '/usr/sbin',
  '/bin',
  '/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt',
  '/usr/lib',
  '/etc',
];

function mechanismOf(file: WalkedFile, fact: FileFact): Mechanism | undefined {
  if (fact.format !== 'elf' && fact.format !== 'script') return undefined;
  if (fact.packer !== undefined) return 'packed-program';
  const { place, hidden } = file.folder;
  if (hidden || baseName(file.path).startsWith('.')) return 'hidden-program';
  if (place === 'web') return fact.format === 'elf' ? 'dropped-program' : undefined;
  return 'dropped-program';
}

function told(
  context: ArtifactContext,
  path: PathText,
  fact: FileFact,
  mechanism: Mechanism,
  withLines: boolean,
): PersistenceFact {
  const packed = fact.packer === undefined ? '' : `, packed by ${fact.packer}`;
  const kind = fact.format === 'elf' ? 'program' : 'script';
  const given = {
    mechanism,
    user: phrase`uid ${fact.uid}`,
    text: phrase`${path}: ${printableText(`${kind}, mode ${(fact.mode & 0o7777).toString(8)}${packed}`)}`,
    target: path,
    marks: mechanism === 'packed-program' ? [] : (['unusual-place'] as const),
  };
  const script =
    withLines && fact.format === 'script' ? scriptEntry(context, artifact, path, given) : undefined;
  if (script !== undefined) return { ...script, body: script.body.slice(0, mostScriptLines) };
  return entry({ ...given, source: { source: path }, language: 'argv' });
}

/** Programs in the system's own folders that no package owns. */
async function unownedPrograms(context: ArtifactContext): Promise<readonly PathText[]> {
  const { target, log } = context;
  const paths: PathText[] = [];
  for (const name of programFolders) {
    const folder = printableText(name);
    if (target.readNow({ kind: 'stat', path: folder }).stat?.type !== 'directory') continue;
    const { entries } = target.readNow({ kind: 'directory', path: folder, limit: mostNames });
    for (const one of entries) if (one.type === 'file') paths.push(joinPath(folder, one.name));
  }
  const unowned: PathText[] = [];
  for (let at = 0; at < paths.length; at += mostNames) {
    const { facts, sources } = await ownersOf(target, paths.slice(at, at + mostNames));
    for (const source of sources) if (source.status !== 'ok') log.record(source);
    for (const owner of facts) if (owner.package === '') unowned.push(owner.path);
  }
  return unowned;
}

export const oddPrograms: PersistenceArtifact = {
  id: artifact,
  mechanisms: ['hidden-program', 'dropped-program', 'packed-program'],
  sources: [
    { kind: 'walk', path: '/', live: false },
    ...programFolders.map((path) => ({ kind: 'directory', path, live: false }) as const),
  ],
  order: 8,
  required: false,
  async gather(context) {
    const found = sharedWalk(context)
      .of('program')
      .filter(({ folder }) => folder.nestedRoot === undefined);
    const byPath = new Map(found.map((file) => [file.path, file]));
    const unowned = (await unownedPrograms(context)).filter((path) => !byPath.has(path));
    const { facts, sources } = fileFactsOf(context.target, [...byPath.keys(), ...unowned]);
    for (const source of sources) context.log.record(source);
    const entries: PersistenceFact[] = [];
    let scripts = 0;
    for (const fact of facts) {
      const file = byPath.get(fact.path);
      const mechanism =
        file === undefined
          ? fact.packer === undefined
            ? undefined
            : 'packed-program'
          : mechanismOf(file, fact);
      if (mechanism === undefined) continue;
      if (entries.length >= mostEntries) break;
      if (fact.format === 'script') scripts += 1;
      entries.push(told(context, fact.path, fact, mechanism, scripts <= mostScripts));
    }
    return entries;
  },
};
