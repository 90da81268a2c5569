/**
 * `linux.modprobe`: commands that run when a kernel module is asked for, and modules that are loaded at each boot.
 *
 * Reads install and remove lines of modprobe.d, lists of modules (/etc/modules, modules-load.d, those of the initramfs
 * and of OpenRC), and the scripts of old Red Hat. Why: `install usb_storage sh -c …` is root's, needs no unit, and runs
 * when the kernel asks; a rootkit comes back through one line of modules-load.d. The file of a module that is listed is
 * the target. What it is NOT: options of modules. A module that no kernel has on the disk (it may be built in) is not
 * active. Sources: modprobe.d(5), modules-load.d(5), modules(5), initramfs-tools(7), openrc's conf.d/modules.
 */
import {
  moduleName,
  type NamedModule,
  parseModprobe,
  parseModuleList,
  parseSoftDependencies,
} from '../../../formats/modprobe.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookFiles, hookScripts, isThere, leftOver, pathsOf, unmerged } from './hook-folder.ts';
import { isForeign, type ModuleFile, moduleFolders, moduleTrees } from './module-tree.ts';

const id = 'linux.modprobe';
const folders = pathsOf(
  '/etc/modprobe.d /run/modprobe.d /usr/local/lib/modprobe.d /usr/lib/modprobe.d /lib/modprobe.d',
);
const files = pathsOf('/etc/modprobe.conf /etc/modprobe.conf.local');
const listFolders = pathsOf(
  '/etc/modules-load.d /run/modules-load.d /usr/local/lib/modules-load.d /usr/lib/modules-load.d /lib/modules-load.d',
);
const listFiles = pathsOf('/etc/modules /etc/initramfs-tools/modules /etc/conf.d/modules');
const scriptFolder = pathsOf('/etc/sysconfig/modules');
const scriptFiles = pathsOf('/etc/rc.modules /etc/rc.d/rc.modules');
const root = phrase`root`;

function readCommands(context: ArtifactContext, path: PathText, active: boolean): readonly PersistenceFact[] {
  return parseModprobe(readFileNow(context, id, path, settingsLimit).bytes).map((one) =>
    entry({
      source: { source: path, line: one.line },
      mechanism: 'modprobe-install',
      user: root,
      trigger: printableLatin1(`${one.when} ${one.module}`),
      command: printableLatin1(one.command),
      active,
      text: one.text,
    }),
  );
}

/** Modules by name; one that no build brought goes before its namesakes. */
async function fileByName(context: ArtifactContext): Promise<ReadonlyMap<string, ModuleFile>> {
  const found = new Map<string, ModuleFile>();
  for (const { files: modules } of await moduleTrees(context, id)) {
    for (const module of modules) {
      const known = found.get(module.name);
      if (known === undefined || known.listed) found.set(module.name, module);
    }
  }
  return found;
}

function listedFact(
  path: PathText,
  { name, line, text }: NamedModule,
  modules: ReadonlyMap<string, ModuleFile>,
  active: boolean,
): PersistenceFact {
  const module = modules.get(moduleName(name));
  const target = name.startsWith('/') ? printableLatin1(name) : module?.path;
  return entry({
    source: { source: path, line },
    mechanism: 'modules-load',
    user: root,
    trigger: phrase`boot`,
    command: printableLatin1(name),
    language: 'setting',
    ...(target === undefined ? {} : { target }),
    active: active && target !== undefined,
    marks: module !== undefined && !name.startsWith('/') && isForeign(module) ? ['foreign-module'] : [],
    text,
  });
}

/** Files of folders in which the first of a name hides the rest. */
function conf(
  context: ArtifactContext,
  list: readonly PathText[],
): readonly { path: PathText; first: boolean }[] {
  const seen = new Set<string>();
  return unmerged(context, list).flatMap((folder) =>
    filesIn(context, id, folder, endsIn('.conf')).map(({ path, name }) => {
      const first = !seen.has(name);
      seen.add(name);
      return { path, first };
    }),
  );
}

const bytesOfFile = (context: ArtifactContext, path: PathText): Uint8Array =>
  readFileNow(context, id, path, settingsLimit).bytes;

/** Modules that lists, and settings of other modules, load without a device that asks for them. */
export function namedAtBoot(context: ArtifactContext): ReadonlySet<string> {
  const lists = [
    ...conf(context, listFolders).map(({ path }) => path),
    ...listFiles.filter((path) => isThere(context, path)),
  ];
  const listed = lists.flatMap((path) => parseModuleList(bytesOfFile(context, path)).map(({ name }) => name));
  const settings = [
    ...conf(context, folders).map(({ path }) => path),
    ...files.filter((path) => isThere(context, path)),
  ];
  const drawn = settings.flatMap((path) => parseSoftDependencies(bytesOfFile(context, path)));
  return new Set([...listed, ...drawn].map(moduleName));
}

export const modprobe: PersistenceArtifact = {
  id,
  sources: [
    ...[...folders, ...listFolders].map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*.conf`,
      live: false,
    })),
    ...[...files, ...listFiles, ...scriptFiles].map((path) => ({ kind: 'file' as const, path, live: false })),
    ...scriptFolder.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.modules`, live: false })),
    ...moduleFolders.map((folder) => ({ kind: 'walk' as const, path: folder, live: false })),
  ],
  mechanisms: ['modprobe-install', 'modules-load'],
  order: 11,
  required: true,
  async gather(context) {
    const commands = conf(context, folders).flatMap(({ path, first }) => readCommands(context, path, first));
    const old = files
      .filter((path) => isThere(context, path))
      .flatMap((path) => readCommands(context, path, true));
    const lists = [
      ...conf(context, listFolders),
      ...listFiles.filter((path) => isThere(context, path)).map((path) => ({ path, first: true })),
    ].map(({ path, first }) => ({
      path,
      first: first && !leftOver.test(path),
      named: parseModuleList(readFileNow(context, id, path, settingsLimit).bytes),
    }));
    // Nothing is looked for where nothing is listed.
    const modules = lists.some(({ named }) => named.length > 0) ? await fileByName(context) : new Map();
    const given = { mechanism: 'modules-load', user: root, trigger: phrase`boot` } as const;
    return [
      ...commands,
      ...old,
      ...lists.flatMap(({ path, first, named }) => named.map((one) => listedFact(path, one, modules, first))),
      ...scriptFolder.flatMap((folder) =>
        hookScripts(context, id, { folder, given, names: (name) => name.endsWith('.modules') }),
      ),
      ...hookFiles(context, id, scriptFiles, given),
    ];
  },
};
