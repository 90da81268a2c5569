import { expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { packageTimesOf } from './package-times.ts';

const minute = 60e6;
const at = (us: number): Recorded => ({ content: '', stat: { modifiedUs: us } });
const timesOf = (files: Record<string, Recorded>): readonly number[] | undefined =>
  packageTimesOf(new RecordedTarget({ kind: 'folder', files }))?.times;

test('dpkg tells when each package came, once a minute', () => {
  expect(
    timesOf({
      '/var/lib/dpkg/info/b.list': at(5 * minute + 3e6),
      '/var/lib/dpkg/info/a.list': at(2 * minute),
      '/var/lib/dpkg/info/c:amd64.list': at(5 * minute + 40e6),
      '/var/lib/dpkg/info/a.postinst': at(9 * minute),
    }),
  ).toEqual([2 * minute, 5 * minute]);
});

test('pacman tells by its folders', () => {
  expect(timesOf({ '/var/lib/pacman/local/bash-5.2.015-1': at(3 * minute) })).toEqual([3 * minute]);
});

test('one database for all tells nothing, nor does a folder that is none', () => {
  expect(timesOf({ '/var/lib/rpm/rpmdb.sqlite': at(3 * minute) })).toBeUndefined();
  expect(timesOf({ '/var/lib/dpkg/info': '' })).toBeUndefined();
  expect(timesOf({ '/var/lib/dpkg/info/%FF%0A.list': at(1) })).toEqual([0]);
});
