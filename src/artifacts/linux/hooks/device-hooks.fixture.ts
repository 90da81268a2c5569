/** Cases of devices, networks and logs; nothing in them is ever run, all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import { fetches, foreign, hidden, scriptDresses } from './script-dresses.fixture.ts';

const vendorRules = '/usr/lib/udev/rules.d/60-drive.rules';
const drive = 'ACTION=="add", KERNEL=="sd*", PROGRAM="drive_id --export $devnode"\n';

const udevCases: readonly MechanismCase[] = [
  {
    mechanism: 'udev-rule',
    dress: 'fetch-and-run',
    what: 'any network card runs a shell that fetches, over two lines',
    planted: {
      '/etc/udev/rules.d/75-persistent-net.rules': `ACTION=="add", SUBSYSTEM=="net", \\\n  RUN+="/bin/sh -c '${fetches}'"\n`,
    },
  },
  {
    mechanism: 'udev-rule',
    dress: 'unowned-binary',
    what: 'the random device runs a foreign program of the system',
    planted: {
      '/etc/udev/rules.d/99-random.rules': `ACTION=="add", ENV{MAJOR}=="1", ENV{MINOR}=="8", RUN+="${foreign}"\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'udev-rule',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the rules of a package',
    packaged: { [vendorRules]: drive, '/usr/lib/udev/drive_id': inertProgram(6101) },
    planted: {
      [vendorRules]: `${drive}SUBSYSTEM=="cpu", RUN{program}+="${hidden}"\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'udev-rule',
    dress: 'honest',
    what: 'rules of an owner for a drive that is backed up, for a dongle, and names of network cards',
    packaged: { [vendorRules]: drive, '/usr/lib/udev/drive_id': inertProgram(6101) },
    planted: {
      '/etc/udev/rules.d/90-backup.rules':
        'ACTION=="add", SUBSYSTEM=="block", ENV{ID_FS_UUID}=="5f2c", TAG+="systemd", ENV{SYSTEMD_WANTS}="usb-backup.service"\n',
      '/etc/udev/rules.d/70-net-names.rules':
        'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="00:00:5e:00:53:01", NAME="lan0"\n',
      '/etc/udev/rules.d/80-scheduler.rules':
        'ACTION=="add|change", KERNEL=="sd[a-z]", ATTR{queue/rotational}=="0", ATTR{queue/scheduler}="none"\n',
      '/etc/udev/rules.d/85-ups.rules':
        'ACTION=="add", SUBSYSTEM=="usb", ATTR{idVendor}=="0463", RUN+="/usr/bin/systemctl --no-block restart nut-server"\n',
    },
  },
];

const networkCases: readonly MechanismCase[] = [
  ...scriptDresses({
    mechanism: 'network-dispatcher',
    added: '/etc/NetworkManager/dispatcher.d/pre-up.d/50-route',
    owned: '/etc/NetworkManager/dispatcher.d/01-ifupdown',
    what: 'a mount that comes with the VPN, routes, and the time service',
    honest: {
      '/etc/NetworkManager/dispatcher.d/30-nfs': {
        content: '#!/bin/sh\n[ "$2" = vpn-up ] && mount /srv/share || true\n',
        mode: 0o755,
      },
      '/etc/networkd-dispatcher/routable.d/50-tailscale': {
        content: '#!/bin/sh\nethtool -K eth0 rx-udp-gro-forwarding on rx-gro-list off\n',
        mode: 0o755,
      },
      '/etc/openvpn/client.conf':
        'client\nremote vpn.example.org 1194\nscript-security 2\nup /etc/openvpn/update-resolv-conf\n',
    },
    packaged: { '/etc/openvpn/update-resolv-conf': { content: '#!/bin/bash\nresolvconf -u\n', mode: 0o755 } },
  }),
  ...scriptDresses({
    mechanism: 'dhcp-hook',
    added: '/etc/dhcp/dhclient-exit-hooks.d/ntp-sync',
    owned: '/etc/dhcp/dhclient-exit-hooks.d/rfc3442-classless-routes',
    text: 'RUN="yes"\nif [ "$RUN" = yes ]; then :; fi\n',
    what: 'a fixed name server, and a dynamic name',
    honest: {
      '/etc/dhcp/dhclient-enter-hooks.d/nodnsupdate': 'make_resolv_conf() { :; }\n',
      '/etc/dhcp/dhclient-exit-hooks.d/dyndns':
        'case "$reason" in BOUND|RENEW) curl -fsS "https://dyn.example.org/update?host=box&ip=$new_ip_address" >/dev/null ;; esac\n',
    },
  }),
  {
    mechanism: 'interface-hook',
    dress: 'fetch-and-run',
    what: 'post-up that fetches, in a file that is taken in',
    planted: {
      '/etc/network/interfaces': 'source /etc/network/interfaces.d/*\nauto lo\niface lo inet loopback\n',
      '/etc/network/interfaces.d/eth0': `auto eth0\niface eth0 inet dhcp\n  post-up ${fetches}\n`,
    },
  },
  {
    mechanism: 'interface-hook',
    dress: 'unowned-binary',
    what: 'an up line for a foreign program of the system',
    planted: {
      '/etc/network/interfaces': `auto eth0\niface eth0 inet dhcp\n  up ${foreign} || true\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'interface-hook',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the script of a package',
    packaged: { '/etc/network/if-up.d/ntpsec': { content: '#!/bin/sh\nexit 0\n', mode: 0o755 } },
    planted: {
      '/etc/network/if-up.d/ntpsec': { content: `#!/bin/sh\n${hidden} &\nexit 0\n`, mode: 0o755 },
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'interface-hook',
    dress: 'honest',
    what: 'routes, a firewall that is restored, and a tunnel with forwarding',
    planted: {
      '/etc/network/interfaces':
        'auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  up ip route add 198.51.100.0/24 via 192.0.2.1\n  pre-up iptables-restore < /etc/iptables/rules.v4\n  post-down ip link set eth0 mtu 1500\n',
      '/etc/wireguard/wg0.conf': {
        content:
          '[Interface]\nPrivateKey = x\nPostUp = iptables -A FORWARD -i %i -j ACCEPT; iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\nPostDown = iptables -D FORWARD -i %i -j ACCEPT\n[Peer]\nEndpoint = 198.51.100.7:51820\n',
        mode: 0o600,
      },
    },
  },
];

const rotated = (script: string): string =>
  `/var/log/nginx/*.log {\n\tdaily\n\trotate 14\n\tcompress\n\tpostrotate\n\t\t${script}\n\tendscript\n}\n`;
const reopens = 'invoke-rc.d nginx rotate >/dev/null 2>&1';

const logCases: readonly MechanismCase[] = [
  {
    mechanism: 'logrotate-hook',
    dress: 'fetch-and-run',
    what: 'postrotate that fetches',
    planted: { '/etc/logrotate.d/syslog2': rotated(fetches) },
  },
  {
    mechanism: 'logrotate-hook',
    dress: 'unowned-binary',
    what: 'postrotate for a foreign program of the system',
    planted: { '/etc/logrotate.d/syslog2': rotated(foreign), [foreign]: inertProgram() },
  },
  {
    mechanism: 'logrotate-hook',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the file of a package',
    packaged: { '/etc/logrotate.d/nginx': rotated(reopens) },
    conffiles: ['/etc/logrotate.d/nginx'],
    planted: { '/etc/logrotate.d/nginx': rotated(`${reopens}; ${hidden} &`), [hidden]: inertProgram() },
  },
  {
    mechanism: 'logrotate-hook',
    dress: 'honest',
    what: 'the file of a package, and those of an owner for an application and a container',
    packaged: { '/etc/logrotate.d/nginx': rotated(reopens) },
    conffiles: ['/etc/logrotate.d/nginx'],
    planted: {
      '/etc/logrotate.d/app': rotated('/usr/bin/systemctl kill -s USR1 app.service || true'),
      '/etc/logrotate.d/docker': rotated(
        'docker ps -q --filter name=web | xargs -r docker kill --signal=USR1\n\t\taws s3 sync /var/log/nginx s3://logs-example/',
      ),
    },
  },
];

export const deviceHookCases: readonly MechanismCase[] = [...udevCases, ...networkCases, ...logCases];
