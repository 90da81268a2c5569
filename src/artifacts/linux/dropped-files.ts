/**
 * `linux.dropped-files`: files in the places where miners are dropped, and what they say of mining.
 *
 * Reads: programs, scripts, settings and logs below the places of `dropped-places.ts`; of the system's program
 * folders only what no package owns; from anywhere else what has a usual name of a miner's settings (shared walk).
 * Why: an image has no processes, and on a host a stopped miner's files tell pool, wallet and time.
 * How: one bounded walk. A text counts for what it is by its content: settings, script, log, or only text.
 * What it is NOT: a judgement, and not a search of the whole disk: texts above 1 MiB are left out but for logs,
 * programs are read to 32 MiB, packed programs show no words.
 * Bounds: 50,000 names, 256 MiB, 2 s on a live host. An image is scanned for this alone, so 60 s are allowed there;
 * ten times the names with --thorough.
 */
import { excerptOfBytes, excerptOfLine, excerptOfWide } from '../../coins/excerpt.ts';
import { minerLogLines } from '../../coins/miner-log.ts';
import { programNamed } from '../../coins/miners.ts';
import { minerSettings, poolsOfSettings } from '../../coins/settings-text.ts';
import { tracesOfText } from '../../coins/text-traces.ts';
import { findTraces } from '../../coins/traces.ts';
import { isElf, isScript } from '../../formats/elf.ts';
import { isWindowsPath } from '../../formats/windows-path.ts';
import type { Fact, FactSet } from '../../model/fact.ts';
import type { FileTraceFact } from '../../model/facts/host.ts';
import type { MiningTrace } from '../../model/facts/process.ts';
import { baseName, type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { FileStatus, Target } from '../../target/port.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { type DropPlace, dropPlaces, programLimit, textLimit } from './dropped-places.ts';
import { ownersOf } from './file-owners.ts';
import { type WalkBounds, type WalkedFile, type WalkProblem, walkFiles } from './file-walk.ts';
import { sharedWalk } from './files/walk.ts';

const artifact = 'linux.dropped-files';
/** The record that says whether all places were walked to their end. */
export const walkSource = printableText('walk:dropped-files');
const headSize = 4096;
/** One line may be quoted anywhere. */
const leastLogLines = 2;
/** Finds of one kind that are told of one file: a file of thousand pools must not hide its keys. */
const perKind = 10;
/** Texts that only mention mining; they end no walk. */
const mostMentions = 500;
const mostFacts = 4000;
const mostUnread = 200;
/** As many as `ownersOf` answers. */
const mostOwnerless = 5000;

export interface DroppedFilesBounds extends WalkBounds {
  /** Bytes read in all. */
  readonly bytes: number;
  readonly ms: number;
}

export const liveBounds: DroppedFilesBounds = {
  entries: 50_000,
  perFolder: 20_000,
  bytes: 256 << 20,
  ms: 2000,
};
export const folderBounds: DroppedFilesBounds = { ...liveBounds, ms: 60_000 };

export interface DroppedFilesOptions {
  readonly bounds?: Partial<DroppedFilesBounds>;
  readonly places?: readonly DropPlace[];
  /** Milliseconds. */
  readonly clock?: () => number;
}

/** The kernel's own file systems: their files are no files of anybody. */
const kernelFileSystems =
  /^(?:proc|sysfs|cgroup2?|debugfs|tracefs|devpts|mqueue|bpf|securityfs|fusectl|configfs|efivarfs|pstore|binfmt_misc|hugetlbfs|rpc_pipefs|nsfs|selinuxfs)$/;

const kernelMounts = (facts: FactSet): ReadonlySet<string> =>
  new Set(
    facts
      .of('mount')
      .filter((mount) => kernelFileSystems.test(mount.fileSystem))
      .map((mount) => mount.mountPoint),
  );

interface Found {
  readonly found: MiningTrace;
  /** Masked only for what is told: that is the dear part. */
  readonly text: () => Printable;
  readonly line?: number;
  readonly offset?: number;
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function programTraces(path: PathText, bytes: Uint8Array): readonly Found[] {
  const found: Found[] = findTraces(bytes).map((hit) => ({
    found: hit.found,
    text: () => (hit.wide ? excerptOfWide : excerptOfBytes)(bytes, hit.offset, hit.length, hit.found),
    offset: hit.offset,
  }));
  const program = programNamed(
    isWindowsPath(path) ? path.replaceAll('\\', '/').replace(/\.exe$/i, '') : path,
  );
  if (program !== undefined) {
    found.unshift({
      found: { kind: 'program', program, mark: 'name' },
      text: () => phrase`file name ${baseName(path)}`,
    });
  }
  return found;
}

/** Of Linux or of Windows. */
const isProgram = (bytes: Uint8Array): boolean => isElf(bytes) || (bytes[0] === 0x4d && bytes[1] === 0x5a);

/** One-based line of an offset; each asked offset lies behind the one before. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (; counted < offset; counted += 1) if (text.charCodeAt(counted) === 0x0a) line += 1;
    return line;
  };
}

function textTraces(
  bytes: Uint8Array,
  executable: boolean,
): { readonly format: FileTraceFact['format']; readonly found: readonly Found[] } {
  const text = latin1(bytes);
  const shebang = isScript(bytes);
  const settings = shebang ? undefined : minerSettings(text);
  const log = shebang || settings !== undefined ? [] : minerLogLines(text);
  const logged = log.length >= leastLogLines;
  // Droppers set every bit on every file, so it tells a script only where nothing else tells more.
  const script = shebang || (executable && settings === undefined && !logged);
  // Most texts hold no word of mining, and reading each of their lines as a command is dear.
  if (!script && settings === undefined && !logged && findTraces(bytes).length === 0) {
    return { format: 'text', found: [] };
  }
  const lines = text.split('\n');
  const lineOf = lineCounter(text);
  const format = settings !== undefined ? 'settings' : script ? 'script' : logged ? 'log' : 'text';
  const found: Found[] = [];
  if (settings !== undefined) {
    const { program, keys } = settings;
    const line = Math.max(
      0,
      lines.findIndex((content) => content.includes(`"${keys[0]}"`)),
    );
    const trace: MiningTrace = { kind: 'config', program, keys };
    found.push({ found: trace, text: () => excerptOfLine(lines[line] ?? '', trace), line: line + 1 });
  }
  for (const { line, pool } of logged ? log : []) {
    const trace: MiningTrace =
      pool === undefined
        ? { kind: 'program', program: 'xmrig', mark: 'log line' }
        : { kind: 'pool', ...pool };
    found.push({ found: trace, text: () => excerptOfLine(lines[line - 1] ?? '', trace), line });
  }
  const told = new Set<string>();
  for (const { pool, offset } of settings === undefined ? [] : poolsOfSettings(text)) {
    const trace: MiningTrace = { kind: 'pool', ...pool };
    const line = lineOf(offset);
    told.add(JSON.stringify(trace));
    found.push({ found: trace, text: () => excerptOfLine(lines[line - 1] ?? '', trace), line });
  }
  for (const { found: trace, line } of tracesOfText(text)) {
    // Keys that a text quotes inside of strings are not its own.
    if ((trace.kind === 'config' && !script) || told.has(JSON.stringify(trace))) continue;
    found.push({ found: trace, text: () => excerptOfLine(lines[line - 1] ?? '', trace), line });
  }
  return { format, found };
}

function ofEachKind(found: readonly Found[], most: number): readonly Found[] {
  const counts = new Map<MiningTrace['kind'], number>();
  return found.filter(({ found: { kind } }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= most;
  });
}

/** What files say of mining, each looked at once, within bounds of all of them. */
export class DroppedFiles {
  readonly #target: Target;
  readonly #bounds: DroppedFilesBounds;
  readonly #clock: () => number;
  readonly #deadline: number;
  readonly #looked = new Set<string>();
  readonly facts: FileTraceFact[] = [];
  readonly unread: WalkProblem[] = [];
  #mentions = 0;
  files = 0;
  bytes = 0;

  constructor(target: Target, bounds: DroppedFilesBounds, clock: () => number) {
    this.#target = target;
    this.#bounds = bounds;
    this.#clock = clock;
    this.#deadline = clock() + bounds.ms;
  }

  /** Answers why no more can be read. */
  look({ path, programOnly }: Pick<WalkedFile, 'path' | 'programOnly'>): string | undefined {
    if (this.#clock() >= this.#deadline) return `stopped after ${this.#bounds.ms} ms`;
    if (this.#looked.has(path)) return undefined;
    this.#looked.add(path);
    const { stat } = this.#target.readNow({ kind: 'stat', path });
    // Exchanged since it was listed, or empty, as every file of the kernel is.
    if (stat === undefined || stat.type !== 'file' || stat.size === 0) return undefined;
    const executable = (stat.mode & 0o111) !== 0;
    if (programOnly && !executable) return undefined;
    if (stat.size <= textLimit) return this.#read(path, stat, textLimit);
    const head = this.#target.readNow({ kind: 'file', path, limit: headSize });
    this.bytes += head.bytes.length;
    if (isProgram(head.bytes)) return this.#read(path, stat, programLimit);
    return /\.log(?:\.\d+)?$/i.test(path) ? this.#read(path, stat, textLimit) : undefined;
  }

  #read(path: PathText, stat: FileStatus, limit: number): string | undefined {
    const left = this.#bounds.bytes - this.bytes;
    if (left < Math.min(limit, stat.size)) return `read ${this.bytes} bytes`;
    const { status, reason, bytes } = this.#target.readNow({ kind: 'file', path, limit });
    this.bytes += bytes.length;
    this.files += 1;
    // Views of one buffer that is filled again: what is kept is decoded here.
    if (status === 'denied' || status === 'timeout' || status === 'error') {
      if (this.unread.length < mostUnread)
        this.unread.push({ path, status, ...(reason === undefined ? {} : { reason }) });
    }
    if (status !== 'ok' && status !== 'truncated') return undefined;
    const elf = isProgram(bytes);
    const ofWindows = isWindowsPath(path);
    const executable = ofWindows ? elf : (stat.mode & 0o111) !== 0;
    if (!elf && bytes.subarray(0, headSize).includes(0)) return undefined;
    const { format, found } = elf
      ? { format: 'elf' as const, found: programTraces(path, bytes) }
      : textTraces(bytes, executable);
    const told = ofEachKind(found, format === 'text' ? 1 : perKind);
    if (told.length === 0) return undefined;
    if (format === 'text') {
      this.#mentions += told.length;
      if (this.#mentions > mostMentions) return undefined;
    }
    const sha256 = status === 'ok' ? new Bun.CryptoHasher('sha256').update(bytes).digest('hex') : '';
    for (const { found: trace, text, line, offset } of told) {
      if (this.facts.length >= mostFacts) return `more than ${mostFacts} finds`;
      this.facts.push({
        kind: 'file-trace',
        source: {
          source: path,
          ...(line === undefined ? {} : { line }),
          ...(offset === undefined ? {} : { offset }),
        },
        path,
        found: trace,
        text: text(),
        format,
        executable,
        size: stat.size,
        ownerUid: stat.uid,
        changed: ofWindows
          ? { us: stat.modifiedUs, precision: 'microsecond', source: 'file mtime', certain: false }
          : { us: stat.changedUs, precision: 'microsecond', source: 'file ctime', certain: true },
        sha256,
      });
    }
    return undefined;
  }
}

export async function gatherDroppedFiles(
  context: ArtifactContext,
  options: DroppedFilesOptions = {},
): Promise<readonly Fact[]> {
  const { target, log, thorough } = context;
  const preset = target.kind === 'live' ? liveBounds : folderBounds;
  const bounds = { ...preset, ...(thorough ? { entries: 10 * preset.entries } : {}), ...options.bounds };
  const named = sharedWalk(context).of('miner-settings');
  const files = new DroppedFiles(target, bounds, options.clock ?? (() => performance.now()));
  const ownerless: WalkedFile[] = [];
  const kernel = kernelMounts(context.facts);
  const outcome = walkFiles(target, options.places ?? dropPlaces, bounds, kernel, (file) => {
    if (file.place.take !== 'unowned') return files.look(file);
    ownerless.push(file);
    return undefined;
  });
  const asked = ownerless.slice(0, mostOwnerless);
  let cut = outcome.cut;
  for (const { path } of named) {
    if (cut !== undefined) break;
    if (![...kernel].some((mount) => path.startsWith(`${mount}/`)))
      cut = files.look({ path, programOnly: false });
  }
  const systems = await ownersOf(
    target,
    asked.map((file) => file.path),
  );
  const foreign = new Set(systems.facts.filter((fact) => fact.package === '').map((fact) => fact.path));
  for (const file of asked) {
    if (cut !== undefined) break;
    if (foreign.has(file.path)) cut = files.look(file);
  }
  if (ownerless.length > asked.length) cut ??= `more than ${mostOwnerless} system programs`;
  const traced = [...new Set(files.facts.map((fact) => fact.path))].filter((path) => !foreign.has(path));
  const owners = await ownersOf(target, traced);
  const problems = [...outcome.problems, ...files.unread];
  for (const { path, status, reason } of problems) {
    log.record({ source: path, artifact, status, bytes: 0, ...(reason === undefined ? {} : { reason }) });
  }
  for (const source of [...systems.sources, ...owners.sources]) log.record(source);
  log.countOk(artifact, files.files, files.bytes);
  const [problem] = problems;
  const status = cut !== undefined ? 'truncated' : (problem?.status ?? 'ok');
  const reason =
    cut ?? (problem === undefined ? undefined : `${problems.length} not read whole, ${problem.path} first`);
  log.record({ source: walkSource, artifact, status, bytes: 0, ...(reason === undefined ? {} : { reason }) });
  const told = new Set(files.facts.map((fact) => fact.path));
  return [...files.facts, ...systems.facts.filter((fact) => told.has(fact.path)), ...owners.facts];
}

export const droppedFiles: Artifact = {
  id: artifact,
  sources: dropPlaces.map(({ path }) => ({ kind: 'walk', path, live: false })),
  order: 15,
  required: false,
  gather(context) {
    return gatherDroppedFiles(context);
  },
};
