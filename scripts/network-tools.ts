/**
 * A Debian root with the programs by which other equipment is told what to block: nft, iptables, BIND's checkers and
 * Suricata. Tests hand them what we write and set, because nobody reads those languages as they do.
 *
 *   bun scripts/network-tools.ts          makes what is missing and prints where it is
 *
 * Kept in the user's cache like the root of `test-root.ts`, and apart from it: a few tests need it, and no scan is to
 * meet a firewall's programs on every host of the tests.
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

/** Any change here makes a new root. */
const recipe = {
  version: 1,
  suite: 'trixie',
  architecture,
  packages: ['nftables', 'iptables', 'iproute2', 'bind9-utils', 'suricata', 'python3-minimal'],
  excluded: ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*'],
} as const;

const root = join(cache, `network-tools-${hashOf(JSON.stringify(recipe))}`);

async function make(): Promise<void> {
  if (existsSync(root)) return;
  await needDebootstrap();
  const mirror = hostMirror();
  const building = `${root}.building`;
  await remove(building);
  mkdirSync(building, { mode: 0o755 });
  const started = performance.now();
  const { suite, packages, excluded } = recipe;
  say(`making Debian ${suite} with ${packages.join(', ')} from ${mirror}, once, in ${root} …`);
  await debootstrap(building, { suite, mirror, dpkg: excluded.map((glob) => `path-exclude=${glob}`) });
  await install(building, packages);
  for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale']) await empty(building, folder);
  anonymous(building);
  renameSync(building, root);
  await sweep(/^network-tools-[0-9a-f]{12}(\.building)?$/, [root]);
  say(`done in ${Math.round((performance.now() - started) / 1000)} s, ${await megabytes(root)} MB`);
}

/**
 * The root; treat as read only.
 *
 * @throws TestRootError with words for people when it cannot be made
 */
export function networkTools(): string {
  if (!existsSync(root)) runLocked(import.meta.path, 2);
  markUsed([root]);
  return root;
}

if (import.meta.main) {
  await asScript(async () => {
    if (process.argv.includes('--locked')) await make();
    else process.stdout.write(`${networkTools()}\n`);
  });
}
