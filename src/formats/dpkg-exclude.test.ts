import { expect, test } from 'bun:test';
import { dpkgPathRules, globMatches, isExcluded } from './dpkg-exclude.ts';

const rules = dpkgPathRules(
  Buffer.from(`# slim image
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude /usr/share/locale/*\r
force-unsafe-io
`),
);

test('the last rule that matches decides, and a star matches slashes', () => {
  expect(isExcluded(rules, '/usr/share/doc/bash/README')).toBe(true);
  expect(isExcluded(rules, '/usr/share/doc/bash/copyright')).toBe(false);
  expect(isExcluded(rules, '/usr/share/locale/de/LC_MESSAGES/bash.mo')).toBe(true);
  expect(isExcluded(rules, '/usr/bin/ps')).toBe(false);
});

test('globs: question mark, sets, ranges and escapes', () => {
  expect(globMatches('/usr/share/locale/[a-d]?/*', '/usr/share/locale/de/x')).toBe(true);
  expect(globMatches('/usr/share/locale/[!a-d]?/*', '/usr/share/locale/de/x')).toBe(false);
  expect(globMatches('a\\*b', 'a*b')).toBe(true);
  expect(globMatches('a[b', 'a[b')).toBe(true);
  expect(globMatches('abc', 'abcd')).toBe(false);
});

test('a pattern of many stars over a long name ends', () => {
  expect(globMatches('*a'.repeat(400), `${'a'.repeat(4000)}b`)).toBe(false);
});
