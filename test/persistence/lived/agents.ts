/** Agents of monitoring, of clouds, of security and of configuration management, as their installers leave them. */
import { inertProgram } from '../case.ts';
import type { LivedIn } from './lived-in.ts';

const unit = (exec: string, more = '', user = ''): string =>
  `[Unit]
Description=agent
After=network-online.target
Wants=network-online.target

[Service]
${user === '' ? '' : `User=${user}\n`}Type=simple
ExecStart=${exec}
${more}Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
`;

const enabled = (name: string): Record<string, { link: string }> => ({
  [`/etc/systemd/system/multi-user.target.wants/${name}`]: { link: `/etc/systemd/system/${name}` },
});

export const agents: readonly LivedIn[] = [
  {
    what: 'node_exporter and prometheus from tarballs in /opt, with units and a textfile collector of cron',
    reads: ['systemd-service', 'cron-drop-in'],
    planted: {
      '/opt/node_exporter-1.8.2.linux-amd64/node_exporter': inertProgram(),
      '/opt/node_exporter-1.8.2.linux-amd64/LICENSE': 'Apache\n',
      '/opt/node_exporter': { link: 'node_exporter-1.8.2.linux-amd64' },
      '/usr/local/bin/prometheus': inertProgram(),
      '/etc/systemd/system/node_exporter.service': unit(
        '/opt/node_exporter/node_exporter --collector.systemd --web.listen-address=:9100 \\\n  --collector.textfile.directory=/var/lib/node_exporter/textfile',
        '',
        'nobody',
      ),
      ...enabled('node_exporter.service'),
      '/etc/systemd/system/prometheus.service': unit(
        '/usr/local/bin/prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/var/lib/prometheus/',
        'ExecReload=/bin/kill -HUP $MAINPID\n',
      ),
      ...enabled('prometheus.service'),
      '/etc/cron.d/node-textfile':
        '*/5 * * * * root /usr/local/bin/apt_info.py 2>/dev/null | sponge /var/lib/node_exporter/textfile/apt.prom\n* * * * * root du -sb /var/log | sed -ne "s/^\\([0-9]*\\)\\t\\(.*\\)$/dir_size{d=\\"\\2\\"} \\1/p" > /var/lib/node_exporter/textfile/d.prom.$$ && mv /var/lib/node_exporter/textfile/d.prom.$$ /var/lib/node_exporter/textfile/d.prom\n',
      '/usr/local/bin/apt_info.py': '#!/usr/bin/env python3\nimport apt\nprint("apt_upgrades_pending 0")\n',
    },
  },
  {
    what: 'zabbix and telegraf agents that check by curl',
    reads: ['systemd-service', 'sudo-rule'],
    planted: {
      '/usr/local/sbin/zabbix_agentd': inertProgram(),
      '/usr/local/etc/zabbix_agentd.conf.d/web.conf':
        'UserParameter=web.up,curl -fsS -o /dev/null -w "%{http_code}" http://127.0.0.1/health\n',
      '/etc/systemd/system/zabbix-agent.service': unit(
        '/usr/local/sbin/zabbix_agentd -c /usr/local/etc/zabbix_agentd.conf -f',
        'Environment="CONFFILE=/usr/local/etc/zabbix_agentd.conf"\nEnvironmentFile=-/etc/default/zabbix-agent\n',
        'zabbix',
      ),
      '/etc/default/telegraf': 'TELEGRAF_OPTS="--watch-config poll"\nINFLUX_TOKEN=x\n',
      '/opt/telegraf/usr/bin/telegraf': inertProgram(),
      '/etc/systemd/system/telegraf.service': unit(
        '/opt/telegraf/usr/bin/telegraf -config /etc/telegraf/telegraf.conf $TELEGRAF_OPTS',
        'EnvironmentFile=-/etc/default/telegraf\n',
        'telegraf',
      ),
      '/etc/sudoers.d/zabbix': {
        content:
          'Defaults:zabbix !requiretty\nzabbix ALL=(root) NOPASSWD: /usr/sbin/smartctl, /usr/bin/docker ps\n',
        mode: 0o440,
      },
    },
  },
  {
    what: 'the agents of Aliyun and its Cloud Assistant, as the image of the vendor brings them',
    reads: ['systemd-service', 'init-script', 'cloud-init'],
    planted: {
      '/usr/local/aegis/aegis_client/aegis_12_41/AliYunDun': inertProgram(),
      '/usr/local/aegis/aegis_client/aegis_12_41/AliYunDunMonitor': inertProgram(),
      '/usr/local/aegis/aegis_update/AliYunDunUpdate': inertProgram(),
      '/usr/local/share/assist-daemon/assist_daemon': inertProgram(),
      '/usr/local/share/aliyun-assist/2.2.3.612/aliyun-service': inertProgram(),
      '/usr/sbin/aliyun-service': { link: '/usr/local/share/aliyun-assist/2.2.3.612/aliyun-service' },
      '/usr/local/cloudmonitor/bin/argusagent': inertProgram(),
      '/etc/init.d/aegis':
        '#!/bin/bash\n# chkconfig: 2345 90 88\ncase "$1" in\nstart)\n  /usr/local/aegis/aegis_client/aegis_12_41/AliYunDun\n  ;;\nstop)\n  killall AliYunDun\n  ;;\nuninstall)\n  rm -rf /usr/local/aegis\n  ;;\nesac\n',
      '/etc/systemd/system/aegis.service': `[Unit]
Description=Aegis Service
After=network.target syslog.target auditd.service

[Service]
Type=forking
ExecStart=/etc/init.d/aegis start
ExecStop=/etc/init.d/aegis stop
Restart=no
RemainAfterExit=yes

[Install]
WantedBy=multi-user.target
`,
      ...enabled('aegis.service'),
      '/etc/systemd/system/aliyun.service': unit('/usr/sbin/aliyun-service', 'KillMode=process\n'),
      '/etc/systemd/system/AssistDaemon.service': unit('/usr/local/share/assist-daemon/assist_daemon'),
      '/etc/systemd/system/cloudmonitor.service': unit('/usr/local/cloudmonitor/bin/argusagent'),
      '/etc/cloud/cloud.cfg.d/aliyun_cloud.cfg':
        'datasource_list: [ AliYun ]\ndatasource:\n  AliYun:\n    support_xen: false\n    timeout: 5\n',
      '/var/lib/cloud/instance/user-data.txt':
        '#!/bin/sh\necho "root:x" >/dev/null\nyum makecache || apt-get update\ncurl -s --connect-timeout 3 http://100.100.100.200/latest/meta-data/instance-id > /etc/instance-id\n',
      '/var/lib/cloud/instances/i-0123/scripts/part-001':
        '#!/bin/bash\napt-get update && apt-get install -y nginx\nsystemctl enable --now nginx\n',
    },
  },
  {
    what: 'an AWS instance: SSM and CloudWatch agents, cloud-init, EFS, a spot handler',
    reads: ['systemd-service', 'cloud-init'],
    planted: {
      '/snap/bin/': '',
      '/opt/aws/amazon-cloudwatch-agent/bin/start-amazon-cloudwatch-agent': inertProgram(),
      '/etc/systemd/system/amazon-cloudwatch-agent.service': unit(
        '/opt/aws/amazon-cloudwatch-agent/bin/start-amazon-cloudwatch-agent',
      ),
      '/etc/systemd/system/snap.amazon-ssm-agent.amazon-ssm-agent.service': unit(
        '/usr/bin/snap run amazon-ssm-agent',
        'EnvironmentFile=-/etc/environment\nWorkingDirectory=/var/snap/amazon-ssm-agent/7993\n',
      ),
      '/etc/cloud/cloud.cfg.d/90_dpkg.cfg': 'datasource_list: [ Ec2, None ]\n',
      '/var/lib/cloud/instance/user-data.txt': `#cloud-config
package_update: true
packages: [docker.io, awscli]
runcmd:
  - [ systemctl, enable, --now, docker ]
  - aws s3 cp s3://example-artifacts/agent.deb /root/agent.deb
  - dpkg -i /root/agent.deb
`,
      '/var/lib/cloud/scripts/per-boot/10-hostname.sh':
        '#!/bin/bash\nT=$(curl -sX PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60")\nI=$(curl -s -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/instance-id)\nhostnamectl set-hostname "web-$I"\n',
      '/etc/sudoers.d/90-cloud-init-users': {
        content: '# Created by cloud-init\n\n# User rules for admin\nadmin ALL=(ALL) NOPASSWD:ALL\n',
        mode: 0o440,
      },
      '/root/.ssh/authorized_keys': {
        content:
          'no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo \'Please login as the user \\"admin\\" rather than the user \\"root\\".\';echo;sleep 10;exit 142" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8yQw1PqJx8Gf5tVb0cXw0nq0q1Zr0Yw3b2xJ7m6k4T ops@example.com\n',
        mode: 0o600,
      },
    },
  },
  {
    what: 'security agents: Wazuh, CrowdStrike, Qualys, osquery, ClamAV on access',
    reads: ['systemd-service', 'cron-drop-in', 'init-script'],
    planted: {
      '/var/ossec/bin/wazuh-control': `#!/bin/sh\nDIR=/var/ossec\ncase "$1" in start) \${DIR}/bin/wazuh-agentd;; stop) kill $(cat \${DIR}/var/run/wazuh-agentd-*.pid);; esac\n`,
      '/var/ossec/bin/wazuh-agentd': inertProgram(),
      '/var/ossec/active-response/bin/firewall-drop': inertProgram(),
      '/etc/systemd/system/wazuh-agent.service': `[Unit]
Description=Wazuh agent
[Service]
Type=forking
LimitNOFILE=65536
ExecStart=/usr/bin/env /var/ossec/bin/wazuh-control start
ExecStop=/usr/bin/env /var/ossec/bin/wazuh-control stop
KillMode=process
RemainAfterExit=yes
[Install]
WantedBy=multi-user.target
`,
      '/opt/CrowdStrike/falcond': inertProgram(),
      '/opt/CrowdStrike/falcon-sensor': inertProgram(),
      '/etc/systemd/system/falcon-sensor.service': `[Unit]
Description=CrowdStrike Falcon Sensor
After=local-fs.target
Conflicts=shutdown.target
[Service]
ExecStartPre=/opt/CrowdStrike/falconctl -g --cid
ExecStart=/opt/CrowdStrike/falcond
Type=forking
PIDFile=/run/falcond.pid
Restart=no
[Install]
WantedBy=multi-user.target
`,
      '/usr/local/qualys/cloud-agent/bin/qualys-cloud-agent': inertProgram(),
      '/etc/init.d/qualys-cloud-agent':
        '#!/bin/bash\n### BEGIN INIT INFO\n# Provides: qualys-cloud-agent\n### END INIT INFO\n/usr/local/qualys/cloud-agent/bin/qualys-cloud-agent.sh $1\n',
      '/etc/cron.d/qualys':
        '0 */4 * * * root /usr/local/qualys/cloud-agent/bin/qualys-healthcheck-tool --quiet\n',
      '/opt/osquery/bin/osqueryd': inertProgram(),
      '/etc/systemd/system/osqueryd.service': unit(
        '/opt/osquery/bin/osqueryd --flagfile /etc/osquery/osquery.flags',
      ),
    },
  },
  {
    what: 'tracing and profiling agents that are preloaded everywhere or in a unit',
    reads: ['loader-environment', 'systemd-service'],
    packaged: { '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2': inertProgram() },
    planted: {
      '/opt/datadog-packages/datadog-apm-inject/stable/inject/launcher.preload.so': inertProgram(),
      '/opt/app/bin/app': inertProgram(),
      '/usr/local/lib/libjemalloc.so.2': inertProgram(),
      '/etc/systemd/system/app.service': unit(
        '/opt/app/bin/app --listen 127.0.0.1:8080',
        'Environment=LD_PRELOAD=/usr/local/lib/libjemalloc.so.2\nEnvironment="MALLOC_CONF=narenas:2"\n',
        'ada',
      ),
      ...enabled('app.service'),
      '/etc/systemd/system/redis-cache.service': unit(
        '/opt/app/bin/app --cache',
        'Environment=LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2\n',
      ),
    },
  },
  {
    what: 'Ansible, puppet and a pull by git',
    reads: ['cron-user', 'systemd-service', 'cron-drop-in'],
    planted: {
      '/var/spool/cron/crontabs/root': {
        content:
          '# DO NOT EDIT THIS FILE - edit the master and reinstall.\n#Ansible: pull\n*/30 * * * * /usr/bin/ansible-pull -U https://git.example.com/ops/site.git -d /var/lib/ansible/local -o >> /var/log/ansible-pull.log 2>&1\n#Ansible: backup\n15 2 * * * /usr/local/bin/backup.sh\n# Puppet Name: puppet-run\n*/30 * * * * /opt/puppetlabs/bin/puppet agent --onetime --no-daemonize --logdest syslog > /dev/null 2>&1\n',
        mode: 0o600,
      },
      '/usr/local/bin/backup.sh':
        '#!/bin/bash\nset -euo pipefail\nD=/var/backups/db\nmkdir -p $D\npg_dumpall -U postgres | gzip > $D/all-$(date +%F).sql.gz\nfind $D -name "*.gz" -mtime +14 -delete\nrestic -r s3:https://s3.example.com/b backup $D /etc /home --password-file /root/.restic-pass\ncurl -fsS -m 10 --retry 5 https://hc.example.com/ping/0f6f0b6e > /dev/null\n',
      '/etc/systemd/system/puppet.service': unit(
        '/opt/puppetlabs/puppet/bin/puppet agent $PUPPET_EXTRA_OPTS --no-daemonize',
        'EnvironmentFile=-/etc/default/puppet\n',
      ),
      '/opt/puppetlabs/puppet/bin/puppet': '#!/opt/puppetlabs/puppet/bin/ruby\nrequire "puppet"\n',
      '/etc/profile.d/puppet-agent.sh':
        '# Add /opt/puppetlabs/bin to the path for sh compatible users\nif ! echo $PATH | grep -q /opt/puppetlabs/bin ; then\n  export PATH=$PATH:/opt/puppetlabs/bin\nfi\n',
      '/etc/cron.d/ansible_reboot_check':
        '#Ansible: reboot check\n0 6 * * 1 root [ -f /var/run/reboot-required ] && mail -s "reboot needed on $(hostname)" ops@example.com < /var/run/reboot-required\n',
      '/root/.ansible/tmp/': '',
    },
  },
];
