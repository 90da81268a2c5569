/**
 * What the benchmark plays on: programs compiled with the compiler of the test root, a crowd of 2,000 sleepers,
 * peers, and RandomX that nobody here wrote. All of it lives and ends with the namespaces of the benchmark.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TestRoot } from '../scripts/test-root.ts';

export const crowdSize = 2000;
const programNames = 24;
/** Where the sleepers' programs are seen: a folder in which programs are at home. */
const home = '/opt';

const repository = join(import.meta.dir, '..');
const dist = join(repository, 'dist');

export class BenchError extends Error {}

function must(command: readonly string[], cwd?: string): string {
  const result = Bun.spawnSync([...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (result.exitCode === 0) return result.stdout.toString();
  throw new BenchError(
    `${command.join(' ')} ended with ${result.exitCode}: ${result.stderr.toString().trim()}`,
  );
}

export interface Stage {
  readonly folder: string;
  readonly stopwatch: string;
  /** The executable that is measured. */
  readonly demine: string;
  /** Parts of it, each measured alone; `part.ts` compiled in the same way. */
  readonly part: string;
  readonly root: TestRoot;
}

/** Newest change below a folder, in milliseconds. */
function newest(folder: string): number {
  let time = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return time;
}

/** The executable of `npm run build`, where it is newer than the source; else one of our own. */
function executable(folder: string): string {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const name = `demine-linux-${architecture}`;
  const built = join(dist, name);
  if (existsSync(built) && statSync(built).mtimeMs > newest(join(repository, 'src'))) return built;
  const script = join(repository, 'scripts', 'build.ts');
  must([
    process.execPath,
    script,
    `linux-${architecture}`,
    '--runtime',
    process.execPath,
    '--outdir',
    folder,
  ]);
  return join(folder, name);
}

/** `start.ts` and `part.ts` as an executable with the options of scripts/build.ts. */
async function partExecutable(folder: string): Promise<string> {
  const outfile = join(folder, 'part');
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, 'start.ts')],
    minify: { whitespace: true, syntax: true, identifiers: false },
    bytecode: true,
    format: 'esm',
    splitting: true,
    compile: { executablePath: process.execPath, outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  if (!built.success) throw new BenchError(built.logs.map(String).join('\n'));
  return outfile;
}

/** Made before the namespaces are entered; `remove` ends it. */
export async function prepare(root: TestRoot): Promise<Stage> {
  mkdirSync(dist, { recursive: true });
  // Not below /tmp: programs that lie there are looked into, and two of 120 MB would be measured with every scan.
  const folder = mkdtempSync(join(dist, 'bench-'));
  const output = join(folder, 'home');
  mkdirSync(output);
  for (const name of ['crowd', 'stopwatch']) {
    const compile = 'gcc -std=gnu11 -O2 -Wall -Wextra -Werror -pthread -o';
    const script = `mount --bind "$0" "$1/mnt" && mount --bind "$2" "$1/srv" && exec chroot "$1" ${compile} /srv/${name} /mnt/${name}.c`;
    const enter = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-euc', script];
    must([...enter, import.meta.dir, root.root, output]);
  }
  for (let index = 0; index < programNames; index += 1) {
    copyFileSync(join(output, 'crowd'), join(output, `service-${String(index).padStart(2, '0')}`));
  }
  return {
    folder,
    stopwatch: join(output, 'stopwatch'),
    demine: executable(folder),
    part: await partExecutable(folder),
    root,
  };
}

/** Waits for a line that a program prints when it is ready. */
async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  let text = '';
  while (!text.includes('\n')) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  return text.trim();
}

/** The crowd, ready. Ends with the namespaces. */
export async function gatherCrowd(stage: Stage): Promise<void> {
  must(['mount', '--bind', join(stage.folder, 'home'), home]);
  const program = join(home, 'crowd');
  const crowd = Bun.spawn([program, String(crowdSize), home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await firstLine(crowd.stdout);
  if (said !== `ready ${crowdSize}`) throw new BenchError(`the crowd said ${JSON.stringify(said)}`);
  // It outlives the measuring program, and must not keep it.
  crowd.unref();
}

/** A process that holds so much memory. Ended by the caller. */
export async function startHolder(mebibytes: number): Promise<Bun.Subprocess> {
  const holder = Bun.spawn([join(home, 'crowd'), '--hold', String(mebibytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await firstLine(holder.stdout);
  return holder;
}

/** RandomX on one thread by the stand-in of the test root, seen with its own libraries. Ended by the caller. */
export async function startHasher({ root }: Stage): Promise<Bun.Subprocess> {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const loader = process.arch === 'arm64' ? 'lib/ld-linux-aarch64.so.1' : 'lib64/ld-linux-x86-64.so.2';
  const libraries = [`usr/lib/${triplet}`, `lib/${triplet}`]
    .map((folder) => join(root.root, folder))
    .join(':');
  const program = join(root.standIns, 'randomx-hasher');
  const hasher = Bun.spawn([join(root.root, loader), '--library-path', libraries, program, 'light', '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await firstLine(hasher.stdout);
  return hasher;
}

/** A program of the host, or of the test root where the host has none. */
export function peer({ root }: Stage, name: string): readonly string[] {
  if (Bun.which(name) !== null) return [name];
  must(['mount', '--rbind', '/proc', join(root.root, 'proc')]);
  return ['chroot', root.root, name];
}

export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly exitCode: number;
}

export function costOf(stage: Stage, command: readonly string[]): Cost {
  const output = join(stage.folder, 'cost');
  const run = Bun.spawnSync([stage.stopwatch, output, ...command], {
    cwd: stage.folder,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const [seconds, cpuSeconds, peak, exitCode] = readFileSync(output, 'latin1').trim().split(' ').map(Number);
  if (run.exitCode !== 0 || exitCode === undefined || exitCode === 127 || exitCode === 255) {
    throw new BenchError(`${command.join(' ')} was not measured`);
  }
  return { seconds: seconds ?? 0, cpuSeconds: cpuSeconds ?? 0, peakBytes: (peak ?? 0) * 1024, exitCode };
}
