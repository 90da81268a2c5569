import { describe, expect, test } from 'bun:test';
import { RecordedTarget } from '../../../test/recorded-target.ts';
import { printableText } from '../../model/text.ts';
import { linkEnd, plainPath, realPath } from './real-path.ts';

const target = new RecordedTarget({
  files: {
    '/usr/bin/which': { link: '/etc/alternatives/which' },
    '/etc/alternatives/which': { link: '../../usr/bin/./which.debianutils' },
    '/usr/bin/which.debianutils': '',
    '/a/one': { link: 'two' },
    '/a/two': { link: 'one' },
    '/etc/httpd/modules': { link: '../../usr/lib64/httpd/modules' },
  },
});
const end = (path: string) => linkEnd(target, printableText(path));

describe('a path', () => {
  test('without dots cannot leave the root', () => {
    expect(String(plainPath(printableText('/a/./b/../../../c')))).toBe('/c');
    expect(String(plainPath(printableText('..')))).toBe('/');
  });

  test('of a link leads to the end of the chain, and a chain without end ends', () => {
    expect(String(end('/usr/bin/which'))).toBe('/usr/bin/which.debianutils');
    expect(end('/usr/bin/which.debianutils')).toBeUndefined();
    expect(end('/a/none')).toBeUndefined();
    expect(end('/a/one')).toBeUndefined();
  });

  test('in a folder that is a link lies where the folder leads', () => {
    expect(String(realPath(target, printableText('/etc/httpd/modules/mod_a.so')))).toBe(
      '/usr/lib64/httpd/modules/mod_a.so',
    );
  });
});
