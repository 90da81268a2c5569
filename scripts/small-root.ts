/**
 * A small Debian root with some programs, for what needs them and nobody else: made once, kept in the user's cache under
 * its name and a hash of its recipe, made beside it and renamed when it is whole.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  anonymous,
  architecture,
  debootstrap,
  empty,
  hashOf,
  hostMirror,
  install,
  megabytes,
  needDebootstrap,
  remove,
  sweep,
} from './root-building.ts';
import { asScript, cache, markUsed, runLocked, say } from './root-cache.ts';

export interface SmallRoot {
  /** First part of the folder's name. */
  readonly name: string;
  /** To be raised when `finish` changes; everything else is in the hash by itself. */
  readonly version: number;
  readonly suite: string;
  readonly packages: readonly string[];
  /** Documentation and translations stay. */
  readonly whole?: boolean;
  /** Room that making it takes in the cache. */
  readonly gigabytes: number;
  /** The module that makes it, which is run again under the lock. */
  readonly script: string;
  /** What else is done to the root before it is used. */
  readonly finish?: (root: string) => Promise<void>;
}

const documents = ['usr/share/doc', 'usr/share/man', 'usr/share/locale'] as const;
const excluded = [...documents, 'usr/share/info'].map((folder) => `path-exclude=/${folder}/*`);

function folderOf({ name, version, suite, packages, whole = false }: SmallRoot): string {
  return join(cache, `${name}-${hashOf(JSON.stringify({ version, suite, architecture, packages, whole }))}`);
}

async function make(wanted: SmallRoot): Promise<void> {
  const folder = folderOf(wanted);
  if (existsSync(folder)) return;
  await needDebootstrap();
  const mirror = hostMirror();
  const building = `${folder}.building`;
  await remove(building);
  mkdirSync(building, { mode: 0o755 });
  const started = performance.now();
  const { name, suite, packages, whole = false } = wanted;
  say(`making Debian ${suite} with ${packages.join(', ')} from ${mirror}, once, in ${folder} …`);
  await debootstrap(building, { suite, mirror, dpkg: whole ? [] : excluded });
  await install(building, packages);
  if (!whole) for (const path of documents) await empty(building, path);
  await wanted.finish?.(building);
  anonymous(building);
  renameSync(building, folder);
  await sweep(new RegExp(`^${name}-[0-9a-f]{12}(\\.building)?$`), [folder]);
  say(`done in ${Math.round((performance.now() - started) / 1000)} s, ${await megabytes(folder)} MB`);
}

/**
 * The root, made when it is missing; treat as read only.
 *
 * @throws TestRootError with words for people when it cannot be made
 */
export function smallRoot(wanted: SmallRoot): string {
  const folder = folderOf(wanted);
  if (!existsSync(folder)) runLocked(wanted.script, wanted.gigabytes);
  markUsed([folder]);
  return folder;
}

/** The module that makes it, started by itself: `--locked` makes, anything else tells where it is. */
export async function runAsScript(wanted: SmallRoot): Promise<void> {
  await asScript(async () => {
    if (process.argv.includes('--locked')) await make(wanted);
    else process.stdout.write(`${smallRoot(wanted)}\n`);
  });
}
