/** How much may be written where copies are kept: the disk may be that of the host, whose services write to it too. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

const leastLeft = 64 << 20;
const mostLeft = 2 ** 30;
/** Of the disk. */
const partLeft = 0.05;

export interface Room {
  /** Bytes that are free for us. */
  readonly free: number;
  /** Bytes of those that may be used for what is large: the rest stays free for others. */
  readonly usable: number;
}

/** @param folder which may not be there yet: then what it will be made in. Undefined where that cannot be asked. */
export function roomAt(folder: string): Room | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, blocks, bsize } = statfsSync(at);
      const free = bavail * bsize;
      const left = Math.min(mostLeft, Math.max(leastLeft, partLeft * blocks * bsize));
      return { free, usable: Math.max(0, Math.floor(free - left)) };
    } catch (thrown) {
      const missing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      if (!missing || at === dirname(at)) return undefined;
    }
  }
}
