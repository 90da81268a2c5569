import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import type { Descriptor, MemoryMapFact, ProcessFact } from '../../model/facts/process.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { gpu, gpuUse } from './gpu.ts';

const device = (fd: number, path: string): Descriptor => ({ kind: 'device', fd, path: printableText(path) });

async function gather(
  files: Record<string, Recorded>,
  processes: readonly ProcessFact[] = [],
): Promise<FactSet> {
  const target = new RecordedTarget({ files });
  const context = { target, log: new SourceLog(), facts: new FactSet(processes), nowUs: 0, thorough: false };
  return new FactSet(await gpu.gather(context));
}

describe('linux.gpu', () => {
  test('cards come from the NVIDIA driver and from sysfs; connectors are no cards', async () => {
    const facts = await gather({
      '/proc/driver/nvidia/gpus/0000:01:00.0/information':
        'Model: \t\t NVIDIA GeForce RTX 3090\nIRQ:   \t\t 60\nGPU UUID: \t GPU-0\n',
      '/sys/class/drm/card0/device/vendor': '0x1002\n',
      '/sys/class/drm/card0/device/device': '0x73bf\n',
      '/sys/class/drm/card0-DP-1/device/vendor': '0x1002\n',
      '/sys/class/drm/card1/device/other': '',
    });
    expect(facts.of('gpu').map((fact) => [fact.vendor, String(fact.name), String(fact.device)])).toEqual([
      ['nvidia', 'NVIDIA GeForce RTX 3090', '0000:01:00.0'],
      ['amd', '0x1002:0x73bf', '/sys/class/drm/card0'],
    ]);
  });

  test('a holder is told with its devices; clients of one descriptor count once', async () => {
    const fdinfo =
      'drm-driver:\tamdgpu\ndrm-client-id:\t7\ndrm-pdev:\t0000:03:00.0\ndrm-memory-vram:\t4 KiB\ndrm-engine-compute:\t50 ns\n';
    const facts = await gather({ '/proc/40/fdinfo/5': fdinfo, '/proc/40/fdinfo/6': fdinfo }, [
      processFact(40, {
        descriptors: [
          device(5, '/dev/dri/renderD128'),
          device(6, '/dev/dri/renderD128'),
          device(7, '/dev/kfd'),
        ],
      }),
      processFact(41, { descriptors: [device(3, '/dev/null'), device(4, '/dev/nvidia-like')] }),
      processFact(42, { descriptors: [device(3, '/dev/nvidiactl'), device(4, '/dev/nvidia0')] }),
    ]);
    expect(facts.of('gpu-use')).toEqual([
      expect.objectContaining({
        pid: 40,
        devices: ['/dev/dri/renderD128', '/dev/kfd'],
        memory: 4096,
        engineNs: 50,
      }),
      expect.objectContaining({ pid: 42, devices: ['/dev/nvidiactl', '/dev/nvidia0'] }),
    ]);
    expect(facts.of('gpu-use')[1]?.memory).toBeUndefined();
  });

  test('two looks give the load of the engines, and a memory map the libraries', () => {
    let engine = 0;
    const target = new RecordedTarget({
      files: {
        '/proc/40/fdinfo/5': () => {
          engine += 900;
          return `drm-driver: amdgpu\ndrm-client-id: 7\ndrm-engine-compute: ${engine} ns\n`;
        },
      },
    });
    const context = { target, log: new SourceLog() };
    const process = processFact(40, { descriptors: [device(5, '/dev/dri/renderD128')] });
    const map: MemoryMapFact = {
      kind: 'memory-map',
      source: { source: printableText('/proc/40/maps') },
      pid: 40,
      startTicks: process.startTicks,
      mappings: ['/opt/rocm/lib/libamdhip64.so.6', '/lib/libc.so.6', '/opt/rocm/lib/libamdhip64.so.6'].map(
        (path) => ({
          start: 0,
          size: 1,
          access: 'r-xp',
          offset: 0,
          inode: 1,
          path: printableText(path),
          line: 1,
        }),
      ),
      detailed: false,
    };
    const first = gpuUse(context, [process], [map]);
    expect(first[0]?.libraries.map(String)).toEqual(['/opt/rocm/lib/libamdhip64.so.6']);
    expect(first[0]?.enginePercent).toBeUndefined();
    const [second] = gpuUse(context, [process], [map], { uses: first, windowUs: 1 });
    expect(second?.enginePercent).toBeCloseTo(90);
  });

  test('a host without GPU has no facts', async () => {
    expect((await gather({}, [processFact(40)])).size).toBe(0);
  });
});
