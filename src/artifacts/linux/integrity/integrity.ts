/**
 * `linux.integrity`: programs and libraries that are no longer what their package brought, and those put aside.
 *
 * Reads: the package database; the tools and libraries of `tools.ts`; on a live host also the executables of running
 * processes and the libraries mapped by them; with `--integrity full` every file that the database has a sum of.
 * Why: a wrapped ps hides the miner from whoever looks, a replaced sshd or pam_unix.so lets its owner in again, and
 * curl under another name is how families keep rivals off (knowledge on families, "tools replaced").
 * What it is NOT: a judgement; an update that runs, a diversion, an alternative and an edited setting give no entry.
 * Bounds: 1 GiB and 20 s; the full pass 64 GiB and 15 minutes, since it was asked for. 2,000 names of a program folder.
 * Sources: see `expected.ts`, `file-integrity.ts`.
 */
import type { Fact } from '../../../model/fact.ts';
import type { IntegrityFact, PersistenceFact } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import type { SourceRecord } from '../../../model/source.ts';
import { baseName, joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, scriptEntry } from '../entry.ts';
import { checkAll, type IntegrityAnswer } from '../file-integrity.ts';
import { ownersOf } from '../file-owners.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { allExpected } from './all-expected.ts';
import { dpkgRuleGaps } from './dpkg-rules.ts';
import { type Expected, expectedOf } from './expected.ts';
import { homeTools } from './home-tools.ts';
import { pathsInUse } from './in-use.ts';
import { libraries, libraryFolders, toolFolders, toolPutAside, tools } from './tools.ts';

const artifact = 'linux.integrity';
const usual = { bytes: 1 << 30, ms: 20_000 };
const full = { bytes: 64 * 2 ** 30, ms: 900_000 };
const mostNames = 20_000;
const mostUnowned = 500;
const copyLimit = 16 << 20;
const mostEntries = 2_000;

/** Folders that are links into /usr are looked at once. */
function plainFolders(context: ArtifactContext, folders: readonly string[]): readonly PathText[] {
  return folders.map(printableText).filter((path) => {
    const { stat } = context.target.readNow({ kind: 'stat', path });
    return stat?.type === 'directory';
  });
}

const programFolder = /^(?:\/usr)?(?:\/local)?\/s?bin\//;
const library = /\.so(?:\.[\d.]+)?$/;

function mechanismOf({ path, state }: IntegrityFact): Mechanism {
  if (state === 'missing') return 'missing-file';
  return library.test(path) ? 'changed-library' : 'changed-tool';
}

/** npm, pip and gem write over what a package brought when they update themselves or what they keep. */
const ofLanguage =
  /\/(?:node_modules|dist-packages|site-packages|gems|vendor_perl|vendor_ruby|__pycache__)\//;
const unit = /^(?:\/usr)?\/lib\/(?:systemd|udev)\//;

/** What matters is what something would run: programs, libraries, units; documents and data are told as facts alone. */
function matters(target: Target, { path, state }: IntegrityFact): boolean {
  const named = programFolder.test(path) || (library.test(path) && !ofLanguage.test(path));
  if (state === 'missing') return named;
  if (state !== 'changed' && state !== 'replaced') return false;
  if (named || (unit.test(path) && !path.includes('/hwdb.'))) return true;
  if (ofLanguage.test(path)) return false;
  const { stat } = target.readNow({ kind: 'stat', path });
  return stat?.type !== 'file' || (stat.mode & 0o111) !== 0;
}

function entryOf(context: ArtifactContext, fact: IntegrityFact): PersistenceFact {
  const given = { mechanism: mechanismOf(fact), target: fact.path, text: fact.text } as const;
  const trigger = printableText(fact.state);
  if (fact.state !== 'missing') {
    const script = scriptEntry(context, artifact, fact.path, { ...given, trigger });
    if (script !== undefined) return script;
  }
  return entry({ ...given, trigger, language: 'none', source: { source: fact.path } });
}

interface Aside {
  readonly path: PathText;
  readonly tool: string;
}

/** Programs that no package owns and whose name is that of a tool put aside, or whose content is a tool's. */
async function putAside(
  context: ArtifactContext,
  folders: readonly PathText[],
  gone: ReadonlySet<string>,
): Promise<readonly Fact[]> {
  const { target, log } = context;
  const names: PathText[] = [];
  for (const folder of [...folders, printableText('/usr/local/bin'), printableText('/usr/local/sbin')]) {
    const listed = target.readNow({ kind: 'directory', path: folder, limit: mostNames });
    for (const { name, type } of listed.entries) if (type === 'file') names.push(joinPath(folder, name));
  }
  const asides = names.flatMap((path): readonly Aside[] => {
    const tool = toolPutAside(baseName(path));
    return tool === undefined ? [] : [{ path, tool }];
  });
  // Contents are compared only where something is gone: a copy beside an intact tool is an owner's.
  const candidates = gone.size > 0 ? names : asides.map(({ path }) => path);
  const unowned: PathText[] = [];
  for (let at = 0; at < candidates.length; at += 4000) {
    const { facts, sources } = await ownersOf(target, candidates.slice(at, at + 4000));
    for (const source of sources) if (source.status !== 'ok') log.record(source);
    for (const owner of facts) if (owner.package === '') unowned.push(owner.path);
  }
  const digests = await digestsOf(context, folders, gone);
  const byPath = new Map(asides.map((aside) => [aside.path, aside.tool]));
  const found: Fact[] = [];
  for (const path of unowned.slice(0, mostUnowned)) {
    const same = digests.size === 0 ? undefined : toolOfContent(context, path, digests);
    const tool = same ?? byPath.get(path);
    if (tool === undefined) continue;
    const text =
      same === undefined
        ? phrase`${path}: named like ${printableText(tool)} put aside`
        : phrase`${path}: is ${printableText(same)} under another name`;
    const given = { mechanism: 'renamed-tool', target: path, text } as const;
    found.push(scriptEntry(context, artifact, path, given) ?? entry({ ...given, source: { source: path } }));
  }
  return found;
}

type Digests = ReadonlyMap<string, string>;

/** Content to the tool that should have it, for tools that are changed or gone. */
async function digestsOf(
  context: ArtifactContext,
  folders: readonly PathText[],
  gone: ReadonlySet<string>,
): Promise<Digests> {
  if (gone.size === 0) return new Map();
  const paths = [...gone].flatMap((name) => folders.map((folder) => joinPath(folder, printableText(name))));
  const { expected } = await expectedOf(context.target, paths);
  return new Map(
    expected.flatMap(({ path, sum }): readonly (readonly [string, string])[] =>
      sum === undefined ? [] : [[`${sum.algorithm}:${sum.digest}`, baseName(path)]],
    ),
  );
}

function toolOfContent(context: ArtifactContext, path: PathText, digests: Digests): string | undefined {
  const { status, bytes } = context.target.readNow({ kind: 'file', path, limit: copyLimit });
  if (status !== 'ok') return undefined;
  for (const algorithm of ['md5', 'sha256', 'sha1', 'sha512'] as const) {
    if (![...digests.keys()].some((key) => key.startsWith(`${algorithm}:`))) continue;
    const found = digests.get(`${algorithm}:${new Bun.CryptoHasher(algorithm).update(bytes).digest('hex')}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function usualCheck(
  target: Target,
  paths: readonly PathText[],
  notable: (state: IntegrityFact['state'], expected: Expected) => boolean,
): Promise<IntegrityAnswer & { readonly looked: readonly SourceRecord[] }> {
  const { expected, sources } = await expectedOf(target, paths);
  return { ...checkAll(target, expected, usual, notable), looked: sources };
}

export const integrity: PersistenceArtifact = {
  id: artifact,
  mechanisms: ['changed-tool', 'changed-library', 'missing-file', 'renamed-tool'],
  sources: [
    { kind: 'file', path: '/var/lib/dpkg/status', live: false },
    { kind: 'glob', path: '/var/lib/dpkg/info/*.{list,md5sums}', live: false },
    { kind: 'file', path: '/var/lib/dpkg/diversions', live: false },
    { kind: 'glob', path: '/etc/dpkg/{dpkg.cfg,dpkg.cfg.d/*}', live: false },
    {
      kind: 'glob',
      path: '/{var/lib/rpm,usr/lib/sysimage/rpm}/{rpmdb.sqlite,Packages.db,Packages}',
      live: false,
    },
    { kind: 'file', path: '/lib/apk/db/installed', live: false },
    { kind: 'glob', path: '/var/lib/pacman/local/*/{files,mtree}', live: false },
    { kind: 'glob', path: '/{root,home/*}/{.local/bin,bin,.bin}/*', live: false },
    { kind: 'glob', path: '/usr/local/{sbin,bin}/*', live: false },
    { kind: 'glob', path: '/proc/[0-9]*/maps', live: true },
  ],
  order: 7,
  required: false,
  async gather(context) {
    const { target, log } = context;
    const folders = plainFolders(context, toolFolders);
    const paths = [
      ...folders.flatMap((folder) => tools.map((name) => joinPath(folder, printableText(name)))),
      ...plainFolders(context, libraryFolders).flatMap((folder) =>
        libraries.map((name) => joinPath(folder, printableText(name))),
      ),
      ...pathsInUse(context),
    ];
    // A link tells nothing, nor does it when what an owner leaves out is not there.
    const notable = (state: IntegrityFact['state'], { leftOut, sum }: Expected): boolean =>
      state === 'unknown' ? !leftOut && sum !== undefined : state !== 'unchanged';
    const answer =
      context.integrity === 'full'
        ? { ...checkAll(target, allExpected(target), full, notable), looked: [] }
        : await usualCheck(target, [...new Set(paths)], notable);
    const gaps = dpkgRuleGaps(target).map((source) => ({ ...source, artifact }));
    for (const source of [...answer.looked, ...answer.sources, ...gaps]) log.record(source);
    const { facts } = answer;
    const told = facts.filter((fact) => matters(target, fact));
    const toolNames = new Set(tools);
    const gone = new Set(told.map(({ path }) => baseName(path)).filter((name) => toolNames.has(name)));
    const entries = told.slice(0, mostEntries).map((fact) => entryOf(context, fact));
    const aside = await putAside(context, folders, gone);
    return [...facts, ...entries, ...aside, ...homeTools(context, artifact)];
  },
};
