/** What the kernel tells every program at its start: /proc/self/auxv, pairs of 64-bit numbers (getauxval(3)). */
import { readFile } from './dirents.ts';
import { encodePath } from './syscall.ts';

/** AT_* of include/uapi/linux/auxvec.h. */
const types = { pageSize: 6n, ticksPerSecond: 17n } as const;

export function auxiliaryValue(name: keyof typeof types): number | undefined {
  const file = readFile(encodePath('/proc/self/auxv'), 4096);
  if (file.status !== 'ok') return undefined;
  const view = new DataView(file.value.buffer, file.value.byteOffset, file.value.byteLength);
  for (let at = 0; at + 16 <= view.byteLength; at += 16) {
    if (view.getBigUint64(at, true) === types[name]) return Number(view.getBigUint64(at + 8, true));
  }
  return undefined;
}
