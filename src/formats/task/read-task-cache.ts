/**
 * The TaskCache of the SOFTWARE hive: the tree of tasks by their path, and the tasks by their id. They are not joined here:
 * one that stands in the one place and not in the other, or without its descriptor, is for the analyzer to see.
 *
 * Source: as `cache-values.ts`; Microsoft, "Tarrask malware uses scheduled tasks for defense evasion" (2022): a task
 * whose SD is missing in the tree, or whose Index is 0, is run and not shown.
 */
import type { Filetime } from '../filetime.ts';
import { valueNumber, valueText } from '../registry/data.ts';
import type { Hive } from '../registry/hive.ts';
import type { HiveKey } from '../registry/key.ts';
import { parseSecurityDescriptor, type SecurityDescriptor } from '../security-descriptor.ts';
import {
  type CacheActions,
  type CacheTriggers,
  type DynamicInfo,
  parseCacheActions,
  parseCacheTriggers,
  parseDynamicInfo,
} from './cache-values.ts';

const place = 'Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache';
/** Of each of the two. An honest server has some hundreds. */
const most = 20_000;
const mostBytes = 1 << 20;

/** A task or a folder in the tree. */
export interface TreeEntry {
  /** `\Microsoft\Windows\Defrag\ScheduledDefrag` */
  readonly path: string;
  /** `{…}` of the task; undefined for a folder. */
  readonly id: string | undefined;
  /** 1 boot, 2 logon, 3 plain, 4 maintenance; 0 hides a task. */
  readonly index: number | undefined;
  /** Undefined where the value is missing, or is no descriptor. */
  readonly security: SecurityDescriptor | undefined;
  readonly hasSecurity: boolean;
  readonly written: Filetime;
}

export interface CachedTask {
  /** The name of its key. */
  readonly id: string;
  readonly path: string | undefined;
  readonly uri: string | undefined;
  readonly author: string | undefined;
  /** As in the task's XML. */
  readonly date: string | undefined;
  readonly actions: CacheActions | undefined;
  readonly triggers: CacheTriggers | undefined;
  readonly dynamic: DynamicInfo | undefined;
  readonly written: Filetime;
}

export interface TaskCache {
  readonly tree: readonly TreeEntry[];
  readonly tasks: readonly CachedTask[];
  /** There was more than is read. */
  readonly cut: boolean;
}

const bytesOf = (key: HiveKey, name: string): Uint8Array | undefined =>
  key.value(name)?.data(mostBytes).bytes;

function parsed<T>(key: HiveKey, name: string, parse: (bytes: Uint8Array) => T | undefined): T | undefined {
  const bytes = bytesOf(key, name);
  return bytes === undefined ? undefined : parse(bytes);
}

function treeEntry(key: HiveKey, path: string): TreeEntry {
  return {
    path,
    id: valueText(key.value('Id')),
    index: valueNumber(key.value('Index')),
    security: parsed(key, 'SD', parseSecurityDescriptor),
    hasSecurity: key.value('SD') !== undefined,
    written: key.lastWritten,
  };
}

function cachedTask(key: HiveKey): CachedTask {
  return {
    id: key.name,
    path: valueText(key.value('Path')),
    uri: valueText(key.value('URI')),
    author: valueText(key.value('Author')),
    date: valueText(key.value('Date')),
    actions: parsed(key, 'Actions', parseCacheActions),
    triggers: parsed(key, 'Triggers', parseCacheTriggers),
    dynamic: parsed(key, 'DynamicInfo', parseDynamicInfo),
    written: key.lastWritten,
  };
}

/** Undefined where the hive has no TaskCache, so that it is no SOFTWARE hive of Vista or later. */
export function readTaskCache(hive: Hive): TaskCache | undefined {
  const cache = hive.key(place);
  if (cache === undefined) return undefined;
  const tree: TreeEntry[] = [];
  const tasks: CachedTask[] = [];
  let cut = false;
  const root = cache.subkey('Tree');
  const prefix = root?.path.length ?? 0;
  if (root !== undefined)
    for (const key of hive.walk(root)) {
      if (key.offset === root.offset) continue;
      if (tree.length >= most) cut = true;
      else tree.push(treeEntry(key, key.path.slice(prefix)));
      if (cut) break;
    }
  for (const key of cache.subkey('Tasks')?.subkeys() ?? []) {
    if (tasks.length >= most) cut = true;
    else tasks.push(cachedTask(key));
    if (cut) break;
  }
  return { tree, tasks, cut };
}
