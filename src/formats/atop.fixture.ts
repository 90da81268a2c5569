/** Writes raw logs as atop does, from the structures in its rawlog.h and photosyst.h: for tests of what reads them. */
import { deflateSync } from 'node:zlib';

export interface AtopSample {
  /** When it was written, seconds since 1970. */
  readonly seconds: number;
  readonly interval: number;
  readonly busy: number;
  /** The first of a file: what was since boot. */
  readonly sinceBoot?: boolean;
  /** Ticks there cannot be in the interval: a multiple of what there are. */
  readonly times?: number;
}

export interface AtopFile {
  readonly samples: readonly AtopSample[];
  /** Minor version after 2. */
  readonly minor?: number;
  readonly bigEndian?: boolean;
  readonly recordSize?: number;
  readonly processors?: number;
}

const hertz = 100;

export function atopFile(file: AtopFile): Uint8Array {
  const little = file.bigEndian !== true;
  const minor = file.minor ?? 8;
  const processors = file.processors ?? 4;
  const recordSize = file.recordSize ?? 96;
  const head = new Uint8Array(480);
  const headView = new DataView(head.buffer);
  headView.setUint32(0, 0xfeedbeef, little);
  headView.setUint16(4, 0x8000 | (2 << 8) | minor, little);
  headView.setUint16(10, 480, little);
  headView.setUint16(12, recordSize, little);
  headView.setUint16(14, hertz, little);
  headView.setUint32(28, 100_000, little);
  const parts: Uint8Array[] = [head];
  for (const { seconds, interval, busy, sinceBoot, times } of file.samples) {
    const sstat = new Uint8Array(100_000);
    const view = new DataView(sstat.buffer);
    const long = (at: number, value: number): void => view.setBigInt64(at, BigInt(Math.round(value)), little);
    if (minor >= 13) {
      view.setInt32(0, processors, little);
      view.setInt32(4, processors + 3, little);
    } else long(0, processors);
    const ticks = interval * hertz * processors * (times ?? 1);
    // stime, utime, itime and wtime; what stands after `all` must not count.
    long(88, ticks * busy * 0.2);
    long(96, ticks * busy * 0.8);
    long(112, ticks * (1 - busy) * 0.9);
    long(120, ticks * (1 - busy) * 0.1);
    for (let at = 240; at < 4000; at += 8) long(at, (at * 2_654_435_761) % 1_000_003);
    const system = deflateSync(sstat);
    const tasks = new Uint8Array(77).fill(0xa5);
    const groups = new Uint8Array(minor >= 11 ? 31 : 0).fill(0x5a);
    const pids = new Uint8Array(minor >= 11 ? 9 : 0).fill(0x5a);
    const record = new Uint8Array(recordSize);
    const recordView = new DataView(record.buffer);
    recordView.setBigInt64(0, BigInt(seconds), little);
    recordView.setUint16(8, sinceBoot === true ? 0x31 : 0x30, little);
    recordView.setUint32(16, system.length, little);
    recordView.setUint32(20, tasks.length, little);
    recordView.setUint32(24, interval, little);
    recordView.setUint32(72, groups.length, little);
    recordView.setUint32(84, pids.length, little);
    parts.push(record, system, tasks, groups, pids);
  }
  return new Uint8Array(Buffer.concat(parts));
}
