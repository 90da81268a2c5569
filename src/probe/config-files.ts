/**
 * Configuration that a suspect has open, was started with, or keeps where miners look for it.
 *
 * Why: pool and wallet stand there in plain lines that a person can check.
 * How: paths are read as the process sees them, through /proc/pid/root and /proc/pid/cwd, so containers and chroots
 * come out right; open files are read through their descriptors, deleted ones too. The target decides what may
 * hang and gives up on it.
 * What it is NOT: a search of the disk: only files that this process names or that lie at a fixed place beside it.
 * Units: bytes. Sources: XMRig src/base/kernel/Base.cpp and Process.cpp (default paths); xmr-stak's file names.
 */
import { excerptOfText } from '../coins/excerpt.ts';
import { type LineTrace, tracesOfText } from '../coins/text-traces.ts';
import type { MiningTraceFact, ProcessFact } from '../model/facts/process.ts';
import type { SourceRecord } from '../model/source.ts';
import {
  baseName,
  bytesOf,
  folderOf,
  joinPath,
  type PathText,
  phrase,
  printableBytes,
  printableText,
} from '../model/text.ts';
import type { Target } from '../target/port.ts';

const artifact = 'probe.config-files';
const fileLimit = 1 << 20;
const mostFiles = 24;
const mostFacts = 100;

/** Beside the executable. */
const neighbours = ['config.json', 'config_background.json', 'pools.txt', 'config.txt'] as const;
/** Below the home folder. */
const homeFiles = ['.xmrig.json', '.config/xmrig.json'] as const;
/** Where packages put programs. */
const packageFolders = /^\/(?:usr\/(?!local\/)|s?bin\/|lib)/;
const configOptions: ReadonlySet<string> = new Set([
  '-c',
  '--config',
  '-C',
  '--conf',
  '--config-file',
  '--poolconf',
]);
/** What interpreters run is a text file, and its lines are commands. */
const interpreters = /^(?:ba|da|z|k|a)?sh$|^(?:python|perl|node|php|ruby|lua)[0-9.]*$|^busybox$/;
/** Open files that are no text. */
const notText = /\.(?:so|db|sqlite|jar|zip|gz|xz|bin|dat|png|jpg|pyc|mdb|idx|wal|pack)(?:\.\d+)*$/i;

interface Candidate {
  /** Where it is read. */
  readonly path: PathText;
  /** How it is named to people. */
  readonly shown: PathText;
  /** Where it is read when there is nothing at `path`. */
  readonly otherwise?: PathText;
  /** Set where it is an open file. */
  readonly descriptor?: number;
}

/** Where the paths of a process begin, as we see them. */
function inside(process: ProcessFact, path: PathText): Candidate {
  return {
    path: phrase`/proc/${process.pid}/root${path}`,
    shown:
      process.container === undefined && (process.root ?? '/') === '/'
        ? path
        : phrase`/proc/${process.pid}/root${path}`,
  };
}

/** The working folder as the process itself names it; nothing when it has no name any more. */
function ownFolder({ cwd, root = printableText('/') }: ProcessFact): PathText | undefined {
  if (cwd === undefined || !cwd.startsWith('/') || cwd.endsWith(' (deleted)')) return undefined;
  if (root === '/') return cwd;
  if (cwd === root) return printableText('/');
  if (!cwd.startsWith(`${root}/`)) return undefined;
  return printableBytes(bytesOf(cwd).subarray(bytesOf(root).length));
}

function given(process: ProcessFact, path: PathText): Candidate | undefined {
  if (path === '' || path.length > 4096) return undefined;
  if (path.startsWith('/')) return inside(process, path);
  const plain = path.startsWith('./') ? printableBytes(bytesOf(path).subarray(2)) : path;
  const direct = phrase`/proc/${process.pid}/cwd/${plain}`;
  const shown = process.cwd === undefined ? direct : joinPath(process.cwd, plain);
  const folder = ownFolder(process);
  if (folder === undefined) return { path: direct, shown };
  // Links and `..` lead out of the working folder, so it is walked from the root of the process.
  return { path: inside(process, joinPath(folder, plain)).path, otherwise: direct, shown };
}

/** The files that may hold its configuration, most telling first, each once. */
export function configCandidates(process: ProcessFact): readonly Candidate[] {
  const { pid, argv, exe, user, descriptors } = process;
  const found: (Candidate | undefined)[] = [];
  argv.slice(0, 256).forEach((argument, index) => {
    const next = argv[index + 1];
    if (configOptions.has(argument) && next !== undefined) found.push(given(process, next));
    for (const option of configOptions) {
      if (option.startsWith('--') && argument.startsWith(`${option}=`)) {
        found.push(given(process, printableBytes(bytesOf(argument).subarray(option.length + 1))));
      }
    }
  });
  const script = argv.slice(1).find((argument) => !argument.startsWith('-'));
  if (script !== undefined && exe !== undefined && interpreters.test(baseName(exe.path)))
    found.push(given(process, script));
  for (const descriptor of descriptors) {
    if (descriptor.kind !== 'file' || notText.test(descriptor.path)) continue;
    // Its link names the file as another root may see it; the descriptor is the file itself.
    const through = phrase`/proc/${pid}/fd/${descriptor.fd}`;
    found.push({
      path: through,
      shown: descriptor.deleted ? through : descriptor.path,
      descriptor: descriptor.fd,
    });
  }
  if (exe !== undefined && !exe.memfd && exe.path.startsWith('/')) {
    for (const name of neighbours)
      found.push(inside(process, joinPath(folderOf(exe.path), printableText(name))));
  }
  const home = user.uid === 0 ? printableText('/root') : phrase`/home/${user.name}`;
  // Programs of packages do not read a miner's file; whoever mines from that account beside them does.
  const packaged = exe !== undefined && packageFolders.test(exe.path);
  if (!packaged && (user.uid === 0 || user.name !== '')) {
    for (const name of homeFiles) found.push(inside(process, joinPath(home, printableText(name))));
  }
  const unique = new Map<string, Candidate>();
  for (const candidate of found) {
    if (candidate !== undefined && !unique.has(candidate.path)) unique.set(candidate.path, candidate);
  }
  return [...unique.values()].slice(0, mostFiles);
}

/** Text is what holds no zero byte in its first kilobytes. */
const isTextFile = (bytes: Uint8Array): boolean => !bytes.subarray(0, 4096).includes(0);

/** fcntl.h: access mode, O_WRONLY and O_APPEND; the same on x64 and arm64. */
const accessMode = 0o3;
const writeOnly = 0o1;
const append = 0o2000;

/**
 * Whether a process only writes to a descriptor. What a program writes is a log, often of others: a daemon's
 * output may tell of miners without being one.
 */
function isOutput(target: Target, pid: number, descriptor: number): boolean {
  const { bytes } = target.readNow({
    kind: 'file',
    path: phrase`/proc/${pid}/fdinfo/${descriptor}`,
    limit: 4096,
  });
  const octal = /^flags:\s*([0-7]+)/m.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  const flags = Number.parseInt(octal ?? '0', 8);
  return (flags & accessMode) === writeOnly || (flags & append) !== 0;
}

export interface ConfigFileResult {
  readonly facts: readonly MiningTraceFact[];
  readonly sources: readonly SourceRecord[];
}

export async function probeConfigFiles(target: Target, process: ProcessFact): Promise<ConfigFileResult> {
  const { pid, startTicks } = process;
  const facts: MiningTraceFact[] = [];
  const sources: SourceRecord[] = [];
  const read = (path: PathText) => target.read({ kind: 'file', path, limit: fileLimit });
  for (const { path, otherwise, shown, descriptor } of configCandidates(process)) {
    if (descriptor !== undefined && isOutput(target, pid, descriptor)) continue;
    const first = await read(path);
    const { status, reason, bytes } =
      first.status === 'absent' && otherwise !== undefined ? await read(otherwise) : first;
    // Most of the fixed places hold nothing; that is no gap.
    if (status === 'absent') continue;
    sources.push({
      source: shown,
      artifact,
      status,
      bytes: bytes.length,
      ...(reason === undefined ? {} : { reason }),
    });
    if ((status !== 'ok' && status !== 'truncated') || !isTextFile(bytes)) continue;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const lines = text.split('\n');
    const traces: readonly LineTrace[] = tracesOfText(text);
    for (const { found, line } of traces.slice(0, mostFacts)) {
      facts.push({
        kind: 'mining-trace',
        source: { source: shown, line },
        pid,
        startTicks,
        found,
        text: excerptOfText(lines[line - 1] ?? '', found),
        place: 'config-file',
      });
    }
  }
  return { facts, sources };
}
