import { expect, test } from 'bun:test';
import type { MountFact } from '../model/facts/kernel.ts';
import type { HiddenProcessFact } from '../model/facts/process.ts';
import { cpuUse, hostFact, identity, judgedBy, processFact, text, told } from './facts.fixture.ts';
import { hiddenProcesses } from './hidden-processes.ts';

const analyze = judgedBy(hiddenProcesses);
const process = processFact({ pid: 4943 });
const hidden: HiddenProcessFact = {
  kind: 'hidden-process',
  source: { source: text('call:kill') },
  ...identity(process),
  seenBy: ['kill', 'scheduler'],
  missingFrom: ['readdir'],
};
const hostNamespace = 4026531840;
const init = processFact({ pid: 1, path: '/usr/lib/systemd/systemd' });
const mount = (mountPoint: string, parts: Partial<MountFact> = {}): MountFact => ({
  kind: 'mount',
  source: { source: text('/proc/1/mountinfo'), line: 40 },
  mountPoint: text(mountPoint),
  root: text('/tmp/rw/empty'),
  fileSystem: 'ext4',
  device: text('/dev/vda'),
  options: ['rw'],
  namespace: hostNamespace,
  text: text(`75 51 254:0 /tmp/rw/empty ${mountPoint} rw,relatime - ext4 /dev/vda rw`),
  ...parts,
});

test('a process that only some views show is hidden', () => {
  const [found] = analyze(process, hidden);
  expect(found).toMatchObject({ rule: 'hidden.process', severity: 'high', bearing: 'hides', confidence: 95 });
  expect(found?.evidence[0]?.text).toContain('missing from readdir');
});

test('a hidden process that uses CPU is critical', () => {
  expect(told(analyze(process, cpuUse(process, 300), hidden))).toEqual(['hidden.process critical']);
});

test('a process covered by a mount shows the mount line and is told once', () => {
  const coveredBy = { source: text('/proc/1/mountinfo'), line: 40, text: mount('/proc/4943').text };
  const found = analyze(hostFact(), init, process, { ...hidden, coveredBy }, mount('/proc/4943'));
  expect(told(found)).toEqual(['hidden.process-by-mount critical']);
  expect(found[0]?.evidence[0]?.line).toBe(40);
});

test('a mount over a process folder in another namespace is high', () => {
  expect(told(analyze(mount('/proc/77', { namespace: 9 }), mount('/proc/77')))).toEqual([
    'hidden.mount-over-process high',
  ]);
});

test('a mount over /proc/stat counts on the host and not in a container', () => {
  const inContainer = mount('/proc/stat', { namespace: 4026532999 });
  expect(analyze(hostFact(), init, inContainer)).toEqual([]);
  expect(analyze(hostFact({ scope: 'container' }), init, mount('/proc/stat'))).toEqual([]);
  expect(analyze(hostFact(), init, mount('/proc/stat', { fileSystem: 'fuse.lxcfs' }))).toEqual([]);
  expect(told(analyze(hostFact(), init, mount('/proc/stat')))).toEqual(['hidden.mount-over-file medium']);
});

test('ordinary mounts are clean', () => {
  const places = [
    '/',
    '/proc',
    '/proc/sys/fs/binfmt_misc',
    '/proc/kcore',
    '/etc/hosts',
    '/srv/chroot/proc',
    '/procx/1',
  ];
  expect(analyze(hostFact(), init, process, ...places.map((place) => mount(place)))).toEqual([]);
});

test('a mount point of hostile length is no process folder', () => {
  expect(analyze(mount(`/proc/${'9'.repeat(4000)}`))).toEqual([]);
});
