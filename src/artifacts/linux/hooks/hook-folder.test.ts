import { expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { pathsOf, unmerged } from './hook-folder.ts';

const left = (files: Record<string, Recorded>, paths: string): readonly string[] =>
  unmerged({ target: new RecordedTarget({ kind: 'folder', files }), log: new SourceLog() }, pathsOf(paths));
const merged = { '/lib': { link: 'usr/lib' } };

test('of two spellings of a merged folder one is read', () => {
  expect(left(merged, '/lib/udev /usr/lib/udev')).toEqual(['/usr/lib/udev']);
});

test('a folder whose other spelling is not on the list is read all the same', () => {
  expect(left(merged, '/lib/dbus-1/system-services /usr/share/dbus-1')).toEqual([
    '/lib/dbus-1/system-services',
    '/usr/share/dbus-1',
  ]);
});

test('where nothing is merged both are read', () => {
  expect(left({}, '/lib/udev /usr/lib/udev')).toEqual(['/lib/udev', '/usr/lib/udev']);
});
