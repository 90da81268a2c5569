import { expect, test } from 'bun:test';
import { cacheFolder } from '../../scripts/cache.ts';

test('the cache is where XDG_CACHE_HOME says, and else below the home folder', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/srv/cache' }, '/home/ada')).toBe('/srv/cache/demine');
  expect(cacheFolder({}, '/home/ada')).toBe('/home/ada/.cache/demine');
});

test('an empty or relative XDG_CACHE_HOME does not put the cache into the working folder', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '' }, '/home/ada')).toBe('/home/ada/.cache/demine');
  expect(cacheFolder({ XDG_CACHE_HOME: 'cache' }, '/home/ada')).toBe('/home/ada/.cache/demine');
});
