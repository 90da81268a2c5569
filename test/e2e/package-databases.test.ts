/**
 * Package databases as the programs that own them write them.
 *
 * | database | written by |
 * |---|---|
 * | SQLite | rpm 4.18 of Debian 12, its default, and rpm 4.20 of Debian 13 |
 * | ndb | rpm 4.20 of Debian 13; those of 11 and 12 are built without it, which is tested too |
 * | Berkeley DB hash | rpm 4.16 of Debian 11, its default; and db_load, in both byte orders, with headers that rpm made |
 *
 * By each of them a tool that was replaced is judged, on a host that knows nothing else of it.
 * Of each format only what no writer leaves behind is synthetic, beside its decoder: what is cut, crafted or broken.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eachRpmHeader, rpmFilesOf } from '../../src/artifacts/linux/rpm-database.ts';
import type { RpmFile } from '../../src/formats/rpm-header.ts';
import { type Finished, type LabHost, openLabHost } from '../lab/host.ts';
import { releaseOf } from '../lab/releases.ts';
import { inertProgram } from '../persistence/case.ts';
import { lookAt } from '../persistence/recall.ts';
import { RecordedTarget } from '../recorded-target.ts';

/** Tools whose content the package says, one of which is replaced on the hosts below. */
const tools = ['ps', 'top'];

const spec = (name: string, files: number, programs: readonly string[] = []): string => `
Name: ${name}
Version: 1
Release: 1
Summary: a package of the tests
License: none
BuildArch: noarch
%description
A package of the tests.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc %{buildroot}/usr/share/${name}
echo ${name} > %{buildroot}/usr/bin/${name}
echo set > %{buildroot}/etc/${name}.conf
for i in $(seq 1 ${files}); do echo $i > %{buildroot}/usr/share/${name}/file-$i; done
${programs.map((tool) => `echo ${tool} > %{buildroot}/usr/bin/${tool}`).join('\n')}
%files
%attr(4755,root,root) /usr/bin/${name}
%config(noreplace) /etc/${name}.conf
/usr/share/${name}
${programs.map((tool) => `%attr(755,root,root) /usr/bin/${tool}`).join('\n')}
`;

async function mustRun(host: LabHost, ...command: readonly string[]): Promise<void> {
  const done = await host.run(command);
  if (done.code !== 0) throw new Error(`${command.join(' ')}: ${done.stdout}${done.stderr}`);
}

/** Builds both packages by the host's own rpm. */
async function build(host: LabHost): Promise<readonly string[]> {
  mkdirSync(join(host.root, 'srv/rpm'), { recursive: true });
  writeFileSync(join(host.root, 'srv/rpm/alpha.spec'), spec('alpha', 400, tools));
  writeFileSync(join(host.root, 'srv/rpm/beta.spec'), spec('beta', 3));
  await mustRun(
    ...([
      host,
      'rpmbuild',
      '-bb',
      '--define',
      '_topdir /srv/rpm',
      '--define',
      '_build_id_links none',
    ] as const),
    ...['/srv/rpm/alpha.spec', '/srv/rpm/beta.spec'],
  );
  return ['alpha', 'beta'].map((name) => `/srv/rpm/RPMS/noarch/${name}-1-1.noarch.rpm`);
}

/** Puts packages into a database that rpm makes, by one of its backends. */
const enter = (host: LabHost, backend: string, packages: readonly string[]): Promise<Finished> =>
  host.run([
    ...['rpm', '--define', `_db_backend ${backend}`, '--dbpath', `/srv/${backend}`, '--nodeps', '--justdb'],
    ...['-i', ...packages],
  ]);

/** The database that the host's rpm writes by a backend. */
async function written(host: LabHost, backend: string, file: string): Promise<Uint8Array> {
  const done = await enter(host, backend, await build(host));
  if (done.code !== 0) throw new Error(done.stdout + done.stderr);
  return readFileSync(join(host.root, 'srv', backend, file));
}

/** A host of another release, for as long as it is needed. */
async function onRelease(lower: string, use: (host: LabHost) => Promise<void>): Promise<void> {
  const other = await openLabHost({ lower });
  try {
    await use(other);
  } finally {
    await other.stop();
  }
}

let host: LabHost;
let sqlite: Uint8Array;

beforeAll(async () => {
  host = await openLabHost();
  sqlite = await written(host, 'sqlite', 'rpmdb.sqlite');
});
afterAll(() => host.stop());

const sha256 = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex');

function filesIn(bytes: Uint8Array): ReadonlyMap<string, RpmFile> {
  const files = new Map<string, RpmFile>();
  const outcome = eachRpmHeader(bytes, (header) => {
    for (const file of header.files()) files.set(file.path, file);
  });
  expect(outcome).toEqual({ status: 'ok' });
  return files;
}

function expectPackages(bytes: Uint8Array): void {
  const files = filesIn(bytes);
  expect(files.size).toBe(2 + 1 + 400 + 2 + 1 + 3 + tools.length);
  const alpha = { algorithm: 'sha256', digest: sha256('alpha\n'), mode: 0o104755, size: 6, config: false };
  expect(files.get('/usr/bin/alpha')).toMatchObject({ ...alpha, ghost: false, installed: true });
  expect(files.get('/etc/beta.conf')).toMatchObject({ config: true, digest: sha256('set\n') });
  expect(files.get('/usr/share/alpha/file-400')?.digest).toBe(sha256('400\n'));
}

function expectOwned(path: string, bytes: Uint8Array): void {
  const target = new RecordedTarget({ files: { [path]: bytes } });
  const found = rpmFilesOf(target, new Set(['/usr/bin/alpha', '/usr/bin/none']));
  expect(found).toMatchObject({ status: 'ok', whole: true });
  expect([...(found?.owned.keys() ?? [])]).toEqual(['/usr/bin/alpha']);
  expect(found?.owned.get('/usr/bin/alpha')).toMatchObject({ package: 'alpha', file: { mode: 0o104755 } });
}

/** A host of which nothing but the database is known: its ps was replaced, its top was not. */
async function expectReplaced(path: string, bytes: Uint8Array): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'demine-rpm-'));
  try {
    const files: Readonly<Record<string, string | Uint8Array>> = {
      '/etc/os-release': 'ID=fedora\n',
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
      '/usr/bin/ps': inertProgram(),
      '/usr/bin/top': 'top\n',
      [path]: bytes,
    };
    for (const [at, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, at)), { recursive: true });
      writeFileSync(join(root, at), content, { mode: at.startsWith('/usr/bin/') ? 0o755 : 0o644 });
    }
    const { rows } = await lookAt(root);
    const grave = rows.filter(({ judgement }) => judgement !== 'benign' && judgement !== 'unusual');
    expect(grave).toMatchObject([
      {
        mechanism: 'changed-tool',
        source: '/usr/bin/ps',
        judgement: 'malicious',
        reasons: [{ texts: { en: '/usr/bin/ps of the package alpha was replaced.' } }],
      },
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function expectNoNdb(other: LabHost): Promise<void> {
  const made = await other.run(['rpm', '--define', '_db_backend ndb', '--dbpath', '/srv/none', '--initdb']);
  expect(made.stderr).toContain('invalid %_db_backend: ndb');
  expect(existsSync(join(other.root, 'srv/none/Packages.db'))).toBe(false);
}

describe('rpm databases', () => {
  test('SQLite, written by rpm', async () => {
    expectPackages(sqlite);
    expectOwned('/var/lib/rpm/rpmdb.sqlite', sqlite);
    await expectReplaced('/var/lib/rpm/rpmdb.sqlite', sqlite);
  });

  test('the rpm of Debian 12 has no ndb to write', () => expectNoNdb(host));

  const [oldest, newest] = [releaseOf(11), releaseOf(13)];
  if (newest === undefined) throw new Error('Debian 13 is always made');
  for (const [format, backend, file] of [
    ['ndb', 'ndb', 'Packages.db'],
    ['SQLite', 'sqlite', 'rpmdb.sqlite'],
  ] as const) {
    test(`${format}, written by the rpm of Debian 13`, () =>
      onRelease(newest.stacks, async (other) => {
        const bytes = await written(other, backend, file);
        expectPackages(bytes);
        expectOwned(`/usr/lib/sysimage/rpm/${file}`, bytes);
        await expectReplaced(`/usr/lib/sysimage/rpm/${file}`, bytes);
      }));
  }

  test('ndb in which packages were removed, put in again and replaced', () =>
    onRelease(newest.stacks, async (other) => {
      const packages = await build(other);
      const database = ['--define', '_db_backend ndb', '--dbpath', '/srv/ndb'] as const;
      const rpm = (...args: readonly string[]): Promise<void> => mustRun(other, 'rpm', ...database, ...args);
      const bytes = (): Uint8Array => readFileSync(join(other.root, 'srv/ndb/Packages.db'));
      const change = ['--nodeps', '--justdb'] as const;
      await rpm(...change, '-i', ...packages);
      await rpm(...change, '-e', 'alpha');
      const programs = [...filesIn(bytes()).keys()].filter((path) => path.startsWith('/usr/bin/'));
      expect(programs).toEqual(['/usr/bin/beta']);
      await rpm(...change, '-i', ...packages.slice(0, 1));
      await rpm(...change, '-U', '--replacepkgs', ...packages);
      expectPackages(bytes());
      await rpm('--rebuilddb');
      expectPackages(bytes());
    }));

  if (oldest !== undefined) {
    test('Berkeley DB hash, written by the rpm of Debian 11, which has no ndb to write', () =>
      onRelease(oldest.stacks, async (other) => {
        const bytes = await written(other, 'bdb', 'Packages');
        expectPackages(bytes);
        expectOwned('/var/lib/rpm/Packages', bytes);
        await expectReplaced('/var/lib/rpm/Packages', bytes);
        await expectNoNdb(other);
      }));
  }

  for (const order of [1234, 4321]) {
    test(`Berkeley DB hash, written by db_load in byte order ${order}, with the headers that rpm made`, async () => {
      const { Database } = await import('bun:sqlite');
      const database = Database.deserialize(
        Uint8Array.from(sqlite, (byte, at) => (at === 18 || at === 19 ? 1 : byte)),
      );
      const rows = database
        .query<{ hnum: number; blob: Uint8Array }, []>('SELECT hnum, blob FROM Packages')
        .all();
      const hex = (bytes: Uint8Array): string => ` ${Buffer.from(bytes).toString('hex')}\n`;
      const key = (number: number): Uint8Array => Uint8Array.from([number, 0, 0, 0]);
      const head = `VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder=${order}\ndb_pagesize=4096\nHEADER=END\n`;
      const counter = hex(key(0)) + hex(key(rows.length));
      const body = rows.map(({ hnum, blob }) => hex(key(hnum)) + hex(blob)).join('');
      writeFileSync(join(host.root, `srv/dump-${order}`), `${head}${counter}${body}DATA=END\n`);
      await mustRun(host, 'db5.3_load', '-f', `/srv/dump-${order}`, `/srv/Packages-${order}`);
      const bytes = readFileSync(join(host.root, `srv/Packages-${order}`));
      expectPackages(bytes);
      expectOwned('/var/lib/rpm/Packages', bytes);
      await expectReplaced('/var/lib/rpm/Packages', bytes);
    });
  }
});
