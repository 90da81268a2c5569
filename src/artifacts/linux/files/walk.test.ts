import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { FactSet } from '../../../model/fact.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { mount, umount, umountFlag } from '../../../native/namespaces.ts';
import { folderTarget } from '../../../target/folder.ts';
import { deadMount } from '../../../target/fuse.fixture.ts';
import type { Target } from '../../../target/port.ts';
import { type SharedWalk, sharedWalk } from './walk.ts';
import { type WalkTopic, walkTopics } from './walk-topics.ts';

function walked(target: Target): { readonly walk: SharedWalk; readonly log: SourceLog } {
  const log = new SourceLog();
  const walk = sharedWalk({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
  return { walk, log };
}

const topics = Object.keys(walkTopics) as readonly WalkTopic[];
const pathsOf = (walk: SharedWalk): Record<string, readonly string[]> =>
  Object.fromEntries(
    topics.map((topic) => [
      topic,
      walk
        .of(topic)
        .map(({ path }) => path)
        .sort(),
    ]),
  );

/** Path to permission bits. */
const planted: Readonly<Record<string, number>> = {
  'usr/bin/su': 0o4755,
  'usr/bin/write': 0o2755,
  'usr/bin/plain': 0o755,
  'usr/share/data': 0o4644,
  'tmp/.x/kworker': 0o755,
  'tmp/notes': 0o644,
  'dev/.udev': 0o755,
  'var/www/html/up.php': 0o644,
  'var/www/html/up': 0o755,
  'home/ada/.cache/tool': 0o755,
  'home/ada/.hidden/run': 0o755,
  'home/ada/site/.user.ini': 0o644,
  'home/ada/code/.git/config': 0o644,
  'home/ada/code/.git/hooks/post-merge': 0o755,
  'home/ada/code/.git/hooks/pre-push.sample': 0o755,
  'home/ada/code/.vscode/tasks.json': 0o644,
  'usr/lib/python3/dist-packages/x.pth': 0o644,
  'usr/share/x/config.json': 0o644,
  'srv/node_modules/y/config.json': 0o644,
  'srv/app/docker-compose.prod.yml': 0o644,
  'var/lib/docker/overlay2/aa/diff/tmp/xm': 0o755,
  'var/lib/docker/overlay2/aa-init/diff/x': 0o755,
  'var/lib/docker/overlay2/bb/diff/usr/bin/su': 0o4755,
};

describe('a folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'demine-walk-'));
  const odd = Buffer.concat([Buffer.from(`${root}/tmp/`), Buffer.from([0xff, 0x2e, 0xc0])]);
  const dead = deadMount(join(root, 'mnt/dead'));
  beforeAll(() => {
    mkdirSync(join(root, 'etc'));
    for (const [path, mode] of Object.entries(planted)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), 'x');
      chmodSync(join(root, path), mode);
    }
    writeFileSync(odd, 'x');
    chmodSync(odd, 0o755);
    symlinkSync('/', join(root, 'home/ada/loop'));
    mkdirSync(join(root, 'proc'));
    mount({ source: 'proc', target: join(root, 'proc'), type: 'proc' });
  });
  afterAll(() => {
    dead.end();
    umount(join(root, 'proc'), umountFlag.detach);
    rmSync(root, { recursive: true });
  });

  test('gives each topic its files, without links, dead mounts, the kernel and lower layers', () => {
    const { walk, log } = walked(folderTarget(root));
    expect(pathsOf(walk)).toEqual({
      setuid: ['/usr/bin/su', '/usr/bin/write'],
      capability: [],
      flagged: [],
      program: ['/dev/.udev', '/home/ada/.hidden/run', '/tmp/%FF.%C0', '/tmp/.x/kworker', '/var/www/html/up'],
      'overlay-program': ['/var/lib/docker/overlay2/aa/diff/tmp/xm'],
      git: ['/home/ada/code/.git/config', '/home/ada/code/.git/hooks/post-merge'],
      'php-user-ini': ['/home/ada/site/.user.ini'],
      'python-path': ['/usr/lib/python3/dist-packages/x.pth'],
      'editor-task': ['/home/ada/code/.vscode/tasks.json'],
      'miner-settings': ['/usr/share/x/config.json'],
      compose: ['/srv/app/docker-compose.prod.yml'],
    });
    expect(log.listed).toEqual([]);
    expect(walk.cut).toBeUndefined();
  });

  test('is walked the same where the target has no quick way', () => {
    const quick = folderTarget(root);
    const slow: Target = {
      kind: 'folder',
      name: quick.name,
      native: undefined,
      gather: (requests) => quick.gather(requests),
      read: (request) => quick.read(request),
      readNow: (request) => quick.readNow(request),
      close: () => quick.close(),
    };
    // The dead mount and the kernel's files are left to the quick way.
    const without = (paths: Record<string, readonly string[]>): Record<string, readonly string[]> =>
      Object.fromEntries(
        Object.entries(paths).map(([topic, list]) => [
          topic,
          list.filter((path) => !/^\/(?:mnt|proc)\//.test(path)),
        ]),
      );
    expect(without(pathsOf(walked(slow).walk))).toEqual(pathsOf(walked(quick).walk));
  });

  test('tells capabilities and flags', () => {
    const file = join(root, 'usr/bin/plain');
    expect(Bun.spawnSync(['setcap', 'cap_setuid+ep', file]).exitCode).toBe(0);
    expect(Bun.spawnSync(['chattr', '+i', file]).exitCode).toBe(0);
    try {
      const { walk } = walked(folderTarget(root));
      expect(walk.of('capability')).toMatchObject([
        { path: '/usr/bin/plain', capabilities: 'cap_setuid+ep' },
      ]);
      expect(walk.of('flagged')).toMatchObject([{ path: '/usr/bin/plain', flags: ['immutable'] }]);
    } finally {
      Bun.spawnSync(['chattr', '-i', file]);
    }
  });
});

test('a recorded host is walked by requests, and what is refused is on the record', () => {
  const files: Record<string, Recorded> = {
    '/usr/bin/su': { content: 'x', stat: { mode: 0o104755 } },
    '/etc/cron.d/x': { content: 'x', attributes: { flags: ['immutable'] } },
    '/home/ada/': { status: 'denied', reason: 'EACCES' },
  };
  const { walk } = walked(new RecordedTarget({ kind: 'folder', files }));
  expect(walk.of('setuid').map(({ path }) => String(path))).toEqual(['/usr/bin/su']);
  expect(walk.of('flagged')).toMatchObject([{ path: '/etc/cron.d/x', flags: ['immutable'] }]);
});
