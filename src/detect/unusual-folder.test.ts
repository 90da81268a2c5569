import { expect, test } from 'bun:test';
import { cpuUse, judgedBy, ownedBy, processFact, told } from './facts.fixture.ts';
import { placeOf } from './place.ts';
import { unusualFolder } from './unusual-folder.ts';

const analyze = judgedBy(unusualFolder);

test('places are told by their path', () => {
  const places = {
    '/usr/sbin/nginx': 'system',
    '/usr/lib/.cache/x': 'hidden',
    '/usr/lib/.x/y': 'hidden',
    '/tmp/a': 'temporary',
    '/var/tmp/.a/b': 'hidden',
    '/dev/shm/a': 'device',
    '/home/a/bin/tool': 'home',
    '/home/a/.cargo/bin/rg': 'home',
    '/home/a/.x/y': 'hidden',
    '/srv/app/server': 'other',
    '/tmp/.mount_Edit1/usr/bin/e': 'temporary',
    '': 'other',
  } as const;
  for (const [path, place] of Object.entries(places))
    expect(`${path} ${placeOf(path)}`).toBe(`${path} ${place}`);
});

test('a hog in /dev/shm is medium, in a hidden folder low', () => {
  const device = processFact({ pid: 1, path: '/dev/shm/a' });
  const hidden = processFact({ pid: 2, path: '/home/a/.x/y' });
  expect(told(analyze(device, cpuUse(device, 99), hidden, cpuUse(hidden, 99)))).toEqual([
    'disguise.unusual-folder medium',
    'disguise.unusual-folder low',
  ]);
});

test('go run is low with CPU and a note without', () => {
  const run = processFact({ pid: 1, path: '/tmp/go-build42/b001/exe/main' });
  expect(told(analyze(run, cpuUse(run, 400)))).toEqual(['disguise.unusual-folder low']);
  expect(told(analyze(run))).toEqual(['disguise.unusual-folder info']);
});

test('system programs, tools in home folders and owned files are clean', () => {
  const tool = processFact({ pid: 2, path: '/home/a/.nvm/versions/node/v22/bin/node' });
  const owned = processFact({ pid: 3, path: '/var/tmp/x' });
  expect(analyze(processFact(), tool, cpuUse(tool, 99), owned, ownedBy('/var/tmp/x', 'x'))).toEqual([]);
});

test('a path of hostile length is judged in time', () => {
  expect(analyze(processFact({ path: `/tmp/${'a/.'.repeat(100_000)}` }))).toHaveLength(1);
});
