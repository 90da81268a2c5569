/**
 * Kernel modules that installers bring without a package, known by the programs that they install beside them.
 *
 * Why: the installers of nvidia, VMware and VirtualBox, and file systems built from source put modules beside those of
 * the kernel, and leave no list. What it is NOT: proof, so it makes a module no more than unusual. A name alone says
 * nothing: a compiled program of the vendor must be there, and no package may have brought it, for where a package
 * brought the program its module comes from a package as well. A module that takes the name of one of the kernel's own
 * is nobody's. Signatures are not taken into account: what they say cannot be verified without the keys.
 * Sources: nvidia-installer(1), VMware's vmware-install.pl, VirtualBox's vboxdrv.sh and vboxadd; make install of OpenZFS,
 * WireGuard, DRBD and Open vSwitch.
 */
import { printableLatin1 } from '../../../formats/text-lines.ts';
import {
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import { fileFactsOf } from '../file-facts.ts';
import { ownersOf } from '../file-owners.ts';
import type { ReadContext } from '../reading.ts';
import { pathsOf } from './hook-folder.ts';

interface Vendor {
  readonly name: Printable;
  /** As the kernel has them. */
  readonly modules: RegExp;
  /** Compiled programs of which the installer leaves one at least. */
  readonly programs: string;
}

const vendors: readonly Vendor[] = [
  {
    name: phrase`nvidia`,
    modules: /^(?:nvidia(?:_uvm|_modeset|_drm|_peermem|_fs)?|nv_peer_mem|gdrdrv)$/,
    programs: '/usr/bin/nvidia-uninstall /usr/bin/nvidia-smi /usr/bin/nvidia-installer',
  },
  {
    name: phrase`vmware`,
    modules: /^(?:vmmon|vmnet|vmci|vsock|vmblock|vmhgfs|vmxnet3?|vmmemctl|pvscsi)$/,
    programs:
      '/usr/lib/vmware/bin/vmware-vmx /usr/bin/vmware-networks /usr/bin/vmnet-natd /usr/sbin/vmtoolsd /usr/bin/vmtoolsd /usr/bin/vmware-toolbox-cmd /usr/lib/vmware-tools/sbin64/vmtoolsd',
  },
  {
    name: phrase`virtualbox`,
    modules: /^vbox(?:drv|netflt|netadp|pci|guest|sf|video)$/,
    programs:
      '/usr/lib/virtualbox/VBoxSVC /opt/VirtualBox/VBoxSVC /usr/sbin/VBoxService /usr/local/sbin/VBoxService',
  },
  {
    name: phrase`openzfs`,
    modules: /^(?:zfs|spl|zavl|znvpair|zunicode|zcommon|zlua|zzstd|icp)$/,
    programs: '/usr/sbin/zpool /sbin/zpool /usr/local/sbin/zpool',
  },
  { name: phrase`wireguard`, modules: /^wireguard$/, programs: '/usr/bin/wg /usr/local/bin/wg' },
  {
    name: phrase`drbd`,
    modules: /^drbd(?:_transport_\w+)?$/,
    programs: '/usr/sbin/drbdadm /sbin/drbdadm /usr/local/sbin/drbdadm',
  },
  {
    name: phrase`openvswitch`,
    modules: /^(?:openvswitch|vport_\w+)$/,
    programs: '/usr/bin/ovs-vsctl /usr/local/bin/ovs-vsctl',
  },
];

/** Whose a module is by its name, or an empty name. */
export type VendorOf = (module: string) => Printable;

async function hasInstalled(
  { target, log }: ReadContext,
  artifact: string,
  vendor: Vendor,
): Promise<boolean> {
  const { facts, sources } = fileFactsOf(target, pathsOf(vendor.programs));
  for (const source of sources) log.record({ ...source, artifact });
  const programs = facts.filter(({ status, format }) => status === 'ok' && format === 'elf');
  if (programs.length === 0) return false;
  const paths = programs.flatMap(({ path, leadsTo }) => (leadsTo === undefined ? [path] : [path, leadsTo]));
  const owners = await ownersOf(target, [...new Set(paths)]);
  for (const source of owners.sources) log.record({ ...source, artifact });
  return owners.facts.every((fact) => fact.package === '');
}

/** @param names of modules that no build brought: only whose vendors these might be is looked for */
export async function vendorsOf(
  context: ReadContext,
  artifact: string,
  names: ReadonlySet<string>,
): Promise<VendorOf> {
  const here: Vendor[] = [];
  for (const vendor of vendors) {
    const asked = [...names].some((name) => vendor.modules.test(name));
    if (asked && (await hasInstalled(context, artifact, vendor))) here.push(vendor);
  }
  return (module) => here.find(({ modules }) => modules.test(module))?.name ?? phrase``;
}

/** Ubuntu links its driver on the host, from parts that a package keeps in a folder beside it. */
const linkedHere = /\/kernel\/nvidia-\d[\w-]*\/nvidia[\w-]*\.ko/;
const parts = printableText('bits');

/** Folders of modules that were linked here from parts of a package, with that package. */
export async function linkedFromPackages(
  { target, log }: ReadContext,
  artifact: string,
  modules: readonly PathText[],
): Promise<ReadonlyMap<PathText, Printable>> {
  const folders = new Set(modules.filter((path) => linkedHere.test(path)).map(folderOf));
  if (folders.size === 0) return new Map();
  const { facts, sources } = await ownersOf(
    target,
    [...folders].map((folder) => joinPath(folder, parts)),
  );
  for (const source of sources) log.record({ ...source, artifact });
  return new Map(
    facts
      .filter((fact) => fact.package !== '')
      .map((fact) => [folderOf(fact.path), printableLatin1(fact.package)]),
  );
}
