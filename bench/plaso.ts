/**
 * Debian 13 with plaso in a root of its own, so that log2timeline reads the very files that we read.
 *
 *   bun bench/plaso.ts          makes what is missing and prints where it is
 *
 * Made once and kept in the user's cache, as the roots of the tests are. Debian 12 has no plaso.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  anonymous,
  architecture,
  debootstrap,
  hashOf,
  hostMirror,
  install,
  megabytes,
  needDebootstrap,
  remove,
  sweep,
} from '../scripts/root-building.ts';
import { asScript, cache, markUsed, runLocked, say } from '../scripts/root-cache.ts';

/** Any change here makes a new root. */
const recipe = { version: 1, suite: 'trixie', architecture, packages: ['plaso'] } as const;
const folder = join(cache, `plaso-${hashOf(JSON.stringify(recipe))}`);

async function make(): Promise<void> {
  if (existsSync(folder)) return;
  await needDebootstrap();
  const mirror = hostMirror();
  const building = `${folder}.building`;
  await remove(building);
  mkdirSync(building, { mode: 0o755 });
  const started = performance.now();
  const { suite, packages } = recipe;
  say(`making Debian ${suite} with ${packages.join(', ')} from ${mirror}, once, in ${folder} …`);
  await debootstrap(building, { suite, mirror });
  await install(building, packages);
  anonymous(building);
  renameSync(building, folder);
  await sweep(/^plaso-[0-9a-f]{12}(\.building)?$/, [folder]);
  say(`done in ${Math.round((performance.now() - started) / 1000)} s, ${await megabytes(folder)} MB`);
}

/**
 * A root file system that has `log2timeline`, made when it is missing; treat as read only.
 *
 * @throws TestRootError with words for people when it cannot be made
 */
export function plasoRoot(): string {
  if (!existsSync(folder)) runLocked(import.meta.path, 3);
  markUsed([folder]);
  return folder;
}

if (import.meta.main) {
  await asScript(async () => {
    if (process.argv.includes('--locked')) await make();
    else process.stdout.write(`${plasoRoot()}\n`);
  });
}
