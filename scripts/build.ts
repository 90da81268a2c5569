/**
 * Builds one executable per platform into dist/: linux x64, linux arm64, windows x64.
 *
 *   bun scripts/build.ts [linux-x64 | linux-arm64 | windows-x64 …] [--runtime BUN] [--outdir FOLDER]
 *
 * The runtimes of the other platforms are npm packages that this machine does not install. They are fetched
 * once into the cache and checked at every build against the hashes that package-lock.json records; a runtime
 * whose hash differs is never used. The executables read no `.env` and no bunfig of the folder they are started in:
 * that folder belongs to the attacker.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from './cache.ts';

interface Platform {
  readonly name: string;
  /** npm package that holds the runtime. */
  readonly package: string;
  readonly target: Bun.Build.CompileTarget;
  readonly outfile: string;
}

const platforms: readonly Platform[] = [
  {
    name: 'linux-x64',
    package: '@oven/bun-linux-x64',
    target: 'bun-linux-x64',
    outfile: 'demine-linux-x64',
  },
  {
    name: 'linux-arm64',
    package: '@oven/bun-linux-aarch64',
    target: 'bun-linux-arm64',
    outfile: 'demine-linux-arm64',
  },
  {
    name: 'windows-x64',
    package: '@oven/bun-windows-x64',
    target: 'bun-windows-x64',
    outfile: 'demine-windows-x64.exe',
  },
];

const root = join(import.meta.dir, '..');
const lock: { packages: Record<string, { version?: string; integrity?: string }> } = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
);

function fail(message: string): never {
  process.stderr.write(`build: ${message}\n`);
  process.exit(1);
}

/** What is unpacked lives as long as the build; a build that fails leaves none either. */
const work = mkdtempSync(join(tmpdir(), 'demine-build-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

function command(argv: readonly string[], cwd: string): string {
  const run = Bun.spawnSync([...argv], { cwd, stdout: 'pipe', stderr: 'pipe' });
  if (run.exitCode !== 0) fail(`${argv.join(' ')} ended with ${run.exitCode}:\n${run.stderr.toString()}`);
  return run.stdout.toString();
}

/** The package's archive, from the cache or the registry. Its hash is checked every time: a cache can rot. */
function archive(platform: Platform): string {
  const entry = lock.packages[`node_modules/${platform.package}`];
  if (entry?.version === undefined || entry.integrity === undefined) {
    fail(
      `package-lock.json records no hash for ${platform.package}: run "npm install" and commit the lockfile`,
    );
  }
  const cache = join(cacheFolder(process.env, homedir()), 'runtimes');
  const named = `${platform.package}@${entry.version}`;
  const kept = join(cache, `${named.replace('/', '+')}.tgz`);
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true });
    process.stdout.write(`build: fetching ${named}\n`);
    const packed = command(['npm', 'pack', '--silent', named], work).trim();
    // Copied beside its name first: the cache may be on another file system, and a copy can be cut off.
    copyFileSync(join(work, packed.split('\n').at(-1) ?? ''), `${kept}.part`);
    renameSync(`${kept}.part`, kept);
  }
  const [algorithm = '', expected = ''] = entry.integrity.split(/-(.*)/s);
  const actual = createHash(algorithm).update(readFileSync(kept)).digest('base64');
  if (actual !== expected) {
    rmSync(kept);
    fail(
      `${named} does not match package-lock.json and was thrown away.\n` +
        `  expected ${entry.integrity}\n  received ${algorithm}-${actual}`,
    );
  }
  return kept;
}

/** Path of the runtime for a platform, unpacked from the checked archive. */
function runtime(platform: Platform): string {
  const folder = join(work, platform.name);
  mkdirSync(folder);
  command(['tar', '-xzf', archive(platform), '-C', folder], work);
  return join(folder, 'package', 'bin', platform.name.startsWith('windows') ? 'bun.exe' : 'bun');
}

const { values: options, positionals: wanted } = parseArgs({
  options: { runtime: { type: 'string' }, outdir: { type: 'string' } },
  allowPositionals: true,
});
const unknown = wanted.filter((name) => !platforms.some((platform) => platform.name === name));
if (unknown.length > 0)
  fail(`unknown platform ${unknown.join(', ')}; known: ${platforms.map((p) => p.name).join(', ')}`);

const dist = options.outdir ?? join(root, 'dist');
mkdirSync(dist, { recursive: true });
for (const platform of platforms) {
  if (wanted.length > 0 && !wanted.includes(platform.name)) continue;
  const outfile = join(dist, platform.outfile);
  const built = await Bun.build({
    entrypoints: [join(root, 'src', 'cli', 'main.ts')],
    minify: { whitespace: true, syntax: true, identifiers: false },
    bytecode: true,
    // In pieces, so that a start reads what its command needs: of one piece it was 7 ms and 5 MB more, twice each time.
    format: 'esm',
    splitting: true,
    compile: {
      target: platform.target,
      executablePath: options.runtime ?? runtime(platform),
      outfile,
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
  });
  if (!built.success) fail(`${platform.name}:\n${built.logs.map(String).join('\n')}`);
  chmodSync(outfile, 0o755);
  const bytes = readFileSync(outfile);
  const digest = createHash('sha256').update(bytes).digest('hex');
  process.stdout.write(`build: ${outfile} ${(bytes.length / 1e6).toFixed(1)} MB sha256 ${digest}\n`);
}
for (const name of ['LICENSE', 'NOTICE', 'THIRD-PARTY-NOTICES.md']) {
  await Bun.write(join(dist, name), Bun.file(join(root, name)));
}
cpSync(join(root, 'licenses'), join(dist, 'licenses'), { recursive: true });
