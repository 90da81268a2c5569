/**
 * /proc/pid/cgroup: where a process stands in the control group tree, and its systemd unit.
 *
 * Why: the path names unit and container, cannot be changed by an unprivileged process, and outlives every
 * rename; it is how a miner is tied to what restarts it.
 * What it is NOT: proof of a container; root may make any path. In a cgroup namespace paths are relative to
 * its root, and begin with `/../` above it.
 * Sources: cgroups(7) (`hierarchy:controllers:path`, v2 is `0::path`, ` (deleted)` after a removed v2 group);
 * systemd's rules for units in paths: the first component that is no slice is the unit, and below
 * `user@UID.service` the next one is the unit of that user's manager; `_` in front of a name that would
 * clash with a kernel file (CGROUP_DELEGATION and CONTROL_GROUP_INTERFACE of systemd.io).
 */
import type { PathText } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { asciiText, colon, decimal, eachLine, find } from './ascii.ts';

export interface CgroupEntry {
  /** 0 for v2. */
  readonly hierarchy: number;
  /** `cpu,cpuacct`, `name=systemd`; empty for v2. */
  readonly controllers: string;
  readonly path: PathText;
}

/** The kernel numbers at most 32 v1 hierarchies in practice; a hostile copy may have more lines. */
const mostEntries = 64;
const mostBytes = 4096;

const deletedMark = Buffer.from(' (deleted)', 'latin1');

function withoutMark(path: Uint8Array): Uint8Array {
  const at = path.length - deletedMark.length;
  return at > 0 && deletedMark.equals(path.subarray(at)) ? path.subarray(0, at) : path;
}

export function parseCgroup(bytes: Uint8Array): readonly CgroupEntry[] {
  const entries: CgroupEntry[] = [];
  eachLine(bytes, (start, end) => {
    const first = find(bytes, colon, start, end);
    const second = find(bytes, colon, first + 1, end);
    const hierarchy = decimal(bytes, start, first);
    if (second < end && bytes[second + 1] === 0x2f && hierarchy >= 0) {
      const path = bytes.subarray(second + 1, Math.min(end, second + 1 + mostBytes));
      entries.push({
        hierarchy,
        controllers: asciiText(bytes, first + 1, Math.min(second, first + 256)),
        path: printableBytes(withoutMark(path)),
      });
    }
    return entries.length < mostEntries;
  });
  return entries;
}

/** The distinct paths, v2 first; the root only where there is nothing else. */
export function cgroupPaths(entries: readonly CgroupEntry[]): readonly PathText[] {
  const ordered = [...entries].sort((a, b) => Number(a.hierarchy !== 0) - Number(b.hierarchy !== 0));
  const distinct = [...new Set(ordered.map((entry) => entry.path))];
  const named = distinct.filter((path) => path !== '/');
  return named.length > 0 ? named : distinct;
}

const isUnit = (name: string): boolean =>
  /^[A-Za-z0-9:_.\\@-]{1,255}\.(?:service|scope|socket|mount|swap)$/.test(name);
const isSlice = (name: string): boolean => name.endsWith('.slice');

/** The systemd unit that a path lies in. */
export function unitOf(path: PathText): string | undefined {
  const names = path.split('/', 64).map((name) => (name.startsWith('_') ? name.slice(1) : name));
  const first = names.findIndex((name) => name !== '' && name !== '..' && !isSlice(name));
  const unit = names[first];
  if (unit === undefined || !isUnit(unit)) return undefined;
  if (!/^user@\d+\.service$/.test(unit)) return unit;
  const own = names.slice(first + 1).find((name) => name !== '' && !isSlice(name));
  return own !== undefined && isUnit(own) ? own : unit;
}

/** The unit of a process: of systemd's own hierarchy, v2 or `name=systemd`. */
export function unitOfEntries(entries: readonly CgroupEntry[]): string | undefined {
  for (const entry of entries) {
    if (entry.hierarchy !== 0 && entry.controllers !== 'name=systemd') continue;
    const unit = unitOf(entry.path);
    if (unit !== undefined) return unit;
  }
  return undefined;
}
