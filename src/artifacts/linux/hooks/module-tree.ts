/**
 * Files of kernel modules on the disk, kernel by kernel, and what the package of each kernel brought.
 *
 * Why: a kernel has some 5,000 modules, and only those that its build did not bring are worth an entry of their own.
 * `modules.order` is written by the build and lies in the package, so it tells them apart without any database.
 * What it is NOT: modules.dep, which depmod writes anew with whatever it finds. Read once for all artifacts.
 * Sources: modules.order of kbuild (Documentation/kbuild/modules.rst §5), depmod(8), dkms(8) for /var/lib/dkms.
 * Bounds: 32 kernels, 8,192 folders and 40,000 files of one, 12 levels; 5,000 modules of dkms.
 */
import { moduleName } from '../../../formats/modprobe.ts';
import { textLines } from '../../../formats/text-lines.ts';
import type { SourceStatus } from '../../../model/source.ts';
import {
  baseName,
  folderOf,
  joinPath,
  namesOf,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { ReadContext } from '../reading.ts';
import { pathsOf, unmerged } from './hook-folder.ts';
import { linkedFromPackages, vendorsOf } from './module-vendors.ts';

export interface KernelModules {
  readonly version: Printable;
  readonly files: readonly ModuleFile[];
  /** Nothing where the kernel's build left no list, or it was taken away. */
  readonly hasOrder: boolean;
}

export interface ModuleFile {
  readonly path: PathText;
  /** As the kernel has it. */
  readonly name: string;
  /** First folder below the kernel's own: kernel, updates, extra, weak-updates, misc. */
  readonly area: string;
  /** Brought by the build of this kernel. */
  readonly listed: boolean;
  /** `nvidia/535.183.01` of dkms, which built it here; empty for none. */
  readonly builtBy: Printable;
  /** `nvidia` of an installer that brought it; empty for none. */
  readonly vendor: Printable;
  /** A link to a module of another kernel, as weak-updates are; one that leads elsewhere is none. */
  readonly isLink: boolean;
}

/** Beside the modules of the kernel, and brought by nobody who leaves a trace of it. */
export const isForeign = ({ area, listed, builtBy, vendor, isLink }: ModuleFile): boolean =>
  area !== 'kernel' && !listed && !isLink && builtBy === '' && vendor === '';

export const moduleFolders = pathsOf('/usr/lib/modules /lib/modules');
export const dkmsState = printableText('/var/lib/dkms');
const orderName = printableText('modules.order');
const most = { kernels: 32, folders: 8_192, files: 40_000, depth: 12, built: 5_000 } as const;
const moduleFile = /\.ko(?:\.(?:gz|xz|zst))?$/;

const folderNames = (target: Target, path: PathText, limit: number): readonly Printable[] =>
  target
    .readNow({ kind: 'directory', path, limit })
    .entries.filter(({ type }) => type === 'directory')
    .map(({ name }) => name);

/** `KERNEL NAME` to the module of dkms that it was built from. */
function builtModules(target: Target): ReadonlyMap<string, Printable> {
  const built = new Map<string, Printable>();
  const below = (path: PathText): readonly PathText[] =>
    folderNames(target, path, 256).map((name) => joinPath(path, name));
  for (const module of below(dkmsState)) {
    for (const version of below(module)) {
      const by = phrase`${baseName(module)}/${baseName(version)}`;
      for (const kernel of below(version)) {
        for (const architecture of below(kernel)) {
          const folder = joinPath(architecture, printableText('module'));
          for (const { name } of target.readNow({ kind: 'directory', path: folder, limit: 256 }).entries) {
            if (built.size >= most.built) return built;
            if (moduleFile.test(name)) built.set(`${baseName(kernel)} ${moduleName(name)}`, by);
          }
        }
      }
    }
  }
  return built;
}

function shippedBy(target: Target, folder: PathText): ReadonlySet<string> | undefined {
  const { bytes } = target.readNow({ kind: 'file', path: joinPath(folder, orderName), limit: 8 << 20 });
  if (bytes.length === 0) return undefined;
  return new Set([...textLines(bytes, { lines: 60_000, longest: 1024 })].map(({ text }) => text.trim()));
}

interface Walked {
  readonly files: readonly { readonly path: PathText; readonly area: string; readonly isLink: boolean }[];
  readonly status: SourceStatus;
}

/** Whether a link leads to a module that is looked at where it lies. */
function staysAmongModules(target: Target, path: PathText): boolean {
  const link = target.readNow({ kind: 'link', path });
  if (link.status !== 'ok') return false;
  const leads = link.target.startsWith('/') ? link.target : joinPath(folderOf(path), link.target);
  const parts: string[] = [];
  for (const part of namesOf(leads)) {
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return moduleFolders.some((folder) => `/${parts.join('/')}`.startsWith(`${folder}/`));
}

function walk(target: Target, root: PathText): Walked {
  const files: Walked['files'][number][] = [];
  const open: { path: PathText; area: string; depth: number }[] = [{ path: root, area: '', depth: 0 }];
  let status: SourceStatus = 'ok';
  for (let at = 0; at < open.length; at += 1) {
    const folder = open[at];
    if (folder === undefined) break;
    const listed = target.readNow({ kind: 'directory', path: folder.path, limit: most.files });
    if (listed.status !== 'ok' && listed.status !== 'empty') status = listed.status;
    for (const { name, type } of listed.entries) {
      const path = joinPath(folder.path, name);
      const area = folder.depth === 0 ? name : folder.area;
      if (type === 'directory') {
        if (folder.depth < most.depth && open.length < most.folders)
          open.push({ path, area, depth: folder.depth + 1 });
        else status = 'truncated';
      } else if (moduleFile.test(name)) {
        if (files.length >= most.files) return { files, status: 'truncated' };
        files.push({
          path,
          area: folder.depth === 0 ? '' : area,
          isLink: type === 'link' && staysAmongModules(target, path),
        });
      }
    }
  }
  return { files, status };
}

interface Tree extends Walked {
  readonly version: Printable;
  readonly folder: PathText;
  readonly shipped: ReadonlySet<string> | undefined;
}

/** `kernel/fs/ext4/ext4.ko`, as modules.order has it. */
const orderForm = ({ folder }: Tree, path: PathText): string =>
  path.slice(folder.length + 1).replace(/\.(?:gz|xz|zst)$/, '');

function treesOf(context: ReadContext, artifact: string): readonly Tree[] {
  const { target } = context;
  const kernels = unmerged(context, moduleFolders).flatMap((root) =>
    folderNames(target, root, most.kernels).map((name) => ({ root, name })),
  );
  return kernels.slice(0, most.kernels).map(({ root, name: version }) => {
    const folder = joinPath(root, version);
    const shipped = shippedBy(target, folder);
    const walked = walk(target, folder);
    context.log.record({ source: phrase`${folder}/**`, artifact, status: walked.status, bytes: 0 });
    return { version, folder, shipped, ...walked };
  });
}

async function look(context: ReadContext, artifact: string): Promise<readonly KernelModules[]> {
  const trees = treesOf(context, artifact);
  const built = builtModules(context.target);
  const strange = trees.flatMap((tree) =>
    tree.files.flatMap(({ path }) => (tree.shipped?.has(orderForm(tree, path)) === true ? [] : [path])),
  );
  const vendorOf = await vendorsOf(context, artifact, new Set(strange.map(moduleName)));
  const linked = await linkedFromPackages(context, artifact, strange);
  return trees.map((tree) => {
    const { version, shipped } = tree;
    const own = new Set([...(shipped ?? [])].map((path) => moduleName(path)));
    return {
      version,
      hasOrder: shipped !== undefined,
      files: tree.files.map(({ path, area, isLink }) => {
        const name = moduleName(path);
        return {
          path,
          name,
          area,
          listed: shipped?.has(orderForm(tree, path)) ?? false,
          builtBy: built.get(`${version} ${name}`) ?? phrase``,
          // No vendor's module takes the place of one that the kernel has.
          vendor: own.has(name) ? phrase`` : (linked.get(folderOf(path)) ?? vendorOf(name)),
          isLink,
        };
      }),
    };
  });
}

const remembered = new WeakMap<Target, Promise<readonly KernelModules[]>>();

/** The modules of every kernel of the target, read once for all artifacts. */
export function moduleTrees(context: ReadContext, artifact: string): Promise<readonly KernelModules[]> {
  const known = remembered.get(context.target) ?? look(context, artifact);
  remembered.set(context.target, known);
  return known;
}
