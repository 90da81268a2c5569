/**
 * `linux.kernel-module-files`: kernel modules on the disk that the build of their kernel did not bring, and those of
 * the build that run now.
 *
 * Why: rootkits of miners (Diamorphine, Reptile, and those built on the spot) put a file among 5,000 others and let
 * depmod find it. One among the kernel's own that modules.order does not name is marked, and so is one in the folder of
 * dkms that dkms did not build. Modules that an owner's dkms built say which one did.
 * What it is NOT: a look into modules, nor an entry for each module of the kernel; whether a file that a package
 * brought was changed is told by integrity. A module without a listed loader is loaded by its alias all the same.
 * Sources: depmod(8), depmod.d(5), dkms(8); Documentation/kbuild/modules.rst. Bound: 10,000 entries.
 */
import { parseModules } from '../../../formats/modules.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { namedAtBoot } from './modprobe.ts';
import {
  dkmsState,
  isForeign,
  type KernelModules,
  type ModuleFile,
  moduleFolders,
  moduleTrees,
} from './module-tree.ts';

const id = 'linux.kernel-module-files';
const procModules = printableText('/proc/modules');
const release = printableText('/proc/sys/kernel/osrelease');
const most = 10_000;

interface Running {
  readonly version: string;
  readonly names: ReadonlySet<string>;
}

function readRunning(context: ArtifactContext): Running | undefined {
  if (context.target.kind !== 'live') return undefined;
  const version = Buffer.from(readFileNow(context, id, release, 256).bytes)
    .toString('latin1')
    .trim();
  const loaded = parseModules(readFileNow(context, id, procModules, 4 << 20).bytes);
  return { version, names: new Set(loaded.map(({ name }) => name.replaceAll('-', '_'))) };
}

/** Among files of which each was put there by somebody who left a list, and this one is on none. */
function isStray({ area, path, listed, builtBy, vendor }: ModuleFile, hasOrder: boolean): boolean {
  if (vendor !== '' || builtBy !== '') return false;
  if (area === 'kernel') return hasOrder && !listed;
  return /\/(?:updates|extra|kernel)\/dkms\//.test(path);
}

function marksOf(module: ModuleFile, hasOrder: boolean): readonly PersistenceMark[] {
  if (isStray(module, hasOrder)) return ['unusual-place'];
  // Of an installer too nobody but the installer says whose it is.
  return isForeign(module) || (module.vendor !== '' && !module.listed) ? ['foreign-module'] : [];
}

interface Seen {
  readonly runs: boolean;
  /** A list or a setting of modprobe loads it at each boot. */
  readonly named: boolean;
}

function triggerOf({ builtBy, vendor }: ModuleFile, { version }: KernelModules, seen: Seen): Printable {
  if (builtBy !== '') return phrase`dkms ${builtBy}`;
  if (vendor !== '') return phrase`installer of ${vendor}`;
  if (seen.named) return phrase`boot`;
  return seen.runs ? phrase`loaded` : phrase`kernel ${version}`;
}

function factOf(module: ModuleFile, kernel: KernelModules, seen: Seen): PersistenceFact {
  return entry({
    source: { source: module.path },
    mechanism: 'kernel-module-file',
    user: phrase`kernel`,
    trigger: triggerOf(module, kernel, seen),
    language: 'setting',
    target: module.path,
    marks: marksOf(module, kernel.hasOrder),
    text: module.path,
  });
}

export const kernelModuleFiles: PersistenceArtifact = {
  id,
  sources: [
    ...moduleFolders.map((path) => ({ kind: 'walk' as const, path, live: false })),
    { kind: 'walk', path: dkmsState, live: false },
    { kind: 'file', path: procModules, live: true },
    { kind: 'file', path: release, live: true },
  ],
  mechanisms: ['kernel-module-file'],
  order: 12,
  required: false,
  async gather(context) {
    const running = readRunning(context);
    const named = namedAtBoot(context);
    const trees = await moduleTrees(context, id);
    const facts = trees.flatMap((kernel) =>
      kernel.files.flatMap((module) => {
        const runs = kernel.version === running?.version && running.names.has(module.name);
        return module.listed && !runs
          ? []
          : [factOf(module, kernel, { runs, named: named.has(module.name) })];
      }),
    );
    return facts.slice(0, most);
  },
};
