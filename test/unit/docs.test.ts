/** Documents that promise something are held to it. */
import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dir, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the manual', () => {
  const rows = read('docs/manual.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| 手册'));

  test('says of every line whether it works, and with which test', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      const [, , command = '', proof = '', state = ''] = row.split('|').map((cell) => cell.trim());
      expect(['可用 works', '部分 in part', '未做 not yet']).toContain(state);
      if (state === '未做 not yet') continue;
      expect(command).not.toBe('—');
      expect(proof).toContain('`');
    }
  });

  test('names tests and pictures that exist', () => {
    const text = read('docs/manual.md');
    const paths = [...text.matchAll(/`((?:src|test)\/[^`]+)`/g)].map((match) => match[1] ?? '');
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths)
      expect({ path, exists: existsSync(join(root, path)) }).toEqual({ path, exists: true });
    expect(existsSync(join(root, 'docs/flow.svg'))).toBe(true);
  });
});

describe('the README', () => {
  const text = read('README.md');

  test('has exactly two set-up commands, and they are scripts', () => {
    const commands = [...text.matchAll(/^npm ci && npm (\w+)/gm)].map((match) => match[1]);
    expect(commands).toEqual(['start', 'test']);
    const { scripts } = JSON.parse(read('package.json'));
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(['start', 'test', 'test:corpus', 'build', 'bench']),
    );
  });

  test('links only to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
    for (const link of links)
      expect({ link, exists: existsSync(join(root, link)) }).toEqual({ link, exists: true });
  });
});

describe('dependencies', () => {
  const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } =
    JSON.parse(read('package.json'));

  test('of the program are in the notices with version and licence text', () => {
    const notices = read('THIRD-PARTY-NOTICES.md');
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect(notices).toContain(`### ${name} ${version}`);
      const licence = read(`node_modules/${name}/LICENSE`).trim();
      expect(notices).toContain(licence);
    }
  });

  test('of the runtime are in the notices, every one that Bun of this version names', () => {
    const notices = read('THIRD-PARTY-NOTICES.md').toLowerCase();
    const told = read('node_modules/bun-types/docs/project/license.mdx');
    const names = [
      ...told.matchAll(/^\|[^|\n]*\[`?([^\]`]+)`?\]\(/gm),
      ...told.matchAll(/^- .*?\[([A-Za-z]\w[\w ]*)\]\(/gm),
    ]
      .map((match) => match[1] ?? '')
      .map((name) => name.replace(/'s .*$/, '').toLowerCase());
    expect(names.length).toBeGreaterThan(45);
    expect(names).toEqual(
      expect.arrayContaining(['tinycc', 'hdrhistogram_c', 'vm-browserify', 'tigerbeetle']),
    );
    for (const name of names) {
      const pattern = new RegExp(`(^|[^a-z])${RegExp.escape(name)}([^a-z]|$)`, 'm');
      expect({ name, told: pattern.test(notices) }).toEqual({ name, told: true });
    }
  });

  test('under a licence that must travel along have its text in licenses/', () => {
    const notices = read('THIRD-PARTY-NOTICES.md');
    const named = [...notices.matchAll(/`(licenses\/[^`]+)`/g)].map((match) => match[1] ?? '');
    expect(new Set(named).size).toBe(3);
    for (const path of named)
      expect(read(path)).toMatch(/GNU L\w+ GENERAL PUBLIC LICENSE|Mozilla Public License/);
  });

  test('each have their reason', () => {
    const reasons = read('docs/dependencies.md');
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(reasons).toContain(`\`${name}\``);
    }
  });

  test('are pinned to one version each, and the lockfile knows every platform by its hash', () => {
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
    const {
      packages,
    }: {
      packages: Record<
        string,
        {
          version?: string;
          integrity?: string;
          hasInstallScript?: boolean;
          optionalDependencies?: Record<string, string>;
        }
      >;
    } = JSON.parse(read('package-lock.json'));
    for (const [path, entry] of Object.entries(packages)) {
      if (path === '') continue;
      expect({ path, hashed: entry.integrity !== undefined }).toEqual({ path, hashed: true });
      // npm ci refuses a lockfile that leaves out a platform (seen with packages a registry lacked).
      for (const name of Object.keys(entry.optionalDependencies ?? {})) {
        expect({ name, locked: packages[`node_modules/${name}`] !== undefined }).toEqual({
          name,
          locked: true,
        });
      }
    }
  });
});
