/** The executable: what it is made of, and what it does not read. */
import { afterAll, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dir, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'demine-build-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const build = (options: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  Bun.spawnSync([process.execPath, join(root, 'scripts/build.ts'), ...options], {
    cwd: scratch,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });

test('a runtime in the cache that is not the recorded one is thrown away, and nothing is built', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version } = packages['node_modules/@oven/bun-linux-aarch64'];
  const runtimes = join(scratch, 'cache/demine/runtimes');
  const archive = join(runtimes, `@oven+bun-linux-aarch64@${version}.tgz`);
  mkdirSync(runtimes, { recursive: true });
  writeFileSync(archive, 'another runtime');
  const dist = join(scratch, 'refused');
  const run = build(['linux-arm64', '--outdir', dist], { XDG_CACHE_HOME: join(scratch, 'cache') });
  expect(run.stderr.toString()).toContain('does not match package-lock.json');
  expect(run.exitCode).toBe(1);
  expect(readdirSync(dist)).toEqual([]);
  expect(existsSync(archive)).toBe(false);
});

test('an executable reads no .env, no bunfig and no module of the folder it is started in', () => {
  const dist = join(scratch, 'dist');
  const name = process.arch === 'arm64' ? 'linux-arm64' : 'linux-x64';
  const built = build([name, '--runtime', process.execPath, '--outdir', dist]);
  expect({ code: built.exitCode, words: built.stderr.toString() }).toEqual({ code: 0, words: '' });

  const trap = join(scratch, 'trap');
  const mark = join(scratch, 'mark');
  mkdirSync(join(trap, 'node_modules/zod'), { recursive: true });
  const hostile = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`;
  writeFileSync(join(trap, 'trap.ts'), hostile);
  writeFileSync(join(trap, 'node_modules/zod/index.js'), hostile);
  writeFileSync(join(trap, 'bunfig.toml'), 'preload = ["./trap.ts"]\n');
  for (const file of ['.env', '.env.local', '.env.production']) {
    writeFileSync(join(trap, file), 'BUN_OPTIONS=--preload=./trap.ts\nLC_ALL=zh_CN.UTF-8\n');
  }
  const start = (argument: string): string =>
    Bun.spawnSync([join(dist, `demine-${name}`), argument], { cwd: trap, env: {} }).stdout.toString();
  expect(start('--version')).toMatch(/^demine \d/);
  expect(start('help')).toContain('show the proof');
  expect(start('schema')).toContain('urn:demine:result');
  expect(existsSync(mark)).toBe(false);
});

test("the starter's BUN_OPTIONS are obeyed by the first start, and handed on to no other", () => {
  const name = process.arch === 'arm64' ? 'linux-arm64' : 'linux-x64';
  const loaded = join(scratch, 'loaded');
  const preload = join(scratch, 'preload.js');
  writeFileSync(preload, `require('node:fs').appendFileSync(${JSON.stringify(loaded)}, 'x')`);
  const run = Bun.spawnSync([join(scratch, `dist/demine-${name}`), 'schema'], {
    env: { BUN_OPTIONS: `--preload=${preload}` },
  });
  expect(run.stdout.toString()).toContain('urn:demine:result');
  expect(readFileSync(loaded, 'utf8')).toBe('x');
});

test('the licences travel with the executable', () => {
  for (const file of ['LICENSE', 'NOTICE', 'THIRD-PARTY-NOTICES.md', 'licenses']) {
    expect({ file, there: existsSync(join(scratch, 'dist', file)) }).toEqual({ file, there: true });
  }
});
