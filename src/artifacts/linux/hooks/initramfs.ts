/**
 * `linux.initramfs`: what goes into the first root file system, and what is run there before the real one.
 *
 * Reads hooks and scripts of initramfs-tools, modules of dracut, hooks of mkinitcpio, and the settings of all three,
 * which shells source. Why: a hook runs as root whenever an image is built, and a script in the image runs before any
 * guard of the host, at each boot, and survives a clean of the root file system until the image is built anew.
 * What it is NOT: images in /boot; they hold what these put there, and are not opened.
 * Sources: initramfs-tools(7) HOOK SCRIPTS, BOOT SCRIPTS; dracut.conf(5), dracut.modules(7); mkinitcpio(8) HOOKS.
 * Bounds: 1,024 modules of dracut, 64 files of each.
 */
import { parseShellAssignments } from '../../../formats/shell-assignments.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, scriptEntry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookFiles, hookScripts, isExecutable, isThere, leftOver, pathsOf, unmerged } from './hook-folder.ts';

const id = 'linux.initramfs';
const root = phrase`root`;
const scriptRoots = pathsOf('/etc/initramfs-tools/scripts /usr/share/initramfs-tools/scripts');
const hookFolders = pathsOf(`
  /etc/initramfs-tools/hooks /usr/share/initramfs-tools/hooks /etc/initramfs/post-update.d
  /etc/initcpio/install /etc/initcpio/hooks /etc/initcpio/post
  /usr/lib/initcpio/install /usr/lib/initcpio/hooks /usr/lib/initcpio/post
`);
/** Sourced by mkinitcpio, and so run without an execute bit. */
const sourcedHook = /\/initcpio\/(?:install|hooks)$/;
const ownFiles = pathsOf('/usr/share/initramfs-tools/init /usr/share/initramfs-tools/hook-functions');
const settings = pathsOf(`
  /etc/initramfs-tools/initramfs.conf /etc/initramfs-tools/update-initramfs.conf /etc/mkinitcpio.conf
`);
const settingFolders = pathsOf(`
  /etc/initramfs-tools/conf.d /usr/share/initramfs-tools/conf.d /usr/share/initramfs-tools/conf-hooks.d
  /etc/mkinitcpio.conf.d /etc/mkinitcpio.d
`);
const dracutModules = pathsOf('/usr/lib/dracut/modules.d /usr/share/dracut/modules.d');
const dracutFiles = pathsOf('/etc/dracut.conf');
const dracutFolders = pathsOf('/etc/dracut.conf.d /usr/lib/dracut/dracut.conf.d');
const mostModules = 1_024;
const mostOfOne = 64;
const installs = /^install_(?:optional_)?items$/;

const building = { mechanism: 'initramfs-hook', user: root, trigger: phrase`image build` } as const;
const booting = { mechanism: 'initramfs-hook', user: root, trigger: phrase`early boot` } as const;
const dracut = { mechanism: 'dracut-module', user: root, trigger: phrase`image build` } as const;

function bootScripts(context: ArtifactContext): readonly PersistenceFact[] {
  return scriptRoots.flatMap((folder) => [
    ...hookScripts(context, id, { folder, given: booting, sourced: true }),
    ...foldersIn(context, id, folder).flatMap(({ path }) =>
      hookScripts(context, id, {
        folder: path,
        given: booting,
        // `ORDER` is written by the build, and names with a dot are left out.
        names: (name) => name !== 'ORDER' && !/^\.|~$/.test(name),
      }),
    ),
  ]);
}

/** Programs that dracut is told to put into the image. */
function installed(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  return parseShellAssignments(readFileNow(context, id, path, settingsLimit).bytes)
    .filter(({ key }) => installs.test(key))
    .flatMap(({ key, value, line, text }) =>
      value
        .split(/\s+/)
        .filter((item) => item.startsWith('/'))
        .slice(0, 256)
        // Keys and tables of an owner are no programs.
        .filter((item) => isExecutable(context, printableLatin1(item)))
        .map((item) =>
          entry({
            ...dracut,
            source: { source: path, line },
            command: printableLatin1(`${key} ${item}`),
            language: 'setting',
            target: printableLatin1(item),
            active: !leftOver.test(path),
            text,
          }),
        ),
    );
}

function readDracut(context: ArtifactContext): readonly PersistenceFact[] {
  const confs = [
    ...dracutFiles.filter((path) => isThere(context, path)),
    ...dracutFolders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.conf')).map(({ path }) => path),
    ),
  ];
  const modules = dracutModules
    .flatMap((folder) => foldersIn(context, id, folder))
    .slice(0, mostModules)
    .flatMap(({ path }) =>
      filesIn(context, id, path, (name) => !leftOver.test(name))
        .slice(0, mostOfOne)
        .flatMap((file) => {
          const trigger = file.name === 'module-setup.sh' ? phrase`image build` : phrase`early boot`;
          // Units and lists of the module go into the image as they are, and are no scripts.
          const isData = !/\.sh$/.test(file.name) && /\.\w+$/.test(file.name);
          if (isData && !isExecutable(context, file.path)) return [];
          return scriptEntry(context, id, file.path, { ...dracut, trigger }) ?? [];
        }),
    );
  return [
    ...hookFiles(context, id, confs, { ...dracut, language: 'shell' }, true),
    ...confs.flatMap((path) => installed(context, path)),
    ...modules,
  ];
}

export const initramfs: PersistenceArtifact = {
  id,
  sources: [
    ...[...hookFolders, ...settingFolders].map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*`,
      live: false,
    })),
    ...[...scriptRoots, ...dracutModules].map((folder) => ({
      kind: 'glob' as const,
      path: joinPath(folder, printableText('*/*')),
      live: false,
    })),
    ...dracutFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.conf`, live: false })),
    ...[...settings, ...ownFiles, ...dracutFiles].map((path) => ({
      kind: 'file' as const,
      path,
      live: false,
    })),
  ],
  mechanisms: ['initramfs-hook', 'dracut-module'],
  order: 13,
  required: false,
  gather(context) {
    const hooks = hookFolders.flatMap((folder) =>
      hookScripts(context, id, { folder, given: building, sourced: sourcedHook.test(folder) }),
    );
    const configured = settingFolders.flatMap((folder) =>
      hookScripts(context, id, { folder, given: { ...building, language: 'shell' }, sourced: true }),
    );
    return Promise.resolve([
      ...hooks,
      ...bootScripts(context),
      ...configured,
      ...hookFiles(context, id, [...settings, ...unmerged(context, ownFiles)], building, true),
      ...readDracut(context),
    ]);
  },
};
