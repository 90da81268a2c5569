/** Cases of the boot, of clouds and of updates; nothing in them is ever run, all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import { fetches, foreign, hidden, scriptDresses } from './script-dresses.fixture.ts';

const imageCases: readonly MechanismCase[] = [
  ...scriptDresses({
    mechanism: 'initramfs-hook',
    added: '/etc/initramfs-tools/scripts/init-bottom/zz-net',
    owned: '/usr/share/initramfs-tools/hooks/fsck',
    what: 'a remote unlock of the disk, and settings of images',
    honest: {
      '/etc/initramfs-tools/hooks/wlan': {
        content:
          '#!/bin/sh\nPREREQ=""\ncase $1 in prereqs) echo "$PREREQ"; exit 0;; esac\n. /usr/share/initramfs-tools/hook-functions\ncopy_exec /usr/sbin/wpa_supplicant\n',
        mode: 0o755,
      },
      '/etc/initramfs-tools/conf.d/resume': 'RESUME=UUID=5f2c\n',
      '/etc/initramfs-tools/initramfs.conf':
        'MODULES=most\nBUSYBOX=auto\nCOMPRESS=zstd\nIP=192.0.2.10::192.0.2.1:255.255.255.0::eth0\n',
    },
  }),
  ...scriptDresses({
    mechanism: 'dracut-module',
    added: '/usr/lib/dracut/modules.d/99netcache/module-setup.sh',
    owned: '/usr/lib/dracut/modules.d/98syslog/module-setup.sh',
    text: '#!/bin/bash\ncheck() { return 0; }\ninstall() { inst_multiple rsyslogd; }\n',
    what: 'a module of a package, drivers of an owner, and a key file in the image',
    packaged: {
      '/usr/lib/dracut/modules.d/60crypt-ssh/module-setup.sh': {
        content:
          '#!/bin/bash\ncheck() { require_binaries dropbear || return 1; }\ninstall() { inst_binary dropbear; }\n',
        mode: 0o755,
      },
    },
    honest: {
      '/etc/dracut.conf.d/disk.conf':
        'add_drivers+=" nvme virtio_blk "\nhostonly="yes"\ninstall_items+=" /etc/crypttab /etc/luks/root.key "\n',
      '/etc/luks/root.key': { content: 'x\n', mode: 0o400 },
    },
  }),
];

const grub = (line: string): string =>
  `GRUB_DEFAULT=0\nGRUB_TIMEOUT=5\nGRUB_DISTRIBUTOR=\`lsb_release -i -s 2> /dev/null || echo Debian\`\nGRUB_CMDLINE_LINUX_DEFAULT="${line}"\n`;

const bootCases: readonly MechanismCase[] = [
  {
    mechanism: 'grub-setting',
    dress: 'fetch-and-run',
    what: 'settings of GRUB, which a shell reads, fetch',
    planted: { '/etc/default/grub.d/99-net.cfg': `GRUB_TIMEOUT=1\n${fetches}\n` },
  },
  {
    mechanism: 'grub-setting',
    dress: 'unowned-binary',
    what: 'another first process in the boot menu: a foreign program of the system',
    planted: {
      '/boot/grub/grub.cfg': `menuentry 'Debian' {\n\tlinux /vmlinuz root=UUID=5f2c ro quiet init=${foreign}\n\tinitrd /initrd.img\n}\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'grub-setting',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside a script of a package',
    packaged: {
      '/etc/grub.d/10_linux': { content: '#!/bin/sh\nset -e\n. /etc/default/grub\n', mode: 0o755 },
    },
    conffiles: ['/etc/grub.d/10_linux'],
    planted: {
      '/etc/grub.d/10_linux': {
        content: `#!/bin/sh\nset -e\n. /etc/default/grub\n${hidden} &\n`,
        mode: 0o755,
      },
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'grub-setting',
    dress: 'honest',
    what: 'huge pages for a database, a serial console, guards that an owner set, and an entry of an owner',
    packaged: {
      '/etc/kernel/postinst.d/zz-update-grub': {
        content: '#!/bin/sh\nset -e\nexec update-grub\n',
        mode: 0o755,
      },
    },
    planted: {
      '/etc/default/grub': grub('quiet hugepagesz=2M hugepages=4096 console=ttyS0,115200 mitigations=off'),
      '/etc/default/grub.d/50-lsm.cfg':
        'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX lsm=landlock,lockdown,yama,apparmor,bpf"\n',
      '/etc/grub.d/40_custom': {
        content: "#!/bin/sh\nexec tail -n +3 $0\nmenuentry 'memtest' { linux16 /boot/memtest86+.bin }\n",
        mode: 0o755,
      },
      '/boot/grub/grub.cfg':
        "menuentry 'Debian' {\n\tlinux /vmlinuz-6.1.0-40-amd64 root=UUID=5f2c ro quiet init=/usr/lib/systemd/systemd\n\tinitrd /amd-ucode.img /initrd.img-6.1.0-40-amd64\n}\n",
    },
  },
];

const cloudCases: readonly MechanismCase[] = [
  {
    mechanism: 'cloud-init',
    dress: 'fetch-and-run',
    what: 'user data that fetches at each boot',
    planted: {
      '/var/lib/cloud/instances/i-1/user-data.txt': `#cloud-config\npackage_update: true\nbootcmd:\n  - [sh, -c, "${fetches}"]\n`,
      '/var/lib/cloud/instance': { link: '/var/lib/cloud/instances/i-1' },
    },
  },
  {
    mechanism: 'cloud-init',
    dress: 'unowned-binary',
    what: 'a script of each boot for a foreign program of the system',
    planted: {
      '/var/lib/cloud/scripts/per-boot/00-net': { content: `#!/bin/sh\n${foreign} &\n`, mode: 0o755 },
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'cloud-init',
    dress: 'owned-edit',
    what: 'a command for a hidden program inside the settings of a package',
    packaged: { '/etc/cloud/cloud.cfg': 'users:\n  - default\ndisable_root: true\n' },
    conffiles: ['/etc/cloud/cloud.cfg'],
    planted: {
      '/etc/cloud/cloud.cfg': `users:\n  - default\ndisable_root: true\nbootcmd:\n- ${hidden} --daemon\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'cloud-init',
    dress: 'honest',
    what: 'a server that was set up by its maker: packages, a unit, a timer, and a swap file at each boot',
    packaged: { '/etc/cloud/cloud.cfg': 'users:\n  - default\ndisable_root: true\n' },
    conffiles: ['/etc/cloud/cloud.cfg'],
    planted: {
      '/var/lib/cloud/instances/i-1/user-data.txt':
        '#cloud-config\npackages: [nginx, fail2ban]\nwrite_files:\n  - path: /etc/nginx/conf.d/app.conf\n    content: |\n      server { listen 80; }\nruncmd:\n  - systemctl enable --now nginx\n  - [ufw, allow, "80/tcp"]\n',
      '/var/lib/cloud/instance': { link: '/var/lib/cloud/instances/i-1' },
      '/var/lib/cloud/scripts/per-boot/10-swap.sh': {
        content: '#!/bin/sh\nswapon --show | grep -q /mnt/swap || swapon /mnt/swap\n',
        mode: 0o755,
      },
    },
  },
];

const restart = '/etc/needrestart/needrestart.conf';

const updateCases: readonly MechanismCase[] = [
  {
    mechanism: 'needrestart-hook',
    dress: 'fetch-and-run',
    what: 'settings, which are Perl, fetch after each install',
    planted: { '/etc/needrestart/conf.d/00-net.conf': `system("${fetches}");\n1;\n` },
  },
  {
    mechanism: 'needrestart-hook',
    dress: 'unowned-binary',
    what: 'a hook that is a foreign program',
    planted: { '/etc/needrestart/hook.d/15-apt': inertProgram() },
  },
  {
    mechanism: 'needrestart-hook',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the settings of a package',
    packaged: { [restart]: "$nrconf{verbosity} = 1;\n$nrconf{hook_d} = '/etc/needrestart/hook.d';\n" },
    conffiles: [restart],
    planted: {
      [restart]: `$nrconf{verbosity} = 1;\nsystem("${hidden} &");\n$nrconf{hook_d} = '/etc/needrestart/hook.d';\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'needrestart-hook',
    dress: 'honest',
    what: 'settings of a package and of Ansible, and a note to the administrator',
    packaged: { [restart]: "$nrconf{verbosity} = 1;\n$nrconf{hook_d} = '/etc/needrestart/hook.d';\n" },
    conffiles: [restart],
    planted: {
      '/etc/needrestart/conf.d/50-ansible.conf':
        "# Ansible managed\n$nrconf{restart} = 'a';\n$nrconf{override_rc}{qr(^docker)} = 0;\n",
      '/etc/needrestart/notify.d/600-mail': {
        content: '#!/bin/sh\n. /usr/lib/needrestart/notify.d.sh\nmail -s "restart $(hostname)" root\n',
        mode: 0o755,
      },
    },
  },
];

export const bootHookCases: readonly MechanismCase[] = [
  ...imageCases,
  ...bootCases,
  ...cloudCases,
  ...updateCases,
];
