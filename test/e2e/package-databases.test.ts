/**
 * Package databases as the programs that own them write them: rpm (SQLite) and Berkeley DB (hash), in the Debian
 * root. Debian's rpm is built without ndb: that one is synthetic and tested beside its decoder.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eachRpmHeader, rpmFilesOf } from '../../src/artifacts/linux/rpm-database.ts';
import type { RpmFile } from '../../src/formats/rpm-header.ts';
import { type LabHost, openLabHost } from '../lab/host.ts';
import { RecordedTarget } from '../recorded-target.ts';

const spec = (name: string, files: number): string => `
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
%files
%attr(4755,root,root) /usr/bin/${name}
%config(noreplace) /etc/${name}.conf
/usr/share/${name}
`;

let host: LabHost;
let sqlite: Uint8Array;

async function mustRun(...command: readonly string[]): Promise<void> {
  const done = await host.run(command);
  if (done.code !== 0) throw new Error(`${command.join(' ')}: ${done.stdout}${done.stderr}`);
}

beforeAll(async () => {
  host = await openLabHost();
  mkdirSync(join(host.root, 'srv/rpm'), { recursive: true });
  writeFileSync(join(host.root, 'srv/rpm/alpha.spec'), spec('alpha', 400));
  writeFileSync(join(host.root, 'srv/rpm/beta.spec'), spec('beta', 3));
  await mustRun(
    ...['rpmbuild', '-bb', '--define', '_topdir /srv/rpm', '--define', '_build_id_links none'],
    ...['/srv/rpm/alpha.spec', '/srv/rpm/beta.spec'],
  );
  const folder = '/srv/rpm/RPMS/noarch/';
  const packages = [`${folder}alpha-1-1.noarch.rpm`, `${folder}beta-1-1.noarch.rpm`];
  await mustRun('rpm', '--dbpath', '/srv/db', '--nodeps', '--justdb', '-i', ...packages);
  sqlite = readFileSync(join(host.root, 'srv/db/rpmdb.sqlite'));
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
  expect(files.size).toBe(2 + 1 + 400 + 2 + 1 + 3);
  const alpha = { algorithm: 'sha256', digest: sha256('alpha\n'), mode: 0o104755, size: 6, config: false };
  expect(files.get('/usr/bin/alpha')).toMatchObject({ ...alpha, ghost: false, installed: true });
  expect(files.get('/etc/beta.conf')).toMatchObject({ config: true, digest: sha256('set\n') });
  expect(files.get('/usr/share/alpha/file-400')?.digest).toBe(sha256('400\n'));
}

describe('rpm databases', () => {
  test('SQLite, written by rpm', () => {
    expectPackages(sqlite);
    const target = new RecordedTarget({ files: { '/var/lib/rpm/rpmdb.sqlite': sqlite } });
    const found = rpmFilesOf(target, new Set(['/usr/bin/alpha', '/usr/bin/none']));
    expect([...(found?.owned.keys() ?? [])]).toEqual(['/usr/bin/alpha']);
    expect(found?.owned.get('/usr/bin/alpha')).toMatchObject({ package: 'alpha', file: { mode: 0o104755 } });
  });

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
      await mustRun('db5.3_load', '-f', `/srv/dump-${order}`, `/srv/Packages-${order}`);
      const bytes = readFileSync(join(host.root, `srv/Packages-${order}`));
      expectPackages(bytes);
      const target = new RecordedTarget({ files: { '/var/lib/rpm/Packages': bytes } });
      expect(rpmFilesOf(target, new Set(['/usr/bin/beta']))).toMatchObject({ status: 'ok', whole: true });
      expect(rpmFilesOf(target, new Set(['/usr/bin/beta']))?.owned.get('/usr/bin/beta')?.package).toBe(
        'beta',
      );
    });
  }
});
