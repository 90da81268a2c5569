import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { bootLoader } from './boot-loader.ts';
import { cloudInit } from './cloud-init.ts';
import { initramfs } from './initramfs.ts';
import { needrestart } from './needrestart.ts';

describe('linux.initramfs', () => {
  test('tells hooks, scripts of the boot, modules and settings', async () => {
    const { entries } = await gatherFrom(initramfs, {
      '/etc/initramfs-tools/hooks/a': '#!/bin/sh\n',
      '/etc/initramfs-tools/scripts/init-top/b': '#!/bin/sh\n',
      '/etc/initramfs-tools/scripts/init-top/ORDER': 'x\n',
      '/usr/lib/initcpio/hooks/c': 'run_hook() { x; }\n',
      '/usr/lib/dracut/modules.d/90d/module-setup.sh': '#!/bin/bash\n',
      '/usr/lib/dracut/modules.d/90d/d.service': '[Service]\n',
      '/etc/dracut.conf': 'add_drivers+=" x "\n',
    });
    expect(
      entries.map(
        ({ mechanism, source, trigger, active }) => `${mechanism} ${source.source} ${trigger} ${active}`,
      ),
    ).toEqual([
      'initramfs-hook /etc/initramfs-tools/hooks/a image build false',
      'initramfs-hook /usr/lib/initcpio/hooks/c image build true',
      'initramfs-hook /etc/initramfs-tools/scripts/init-top/b early boot false',
      'initramfs-hook /etc/initramfs-tools/scripts/init-top/ORDER early boot false',
      'dracut-module /etc/dracut.conf image build true',
      'dracut-module /usr/lib/dracut/modules.d/90d/module-setup.sh image build true',
    ]);
  });

  test('of a host that builds no images tells nothing, and a refused folder is told', async () => {
    const { entries, log } = await gatherFrom(initramfs, {
      '/etc/initramfs-tools/hooks': { status: 'denied' },
    });
    expect(entries).toEqual([]);
    expect(log.listed.find(({ source }) => source === '/etc/initramfs-tools/hooks')?.status).toBe('denied');
  });
});

describe('linux.boot-loader', () => {
  test('tells another first program, weakened guards, and strange images, each once', async () => {
    const { entries } = await gatherFrom(bootLoader, {
      '/etc/default/grub': 'GRUB_CMDLINE_LINUX="quiet module.sig_enforce=0"\n',
      '/boot/grub/grub.cfg':
        'linux /vmlinuz init=/tmp/x\n initrd /amd-ucode.img /initrd.img-6.1 /.cache/early\nlinux /vmlinuz init=/tmp/x\n',
      '/boot/.cache/early': 'x',
      '/boot/loader/entries/a.conf': 'options root=1 systemd.debug_shell\n',
      '/boot/efi/EFI/debian/grub.cfg': 'search.fs_uuid 5f2c root\n',
      '/etc/kernel/postinst.d/b': '#!/bin/sh\n',
    });
    expect(
      entries
        .filter(({ body }) => body.length === 0)
        .map(
          ({ source, trigger, command, target, marks }) =>
            `${source.source}:${source.line} ${trigger} ${command} ${target ?? ''} ${marks}`,
        ),
    ).toEqual([
      '/etc/default/grub:1 module.sig_enforce module.sig_enforce=0  weakens-guard',
      '/boot/grub/grub.cfg:1 init /tmp/x /tmp/x ',
      '/boot/grub/grub.cfg:2 initrd /.cache/early /boot/.cache/early ',
      '/boot/loader/entries/a.conf:1 systemd.debug_shell systemd.debug_shell  opens-access',
    ]);
    expect(entries.filter(({ body }) => body.length > 0).map(({ source }) => String(source.source))).toEqual([
      '/etc/default/grub',
      '/etc/kernel/postinst.d/b',
    ]);
  });

  test('the running kernel is asked on a live host only, and what is not on its disk is no program', async () => {
    const files = {
      '/proc/cmdline': 'BOOT_IMAGE=/vmlinuz root=1 init=/tmp/x rdinit=/agent\n',
      '/tmp/x': 'x',
    };
    const { entries } = await gatherFrom(bootLoader, files, 'live');
    expect(entries.map(({ command, language, target }) => `${command} ${language} ${target}`)).toEqual([
      '/tmp/x argv /tmp/x',
      '/agent setting undefined',
    ]);
    expect((await gatherFrom(bootLoader, files)).entries).toEqual([]);
  });

  test('of tuned hosts and of noise marks nothing', async () => {
    const { entries } = await gatherFrom(bootLoader, {
      '/etc/default/grub.d/50-cloud.cfg':
        'GRUB_CMDLINE_LINUX_DEFAULT="console=ttyS0 hugepages=512 mitigations=off"\n',
      '/boot/grub/grub.cfg': `\0\xff${'linux '.repeat(100_000)}`,
    });
    expect(entries).toMatchObject([{ source: { source: '/etc/default/grub.d/50-cloud.cfg' }, marks: [] }]);
  });
});

describe('linux.cloud-init', () => {
  test('tells scripts, commands and files of the present instance, and of an old one as not active', async () => {
    const { entries } = await gatherFrom(cloudInit, {
      '/var/lib/cloud/scripts/per-boot/a': '#!/bin/sh\nx\n',
      '/var/lib/cloud/instance': { link: '/var/lib/cloud/instances/i-2' },
      '/var/lib/cloud/instances/i-1/user-data.txt': '#!/bin/sh\nold\n',
      '/var/lib/cloud/instances/i-2/user-data.txt':
        "#cloud-config\nbootcmd:\n- /tmp/b\nwrite_files:\n- path: /etc/cron.d/c\n  content: '* * * * * root /tmp/c'\n- path: /etc/motd\n  content: hello\nchpasswd: {list: 'root:secret'}\n",
      '/var/lib/cloud/seed/nocloud/user-data': '#include\nhttp://192.0.2.1/d\n',
    });
    expect(
      entries.map(
        ({ source, trigger, language, command, target, active, marks }) =>
          `${source.line ?? ''} ${trigger} ${language} ${command} ${target ?? ''} ${active} ${marks}`,
      ),
    ).toEqual([
      ' boot shell  /var/lib/cloud/scripts/per-boot/a false ',
      '1 first boot shell   false ',
      '3 boot shell /tmp/b  true ',
      '5 first boot shell  /etc/cron.d/c true ',
      '7 first boot none   true ',
      '2 first boot setting http://192.0.2.1/d  true foreign-host',
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  test('a host on which it is switched off has nothing that is active', async () => {
    const { entries } = await gatherFrom(cloudInit, {
      '/etc/cloud/cloud-init.disabled': '',
      '/etc/cloud/cloud.cfg.d/x.cfg': 'bootcmd:\n- a\n',
    });
    expect(entries).toMatchObject([{ command: 'a', active: false }]);
  });

  test('of the settings of a distribution and of noise tells nothing', async () => {
    const { entries } = await gatherFrom(cloudInit, {
      '/etc/cloud/cloud.cfg': 'users:\n- default\ncloud_init_modules:\n- bootcmd\n- write-files\n',
      '/etc/cloud/cloud.cfg.d/x.cfg': `\0\xff${'['.repeat(100_000)}`,
    });
    expect(entries).toEqual([]);
  });
});

describe('linux.needrestart', () => {
  test('tells settings as Perl, and scripts', async () => {
    const { entries } = await gatherFrom(needrestart, {
      '/etc/needrestart/needrestart.conf': '$nrconf{restart} = "a";\n',
      '/etc/needrestart/conf.d/x.conf': 'system("/tmp/x");\n',
      '/etc/needrestart/conf.d/README.needrestart': 'text\n',
      '/etc/needrestart/hook.d/10-y': '#!/usr/bin/perl\n',
    });
    expect(entries.map(({ source, language, active }) => `${source.source} ${language} ${active}`)).toEqual([
      '/etc/needrestart/hook.d/10-y perl false',
      '/etc/needrestart/needrestart.conf perl true',
      '/etc/needrestart/conf.d/x.conf perl true',
    ]);
  });

  test('a file that waits for ever is told', async () => {
    const { entries, log } = await gatherFrom(needrestart, {
      '/etc/needrestart/hook.d/x': { status: 'timeout' },
    });
    expect(entries).toEqual([]);
    expect(log.listed.find(({ source }) => source.endsWith('/x'))?.status).toBe('timeout');
  });
});
