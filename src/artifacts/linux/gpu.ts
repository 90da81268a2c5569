/**
 * `linux.gpu`: the GPUs of the host, and the processes that hold them.
 *
 * Reads: /proc/driver/nvidia/gpus/<address>/information, /sys/class/drm/card<n>/device/{vendor,device}; for use,
 * descriptors on GPU devices, the fdinfo of DRM descriptors, and mapped libraries where a suspect's map was read.
 * Why: KawPow, Etchash and kHeavyHash miners show little CPU; what they show is the device. What it is NOT: a
 * question to nvidia-smi or NVML; a fake NVML that hides a miner is known (miner-fingerprints §1.4), so the
 * kernel alone is asked. Desktops, browsers and machine learning hold GPUs as well.
 * Source: NVIDIA driver README, "/proc/driver/nvidia"; Documentation/gpu/drm-usage-stats.rst.
 */
import { asciiText, eachLine, find, skipBlanks } from '../../formats/ascii.ts';
import { type DrmUse, parseDrmFdinfo } from '../../formats/drm-fdinfo.ts';
import type { Fact } from '../../model/fact.ts';
import type { GpuFact, GpuUseFact } from '../../model/facts/host.ts';
import type { MemoryMapFact, ProcessFact } from '../../model/facts/process.ts';
import { joinPath, type PathText, type Printable, printableBytes, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { listNow, type ReadContext, readFileNow } from './reading.ts';

const artifact = 'linux.gpu';
const mostGpus = 64;
const mostDescriptors = 5_000;
const nvidiaFolder = printableText('/proc/driver/nvidia/gpus');
const drmFolder = printableText('/sys/class/drm');

const vendors: Readonly<Record<string, GpuFact['vendor']>> = {
  '0x10de': 'nvidia',
  '0x1002': 'amd',
  '0x8086': 'intel',
};

/** `Model:` of an information file. */
function modelOf(bytes: Uint8Array): Printable {
  let model = printableText('');
  eachLine(bytes, (start, end) => {
    const colon = find(bytes, 0x3a, start, end);
    if (asciiText(bytes, start, colon) !== 'Model') return undefined;
    model = printableBytes(bytes.subarray(skipBlanks(bytes, colon + 1, end), end));
    return false;
  });
  return model;
}

function nvidiaGpus(context: ReadContext): readonly GpuFact[] {
  const { entries } = listNow(context, artifact, nvidiaFolder, mostGpus);
  return entries.slice(0, mostGpus).flatMap(({ name }): readonly GpuFact[] => {
    const path = joinPath(joinPath(nvidiaFolder, name), printableText('information'));
    const reading = readFileNow(context, artifact, path, 16_384);
    if (reading.status !== 'ok') return [];
    return [
      { kind: 'gpu', source: { source: path }, vendor: 'nvidia', name: modelOf(reading.bytes), device: name },
    ];
  });
}

const word = (bytes: Uint8Array): string => asciiText(bytes, 0, Math.min(find(bytes, 0x0a, 0), 32)).trim();

function drmGpus(context: ReadContext): readonly GpuFact[] {
  const { entries } = listNow(context, artifact, drmFolder, 1024);
  const cards = entries.filter((entry) => /^card\d{1,3}$/.test(entry.name)).slice(0, mostGpus);
  return cards.flatMap(({ name }): readonly GpuFact[] => {
    const card = joinPath(drmFolder, name);
    const vendorPath = joinPath(card, printableText('device/vendor'));
    const vendorReading = readFileNow(context, artifact, vendorPath, 64);
    const vendor = word(vendorReading.bytes);
    // Virtual adapters have no PCI device behind them, or one of another maker.
    if (vendorReading.status !== 'ok') return [];
    const device = word(
      readFileNow(context, artifact, joinPath(card, printableText('device/device')), 64).bytes,
    );
    return [
      {
        kind: 'gpu',
        source: { source: vendorPath, line: 1 },
        vendor: vendors[vendor] ?? 'unknown',
        name: printableText(`${vendor}:${device}`),
        device: card,
      },
    ];
  });
}

/** nvidia0, nvidiactl, nvidia-uvm, kfd, renderD128, card0. */
export const isGpuDevice = (path: PathText): boolean =>
  /^\/dev\/(?:nvidia(?:\d{1,3}|ctl|-uvm|-uvm-tools|-caps\/[\w-]{1,64})|kfd|dri\/(?:renderD|card)\d{1,4})$/.test(
    path,
  );

/** Libraries by which a program computes on a GPU. */
const isGpuLibrary = (path: PathText): boolean =>
  /\/lib(?:cuda|cudart|nvrtc|nvidia-ml|nvidia-opencl|OpenCL|amdocl64|amdhip64|hsa-runtime64|hsakmt|ze_loader|ze_intel_gpu|igdrcl|vulkan)\.so/.test(
    path,
  );

function drmUses(context: ReadContext, process: ProcessFact, budget: { left: number }): readonly DrmUse[] {
  const clients = new Map<string, DrmUse>();
  for (const descriptor of process.descriptors) {
    if (descriptor.kind !== 'device' || !descriptor.path.startsWith('/dev/dri/') || budget.left <= 0)
      continue;
    budget.left -= 1;
    const path = printableText(`/proc/${process.pid}/fdinfo/${descriptor.fd}`);
    const use = parseDrmFdinfo(readFileNow(context, artifact, path, 16_384).bytes);
    if (use !== undefined)
      clients.set(use.client < 0 ? `fd ${descriptor.fd}` : `${use.device} ${use.client}`, use);
  }
  return [...clients.values()];
}

/** An earlier look, and the microseconds since. */
export interface EarlierLook {
  readonly uses: readonly GpuUseFact[];
  readonly windowUs: number;
}

/** Percent of one engine between two looks; undefined when the first look did not see the same process. */
function enginePercent(
  process: ProcessFact,
  engineNs: number,
  earlier: EarlierLook | undefined,
): number | undefined {
  const before = earlier?.uses.find(
    (use) => use.pid === process.pid && use.startTicks === process.startTicks,
  );
  if (earlier === undefined || before?.engineNs === undefined || earlier.windowUs <= 0) return undefined;
  return (Math.max(0, engineNs - before.engineNs) / (earlier.windowUs * 1000)) * 100;
}

/**
 * Processes that hold a GPU device. `maps` adds the libraries of suspects whose memory map was read; with an
 * earlier look the load of the engines is known too.
 */
export function gpuUse(
  context: ReadContext,
  processes: readonly ProcessFact[],
  maps: readonly MemoryMapFact[] = [],
  earlier?: EarlierLook,
): readonly GpuUseFact[] {
  const mapOf = new Map(maps.map((map) => [map.pid, map]));
  const budget = { left: mostDescriptors };
  return processes.flatMap((process): readonly GpuUseFact[] => {
    const devices = new Set<PathText>();
    for (const descriptor of process.descriptors) {
      if (descriptor.kind === 'device' && isGpuDevice(descriptor.path)) devices.add(descriptor.path);
    }
    const map = mapOf.get(process.pid);
    const libraries =
      map?.startTicks === process.startTicks
        ? [...new Set(map.mappings.map((mapping) => mapping.path).filter(isGpuLibrary))]
        : [];
    if (devices.size === 0) return [];
    const uses = drmUses(context, process, budget);
    const memory = uses.reduce((sum, use) => sum + use.memory, 0);
    const engineNs = uses.reduce((sum, use) => sum + use.engineNs, 0);
    const percent = uses.length === 0 ? undefined : enginePercent(process, engineNs, earlier);
    const told = uses.length === 0 ? '' : `, ${memory} bytes of GPU memory, ${engineNs} ns of engine time`;
    return [
      {
        kind: 'gpu-use',
        source: process.source,
        pid: process.pid,
        startTicks: process.startTicks,
        devices: [...devices],
        libraries,
        ...(uses.length === 0 ? {} : { memory, engineNs }),
        ...(percent === undefined ? {} : { enginePercent: percent }),
        text: printableText(`holds ${devices.size} GPU devices${told}`),
      },
    ];
  });
}

export const gpu: Artifact = {
  id: artifact,
  sources: [
    { kind: 'glob', path: '/proc/driver/nvidia/gpus/*/information', live: true },
    { kind: 'glob', path: '/sys/class/drm/card*/device/vendor', live: true },
    { kind: 'glob', path: '/proc/[0-9]*/fdinfo/[0-9]*', live: true },
  ],
  order: 3,
  required: false,
  gather(context: ArtifactContext) {
    const gpus: readonly Fact[] = [...nvidiaGpus(context), ...drmGpus(context)];
    const uses = gpuUse(context, context.facts.of('process'), context.facts.of('memory-map'));
    return Promise.resolve([...gpus, ...uses]);
  },
};
