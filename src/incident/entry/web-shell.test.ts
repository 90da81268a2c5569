import { describe, expect, test } from 'bun:test';
import { printableText } from '../../model/text.ts';
import type { EntryWatcher } from './watcher.ts';
import { type Asked, attacker, fileOf, lineOf, minerOf, momentMs, sceneOf, show } from './web.fixture.ts';
import { WebShellWatcher } from './web-shell.ts';

const hour = 3_600_000;
const day = 24 * hour;
const shell = '/var/www/html/wp-content/uploads/2024/06/x.php';
const posted: Asked = { method: 'POST', target: '/wp-content/uploads/2024/06/x.php' };
const visitors: readonly Asked[] = Array.from({ length: 400 }, (_, index) => ({
  target: index % 3 === 0 ? '/index.php?p=1' : '/wp-content/uploads/2024/06/a.jpg',
  client: `198.51.100.${index % 100}`,
  ms: momentMs - 3 * day + index * 10 * 60_000,
}));

function watched(...asked: readonly Asked[]): EntryWatcher {
  const watcher = new WebShellWatcher();
  show(watcher, asked.map(lineOf));
  return watcher;
}

const dropped = fileOf({ path: '/tmp/.x/kdevtmpfsi', owner: 'www-data' });

describe('web shells', () => {
  test('a script that a finding accuses: who used it, since when, and what came of it', () => {
    const file = fileOf({ path: shell, owner: 'www-data', changedUs: (momentMs - 60_000) * 1000 });
    const scene = sceneOf({ files: [file, dropped], miners: [minerOf('www-data', [])] });
    const [way, ...more] = watched(...visitors, posted, { ...posted, ms: momentMs + 5000 }).conclude(scene);
    expect(more).toEqual([]);
    expect(way).toMatchObject({
      vector: 'web-shell',
      grade: 'confirmed',
      attackers: [attacker],
      account: 'www-data',
      firstSuccessUs: momentMs * 1000,
      service: 'nginx',
      missing: [],
    });
    expect(way?.chain.map(({ step }) => step)).toEqual(['file', 'success', 'file', 'miner']);
  });

  test('however its path is written', () => {
    const file = fileOf({ path: shell, owner: 'www-data', changedUs: (momentMs - 60_000) * 1000 });
    const written = [
      '/wp-content//uploads/2024/./06/x.php?c=id',
      '/wp-content/%75ploads/2024/07/../06/X.php/y',
      '/wp/uploads/../2024/06/x.php',
    ];
    for (const target of written) {
      expect(watched({ ...posted, target }).conclude(sceneOf({ files: [file] }))[0]).toMatchObject({
        grade: 'confirmed',
      });
    }
  });

  test('nothing accuses it: posts of one client to a folder of uploads, and the service’s file at once', () => {
    const scene = sceneOf({ files: [dropped] });
    expect(watched(...visitors, posted).conclude(scene)[0]).toMatchObject({
      vector: 'web-shell',
      grade: 'probable',
      attackers: [attacker],
      firstSuccessUs: momentMs * 1000,
      missing: ['shape-unverified'],
    });
    const java = sceneOf({ files: [fileOf({ path: '/tmp/x', owner: 'tomcat' })] });
    const fresh: Asked = { method: 'POST', target: '/ROOT/cmd.jsp;jsessionid=1?pwd=x' };
    expect(watched(...visitors, fresh).conclude(java)[0]).toMatchObject({
      grade: 'probable',
      account: 'tomcat',
    });
  });

  test('its time is of no help where it was changed after its use', () => {
    const file = fileOf({ path: shell, owner: 'root', changedUs: (momentMs + day) * 1000 });
    expect(watched(posted).conclude(sceneOf({ files: [file] }))[0]).toMatchObject({
      grade: 'possible',
      missing: ['no-file-within-minutes'],
    });
  });
});

describe('honest scripts', () => {
  const scene = sceneOf({ files: [dropped] });

  test.each<[string, readonly Asked[]]>([
    [
      'refused posts',
      [
        { ...posted, status: 404 },
        { ...posted, status: 403 },
      ],
    ],
    [
      'a script that always was asked for',
      visitors.map((one) => ({ ...one, method: 'POST', target: '/contact.php' })),
    ],
    ['an administrator’s pages', [{ method: 'POST', target: '/wp-admin/images/update.php' }]],
    ['pictures', [{ method: 'POST', target: '/uploads/a.jpg' }]],
    [
      'a script in a folder of uploads that many use',
      ['1', '2', '3'].map((n) => ({ ...posted, client: `198.51.100.${n}` })),
    ],
  ])('%s', (_, asked) => {
    expect(watched(...visitors, ...asked).conclude(scene)).toEqual([]);
  });

  test('without a trace, or with one of somebody else, nothing is suspected', () => {
    expect(watched(...visitors, posted).conclude(sceneOf())).toEqual([]);
    const other = sceneOf({ files: [fileOf({ path: '/root/x', owner: 'root' })] });
    expect(watched(...visitors, posted).conclude(other)).toEqual([]);
    const weeks = sceneOf({
      files: [fileOf({ path: '/tmp/x', owner: 'www-data', changedUs: (momentMs + 9 * day) * 1000 })],
    });
    expect(watched(...visitors, posted).conclude(weeks)).toEqual([]);
  });

  test('a page of the site that somebody wrote into is not used by all its visitors', () => {
    const file = fileOf({ path: '/var/www/html/index.php', owner: 'www-data' });
    expect(watched(...visitors).conclude(sceneOf({ files: [file] }))).toEqual([]);
  });
});

describe('hostile logs', () => {
  test('any number of names, clients and bytes is bounded, and the shell is still found', () => {
    const watcher = new WebShellWatcher();
    const flood = Array.from({ length: 10_000 }, (_, index) =>
      lineOf({
        ...posted,
        target: `/${index}.php?${'x'.repeat(50)}`,
        client: `198.51.${index >> 8}.${index & 255}`,
        ms: momentMs - hour,
      }),
    );
    show(watcher, [...flood, lineOf({ ...posted, target: `/${'a/'.repeat(4000)}x.php` }), lineOf(posted)]);
    const file = fileOf({ path: shell, owner: 'www-data', changedUs: (momentMs - 60_000) * 1000 });
    const ways = watcher.conclude(sceneOf({ files: [file] }));
    expect(ways.length).toBeLessThanOrEqual(5);
    expect(ways.some(({ attackers }) => attackers.includes(printableText(attacker)))).toBe(true);
  });
});
