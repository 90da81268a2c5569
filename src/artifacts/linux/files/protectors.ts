/**
 * Names and addresses of those who protect: agents of clouds and of vendors, their updates and their reports.
 *
 * Why: a dropper blinds them in /etc/hosts and in the firewall before anything else. What it is NOT: a list of all; and
 * an entry that names one may be an owner's.
 * Sources: knowledge on families ("lock out rivals", cloud-agent removal); addresses of Aliyun's server guard as its
 * documentation lists them.
 */

/** Domains by whose loss protection goes blind: agents, their updates, their reports. */
export const protectors = [
  ...[
    'aegis.aliyun.com',
    'aegis.aliyuncs.com',
    'update.aegis.aliyun.com',
    'jsrv.aegis.aliyun.com',
    'aliyundun.com',
  ],
  ...['yd.tencentyun.com', 'yunjing.qcloud.com', 'stargate.tencentyun.com', 'metadata.tencentyun.com'],
  ...[
    'hss.myhuaweicloud.com',
    'bcm.baidubce.com',
    'bsm.baidu.com',
    'qianxin.com',
    'qaxcloud.com',
    '360.cn',
    '360totalsecurity.com',
  ],
  ...[
    'sangfor.com.cn',
    'chaitin.cn',
    'threatbook.cn',
    'rising.com.cn',
    'huorong.cn',
    'antiy.cn',
    'venustech.com.cn',
  ],
  ...['crowdstrike.com', 'cloudsink.net', 'sentinelone.net', 'sophos.com', 'sophosxl.net', 'trendmicro.com'],
  ...[
    'kaspersky.com',
    'bitdefender.com',
    'bitdefender.net',
    'eset.com',
    'malwarebytes.com',
    'mcafee.com',
    'trellix.com',
  ],
  ...[
    'clamav.net',
    'virustotal.com',
    'wazuh.com',
    'elastic.co',
    'falco.org',
    'sysdig.com',
    'qualys.com',
    'tenable.com',
  ],
  ...['wdcp.microsoft.com', 'endpoint.security.microsoft.com', 'imunify360.com', 'cleantalk.org', 'abuse.ch'],
] as const;

/** Networks of agents that droppers close: Aliyun Security Center. */
export const protectorNetworks = [
  ...[
    '140.205.201.0/28',
    '140.205.201.16/29',
    '140.205.201.32/28',
    '140.205.225.192/29',
    '140.205.225.200/30',
  ],
  ...[
    '140.205.225.184/29',
    '140.205.225.183/32',
    '140.205.225.206/32',
    '140.205.225.205/32',
    '140.205.225.195/32',
  ],
  ...['106.11.222.0/23', '106.11.224.0/24', '106.11.228.0/22', '100.100.25.3/32', '100.100.30.25/32'],
  ...['169.254.0.55/32', '169.254.0.138/32', '100.100.100.200/32', '169.254.169.254/32'],
] as const;

/** Hosts that packages come from: pointed elsewhere, an update brings somebody else's programs. */
export const packageHosts = [
  ...[
    'deb.debian.org',
    'security.debian.org',
    'archive.ubuntu.com',
    'security.ubuntu.com',
    'mirrorlist.centos.org',
  ],
  ...['mirrors.aliyun.com', 'mirrors.cloud.aliyuncs.com', 'mirrors.tencentyun.com', 'registry.npmjs.org'],
  ...[
    'pypi.org',
    'files.pythonhosted.org',
    'github.com',
    'raw.githubusercontent.com',
    'registry-1.docker.io',
  ],
  ...['download.docker.com', 'dl-cdn.alpinelinux.org', 'repo.mysql.com', 'packages.microsoft.com'],
] as const;
