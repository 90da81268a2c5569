/**
 * What a process uses of a GPU, by the fdinfo of a DRM descriptor.
 *
 * Why: a KawPow or Etchash miner has 5–8 GiB of GPU memory and a compute engine that never rests; this is the
 * only place where the kernel tells it without asking a program of the host. What it is NOT: there for NVIDIA's
 * own driver, which writes no such lines.
 * Units: bytes, nanoseconds of engine time since the descriptor was opened.
 * Source: Documentation/gpu/drm-usage-stats.rst: `drm-driver`, `drm-pdev`, `drm-client-id`,
 * `drm-engine-<name>: <n> ns`, `drm-memory-<region>: <n> [KiB|MiB]` and its successor
 * `drm-resident-<region>`, `drm-total-<region>`.
 */
import { eachLine } from './ascii.ts';

export interface DrmUse {
  readonly driver: string;
  /** PCI address, `0000:03:00.0`. */
  readonly device: string;
  /** Descriptors of one client share its numbers. */
  readonly client: number;
  readonly memory: number;
  readonly engineNs: number;
}

const scale: Readonly<Record<string, number>> = { '': 1, KiB: 1024, MiB: 1024 * 1024 };
const mostLines = 512;

/** Undefined when the descriptor is no DRM client. */
export function parseDrmFdinfo(bytes: Uint8Array): DrmUse | undefined {
  let [driver, device, client, engineNs] = ['', '', -1, 0];
  const older = new Map<string, number>();
  const resident = new Map<string, number>();
  eachLine(bytes, (start, end, line) => {
    const text = Buffer.from(bytes.subarray(start, Math.min(end, start + 256))).toString('latin1');
    const parts = /^drm-([\w-]{1,64}):\s{0,8}([\w:.-]{1,64})(?: (\w{1,8}))?/.exec(text);
    if (parts !== null) {
      const [, key = '', value = '', unit = ''] = parts;
      const number = Number(value);
      const region = key.slice(key.indexOf('-') + 1);
      if (key === 'driver') driver = value;
      else if (key === 'pdev') device = value;
      else if (key === 'client-id') client = number;
      else if (!Number.isSafeInteger(number) || number < 0) return undefined;
      else if (key.startsWith('engine-') && !key.startsWith('engine-capacity-')) engineNs += number;
      else if (key.startsWith('memory-')) older.set(region, number * (scale[unit] ?? 0));
      else if (key.startsWith('resident-')) resident.set(region, number * (scale[unit] ?? 0));
    }
    return line < mostLines;
  });
  if (driver === '') return undefined;
  const regions = resident.size > 0 ? resident : older;
  const memory = [...regions.values()].reduce((sum, size) => sum + size, 0);
  return { driver, device, client: Number.isNaN(client) ? -1 : client, memory, engineNs };
}
