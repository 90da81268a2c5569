import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import type { FileOwnerFact } from '../../model/facts/host.ts';
import { printableBytes, printableText } from '../../model/text.ts';
import { ownersOf } from './file-owners.ts';

async function owners(
  files: Record<string, Recorded>,
  ...paths: string[]
): Promise<{ owned: Record<string, string>; facts: readonly FileOwnerFact[]; reasons: string[] }> {
  const target = new RecordedTarget({ kind: 'folder', files });
  const { facts, sources } = await ownersOf(target, paths.map(printableText));
  return {
    owned: Object.fromEntries(facts.map((fact) => [fact.path, `${fact.manager}:${fact.package}`])),
    facts,
    reasons: sources.flatMap((source) => (source.reason === undefined ? [] : [source.reason])),
  };
}

const dpkg: Record<string, Recorded> = {
  '/var/lib/dpkg/info/bash.list': '/.\n/bin\n/bin/bash\n/usr/share/doc/bash\n',
  '/var/lib/dpkg/info/libc6:amd64.list':
    '/lib/x86_64-linux-gnu/libc.so.6\n/usr/lib/x86_64-linux-gnu/libm.so.6',
  '/var/lib/dpkg/info/bash.md5sums': 'x  usr/bin/other\n',
};

describe('owners of files', () => {
  test('dpkg: owned, not owned, and a path that is only the beginning of an owned one', async () => {
    const { owned } = await owners(
      dpkg,
      '/bin/bash',
      '/usr/lib/x86_64-linux-gnu/libm.so.6',
      '/tmp/kworker',
      '/bin/bas',
    );
    expect(owned).toEqual({
      '/bin/bash': 'dpkg:bash',
      '/usr/lib/x86_64-linux-gnu/libm.so.6': 'dpkg:libc6',
      '/tmp/kworker': 'dpkg:',
      '/bin/bas': 'dpkg:',
    });
  });

  test('what was asked before is remembered, and what is new is read for itself', async () => {
    const target = new RecordedTarget({ kind: 'folder', files: dpkg });
    const ask = async (...paths: string[]) => {
      const { facts, sources } = await ownersOf(target, paths.map(printableText));
      return { owners: facts.map(({ package: name }) => String(name)), read: sources.length > 0 };
    };
    expect(await ask('/bin/bash', '/tmp/x')).toEqual({ owners: ['bash', ''], read: true });
    expect(await ask('/tmp/x', '/bin/bash')).toEqual({ owners: ['', 'bash'], read: false });
    expect(await ask('/bin/bash', '/lib/x86_64-linux-gnu/libc.so.6')).toEqual({
      owners: ['bash', 'libc6'],
      read: true,
    });
  });

  test('a merged /usr owns both spellings, an unmerged one does not', async () => {
    const merged = { ...dpkg, '/bin': { link: 'usr/bin' }, '/lib': { link: '/usr/lib' } };
    const here = await owners(merged, '/usr/bin/bash', '/usr/lib/x86_64-linux-gnu/libc.so.6');
    expect(Object.values(here.owned)).toEqual(['dpkg:bash', 'dpkg:libc6']);
    const there = await owners(dpkg, '/usr/bin/bash');
    expect(there.owned).toEqual({ '/usr/bin/bash': 'dpkg:' });
    const planted = await owners({ ...dpkg, '/bin': { link: '/tmp/bin' } }, '/tmp/bin/bash');
    expect(planted.owned).toEqual({ '/tmp/bin/bash': 'dpkg:' });
  });

  test('a diverted file belongs to who diverted it, the file moved aside to its first owner', async () => {
    const diverted = {
      ...dpkg,
      '/var/lib/dpkg/info/other.list': '/bin/bash\n',
      '/var/lib/dpkg/diversions': '/bin/bash\n/bin/bash.real\nother\n',
    };
    const { owned } = await owners(diverted, '/bin/bash', '/bin/bash.real');
    expect(owned).toEqual({ '/bin/bash': 'dpkg:other', '/bin/bash.real': 'dpkg:bash' });
  });

  test('what the administrator diverted belongs to nobody', async () => {
    const local = { ...dpkg, '/var/lib/dpkg/diversions': '/bin/bash\n/bin/bash.distrib\n:\n' };
    const { owned } = await owners(local, '/bin/bash', '/bin/bash.distrib');
    expect(owned).toEqual({ '/bin/bash': 'dpkg:', '/bin/bash.distrib': 'dpkg:bash' });
  });

  test('a list that could not be read leaves the rest open instead of unowned', async () => {
    const { owned, reasons } = await owners(
      { ...dpkg, '/var/lib/dpkg/info/x.list': { status: 'denied', reason: 'EACCES' } },
      '/bin/bash',
      '/tmp/kworker',
    );
    expect(owned).toEqual({ '/bin/bash': 'dpkg:bash' });
    expect(reasons).toEqual(['EACCES']);
  });

  test('odd bytes in a path are compared as bytes', async () => {
    const { owned } = await owners(
      { '/var/lib/dpkg/info/odd.list': Buffer.from('/opt/a\xff\n', 'latin1') },
      '/opt/plain',
    );
    expect(owned).toEqual({ '/opt/plain': 'dpkg:' });
    const target = new RecordedTarget({
      files: { '/var/lib/dpkg/info/odd.list': Buffer.from('/opt/a\xff\n', 'latin1') },
    });
    const found = await ownersOf(target, [printableBytes(Buffer.from('/opt/a\xff', 'latin1'))]);
    expect(found.facts[0]?.package).toBe('odd');
  });

  test('apk: folder and file of one package', async () => {
    const { owned } = await owners(
      {
        '/lib/apk/db/installed':
          'C:Q1\nP:busybox\nV:1\nF:bin\nR:busybox\na:0:0:755\nF:etc\nR:securetty\n\nP:musl\nF:lib\nR:ld-musl.so.1\n',
      },
      '/bin/busybox',
      '/lib/ld-musl.so.1',
      '/etc/busybox',
    );
    expect(owned).toEqual({
      '/bin/busybox': 'apk:busybox',
      '/lib/ld-musl.so.1': 'apk:musl',
      '/etc/busybox': 'apk:',
    });
  });

  test('pacman: files of a package, without its folders and backups', async () => {
    const { owned } = await owners(
      {
        '/var/lib/pacman/local/gcc-libs-14.2.1-1/files':
          '%FILES%\nusr/\nusr/lib/libgcc_s.so.1\n\n%BACKUP%\netc/x\tmd5\netc/y\n',
      },
      '/usr/lib/libgcc_s.so.1',
      '/etc/y',
    );
    expect(owned).toEqual({ '/usr/lib/libgcc_s.so.1': 'pacman:gcc-libs', '/etc/y': 'pacman:' });
  });

  test('no database, or one that is not read, claims nothing', async () => {
    expect((await owners({}, '/bin/bash')).facts).toEqual([]);
    const old = await owners({ '/var/lib/rpm/Packages': 'x' }, '/bin/bash');
    expect(old.facts).toEqual([]);
    expect(old.reasons).toEqual(['rpm database format not read']);
    const stray = await owners({ ...dpkg, '/var/lib/rpm/Packages': 'x' }, '/tmp/kworker');
    expect(stray.owned).toEqual({ '/tmp/kworker': 'dpkg:' });
  });
});

/** A header blob with one file, as rpm writes it. */
function rpmHeader(name: string, folder: string, file: string): Uint8Array {
  const data = Buffer.from(`\0\0\0\0${name}\0${file}\0${folder}\0`);
  const entries = [
    [1116, 4, 0, 1],
    [1000, 6, 4, 1],
    [1117, 8, 5 + name.length, 1],
    [1118, 8, 6 + name.length + file.length, 1],
  ];
  const head = Buffer.alloc(8 + entries.length * 16);
  head.writeUInt32BE(entries.length, 0);
  head.writeUInt32BE(data.length, 4);
  for (const [at, entry] of entries.entries())
    for (const [field, value] of entry.entries()) head.writeUInt32BE(value, 8 + at * 16 + field * 4);
  return Buffer.concat([head, data]);
}

function rpmDatabase(
  basenames = "CREATE TABLE 'Basenames' (key 'TEXT' NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)",
): Uint8Array {
  const database = new Database(':memory:');
  database.run("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
  database.run('INSERT INTO Packages (blob) VALUES (?)', [rpmHeader('openssh', '/usr/sbin/', 'sshd')]);
  database.run(basenames);
  if (basenames.startsWith('CREATE TABLE')) database.run("INSERT INTO Basenames VALUES ('sshd', 1, 0)");
  const bytes = Uint8Array.from(database.serialize());
  database.close();
  return bytes;
}

describe('owners of files by rpm', () => {
  test('a file is owned in its own folder only, also when the database keeps a write-ahead log', async () => {
    const bytes = rpmDatabase();
    bytes[18] = 2;
    bytes[19] = 2;
    const { owned } = await owners({ '/var/lib/rpm/rpmdb.sqlite': bytes }, '/usr/sbin/sshd', '/tmp/sshd');
    expect(owned).toEqual({ '/usr/sbin/sshd': 'rpm:openssh', '/tmp/sshd': 'rpm:' });
  });

  test('bytes that are no database, and a database of views, are an error and claim nothing', async () => {
    const broken = await owners(
      { '/var/lib/rpm/rpmdb.sqlite': new Uint8Array(5000).fill(7) },
      '/usr/sbin/sshd',
    );
    expect([broken.facts.length, broken.reasons.length]).toEqual([0, 1]);
    const view = rpmDatabase("CREATE VIEW Basenames AS SELECT 'sshd' AS key, 1 AS hnum, 0 AS idx");
    const hostile = await owners({ '/var/lib/rpm/rpmdb.sqlite': view }, '/usr/sbin/sshd');
    expect(hostile.facts).toEqual([]);
    expect(hostile.reasons).toEqual(['not the schema of an rpm database']);
  });
});
