import { describe, expect, test } from 'bun:test';
import { renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { plantRoot } from '../../../../test/persistence/root.ts';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { headerBlob, ndbOf } from '../../../../test/rpm-header.ts';
import { FactSet } from '../../../model/fact.ts';
import type { IntegrityFact, PersistenceFact } from '../../../model/facts/persistence.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { printableText } from '../../../model/text.ts';
import { folderTarget } from '../../../target/folder.ts';
import type { Target } from '../../../target/port.ts';
import { integrityOf } from '../file-integrity.ts';
import { integrityCases } from './cases.fixture.ts';
import { integrity } from './integrity.ts';
import { toolPutAside } from './tools.ts';

async function entriesOf(target: Target, full = false): Promise<readonly PersistenceFact[]> {
  const facts = await integrity.gather({
    target,
    log: new SourceLog(),
    facts: new FactSet(),
    nowUs: 0,
    thorough: false,
    ...(full ? { integrity: 'full' } : {}),
  });
  return facts.filter((fact) => fact.kind === 'persistence');
}

async function ofCase(one: MechanismCase): Promise<readonly string[]> {
  const root = plantRoot(one);
  const target = folderTarget(root.path);
  try {
    const usual = await entriesOf(target);
    const all = await entriesOf(target, true);
    const mechanisms = usual.map(({ mechanism }) => mechanism);
    // The full pass finds what the usual one finds, and cries no wolf either.
    if (one.dress === 'honest') expect(all).toEqual([]);
    else expect(all.map(({ mechanism }) => mechanism)).toEqual(expect.arrayContaining(mechanisms));
    return usual.map(({ mechanism, target: file }) => `${mechanism} ${file}`);
  } finally {
    await target.close();
    root.remove();
  }
}

describe('cases', () => {
  for (const one of integrityCases) {
    test(`${one.mechanism}, ${one.dress}: ${one.what}`, async () => {
      const found = await ofCase(one);
      if (one.dress === 'honest') expect(found).toEqual([]);
      else expect(found.length).toBeGreaterThan(0);
      if (one.dress !== 'honest') {
        expect(found.some((text) => text.startsWith(`${one.mechanism} `))).toBe(true);
      }
    });
  }
});

const md5 = (text: string): string => new Bun.CryptoHasher('md5').update(text).digest('hex');

async function statesOf(
  files: Record<string, Recorded>,
  ...paths: string[]
): Promise<Record<string, IntegrityFact['state']>> {
  const target = new RecordedTarget({ kind: 'folder', files });
  const { facts } = await integrityOf(target, paths.map(printableText));
  return Object.fromEntries(facts.map(({ path, state }) => [path, state]));
}

describe('integrity of files, by dpkg', () => {
  const dpkg: Record<string, Recorded> = {
    '/var/lib/dpkg/info/procps.list': '/.\n/bin/ps\n/usr/bin/top\n/usr/bin/pkill\n/etc/sysctl.conf\n',
    '/var/lib/dpkg/info/procps.md5sums': `${md5('ps')}  bin/ps\n${md5('top')}  usr/bin/top\n`,
    '/var/lib/dpkg/status': `Package: procps\nStatus: install ok installed\nConffiles:\n /etc/sysctl.conf ${md5('set')}\n`,
    '/bin': { link: 'usr/bin' },
    '/usr/bin/ps': { content: 'ps' },
    '/etc/sysctl.conf': { content: 'set' },
  };

  test('the content decides, also under the other spelling of a merged /usr', async () => {
    expect(await statesOf(dpkg, '/usr/bin/ps', '/usr/bin/top', '/etc/sysctl.conf')).toEqual({
      '/usr/bin/ps': 'unchanged',
      '/usr/bin/top': 'missing',
      '/etc/sysctl.conf': 'unchanged',
    });
    const edited = {
      ...dpkg,
      '/usr/bin/ps': { content: 'other' },
      '/etc/sysctl.conf': { content: 'edited' },
    };
    expect(await statesOf(edited, '/usr/bin/ps', '/etc/sysctl.conf')).toEqual({
      '/usr/bin/ps': 'changed',
      '/etc/sysctl.conf': 'conffile-changed',
    });
  });

  test('a compiled tool that is a script now was replaced, and so was a link that is a file', async () => {
    const replaced = {
      ...dpkg,
      '/usr/bin/ps': { content: '#!/bin/sh\nps.original | grep -v kdevtmpfsi\n' },
      '/usr/bin/pkill': { content: '#!/bin/sh\n' },
    };
    expect(await statesOf(replaced, '/usr/bin/ps', '/usr/bin/pkill')).toEqual({
      '/usr/bin/ps': 'replaced',
      '/usr/bin/pkill': 'replaced',
    });
  });

  test('a package in the middle of an update says nothing of its files', async () => {
    const status = 'Package: procps\nStatus: install ok unpacked\n';
    const updating = { ...dpkg, '/usr/bin/ps': { content: 'new' }, '/var/lib/dpkg/status': status };
    expect(await statesOf(updating, '/usr/bin/ps', '/usr/bin/top')).toEqual({
      '/usr/bin/ps': 'unknown',
      '/usr/bin/top': 'unknown',
    });
  });

  test('a file moved aside by a diversion is held against the sum of its first name', async () => {
    const diverted = {
      ...dpkg,
      '/var/lib/dpkg/diversions': '/bin/ps\n/bin/ps.real\nother\n',
      '/usr/bin/ps.real': { content: 'ps' },
    };
    expect(await statesOf(diverted, '/usr/bin/ps.real')).toEqual({ '/usr/bin/ps.real': 'unchanged' });
  });

  test('a file of several pieces is compared whole, and a padded one is changed', async () => {
    const parts = 'x'.repeat(40 << 20);
    const large = {
      ...dpkg,
      '/var/lib/dpkg/info/procps.md5sums': `${md5(parts)}  bin/ps\n${md5(parts)}  usr/bin/top\n`,
      '/usr/bin/ps': { content: parts },
      '/usr/bin/top': { content: `${parts}y` },
    };
    expect(await statesOf(large, '/usr/bin/ps', '/usr/bin/top')).toEqual({
      '/usr/bin/ps': 'unchanged',
      '/usr/bin/top': 'changed',
    });
  });

  test('rules by which owners leave files out excuse one that is absent, and none that is another', async () => {
    const slim: Record<string, Recorded> = {
      ...dpkg,
      '/etc/dpkg/dpkg.cfg': 'path-include=/usr/bin/t*\n',
      '/etc/dpkg/dpkg.cfg.d/slim': 'path-exclude /bin/*\npath-exclude /usr/bin/*\n',
      '/etc/dpkg/dpkg.cfg.d/slim.bak': 'path-exclude=/usr/bin/top\n',
    };
    const both = async (files: Record<string, Recorded>): Promise<readonly (readonly string[])[]> => {
      const target = new RecordedTarget({ kind: 'folder', files });
      const passes = [await entriesOf(target), await entriesOf(target, true)];
      return passes.map((entries) => entries.map(({ mechanism, target: of }) => `${mechanism} ${of}`).sort());
    };
    const { '/usr/bin/ps': _, ...absent } = slim;
    // dpkg reads no file with a dot in its name, and dpkg.cfg after the others.
    expect(await statesOf(absent, '/bin/ps', '/usr/bin/top')).toEqual({
      '/bin/ps': 'unknown',
      '/usr/bin/top': 'missing',
    });
    expect((await both({ ...absent, '/usr/bin/top': { content: 'top' } })).flat()).toEqual([]);
    const changed = { '/bin/ps': { content: 'other' }, '/usr/bin/ps': { content: 'other' } };
    const [usual, full] = await both({ ...slim, ...changed, '/usr/bin/top': { content: 'top' } });
    expect(usual).toContain('changed-tool /usr/bin/ps');
    expect(full).toContain('changed-tool /bin/ps');
  });

  test('a program that goes on as a hole of 10 GB is changed, and is not read to its end', async () => {
    const root = plantRoot();
    const target = folderTarget(root.path);
    try {
      truncateSync(`${root.path}/usr/bin/ls`, 10 * 2 ** 30);
      const { facts, sources } = await integrityOf(target, [printableText('/usr/bin/ls')]);
      expect(facts).toMatchObject([{ state: 'changed' }]);
      expect(facts[0]?.text).toContain('a hole behind');
      expect(sources.at(-1)?.bytes).toBeLessThan(1 << 20);
    } finally {
      await target.close();
      root.remove();
    }
  });

  test('what cannot be read is unknown, and what nobody owns is not told', async () => {
    const denied = { ...dpkg, '/usr/bin/ps': { status: 'denied', reason: 'EACCES' } as const };
    expect(await statesOf(denied, '/usr/bin/ps', '/tmp/x')).toEqual({ '/usr/bin/ps': 'unknown' });
  });
});

test('by rpm: digest and size decide, ghosts and settings are no attack (synthetic ndb)', async () => {
  const sha = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex');
  const files = [
    { path: '/usr/bin/ps', digest: sha('ps'), size: 2 },
    { path: '/usr/bin/top', digest: sha('top'), size: 3 },
    { path: '/etc/sysctl.conf', digest: sha('set'), size: 3, flags: 1 },
    { path: '/var/log/ghost', flags: 64 },
    // Another package's file of that name took its place.
    { path: '/usr/bin/free', digest: sha('free'), size: 4, state: 1 },
  ];
  const host: Record<string, Recorded> = {
    '/usr/lib/sysimage/rpm/Packages.db': ndbOf([headerBlob('procps', files, 8)]),
    '/usr/bin/ps': { content: 'ps' },
    '/usr/bin/top': { content: 'TOP' },
    '/etc/sysctl.conf': { content: 'edited' },
    '/usr/bin/free': { content: 'other' },
  };
  expect(await statesOf(host, ...files.map(({ path }) => path))).toEqual({
    '/usr/bin/ps': 'unchanged',
    '/usr/bin/top': 'changed',
    '/etc/sysctl.conf': 'conffile-changed',
    '/var/log/ghost': 'unknown',
    '/usr/bin/free': 'unknown',
  });
});

test('by apk: the sum of a file and that of where a link leads', async () => {
  const sum = (text: string): string => `Z:Q1${new Bun.CryptoHasher('sha1').update(text).digest('base64')}`;
  const host: Record<string, Recorded> = {
    '/lib/apk/db/installed': `P:busybox\nF:bin\nR:busybox\n${sum('bb')}\nR:bbsh\n${sum('/bin/busybox')}\n`,
    '/bin/busybox': { content: 'other' },
    '/bin/bbsh': { link: '/bin/busybox' },
  };
  expect(await statesOf(host, '/bin/busybox')).toEqual({ '/bin/busybox': 'changed' });
});

describe('a tool that somebody replaces while it is hashed', () => {
  const path = '/usr/bin/netstat';
  const content = Buffer.alloc(1_600_000, 'a');

  /** The state of a tool, where `meanwhile` is done after each piece of it that is read. */
  async function stateWith(meanwhile: (at: string, pieces: number) => void): Promise<string> {
    const root = plantRoot({
      mechanism: 'changed-tool',
      dress: 'honest',
      what: 'a tool that is installed',
      packaged: { [path]: { content, mode: 0o755 } },
      planted: {},
    });
    const target = folderTarget(root.path);
    let pieces = 0;
    const watched: Target = Object.create(target, {
      readNow: {
        value: (request: Parameters<Target['readNow']>[0]) => {
          const result = target.readNow(request);
          if (request.kind === 'file' && request.path === path) {
            pieces += 1;
            meanwhile(join(root.path, path), pieces);
          }
          return result;
        },
      },
    });
    try {
      const { facts } = await integrityOf(watched, [printableText(path)]);
      return facts.map(({ state, text }) => `${state} ${text}`).join();
    } finally {
      await target.close();
      root.remove();
    }
  }

  const replace = (at: string, by: Uint8Array): void => {
    writeFileSync(`${at}.new`, by);
    renameSync(`${at}.new`, at);
  };

  test('by the same again is unchanged', async () => {
    const state = await stateWith((at, pieces) => {
      if (pieces === 1) replace(at, content);
    });
    expect(state).toBe(`unchanged ${path}`);
  });

  test('again and again is not told as changed: no version was read whole', async () => {
    const state = await stateWith((at, pieces) => replace(at, Buffer.alloc(1_600_000 + pieces, 'b')));
    expect(state).toBe(`unknown ${path}: it changed while it was read`);
  });
});

test('names of tools put aside, and names that only look like it', () => {
  expect(['ps.original', 'top.lanigiro', '.ps', 'curl.bak', 'cd1', 'wd1'].map(toolPutAside)).toEqual([
    ...['ps', 'top', 'ps', 'curl', 'curl', 'wget'],
  ]);
  expect(
    ['python3', 'sshd_config.bak', 'x.original', 'constructor', 'ps', 'toString'].map(toolPutAside),
  ).toEqual([...Array.from({ length: 6 }, () => undefined)]);
});
