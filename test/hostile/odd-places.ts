/**
 * Program: puts odd things in the place of every file that an artifact of persistence declares, below a root.
 *
 *   odd-places.ts ROOT WHAT
 *
 * WHAT is one kind for all places, `mixed-N` for one kind after the other beginning at the Nth, or `plain`. Prints
 * `put` and, where a mount must be kept, waits until it is ended. It runs in a mount namespace of the tests.
 */
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  type Stats,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { mount, mountFlag, umount, umountFlag } from '../../src/native/namespaces.ts';
import { deadMountOn } from '../../src/target/fuse.fixture.ts';
import { declaredPlaces } from '../persistence/declared-places.ts';

/** Distinct file systems that never answer, before the last one is bound to all places that are left. */
const distinct = 40;

const statOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

function run(...command: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([...command]);
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
}

function bind(source: string, target: string): void {
  const bound = mount({ source, target, flags: mountFlag.bind });
  if (bound.status !== 'ok') throw new Error(`no bind mount on ${target}: ${bound.reason}`);
}

/** How each thing is put where nothing is. `models` is a folder on the same file system. */
function makers(models: string): Readonly<Record<string, (at: string) => void>> {
  // One node with a thousand names; another one on each further file system.
  const node = (command: string, ...args: readonly string[]): ((at: string) => void) => {
    const model = join(models, command);
    return (at) => {
      if (statOf(model) === undefined) run(command, model, ...args);
      try {
        linkSync(model, at);
      } catch {
        run(command, at, ...args);
      }
    };
  };
  const zero = node('mknod', 'c', '1', '5');
  let dead = 0;
  let last = '';
  return {
    plain: (at) => writeFileSync(at, '# nothing\n'),
    pipe: node('mkfifo'),
    hole: (at) => {
      writeFileSync(at, '');
      truncateSync(at, 10 * 2 ** 30);
    },
    'almost-a-hole': (at) => {
      writeFileSync(at, 'x');
      truncateSync(at, 10 * 2 ** 30);
    },
    folder: (at) => mkdirSync(at),
    loop: (at) => symlinkSync(basename(at), at),
    // Where no node may be made, one of ours is bound over a file.
    device: (at) => {
      try {
        zero(at);
      } catch {
        writeFileSync(at, '');
        bind('/dev/zero', at);
      }
    },
    unreadable: (at) => {
      writeFileSync(at, 'x');
      chmodSync(at, 0);
    },
    'dead-mount': (at) => {
      writeFileSync(at, '');
      if (dead < distinct) {
        deadMountOn(at, 'file');
        last = at;
        dead += 1;
      } else bind(last, at);
    },
  };
}

export const mixed = ['pipe', 'hole', 'folder', 'loop', 'device'] as const;

/** Paths below a root, as they lie there; those above another one are folders. */
function placesToFill(root: string): readonly string[] {
  const all = [...new Set(declaredPlaces().flatMap(({ paths }) => paths))].filter(
    // A pipe in its place stops every program of a live host before it starts, ours too.
    (path) => root !== '/' || path !== '/etc/ld.so.preload',
  );
  const folders = new Set<string>();
  for (const path of all) for (let at = dirname(path); at !== '/'; at = dirname(at)) folders.add(at);
  return all.filter((path) => !folders.has(path)).map((path) => decodeURIComponent(path));
}

const [root = '', what = ''] = process.argv.slice(2);
const models = mkdtempSync(join(root, 'srv', 'models-'));
const make = makers(models);
const from = Number(/^mixed-(\d+)$/.exec(what)?.[1] ?? Number.NaN);
const filled = new Set<string>();
for (const [number, path] of placesToFill(root).entries()) {
  const folder = join(root, dirname(path));
  mkdirSync(folder, { recursive: true });
  const at = join(realpathSync(folder), basename(path));
  // By a merged folder it has two names, and behind the first may be what never answers.
  if (filled.has(at)) continue;
  filled.add(at);
  umount(at, umountFlag.detach | umountFlag.noFollow);
  const there = statOf(at);
  if (what === 'plain' && there !== undefined) continue;
  rmSync(at, { recursive: true, force: true });
  const kind = Number.isNaN(from) ? what : (mixed[(number + from) % mixed.length] ?? '');
  make[kind]?.(at);
}
process.stdout.write('put\n');
if (what === 'dead-mount') setInterval(() => {}, 1 << 30);
