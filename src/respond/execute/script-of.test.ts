import { expect, test } from 'bun:test';
import { scriptOf } from './script-of.ts';

test('an interpreter runs the file it was given', () => {
  expect(scriptOf('/usr/bin/dash', ['/tmp/.x/a', 'b'], '/')).toBe('/tmp/.x/a');
  expect(scriptOf('/usr/bin/python3.11', ['-u', '/tmp/a.py'], '/')).toBe('/tmp/a.py');
  expect(scriptOf('/bin/busybox', ['sh', '-x', '/tmp/a'], '/')).toBe('/tmp/a');
  expect(scriptOf('/bin/bash', ['./a'], '/tmp/.x')).toBe('/tmp/.x/a');
  expect(scriptOf('/bin/bash', ['../.y/a'], '/tmp/.x')).toBe('/tmp/.y/a');
  expect(scriptOf('/bin/bash', ['/tmp//.x/../.x/a'], undefined)).toBe('/tmp/.x/a');
  // What means a program in the command line to one is an ordinary option of another.
  expect(scriptOf('/bin/bash', ['-e', '/tmp/.x/a'], '/')).toBe('/tmp/.x/a');
  expect(scriptOf('/bin/sh', ['-em', '/tmp/.x/a'], '/')).toBe('/tmp/.x/a');
  expect(scriptOf('/usr/bin/python3', ['-E', '/tmp/.x/a'], '/')).toBe('/tmp/.x/a');
});

test('who reads a file, or was given a command, runs none', () => {
  expect(scriptOf('/usr/bin/less', ['/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/bin/tar', ['cf', '/root/e.tar', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/bin/sh', ['-c', 'strings /tmp/.x/a', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/bin/bash', ['-lc', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/usr/bin/perl', ['-e', '1', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/usr/bin/python3', ['-m', 'http.server', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/usr/bin/perl', ['-ne', 'print', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/usr/bin/node', ['-p', '1', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/usr/bin/php', ['-r', '1;', '/tmp/.x/a'], '/')).toBeUndefined();
  expect(scriptOf('/bin/bash', [], '/')).toBeUndefined();
  expect(scriptOf('/bin/bash', ['a'], undefined)).toBeUndefined();
});
