import { expect, test } from 'bun:test';
import type { GpuUseFact } from '../model/facts/host.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import { exe, identity, judgedBy, ownedBy, processFact, text, told } from './facts.fixture.ts';
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
  expect(analyze(holds(gone, '/x/libethash.so'))[0]?.params['process']).toBe('pid 999');
});
