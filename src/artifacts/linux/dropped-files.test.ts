import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fact, FactSet } from '../../model/fact.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { folderTarget } from '../../target/folder.ts';
import type { Request, ResultFor, Target } from '../../target/port.ts';
import {
  type FolderImage,
  folderImage,
  inertElf,
  minerElf,
  log as minerLog,
  settings,
  wallet,
} from './dropped.fixture.ts';
import { type DroppedFilesOptions, gatherDroppedFiles, walkSource } from './dropped-files.ts';

let image: FolderImage;
beforeEach(() => {
  image = folderImage();
});
afterEach(() => {
  image.remove();
});

interface Gathered {
  readonly facts: FactSet;
  readonly log: SourceLog;
  /** `format path kind` of each file, once. */
  readonly told: readonly string[];
  readonly walk: { readonly status: string; readonly reason?: string };
}

async function gathered(
  options: DroppedFilesOptions = {},
  known: readonly Fact[] = [],
  wrap: (target: Target) => Target = (target) => target,
): Promise<Gathered> {
  const target = wrap(folderTarget(image.root));
  const log = new SourceLog();
  const facts = new FactSet(
    await gatherDroppedFiles({ target, log, facts: new FactSet(known), nowUs: 0, thorough: false }, options),
  );
  const told = facts.of('file-trace').map((fact) => `${fact.format} ${fact.path} ${fact.found.kind}`);
  const cut = log.listed.find((record) => record.source === walkSource);
  await target.close();
  return { facts, log, told: [...new Set(told)], walk: cut ?? { status: 'ok' } };
}

describe('dropped files', () => {
  test('a clean system tells nothing, and that all places were walked', async () => {
    image.put('/root/.bashrc', 'alias ll="ls -l"\n');
    image.put('/home/ann/notes.txt', 'buy milk\n');
    image.put('/usr/bin/owned', inertElf('hello'), 0o755);
    const { facts, log, walk } = await gathered();
    expect(facts.size).toBe(0);
    expect(walk).toEqual({ status: 'ok' });
    expect(log.listed.filter((record) => record.artifact === 'linux.dropped-files')).toEqual([]);
  });

  test('programs, settings, scripts and logs of a miner are known by what they hold', async () => {
    image.put('/tmp/.X11-lock/kswapd0', minerElf(), 0o755);
    image.put('/tmp/.X11-lock/a', settings, 0o777);
    image.put(
      '/home/ann/.cache/run',
      `#!/bin/sh\n./k -o stratum+tcp://pool.example.net:3333 -u ${wallet}\n`,
      0o755,
    );
    image.put('/root/out.log', minerLog);
    const { told, facts } = await gathered();
    expect(told).toContain('elf /tmp/.X11-lock/kswapd0 program');
    expect(told).toContain('settings /tmp/.X11-lock/a config');
    expect(told).toContain('settings /tmp/.X11-lock/a wallet');
    expect(told).toContain('script /home/ann/.cache/run wallet');
    expect(told).toContain('script /home/ann/.cache/run pool');
    expect(told).toContain('log /root/out.log pool');
    const config = facts.of('file-trace').find((fact) => fact.found.kind === 'config');
    expect(config).toMatchObject({ executable: true, ownerUid: 0, source: { line: 8 } });
    expect(config?.size).toBe(settings.length);
    expect(config?.sha256).toBe(new Bun.CryptoHasher('sha256').update(settings).digest('hex'));
    expect(facts.of('file-owner').every((owner) => owner.package === '')).toBe(true);
  });

  test('passwords beside the pool stand in no fact', async () => {
    image.put('/tmp/config.json', settings);
    const { facts } = await gathered();
    expect(facts.of('file-trace').length).toBeGreaterThan(2);
    expect(JSON.stringify([...facts])).not.toContain('hunter2');
  });

  test('the fewest settings that work, in one long line, with each thing in its excerpt and no password', async () => {
    const one = {
      note: 'x'.repeat(5000),
      pools: [{ url: 'pool.example.net:3333', user: wallet, pass: 'hunter2' }],
      'donate-level': 0,
    };
    image.put('/var/lib/misc/config.json', JSON.stringify(one));
    const { facts, told } = await gathered();
    expect(told).toEqual([
      'settings /var/lib/misc/config.json config',
      'settings /var/lib/misc/config.json pool',
      'settings /var/lib/misc/config.json wallet',
    ]);
    const texts = facts.of('file-trace').map((fact): string => fact.text);
    const needles = ['donate-level', 'pool.example.net', wallet];
    expect(needles.map((needle, index) => texts[index]?.includes(needle))).toEqual([true, true, true]);
    expect(texts.join()).not.toContain('hunter2');
  });

  test('a text that quotes settings is only a text', async () => {
    image.put(
      '/root/report.json',
      JSON.stringify({ evidence: [{ text: settings }], pools: ['stratum+tcp://pool.example.net:3333'] }),
    );
    image.put('/root/notes.txt', `they had\n${settings}\n`);
    const { told } = await gathered();
    expect(new Set(told.map((line) => line.split(' ')[0]))).toEqual(new Set(['text']));
    expect(told.some((line) => line.endsWith(' config'))).toBe(false);
  });

  test('of the program folders of the system only what no package owns is read', async () => {
    image.put('/usr/bin/owned', minerElf(), 0o755);
    image.put('/usr/bin/kaudited', minerElf(), 0o755);
    const { told, facts } = await gathered();
    expect(told).toEqual(['elf /usr/bin/kaudited program', 'elf /usr/bin/kaudited algorithm']);
    expect(facts.of('file-owner').map((owner) => `${owner.path} ${owner.package}`)).toEqual([
      '/usr/bin/kaudited ',
    ]);
  });

  test('places: hidden folders below /usr/share, settings and programs in /etc, and nothing else there', async () => {
    image.put('/usr/share/.LQ/python-dev', minerElf(), 0o755);
    image.put('/usr/share/doc/miner', minerElf(), 0o755);
    image.put('/etc/rondo/rondo', minerElf(), 0o755);
    image.put('/etc/rondo/plain.conf', settings);
    image.put('/etc/x/y/z/config.json', settings);
    image.put('/.hid/m', minerElf(), 0o755);
    const { told } = await gathered();
    expect([...new Set(told.map((line) => line.split(' ')[1]))].sort()).toEqual([
      '/.hid/m',
      '/etc/rondo/rondo',
      '/etc/x/y/z/config.json',
      '/usr/share/.LQ/python-dev',
    ]);
  });
});

describe('hostile files', () => {
  test('links lead nowhere: out of the image, in a circle, to a miner elsewhere', async () => {
    const outside = folderImage();
    try {
      outside.put('/opt/config.json', settings);
      symlinkSync(join(outside.root, 'opt'), join(image.root, 'tmp/out'));
      symlinkSync('../../../../../../../../etc', join(image.root, 'tmp/up'));
      symlinkSync('.', join(image.root, 'tmp/again'));
      symlinkSync(join(outside.root, 'opt/config.json'), join(image.root, 'tmp/config.json'));
      symlinkSync('/tmp/b', join(image.root, 'tmp/a'));
      symlinkSync('/tmp/a', join(image.root, 'tmp/b'));
      symlinkSync(outside.root, join(image.root, 'opt'));
      mkdirSync(join(image.root, 'var/tmp'));
      const { told, walk } = await gathered();
      expect(told).toEqual([]);
      expect(walk.status).toBe('ok');
    } finally {
      outside.remove();
    }
  });

  test('a place that is a link to another place is walked once', async () => {
    image.put('/dev/shm/m', minerElf(), 0o755);
    mkdirSync(join(image.root, 'run'));
    symlinkSync('/dev/shm', join(image.root, 'run/shm'));
    const { told } = await gathered();
    expect(told).toEqual(['elf /dev/shm/m program', 'elf /dev/shm/m algorithm']);
  });

  test('pipes are not opened, sparse files are read at their beginning only', async () => {
    expect(Bun.spawnSync(['mkfifo', join(image.root, 'tmp/config.json')]).exitCode).toBe(0);
    truncateSync(image.put('/tmp/huge', 'x'), 10_000_000_000);
    truncateSync(image.put('/tmp/huge-elf', minerElf(), 0o755), 10_000_000_000);
    const { told, log, walk } = await gathered();
    expect(told).toEqual(['elf /tmp/huge-elf program', 'elf /tmp/huge-elf algorithm']);
    expect(walk.status).toBe('ok');
    const read = log.groups.find((group) => group.artifact === 'linux.dropped-files')?.bytes ?? 0;
    expect(read).toBeLessThan(40 << 20);
  });

  test('names that are no text are kept whole', async () => {
    const folder = Buffer.from('tmp/.\u001b[2J\u202e\n');
    const path = Buffer.concat([Buffer.from(`${image.root}/`), folder]);
    mkdirSync(path);
    writeFileSync(Buffer.concat([path, Buffer.from('/'), Buffer.from([0xff, 0xfe, 0x0a, 0x25])]), minerElf());
    const { facts } = await gathered();
    expect(facts.of('file-trace')[0]?.path as string).toBe('/tmp/.%1B[2J%E2%80%AE%0A/%FF%FE%0A%25');
  });

  test('a folder of very many names, and many folders, are cut and told', async () => {
    for (let index = 0; index < 60; index += 1) image.put(`/tmp/${index}`, 'x');
    image.put('/root/config.json', settings);
    const one = await gathered({ bounds: { perFolder: 20 } });
    expect(one.walk).toMatchObject({ status: 'truncated' });
    // The other places are walked all the same.
    expect(one.told).toContain('settings /root/config.json config');
    const all = await gathered({ bounds: { entries: 30 } });
    expect(all.walk).toMatchObject({ status: 'truncated', reason: 'more than 30 names' });
  });

  test('bytes and time are bounded, and the cut is told', async () => {
    for (let index = 0; index < 5; index += 1) image.put(`/tmp/${index}`, 'x'.repeat(1000));
    const bytes = await gathered({ bounds: { bytes: 2500 } });
    expect(bytes.walk).toMatchObject({ status: 'truncated', reason: 'read 2000 bytes' });
    let now = 0;
    const time = await gathered({
      bounds: { ms: 3 },
      clock: () => {
        now += 1;
        return now;
      },
    });
    expect(time.walk).toMatchObject({ status: 'truncated', reason: 'stopped after 3 ms' });
  });

  test('a file full of other finds does not hide its keys, and texts full of pools end no walk', async () => {
    const pools = Array.from({ length: 150 }, (_, index) => `stratum+tcp://192.0.2.${index}:3333`).join(' ');
    image.put('/tmp/config.json', `{"note":"${pools}",${settings.slice(1)}`);
    for (let index = 0; index < 20; index += 1) image.put(`/var/tmp/${index}`, pools);
    image.put('/root/config.json', settings);
    const { told, walk, facts } = await gathered();
    expect(told).toContain('settings /tmp/config.json config');
    expect(told).toContain('settings /root/config.json config');
    expect(walk.status).toBe('ok');
    expect(facts.of('file-trace').length).toBeLessThan(80);
  });

  test("the kernel's own file systems, mounted where files should be, are not entered", async () => {
    image.put('/srv/chroot/proc/config.json', settings);
    image.put('/srv/chroot/tmp/config.json', settings);
    const mount: Fact = {
      kind: 'mount',
      source: { source: printableText('/proc/self/mountinfo') },
      mountPoint: printableText('/srv/chroot/proc'),
      root: printableText('/'),
      fileSystem: 'proc',
      device: printableText('proc'),
      options: [],
      namespace: 1,
      text: printableText(''),
    };
    const { facts } = await gathered({}, [mount]);
    expect(new Set(facts.of('file-trace').map((fact) => `${fact.path}`))).toEqual(
      new Set(['/srv/chroot/tmp/config.json']),
    );
  });

  test('what cannot be read is told by path, and the walk is not called whole', async () => {
    image.put('/tmp/a/config.json', settings);
    image.put('/root/config.json', settings);
    const refusing = (target: Target): Target => ({
      kind: target.kind,
      name: target.name,
      native: target.native,
      gather: (requests) => target.gather(requests),
      read: (request) => target.read(request),
      close: () => target.close(),
      readNow<R extends Request>(request: R): ResultFor<R['kind']> {
        const answer = target.readNow(request);
        if (request.path === '/tmp/a')
          return { ...answer, status: 'timeout', reason: 'may hang: nfs', entries: [] };
        return request.kind === 'file' && request.path === '/root/config.json'
          ? { ...answer, status: 'denied', reason: 'EACCES' }
          : answer;
      },
    });
    const { told, log, walk } = await gathered({}, [], refusing);
    expect(told).toEqual([]);
    expect(walk).toMatchObject({ status: 'timeout', reason: '2 not read whole, /tmp/a first' });
    const own = log.listed.filter((record) => record.artifact === 'linux.dropped-files');
    expect(own.map((record) => `${record.source} ${record.status}`)).toEqual([
      '/tmp/a timeout',
      '/root/config.json denied',
      'walk:dropped-files timeout',
    ]);
  });
});
