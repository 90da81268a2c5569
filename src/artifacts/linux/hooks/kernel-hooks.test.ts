import { describe, expect, test } from 'bun:test';
import { inertProgram } from '../../../../test/persistence/case.ts';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { RecordedHost } from '../../../../test/recorded-target.ts';
import { binfmt } from './binfmt.ts';
import { dkms } from './dkms.ts';
import { kernelHelpers } from './kernel-helpers.ts';
import { kernelModuleFiles } from './kernel-module-files.ts';
import { modprobe } from './modprobe.ts';

const kernel = '6.1.0-40-amd64';
const tree = `/usr/lib/modules/${kernel}`;
const order = { [`${tree}/modules.order`]: 'kernel/fs/ext4/ext4.ko\nkernel/net/a/a-b.ko\n' };

describe('linux.binfmt', () => {
  test('tells interpreters, and marks one that takes every program', async () => {
    const { entries } = await gatherFrom(binfmt, {
      '/bin/sh': inertProgram(),
      '/etc/binfmt.d/a.conf': `:a:M::\\x7fELF\\x02\\x01${'\\x00'.repeat(12)}\\x3e\\x00::/tmp/x:C\n`,
      '/usr/lib/binfmt.d/a.conf': ':py:M::\\xa7::/usr/bin/python3:\n',
      '/usr/share/binfmts/jar': 'package jre\ninterpreter /usr/bin/jexec\nmagic PK\n',
    });
    expect(entries.map(({ command, active, marks }) => `${command} ${active} ${marks}`)).toEqual([
      '/tmp/x true loads-everywhere',
      '/usr/bin/python3 false ',
      '/usr/bin/jexec false ',
    ]);
  });

  test('of a live host tells what the kernel has; of a folder it does not', async () => {
    const files = {
      '/proc/sys/fs/binfmt_misc/x': 'enabled\ninterpreter /x\nflags: \noffset 0\nmagic 7f\n',
      '/proc/sys/fs/binfmt_misc/status': 'enabled\n',
    };
    expect((await gatherFrom(binfmt, files, 'live')).entries).toMatchObject([
      { command: '/x', active: true },
    ]);
    expect((await gatherFrom(binfmt, files)).entries).toEqual([]);
  });

  test('of noise tells nothing', async () => {
    expect((await gatherFrom(binfmt, { '/etc/binfmt.d/x.conf': '\0\xff:'.repeat(100_000) })).entries).toEqual(
      [],
    );
  });
});

describe('linux.kernel-helpers', () => {
  test('tells programs of settings, in either spelling, and where dumps become settings', async () => {
    const { entries } = await gatherFrom(kernelHelpers, {
      '/etc/sysctl.d/a.conf':
        'kernel/core_pattern=|/tmp/x %p\r\nkernel.modprobe=/tmp/y\nvm.nr_hugepages=512\n',
      '/usr/lib/sysctl.d/a.conf': 'kernel.core_pattern=|/usr/lib/systemd/systemd-coredump %P\n',
      '/etc/sysctl.conf': 'kernel.core_pattern=/etc/cron.d/core\n',
    });
    expect(
      entries.map(
        ({ mechanism, command, target, active, marks }) =>
          `${mechanism} ${command} ${target} ${active} ${marks}`,
      ),
    ).toEqual([
      'core-pattern /tmp/x %25p /tmp/x true ',
      'kernel-helper /tmp/y /tmp/y true ',
      'core-pattern /usr/lib/systemd/systemd-coredump %25P /usr/lib/systemd/systemd-coredump false ',
      'core-pattern /etc/cron.d/core undefined true unusual-place',
    ]);
  });

  test('of a live host tells what stands in the kernel, and nothing of what it is built with', async () => {
    const { entries } = await gatherFrom(
      kernelHelpers,
      {
        '/proc/sys/kernel/core_pattern': 'core\n',
        '/proc/sys/kernel/modprobe': '/sbin/modprobe\n',
        '/proc/sys/kernel/hotplug': '\n',
        '/sys/kernel/uevent_helper': '/tmp/u\n',
        '/sys/fs/cgroup/rdma/release_agent': '/tmp/r\n',
      },
      'live',
    );
    expect(entries.map(({ trigger, command }) => `${trigger} ${command}`)).toEqual([
      'uevent_helper /tmp/u',
      'release_agent /tmp/r',
    ]);
  });

  test('of noise tells nothing', async () => {
    expect(
      (await gatherFrom(kernelHelpers, { '/etc/sysctl.conf': `${' '.repeat(200_000)}\0\xff=` })).entries,
    ).toEqual([]);
  });
});

describe('linux.modprobe', () => {
  test('tells commands, and modules of each boot with their file', async () => {
    const { entries } = await gatherFrom(modprobe, {
      ...order,
      [`${tree}/kernel/net/a/a-b.ko`]: 'x',
      '/etc/modprobe.d/a.conf': 'install usb-storage /bin/true\noptions b c=1\n',
      '/usr/lib/modprobe.d/a.conf': 'install x /tmp/x\n',
      '/etc/modules': '# c\na_b d=1\nloop\n',
      '/etc/sysconfig/modules/y.modules': '#!/bin/sh\nmodprobe y\n',
    });
    expect(
      entries.map(({ mechanism, command, target, active }) => `${mechanism} ${command} ${target} ${active}`),
    ).toEqual([
      'modprobe-install /bin/true undefined true',
      'modprobe-install /tmp/x undefined false',
      `modules-load a_b ${tree}/kernel/net/a/a-b.ko true`,
      'modules-load loop undefined false',
      'modules-load  /etc/sysconfig/modules/y.modules false',
    ]);
  });

  test('a module that no build brought goes before its namesake', async () => {
    const { entries } = await gatherFrom(modprobe, {
      ...order,
      [`${tree}/kernel/net/a/a-b.ko`]: 'x',
      [`${tree}/updates/a-b.ko.xz`]: 'x',
      '/etc/modules-load.d/x.conf': 'a-b',
    });
    expect(entries).toMatchObject([{ target: `${tree}/updates/a-b.ko.xz`, marks: ['foreign-module'] }]);
  });

  test('of noise tells nothing', async () => {
    const { entries } = await gatherFrom(modprobe, {
      '/etc/modprobe.d/x.conf': '\0\xffinstall\n',
      '/etc/modules': '\xff\0\n',
    });
    expect(entries).toEqual([]);
  });
});

describe('linux.kernel-module-files', () => {
  test('tells what the build of a kernel did not bring, and who built it', async () => {
    const { entries } = await gatherFrom(kernelModuleFiles, {
      ...order,
      [`${tree}/kernel/fs/ext4/ext4.ko`]: 'x',
      [`${tree}/kernel/net/a/a-b.ko.zst`]: 'x',
      [`${tree}/kernel/net/a/c.ko`]: 'x',
      [`${tree}/updates/dkms/nvidia.ko`]: 'x',
      [`${tree}/updates/dkms/d.ko`]: 'x',
      [`${tree}/extra/e.ko`]: 'x',
      [`/var/lib/dkms/nvidia/535/${kernel}/x86_64/module/nvidia.ko`]: 'x',
    });
    const told = entries.map(
      ({ target, trigger, marks }) => `${target?.slice(tree.length)} ${trigger} ${marks}`,
    );
    expect(told.sort()).toEqual([
      `/extra/e.ko kernel ${kernel} foreign-module`,
      `/kernel/net/a/c.ko kernel ${kernel} unusual-place`,
      `/updates/dkms/d.ko kernel ${kernel} unusual-place`,
      '/updates/dkms/nvidia.ko dkms nvidia/535 ',
    ]);
  });

  test('a foreign one that a list or another module draws in is told as of each boot', async () => {
    const { entries } = await gatherFrom(kernelModuleFiles, {
      ...order,
      [`${tree}/updates/a.ko`]: 'x',
      [`${tree}/extra/b-c.ko.xz`]: 'x',
      [`${tree}/updates/drivers/d.ko`]: 'x',
      [`${tree}/weak-updates/e.ko`]: { link: '/usr/lib/modules/6.1.0-39-amd64/extra/e.ko' },
      // Another's module stays one behind a link.
      [`${tree}/extra/f.ko`]: { link: '/opt/r/f.ko' },
      [`${tree}/extra/g.ko`]: { link: '../../../../../../usr/lib/modules/../../opt/g.ko' },
      '/etc/modules-load.d/x.conf': 'a\n',
      '/etc/modprobe.d/x.conf': 'softdep ext4 post: b_c\noptions d x=1\n',
    });
    const told = entries.map(
      ({ target, trigger, marks }) => `${target?.slice(tree.length)} ${trigger} ${marks}`,
    );
    expect(told.sort()).toEqual([
      '/extra/b-c.ko.xz boot foreign-module',
      `/extra/f.ko kernel ${kernel} foreign-module`,
      `/extra/g.ko kernel ${kernel} foreign-module`,
      '/updates/a.ko boot foreign-module',
      `/updates/drivers/d.ko kernel ${kernel} foreign-module`,
      `/weak-updates/e.ko kernel ${kernel} `,
    ]);
  });

  describe('one of an installer', () => {
    const module = {
      ...order,
      [`${tree}/kernel/drivers/video/nvidia.ko`]: 'x',
      [`${tree}/misc/vmmon.ko`]: 'x',
    };
    const elf = inertProgram(512);
    const marksOf = async (files: RecordedHost['files']): Promise<readonly string[]> => {
      const { entries } = await gatherFrom(kernelModuleFiles, files);
      return entries.map(({ trigger, marks }) => `${trigger} ${marks}`).sort();
    };
    const nobodys = [`kernel ${kernel} foreign-module`, `kernel ${kernel} unusual-place`];
    const list = (name: string, path: string) => ({
      '/var/lib/dpkg/status': `Package: ${name}\nStatus: install ok installed\n`,
      [`/var/lib/dpkg/info/${name}.list`]: `/.\n${path}\n`,
    });

    test('is known by the program beside it, and stays a foreign one', async () => {
      const beside = { '/usr/bin/nvidia-uninstall': elf, '/usr/bin/vmnet-natd': elf };
      expect(await marksOf({ ...module, ...list('bash', '/usr/bin/bash'), ...beside })).toEqual([
        'installer of nvidia foreign-module',
        'installer of vmware foreign-module',
      ]);
    });

    test('is not known by its name, nor by a file that is no program', async () => {
      expect(await marksOf(module)).toEqual(nobodys);
      const beside = { '/usr/bin/nvidia-uninstall': 'x', '/usr/bin/vmnet-natd': '#!/bin/sh\n' };
      expect(await marksOf({ ...module, ...beside })).toEqual(nobodys);
    });

    test('is not known by a program that a package brought: its module would be in a package too', async () => {
      const files = { ...order, [`${tree}/extra/wireguard.ko`]: 'x', '/usr/bin/wg': elf };
      expect(await marksOf({ ...files, ...list('wireguard-tools', '/usr/bin/wg') })).toEqual([
        `kernel ${kernel} foreign-module`,
      ]);
    });

    test('is nobody’s where it has the name of one that the kernel brings', async () => {
      const shadow = { [`${tree}/extra/ext4.ko`]: 'x', [`${tree}/updates/wireguard.ko`]: 'x' };
      const own = { [`${tree}/modules.order`]: 'kernel/drivers/net/wireguard.ko\nkernel/fs/ext4/ext4.ko\n' };
      expect(await marksOf({ ...shadow, ...own, '/usr/bin/wg': elf })).toEqual([
        `kernel ${kernel} foreign-module`,
        `kernel ${kernel} foreign-module`,
      ]);
    });

    test('of Ubuntu is linked here from the parts of a package; without them it is a stray', async () => {
      const linked = { ...order, [`${tree}/kernel/nvidia-550/nvidia-uvm.ko`]: 'x' };
      expect(await marksOf(linked)).toEqual([`kernel ${kernel} unusual-place`]);
      const parts = `${tree}/kernel/nvidia-550/bits`;
      expect(await marksOf({ ...linked, [`${parts}/nvidia.o`]: 'x', ...list('bash', '/bin/bash') })).toEqual([
        `kernel ${kernel} unusual-place`,
      ]);
      expect(await marksOf({ ...linked, ...list('linux-modules-nvidia', parts) })).toEqual([
        'installer of linux-modules-nvidia foreign-module',
      ]);
    });
  });

  test('of a live host tells modules that run', async () => {
    const { entries } = await gatherFrom(
      kernelModuleFiles,
      {
        ...order,
        [`${tree}/kernel/fs/ext4/ext4.ko`]: 'x',
        [`${tree}/kernel/net/a/a-b.ko`]: 'x',
        '/proc/sys/kernel/osrelease': `${kernel}\n`,
        '/proc/modules': 'a_b 16384 0 - Live 0x0000000000000000\n',
      },
      'live',
    );
    expect(entries).toMatchObject([{ target: `${tree}/kernel/net/a/a-b.ko`, trigger: 'loaded', marks: [] }]);
  });

  test('without the list of the build every file is told, and none is marked', async () => {
    const { entries } = await gatherFrom(kernelModuleFiles, { [`${tree}/kernel/fs/x.ko`]: 'x' });
    expect(entries).toMatchObject([{ marks: [] }]);
  });

  test('a tree without end gives a bounded answer and says so', async () => {
    const deep = `${tree}/kernel${'/d'.repeat(40)}/x.ko`;
    const { entries, log } = await gatherFrom(kernelModuleFiles, {
      ...order,
      [deep]: 'x',
      [`${tree}/kernel/%FF.ko`]: 'x',
    });
    expect(entries).toMatchObject([{ target: `${tree}/kernel/%FF.ko` }]);
    expect(log.listed.find(({ source }) => source === `${tree}/**`)?.status).toBe('truncated');
  });
});

describe('linux.dkms', () => {
  test('tells the settings, their commands, and hooks as the scripts that they are', async () => {
    const { entries } = await gatherFrom(dkms, {
      '/usr/src/a-1/dkms.conf':
        'PACKAGE_NAME="a"\nMAKE[0]="make -C x"\nPOST_INSTALL="post.sh now"\nPRE_BUILD="$dir/gone"\n',
      '/usr/src/a-1/post.sh': '#!/bin/sh\nx\n',
      '/var/lib/dkms/a/1/source': { link: '/usr/src/a-1' },
      '/usr/src/b-1/dkms.conf': 'POST_BUILD=/tmp/x\n',
      '/etc/dkms/framework.conf': 'post_transaction="/tmp/y"\n',
    });
    expect(
      entries.map(
        ({ source, trigger, command, target, active }) =>
          `${source.source}:${source.line ?? ''} ${trigger} ${command} ${target ?? ''} ${active}`,
      ),
    ).toEqual([
      '/usr/src/a-1/dkms.conf: kernel update  /usr/src/a-1/dkms.conf true',
      '/usr/src/a-1/dkms.conf:2 MAKE make -C x  true',
      '/usr/src/a-1/post.sh: POST_INSTALL  /usr/src/a-1/post.sh true',
      '/usr/src/a-1/dkms.conf:4 PRE_BUILD $dir/gone  true',
      '/usr/src/b-1/dkms.conf: kernel update  /usr/src/b-1/dkms.conf false',
      '/usr/src/b-1/dkms.conf:1 POST_BUILD /tmp/x /tmp/x false',
      '/etc/dkms/framework.conf: kernel update  /etc/dkms/framework.conf true',
      '/etc/dkms/framework.conf:1 post_transaction /tmp/y /tmp/y true',
    ]);
  });

  test('of a host without dkms tells nothing', async () => {
    expect((await gatherFrom(dkms, { '/usr/src/linux-headers/Makefile': 'x' })).entries).toEqual([]);
  });
});
