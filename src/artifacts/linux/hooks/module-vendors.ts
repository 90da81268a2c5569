/**
 * Kernel modules that installers bring without a package, known by what they install beside them.
 *
 * Why: the installers of nvidia, VMware and VirtualBox, and file systems built from source put modules beside those of
 * the kernel, and leave no list. What it is NOT: proof. A name alone excuses nothing: the programs that speak to the
 * module must be there, and whoever can write modules can write those too. Signatures are not taken into account: what
 * they say cannot be verified without the keys, which no root folder holds.
 * Sources: nvidia-installer(1) (/var/lib/nvidia), VMware's /etc/vmware/locations, VirtualBox's vboxdrv.sh; make install
 * of OpenZFS, WireGuard, DRBD and Open vSwitch.
 */
import { type Printable, phrase } from '../../../model/text.ts';
import type { ReadContext } from '../reading.ts';
import { isThere, pathsOf } from './hook-folder.ts';

interface Vendor {
  readonly name: Printable;
  /** As the kernel has them. */
  readonly modules: RegExp;
  /** One of them is there. */
  readonly beside: string;
}

const vendors: readonly Vendor[] = [
  {
    name: phrase`nvidia`,
    modules: /^(?:nvidia(?:_uvm|_modeset|_drm|_peermem|_fs)?|nv_peer_mem|gdrdrv)$/,
    beside: '/usr/bin/nvidia-uninstall /var/lib/nvidia /usr/bin/nvidia-smi /usr/bin/nvidia-installer',
  },
  {
    name: phrase`vmware`,
    modules: /^(?:vmmon|vmnet|vmci|vsock|vmblock|vmhgfs|vmxnet3?|vmmemctl|pvscsi)$/,
    beside: '/etc/vmware/locations /etc/vmware-tools/locations /usr/lib/vmware /usr/bin/vmware',
  },
  {
    name: phrase`virtualbox`,
    modules: /^vbox(?:drv|netflt|netadp|pci|guest|sf|video)$/,
    beside: '/usr/lib/virtualbox /usr/share/virtualbox /opt/VirtualBox /etc/vbox /var/lib/VBoxGuestAdditions',
  },
  {
    name: phrase`openzfs`,
    modules: /^(?:zfs|spl|zavl|znvpair|zunicode|zcommon|zlua|zzstd|icp)$/,
    beside: '/usr/sbin/zpool /sbin/zpool /usr/local/sbin/zpool',
  },
  {
    name: phrase`wireguard`,
    modules: /^wireguard$/,
    beside: '/usr/bin/wg /usr/local/bin/wg',
  },
  { name: phrase`drbd`, modules: /^drbd(?:_transport_\w+)?$/, beside: '/usr/sbin/drbdadm /sbin/drbdadm' },
  {
    name: phrase`openvswitch`,
    modules: /^(?:openvswitch|vport_\w+)$/,
    beside: '/usr/bin/ovs-vsctl /usr/local/bin/ovs-vsctl',
  },
];

/** Of the vendors that have installed something here. */
export class ModuleVendors {
  readonly #context: ReadContext;
  readonly #installed = new Map<Vendor, boolean>();

  constructor(context: ReadContext) {
    this.#context = context;
  }

  /** Whose a module is, or nothing. */
  of(name: string): Printable {
    for (const vendor of vendors) {
      if (!vendor.modules.test(name)) continue;
      const known =
        this.#installed.get(vendor) ?? pathsOf(vendor.beside).some((path) => isThere(this.#context, path));
      this.#installed.set(vendor, known);
      if (known) return vendor.name;
    }
    return phrase``;
  }
}
