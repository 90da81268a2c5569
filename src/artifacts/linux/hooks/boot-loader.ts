/**
 * `linux.boot-loader`: scripts that make the boot menu or run with a new kernel, and arguments that the kernel gets.
 *
 * Reads GRUB's settings (a shell sources them), its scripts and its menu, entries of systemd-boot, extlinux, the
 * command line of images, of a Raspberry Pi and of the running kernel, and the hooks of kernel packages. Why: `init=`
 * runs another program before any unit; `module.sig_enforce=0` and an open debug shell undo a guard of the kernel.
 * What it is NOT: whether the boot loader itself was changed, nor settings of drivers. An argument is told once for
 * each file and value. Sources: GRUB manual §6.1, §6.3; kernel-command-line(7), kernel-parameters.txt; the Boot Loader
 * Specification; kernel-install(8); Debian's kernel-handbook "Kernel hooks". Bounds: 256 files, 512 arguments.
 */
import { notableArguments, parseBootMenu } from '../../../formats/kernel-arguments.ts';
import { parseShellAssignments } from '../../../formats/shell-assignments.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookFiles, hookScripts, isThere, leftOver, pathsOf } from './hook-folder.ts';

const id = 'linux.boot-loader';
const grubSettings = pathsOf('/etc/default/grub');
const grubFolders = pathsOf('/etc/default/grub.d');
const scriptFolders = pathsOf(`
  /etc/grub.d /etc/kernel/preinst.d /etc/kernel/postinst.d /etc/kernel/prerm.d /etc/kernel/postrm.d
  /etc/kernel/header_postinst.d /etc/kernel/install.d /usr/lib/kernel/install.d /etc/kernel/header_postrm.d
`);
const menus = pathsOf(`
  /boot/grub/grub.cfg /boot/grub/custom.cfg /boot/grub/menu.lst /boot/grub2/grub.cfg /boot/grub2/custom.cfg
  /boot/grub2/user.cfg /boot/grub/grubenv /boot/grub2/grubenv /boot/extlinux/extlinux.conf
  /boot/syslinux/syslinux.cfg
`);
const efi = printableText('/boot/efi/EFI');
const efiMenu = printableText('grub.cfg');
const entryFolders = pathsOf('/boot/loader/entries /boot/efi/loader/entries /efi/loader/entries');
const commandLines = pathsOf(`
  /etc/kernel/cmdline /usr/lib/kernel/cmdline /boot/cmdline.txt /boot/firmware/cmdline.txt
`);
const commandLineFolders = pathsOf('/etc/cmdline.d /etc/kernel/cmdline.d');
const running = printableText('/proc/cmdline');
const boots = pathsOf('/boot');
const mostArguments = 512;
/** Names that builders of images and packages of microcode give. */
const usualImage =
  /^(?:initrd|initramfs|uInitrd|booster|microcode|early_ucode|(?:amd|intel)-ucode)[\w.+~-]*$|^[\w.+~-]*\.(?:img|initrd)$/;

interface Place {
  readonly path: PathText;
  readonly line: number;
  readonly text: Printable;
}

class Arguments {
  readonly facts: PersistenceFact[] = [];
  readonly #context: ArtifactContext;
  readonly #seen = new Set<string>();

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  add(line: string, place: Place): void {
    for (const { key, value, effect } of notableArguments(line)) {
      const known = `${place.path} ${key}=${value}`;
      if (this.#seen.has(known) || this.facts.length >= mostArguments) continue;
      this.#seen.add(known);
      const runs = effect === 'runs';
      const [program = ''] = value.split(/\s/, 1);
      // What runs now may have come from a hypervisor, or have lain in an image of memory that is gone.
      const isHere = place.path !== running || isThere(this.#context, printableLatin1(program));
      this.facts.push(
        entry({
          source: { source: place.path, line: place.line },
          mechanism: 'grub-setting',
          user: phrase`root`,
          trigger: printableLatin1(key),
          command: printableLatin1(runs ? value : `${key}${value === '' ? '' : `=${value}`}`),
          language: runs && isHere ? 'argv' : 'setting',
          ...(runs && isHere && program.startsWith('/') ? { target: printableLatin1(program) } : {}),
          marks: effect === 'opens' ? ['opens-access'] : effect === 'weakens' ? ['weakens-guard'] : [],
          active: !leftOver.test(place.path),
          text: place.text,
        }),
      );
    }
  }

  /** An image that no builder names so: a second root file system before the first. */
  addImage(image: string, target: PathText | undefined, place: Place): void {
    const known = `${place.path} initrd ${image}`;
    if (usualImage.test(image.slice(image.lastIndexOf('/') + 1)) || this.#seen.has(known)) return;
    this.#seen.add(known);
    this.facts.push(
      entry({
        source: { source: place.path, line: place.line },
        mechanism: 'grub-setting',
        user: phrase`root`,
        trigger: phrase`initrd`,
        command: printableLatin1(image),
        language: 'setting',
        ...(target === undefined ? {} : { target }),
        text: place.text,
      }),
    );
  }
}

function readGrub(context: ArtifactContext, path: PathText, found: Arguments): void {
  for (const one of parseShellAssignments(readFileNow(context, id, path, settingsLimit).bytes)) {
    if (/^GRUB_CMDLINE_/.test(one.key)) found.add(one.value, { path, line: one.line, text: one.text });
    else if (/^GRUB_EARLY_INITRD_LINUX/.test(one.key)) {
      for (const name of one.value.split(/\s+/).filter((word) => word !== '')) {
        found.addImage(name, undefined, { path, line: one.line, text: one.text });
      }
    }
  }
}

function readMenu(context: ArtifactContext, path: PathText, found: Arguments): void {
  const { kernels, initrds } = parseBootMenu(readFileNow(context, id, path, settingsLimit).bytes);
  for (const { arguments: line, line: at, text } of kernels) found.add(line, { path, line: at, text });
  for (const { path: image, line, text } of initrds) {
    const named = printableLatin1(image);
    // Paths of a menu begin at the partition that holds it.
    const target = [named, ...boots.map((folder) => joinPath(folder, printableLatin1(image.slice(1))))].find(
      (at) => isThere(context, at),
    );
    found.addImage(image, target, { path, line, text });
  }
}

function readCommandLine(context: ArtifactContext, path: PathText, found: Arguments): void {
  for (const { line, text } of textLines(readFileNow(context, id, path, 65_536).bytes, { lines: 256 })) {
    if (/^\s*#/.test(text)) continue;
    found.add(text, { path, line, text: printableLatin1(text.slice(0, 4096)) });
  }
}

export const bootLoader: PersistenceArtifact = {
  id,
  sources: [
    ...[...grubSettings, ...menus, ...commandLines].map((path) => ({
      kind: 'file' as const,
      path,
      live: false,
    })),
    ...[...grubFolders, ...scriptFolders, ...entryFolders, ...commandLineFolders].map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*`,
      live: false,
    })),
    { kind: 'glob', path: `${efi}/*/${efiMenu}`, live: false },
    { kind: 'file', path: running, live: true },
  ],
  mechanisms: ['grub-setting'],
  order: 13,
  required: false,
  gather(context) {
    const given = { mechanism: 'grub-setting', user: phrase`root` } as const;
    const found = new Arguments(context);
    const dropped = grubFolders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.cfg')).map(({ path }) => path),
    );
    const settings = [...grubSettings, ...dropped];
    for (const path of settings) if (isThere(context, path)) readGrub(context, path, found);
    const loaders = foldersIn(context, id, efi).map(({ path }) => joinPath(path, efiMenu));
    const entries = entryFolders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.conf')).map(({ path }) => path),
    );
    for (const path of [...menus, ...loaders, ...entries]) {
      if (isThere(context, path)) readMenu(context, path, found);
    }
    const lines = commandLineFolders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.conf')).map(({ path }) => path),
    );
    for (const path of [...commandLines, ...lines]) {
      if (isThere(context, path)) readCommandLine(context, path, found);
    }
    if (context.target.kind === 'live') readCommandLine(context, running, found);
    return Promise.resolve([
      ...hookFiles(context, id, settings, { ...given, trigger: phrase`boot menu`, language: 'shell' }, true),
      ...scriptFolders.flatMap((folder) =>
        hookScripts(context, id, {
          folder,
          given: {
            ...given,
            trigger: folder.startsWith('/etc/grub') ? phrase`boot menu` : phrase`kernel update`,
          },
          names: (name) =>
            folder.endsWith('/install.d') ? name.endsWith('.install') : !/^\.|\.cfg$/.test(name),
        }),
      ),
      ...found.facts,
    ]);
  },
};
