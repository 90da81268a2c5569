/** Cases of what the kernel starts and loads; nothing in them is ever run or loaded. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import { fetches, foreign, hidden } from './script-dresses.fixture.ts';

const kernel = '6.1.0-40-amd64';
const tree = `/usr/lib/modules/${kernel}`;
const kernelPackage = {
  [`${tree}/modules.order`]: 'kernel/fs/ext4/ext4.ko\nkernel/drivers/net/dummy.ko\n',
  [`${tree}/kernel/fs/ext4/ext4.ko`]: inertProgram(7001),
  [`${tree}/kernel/drivers/net/dummy.ko`]: inertProgram(7002),
};
const python = ':python3.11:M::\\xa7\\x0d\\x0d\\x0a::/usr/bin/python3:\n';
const everyElf = ':compat:M::\\x7fELF\\x02\\x01::';

const formatCases: readonly MechanismCase[] = [
  {
    mechanism: 'binfmt',
    dress: 'fetch-and-run',
    what: 'every program goes through one of a temporary folder (nothing can be fetched here)',
    planted: {
      '/etc/binfmt.d/compat.conf': `${everyElf}/var/tmp/.i/run:C\n`,
      '/var/tmp/.i/run': inertProgram(),
    },
  },
  {
    mechanism: 'binfmt',
    dress: 'unowned-binary',
    what: 'every program goes through a foreign one of the system',
    planted: { '/etc/binfmt.d/compat.conf': `${everyElf}${foreign}:\n`, [foreign]: inertProgram() },
  },
  {
    mechanism: 'binfmt',
    dress: 'owned-edit',
    what: 'the file of a package names a hidden interpreter',
    packaged: { '/usr/lib/binfmt.d/python3.11.conf': python },
    planted: {
      '/usr/lib/binfmt.d/python3.11.conf': python.replace('/usr/bin/python3', hidden),
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'binfmt',
    dress: 'honest',
    what: 'Python, Java, and an emulator for containers of another machine',
    packaged: {
      '/usr/lib/binfmt.d/python3.11.conf': python,
      '/usr/lib/binfmt.d/qemu-aarch64-static.conf':
        ':qemu-aarch64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:/usr/bin/qemu-aarch64-static:OCF\n',
      '/usr/bin/qemu-aarch64-static': inertProgram(7100),
    },
    planted: { '/etc/binfmt.d/jar.conf': ':jar:E::jar::/usr/bin/java-jar:\n' },
  },
];

const coredump = 'kernel.core_pattern=|/usr/lib/systemd/systemd-coredump %P %u %g %s %t %c %h\n';
const coreFile = '/usr/lib/sysctl.d/50-coredump.conf';
const hotplugFile = '/usr/lib/sysctl.d/60-hotplug.conf';

const helperCases: readonly MechanismCase[] = [
  {
    mechanism: 'core-pattern',
    dress: 'fetch-and-run',
    what: 'each crash runs a shell that fetches',
    planted: { '/etc/sysctl.d/99-core.conf': `kernel.core_pattern = |/bin/sh -c "${fetches}"\n` },
  },
  {
    mechanism: 'core-pattern',
    dress: 'unowned-binary',
    what: 'each crash runs a foreign program of the system',
    planted: { '/etc/sysctl.conf': `kernel/core_pattern=|${foreign} %p\n`, [foreign]: inertProgram() },
  },
  {
    mechanism: 'core-pattern',
    dress: 'owned-edit',
    what: 'the file of a package names a hidden program',
    packaged: { [coreFile]: coredump, '/usr/lib/systemd/systemd-coredump': inertProgram(7200) },
    planted: { [coreFile]: `kernel.core_pattern=|${hidden} %P\n`, [hidden]: inertProgram() },
  },
  {
    mechanism: 'core-pattern',
    dress: 'honest',
    what: 'dumps to the journal, and an owner who keeps them in a folder',
    packaged: { [coreFile]: coredump, '/usr/lib/systemd/systemd-coredump': inertProgram(7200) },
    planted: {
      '/etc/sysctl.d/90-app.conf':
        'kernel.core_pattern = /var/crash/core.%e.%p\nvm.nr_hugepages = 512\nnet.core.somaxconn = 4096\n',
    },
  },
  {
    mechanism: 'kernel-helper',
    dress: 'fetch-and-run',
    what: 'a loader of modules in a temporary folder (nothing can be fetched here)',
    planted: { '/etc/sysctl.d/20-mod.conf': 'kernel.modprobe=/dev/shm/.m\n', '/dev/shm/.m': inertProgram() },
  },
  {
    mechanism: 'kernel-helper',
    dress: 'unowned-binary',
    what: 'a foreign loader of modules in the system',
    planted: { '/etc/sysctl.d/20-mod.conf': `-kernel.modprobe = ${foreign}\n`, [foreign]: inertProgram() },
  },
  {
    mechanism: 'kernel-helper',
    dress: 'owned-edit',
    what: 'the file of a package names a hidden helper of hotplug',
    packaged: {
      [hotplugFile]: 'kernel.hotplug=/usr/sbin/hotplug\n',
      '/usr/sbin/hotplug': inertProgram(7300),
    },
    planted: { [hotplugFile]: `kernel.hotplug=${hidden}\n`, [hidden]: inertProgram() },
  },
  {
    mechanism: 'kernel-helper',
    dress: 'honest',
    what: 'the helper of a package, and what the kernel was built with',
    packaged: {
      [hotplugFile]: 'kernel.hotplug=/usr/sbin/hotplug\n',
      '/usr/sbin/hotplug': inertProgram(7300),
    },
    planted: { '/etc/sysctl.d/20-mod.conf': 'kernel.modprobe=/sbin/modprobe\nkernel.kptr_restrict=2\n' },
  },
];

const modprobeFile = '/usr/lib/modprobe.d/sound.conf';

const moduleCases: readonly MechanismCase[] = [
  {
    mechanism: 'modprobe-install',
    dress: 'fetch-and-run',
    what: 'a module that fetches instead of loading',
    planted: {
      '/etc/modprobe.d/usb.conf': `install usb_storage ${fetches}; /sbin/modprobe --ignore-install usb_storage\n`,
    },
  },
  {
    mechanism: 'modprobe-install',
    dress: 'unowned-binary',
    what: 'a foreign program of the system before the module',
    planted: {
      '/etc/modprobe.d/net.conf': `install e1000e ${foreign} & \\\n  /sbin/modprobe -i e1000e\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'modprobe-install',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the file of a package',
    packaged: { [modprobeFile]: 'install snd_pcm /sbin/modprobe --ignore-install snd_pcm\n' },
    planted: {
      [modprobeFile]: `install snd_pcm ${hidden}; /sbin/modprobe --ignore-install snd_pcm\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'modprobe-install',
    dress: 'honest',
    what: 'file systems that a hardening guide switches off, and a driver with its second half',
    packaged: { [modprobeFile]: 'install snd_pcm /sbin/modprobe --ignore-install snd_pcm\n' },
    planted: {
      '/etc/modprobe.d/cis.conf':
        'install cramfs /bin/true\ninstall squashfs /bin/false\ninstall usb-storage /bin/true\nblacklist nouveau\noptions kvm_intel nested=1\n',
      '/etc/modprobe.d/nvidia.conf': 'remove nvidia /sbin/modprobe -r --ignore-remove nvidia-uvm nvidia\n',
    },
  },
  {
    mechanism: 'modules-load',
    dress: 'fetch-and-run',
    what: 'a module of a known rootkit at each boot (nothing can be fetched here)',
    packaged: kernelPackage,
    planted: {
      '/etc/modules-load.d/diamorphine.conf': 'diamorphine\n',
      [`${tree}/extra/diamorphine.ko`]: inertProgram(),
    },
  },
  {
    mechanism: 'modules-load',
    dress: 'unowned-binary',
    what: 'a foreign module with an innocent name, in the oldest list',
    packaged: { ...kernelPackage, '/etc/modules': '# modules\n' },
    conffiles: ['/etc/modules'],
    planted: {
      '/etc/modules': '# modules\nnf-cache\n',
      [`${tree}/kernel/drivers/net/nf_cache.ko`]: inertProgram(),
    },
  },
  {
    mechanism: 'modules-load',
    dress: 'unowned-binary',
    what: 'a foreign module beside those of the kernel, in a list of its own',
    packaged: kernelPackage,
    planted: {
      '/etc/modules-load.d/netfilter.conf': 'nf_cache\n',
      [`${tree}/updates/nf_cache.ko`]: inertProgram(),
    },
  },
  {
    mechanism: 'modules-load',
    dress: 'owned-edit',
    what: 'a module of the kernel that is loaded at boot was replaced',
    packaged: { ...kernelPackage, '/usr/lib/modules-load.d/dummy.conf': 'dummy\n' },
    planted: { [`${tree}/kernel/drivers/net/dummy.ko`]: inertProgram(7012) },
  },
  {
    mechanism: 'modules-load',
    dress: 'honest',
    what: 'modules for Kubernetes, of which one is built in, and one of the kernel',
    packaged: kernelPackage,
    planted: {
      '/etc/modules-load.d/k8s.conf': 'overlay\nbr_netfilter\n',
      '/etc/modules': 'dummy numdummies=2\n',
    },
  },
  {
    mechanism: 'kernel-module-file',
    dress: 'fetch-and-run',
    what: 'a module among those of dkms that dkms did not build (nothing can be fetched here)',
    packaged: kernelPackage,
    planted: { [`${tree}/updates/dkms/nvidia-net.ko`]: inertProgram() },
  },
  {
    mechanism: 'kernel-module-file',
    dress: 'unowned-binary',
    what: 'a foreign module among those of the kernel',
    packaged: kernelPackage,
    planted: { [`${tree}/kernel/drivers/net/nf_cache.ko`]: inertProgram() },
  },
  {
    mechanism: 'kernel-module-file',
    dress: 'unowned-binary',
    what: 'a foreign module beside those of the kernel, which another is made to draw in',
    packaged: kernelPackage,
    planted: {
      '/etc/modprobe.d/net.conf': 'softdep dummy post: nf_cache\n',
      [`${tree}/extra/nf-cache.ko.xz`]: inertProgram(),
    },
  },
  {
    mechanism: 'kernel-module-file',
    dress: 'unowned-binary',
    what: 'a foreign module with the name of WireGuard beside the tool of its package, loaded at each boot',
    packaged: { ...kernelPackage, '/usr/bin/wg': inertProgram(7609) },
    planted: {
      [`${tree}/extra/wireguard.ko`]: inertProgram(),
      '/etc/modules-load.d/wg.conf': 'wireguard\n',
    },
  },
  {
    mechanism: 'kernel-module-file',
    dress: 'honest',
    what: 'modules of the installers of nvidia, VMware and ZFS, and a driver that was built by hand',
    packaged: kernelPackage,
    planted: {
      [`${tree}/kernel/drivers/video/nvidia.ko`]: inertProgram(7600),
      [`${tree}/kernel/drivers/video/nvidia-uvm.ko`]: inertProgram(7601),
      '/usr/bin/nvidia-uninstall': inertProgram(7602),
      '/var/lib/nvidia/log': '1: /usr/bin/nvidia-uninstall\n',
      '/etc/modules-load.d/nvidia.conf': 'nvidia\nnvidia-uvm\n',
      '/etc/modprobe.d/nvidia.conf': 'softdep nvidia post: nvidia-uvm\n',
      [`${tree}/misc/vmmon.ko`]: inertProgram(7603),
      '/etc/vmware/locations': `file ${tree}/misc/vmmon.ko\n`,
      '/usr/lib/vmware/bin/vmware-vmx': inertProgram(7608),
      [`${tree}/extra/zfs.ko`]: inertProgram(7604),
      '/usr/local/sbin/zpool': inertProgram(7605),
      '/etc/modules-load.d/zfs.conf': 'zfs\n',
      [`${tree}/updates/drivers/net/ethernet/intel/igb/igb.ko`]: inertProgram(7606),
      '/etc/modprobe.d/igb.conf': 'options igb RSS=4\n',
    },
  },
  {
    mechanism: 'kernel-module-file',
    dress: 'owned-edit',
    what: 'a module of a package beside the kernel was replaced',
    packaged: { ...kernelPackage, [`${tree}/extra/wireguard.ko`]: inertProgram(7400) },
    planted: { [`${tree}/extra/wireguard.ko`]: inertProgram(7401) },
  },
  {
    mechanism: 'kernel-module-file',
    dress: 'honest',
    what: 'modules that dkms built, of a graphics card and a file system, those of installers, and one of a package',
    packaged: {
      ...kernelPackage,
      [`${tree}/extra/wireguard.ko`]: inertProgram(7400),
      [`${tree}/kernel/nvidia-550srv/bits/nvidia-uvm.o`]: inertProgram(7610),
      '/usr/src/nvidia-535.183.01/dkms.conf':
        'PACKAGE_NAME="nvidia"\nPACKAGE_VERSION="535.183.01"\nAUTOINSTALL="yes"\nMAKE[0]="make -j4 KERNEL_UNAME=$kernelver modules"\n',
    },
    planted: {
      [`${tree}/kernel/nvidia-550srv/nvidia-uvm.ko`]: inertProgram(7502),
      [`${tree}/misc/vboxdrv.ko`]: inertProgram(7503),
      [`${tree}/updates/dkms/nvidia.ko`]: inertProgram(7500),
      [`/var/lib/dkms/nvidia/535.183.01/${kernel}/x86_64/module/nvidia.ko`]: inertProgram(7500),
      [`${tree}/updates/dkms/zfs.ko.xz`]: inertProgram(7501),
      [`/var/lib/dkms/zfs/2.1.11/${kernel}/x86_64/module/zfs.ko.xz`]: inertProgram(7501),
    },
  },
];

const dkmsConf = (more: string): string =>
  `PACKAGE_NAME="zfs"\nPACKAGE_VERSION="2.1.11"\nBUILT_MODULE_NAME[0]="zfs"\nDEST_MODULE_LOCATION[0]="/extra"\nAUTOINSTALL="yes"\n${more}`;
const zfs = '/usr/src/zfs-2.1.11';
const zfsHook = '#!/bin/sh\nset -e\n./configure --with-linux="$2"\n';
const builds = 'PRE_BUILD="scripts/dkms.build $kernelver"\nMAKE="make -C module"\n';

const dkmsCases: readonly MechanismCase[] = [
  {
    mechanism: 'dkms',
    dress: 'fetch-and-run',
    what: 'a hook after the install that fetches',
    planted: {
      '/usr/src/rtl8812au-5.9/dkms.conf': dkmsConf('POST_INSTALL="post.sh"\n'),
      '/usr/src/rtl8812au-5.9/post.sh': { content: `#!/bin/sh\n${fetches}\n`, mode: 0o755 },
      '/var/lib/dkms/rtl8812au/5.9/source': { link: '/usr/src/rtl8812au-5.9' },
    },
  },
  {
    mechanism: 'dkms',
    dress: 'unowned-binary',
    what: 'a hook that is a foreign program of the system',
    planted: {
      '/usr/src/netfix-1.0/dkms.conf': dkmsConf(`POST_BUILD="${foreign}"\n`),
      '/var/lib/dkms/netfix/1.0/source': { link: '/usr/src/netfix-1.0' },
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'dkms',
    dress: 'owned-edit',
    what: 'a line for a hidden program in the hook of a package',
    packaged: {
      [`${zfs}/dkms.conf`]: dkmsConf(builds),
      [`${zfs}/scripts/dkms.build`]: { content: zfsHook, mode: 0o755 },
    },
    planted: {
      [`${zfs}/scripts/dkms.build`]: { content: `${zfsHook}${hidden} &\n`, mode: 0o755 },
      '/var/lib/dkms/zfs/2.1.11/source': { link: zfs },
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'dkms',
    dress: 'honest',
    what: 'a file system of a package, and a driver that an owner took from its makers',
    packaged: {
      [`${zfs}/dkms.conf`]: dkmsConf(builds),
      [`${zfs}/scripts/dkms.build`]: { content: zfsHook, mode: 0o755 },
    },
    planted: {
      '/var/lib/dkms/zfs/2.1.11/source': { link: zfs },
      '/usr/src/rtl8812au-5.9/dkms.conf': dkmsConf(
        'MAKE="\'make\' -j$(nproc) KVER=$kernelver KSRC=/lib/modules/$kernelver/build"\nCLEAN="make clean"\n',
      ),
      '/var/lib/dkms/rtl8812au/5.9/source': { link: '/usr/src/rtl8812au-5.9' },
    },
  },
];

export const kernelHookCases: readonly MechanismCase[] = [
  ...formatCases,
  ...helperCases,
  ...moduleCases,
  ...dkmsCases,
];
