/** From what artifacts declare to the folders that are watched. */
import { describe, expect, test } from 'bun:test';
import { declaredPlaces } from '../../../test/persistence/declared-places.ts';
import { persistenceArtifacts } from '../../artifacts/linux/persistence.ts';
import { namesOf, type PathText, type Printable, printableText } from '../../model/text.ts';
import { Folders, mostFolders } from './folders.ts';
import { addPlace, placePatterns, placeTree, type Standing, standingAt, step } from './place-tree.ts';

const patterns = placePatterns(persistenceArtifacts.flatMap(({ sources }) => sources));
const tree = placeTree(patterns);

function isPlace(path: string): boolean {
  let standings: readonly Standing[] = standingAt(tree);
  let last = false;
  // As declared: in printable form already.
  for (const name of namesOf(path as PathText)) {
    const stepped = step(standings, name);
    last = stepped.isPlace;
    standings = stepped.inside;
  }
  return last;
}

test('every place that an artifact declares is one', () => {
  const watched = new Set(persistenceArtifacts.map(({ id }) => id));
  const missed = declaredPlaces()
    .filter(({ artifact }) => watched.has(artifact))
    .flatMap(({ pattern, paths }) =>
      // What a generator makes lies elsewhere too.
      pattern.startsWith('/run/systemd/generator') ? [] : paths.filter((path) => !isPlace(path)),
    );
  expect(missed).toEqual([]);
});

test('what nobody starts anything from is none', () => {
  const none = ['/var/lib/x', '/var/log/syslog', '/home/ada/letter.txt', '/proc/1/stat', '/srv', '/tmp/x'];
  expect(none.filter(isPlace)).toEqual([]);
});

/** A file system of folders, with links between them. */
function worldOf(paths: readonly string[], links: Readonly<Record<string, string>> = {}) {
  const marks = new Map<string, 'names' | 'content'>();
  const folders = new Set(
    ['/', ...paths].flatMap((path) =>
      namesOf(printableText(path)).map((_, at, names) => `/${names.slice(0, at + 1).join('/')}`),
    ),
  ).add('/');
  const below = (path: string, other: string): string | undefined => {
    const rest = other.startsWith(path === '/' ? '/' : `${path}/`)
      ? other.slice(path === '/' ? 1 : path.length + 1)
      : '';
    return rest === '' || rest.includes('/') ? undefined : rest;
  };
  return {
    marks,
    folders,
    world: {
      foldersIn: (path: PathText) =>
        folders.has(path)
          ? ([...folders].flatMap((one) => below(path, one) ?? []) as Printable[])
          : undefined,
      linkedFolders: (path: PathText) =>
        Object.entries(links).flatMap(([link, to]) => {
          const name = below(path, link);
          return name === undefined ? [] : [{ name: printableText(name), to: printableText(to) }];
        }),
      mark: (path: PathText, what: 'names' | 'content') => {
        marks.set(path, what);
        return true;
      },
    },
  };
}

describe('folders', () => {
  const root = placeTree(['/etc/cron.d/*', '/home/*/.ssh/authorized_keys', '/opt/**/hook']);

  test('are marked along what there is, with their content only where places lie', () => {
    const { marks, world } = worldOf(['/etc/cron.d', '/home/ada/.ssh', '/home/bob', '/var/log']);
    new Folders(world).grow(root);
    expect(Object.fromEntries(marks)).toEqual({
      '/': 'names',
      '/etc': 'names',
      '/etc/cron.d': 'content',
      '/home': 'names',
      '/home/ada': 'names',
      '/home/ada/.ssh': 'content',
      '/home/bob': 'names',
    });
  });

  test('one that is made later is marked then, with what lies in it', () => {
    const { marks, folders, world } = worldOf(['/home/ada']);
    const watched = new Folders(world);
    watched.grow(root);
    folders.add('/home/eve').add('/home/eve/.ssh');
    watched.appeared(printableText('/home'), printableText('eve'));
    expect(marks.get('/home/eve/.ssh')).toBe('content');
    expect(watched.at(printableText('/home/eve/.ssh'), printableText('authorized_keys'))).toEqual({
      isPlace: true,
      leads: false,
    });
  });

  test('a place that is waited for later is marked then', () => {
    const { marks, world } = worldOf(['/var/tmp', '/etc/cron.d']);
    const grown = placeTree(['/etc/cron.d/*']);
    const watched = new Folders(world);
    watched.grow(grown);
    expect(marks.has('/var/tmp')).toBe(false);
    addPlace(grown, '/var/tmp/.x/kdump');
    watched.grow(grown);
    expect(marks.get('/var/tmp')).toBe('names');
    expect(watched.at(printableText('/var/tmp'), printableText('.x'))).toEqual({
      isPlace: false,
      leads: true,
    });
  });

  test('links are followed to where they lead, and in a circle once', () => {
    const { marks, world } = worldOf(['/etc', '/usr/cron', '/opt/a'], {
      '/etc/cron.d': '/usr/cron',
      '/opt/a/self': '/opt/a',
    });
    const watched = new Folders(world);
    watched.grow(root);
    expect(marks.get('/usr/cron')).toBe('content');
    expect(watched.at(printableText('/usr/cron'), printableText('x')).isPlace).toBe(true);
    expect(marks.get('/opt/a')).toBe('content');
  });

  test('a flood of homes is bounded, and what is left is counted', () => {
    const homes = Array.from({ length: 20_000 }, (_, at) => `/home/u${at}`);
    const { world } = worldOf(homes);
    const watched = new Folders({
      ...world,
      foldersIn: (path) =>
        path === '/home' ? homes.map((one) => printableText(one.slice(6))) : world.foldersIn(path),
    });
    watched.grow(root);
    expect(watched.count).toBeLessThanOrEqual(mostFolders);
    expect(watched.left).toBeGreaterThan(19_000);
  });
});
