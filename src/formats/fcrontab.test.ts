import { expect, test } from 'bun:test';
import { parseFcrontab } from './fcrontab.ts';

const read = (text: string) => parseFcrontab(Buffer.from(text, 'latin1'));

test('jobs by run time, by wall clock and by period', () => {
  expect(
    read(
      '@ 30 /usr/bin/a\n&nice(1) 0 5 * * * /usr/bin/b -x\n%daily,lavg(1,2,3) * 2-4 /usr/bin/c\n10 0 * * * /usr/bin/d',
    ),
  ).toMatchObject([
    { line: 1, schedule: '30', command: '/usr/bin/a' },
    { line: 2, schedule: '0 5 * * *', command: '/usr/bin/b -x' },
    { line: 3, schedule: '%25daily,lavg(1,2,3) * 2-4', command: '/usr/bin/c' },
    { line: 4, schedule: '10 0 * * *', command: '/usr/bin/d' },
  ]);
});

test('runas names another user, once or from there on', () => {
  expect(read('@runas(www) 5 /x\n!runas(db)\n@ 5 /y\n').map(({ user }) => String(user))).toEqual([
    'www',
    'db',
  ]);
});

test('comments and what makes no sense are passed over', () => {
  expect(read('# @ 5 x\n!mailto(root)\nword\n')).toEqual([]);
  expect(read(`@ ${'1'.repeat(1 << 20)}`)).toEqual([]);
});
