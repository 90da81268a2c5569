import { expect, test } from 'bun:test';
import type { GpuUseFact } from '../model/facts/host.ts';
import type { MountFact } from '../model/facts/kernel.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import { exe, identity, judgedBy, listener, ownedBy, processFact, text, told } from './facts.fixture.ts';
import { gpuMining } from './gpu-mining.ts';

const analyze = judgedBy(gpuMining);
const holds = (process: ProcessFact, ...libraries: readonly string[]): GpuUseFact => ({
  kind: 'gpu-use',
  source: { source: text(`/proc/${process.pid}/maps`) },
  ...identity(process),
  devices: [text('/dev/nvidia0')],
  libraries: libraries.map(text),
  text: text('/dev/nvidia0'),
});

test('a library made for miners beside an open card is high', () => {
  const miner = processFact({ pid: 300, path: '/srv/a/run' });
  expect(told(analyze(miner, holds(miner, '/srv/a/libxmrig-cuda.so')))).toEqual(['gpu.mining-library high']);
});

test('a program without file that computes on a card is medium', () => {
  const path = '/tmp/.x/sshd-update';
  const miner = processFact({ pid: 300, exe: exe(path, { deleted: true }) });
  expect(told(analyze(miner, holds(miner, '/usr/lib/libOpenCL.so.1')))).toEqual([
    'gpu.unknown-compute medium',
  ]);
});

test('machine learning from a home folder and desktop programs are clean', () => {
  const path = '/home/a/miniconda3/bin/python3.12';
  const python = processFact({ pid: 301, path });
  expect(analyze(python, ownedBy(path, ''), holds(python, '/usr/lib/libcuda.so.1'))).toEqual([]);
  const desktop = processFact({ pid: 302, path: '/usr/bin/gnome-shell' });
  expect(
    analyze(desktop, ownedBy('/usr/bin/gnome-shell', 'gnome-shell'), holds(desktop, '/usr/lib/libGL.so')),
  ).toEqual([]);
});

test('a holder that is in no process list is told by its pid', () => {
  const gone = processFact({ pid: 999 });
  expect(analyze(holds(gone, '/x/libethash.so'))[0]?.params['process']).toBe('');
});

test('what unpacks itself to serve a model, and a program of a mounted image, stay low', () => {
  const path = '/tmp/ollama31/runners/cuda/server';
  const server = processFact({ pid: 303, path });
  const serves = listener([303], '127.0.0.1', 40123);
  expect(told(analyze(server, serves, holds(server, '/usr/lib/libcuda.so.1')))).toEqual([
    'gpu.unknown-compute low',
  ]);
  const image = processFact({ pid: 304, path: '/tmp/.mount_Edit1a/usr/bin/render' });
  const used = holds(image, '/usr/lib/libcuda.so.1');
  expect(told(analyze(image, used))).toEqual(['gpu.unknown-compute medium']);
  const mount: MountFact = {
    kind: 'mount',
    source: { source: text('/proc/304/mountinfo'), line: 9 },
    mountPoint: text('/tmp/.mount_Edit1a'),
    root: text('/'),
    fileSystem: 'fuse.Edit.AppImage',
    device: text('Edit.AppImage'),
    options: ['ro'],
    namespace: 4026531840,
    text: text('/tmp/.mount_Edit1a'),
  };
  expect(analyze(image, used, mount)).toEqual([]);
});
