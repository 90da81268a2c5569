import { expect, test } from 'bun:test';
import { cpuUse, exe, judgedBy, ownedBy, processFact, told } from './facts.fixture.ts';
import { missingExecutable } from './missing-executable.ts';

const analyze = judgedBy(missingExecutable);
const gone = (path: string, parts = {}) =>
  processFact({ pid: 300, exe: exe(path, { deleted: true }), ...parts });

test('a hog whose file in /tmp was deleted is medium', () => {
  const process = gone('/tmp/kdevtmpfsi');
  const [found] = analyze(process, cpuUse(process, 390));
  expect(found).toMatchObject({ rule: 'disguise.deleted-executable', severity: 'medium', bearing: 'hides' });
  expect(String(found?.evidence[0]?.text)).toBe('/tmp/kdevtmpfsi (deleted)');
});

test('a program in anonymous memory is medium, and high with CPU', () => {
  const process = processFact({ pid: 301, exe: exe('/memfd:x', { memfd: true, deleted: true }) });
  expect(told(analyze(process))).toEqual(['disguise.memory-executable medium']);
  expect(told(analyze(process, cpuUse(process, 99)))).toEqual(['disguise.memory-executable high']);
});

test('an upgraded package and an upgraded container image are clean', () => {
  const upgraded = gone('/usr/sbin/nginx');
  expect(analyze(upgraded)).toEqual([]);
  expect(analyze(upgraded, cpuUse(upgraded, 90), ownedBy('/usr/sbin/nginx', 'nginx'))).toEqual([]);
  const inside = gone('/app/server', { container: { runtime: 'docker', id: 'c1' } });
  expect(analyze(inside, cpuUse(inside, 90))).toEqual([]);
});

test('a rebuilt program of a developer stays low', () => {
  const rebuilt = gone('/home/a/src/app/target/app');
  expect(told(analyze(rebuilt, cpuUse(rebuilt, 90)))).toEqual(['disguise.deleted-executable low']);
  const atTerminal = gone('/tmp/build/app', { terminal: 34816 });
  expect(told(analyze(atTerminal, cpuUse(atTerminal, 90)))).toEqual(['disguise.deleted-executable low']);
});

test('runc in memory is context; a miner under its name is not', () => {
  const runc = processFact({ pid: 302, exe: exe('/memfd:runc_cloned:/proc/self/exe', { memfd: true }) });
  expect(told(analyze(runc))).toEqual(['disguise.memory-executable info']);
  expect(told(analyze(runc, cpuUse(runc, 200)))).toEqual(['disguise.memory-executable high']);
});

test('a test that its build runner deleted and waits for is low; a guard in a drop place is no runner', () => {
  const runner = processFact({ pid: 290, parent: 280, path: '/home/ci/runner/bin/Worker' });
  const unit = gone('/tmp/go-build7/b001/app.test', { parent: 290 });
  expect(told(analyze(runner, unit, cpuUse(unit, 390)))).toEqual(['disguise.deleted-executable low']);
  const hiddenUnit = gone('/tmp/.x/app.test', { parent: 290 });
  expect(told(analyze(runner, hiddenUnit, cpuUse(hiddenUnit, 390)))).toEqual([
    'disguise.deleted-executable medium',
  ]);
  const guard = processFact({ pid: 290, parent: 280, path: '/var/tmp/guard' });
  expect(told(analyze(guard, unit, cpuUse(unit, 390)))).toEqual(['disguise.deleted-executable medium']);
});
