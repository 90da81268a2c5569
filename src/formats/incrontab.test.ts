import { expect, test } from 'bun:test';
import { parseIncrontab } from './incrontab.ts';

const read = (text: string) => parseIncrontab(Buffer.from(text, 'latin1'));

test('a job has path, mask and command', () => {
  expect(read('# c\n/var/www/up IN_CLOSE_WRITE,IN_MOVED_TO /usr/local/bin/scan $@/$#\n')).toMatchObject([
    {
      line: 2,
      path: '/var/www/up',
      mask: 'IN_CLOSE_WRITE,IN_MOVED_TO',
      command: '/usr/local/bin/scan $@/$#',
    },
  ]);
});

test('a blank of a path is escaped', () => {
  expect(read('/a\\ b IN_CREATE,loopable=true x')).toMatchObject([{ path: '/a b', command: 'x' }]);
});

test('what is no job is passed over', () => {
  expect(read('/only/a/path\n\n/a IN_CREATE\n')).toEqual([]);
  expect(read(`${'\\'.repeat(1 << 20)}`)).toEqual([]);
});
