/** Platforms that take over a host: containers, clusters, hypervisors, hosting panels, drivers built here. */
import { dockerFiles } from '../../../src/artifacts/linux/containers/docker.fixture.ts';
import { inertProgram } from '../case.ts';
import type { LivedIn } from './lived-in.ts';

const always = { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } };
const socket = '/var/run/docker.sock:/var/run/docker.sock';

export const platforms: readonly LivedIn[] = [
  {
    what: 'Docker with restart=always: portainer, watchtower, traefik, cAdvisor, node-exporter, a database',
    reads: ['docker-container', 'docker-daemon', 'compose', 'systemd-service'],
    packaged: {
      '/usr/bin/dockerd': inertProgram(),
      '/usr/lib/systemd/system/docker.service':
        '[Unit]\nDescription=Docker\n[Service]\nExecStart=/usr/bin/dockerd -H fd://\n[Install]\nWantedBy=multi-user.target\n',
    },
    planted: {
      '/etc/docker/daemon.json':
        '{"registry-mirrors":["https://mirror.example.com"],"log-driver":"json-file","log-opts":{"max-size":"50m"},"live-restore":true,"data-root":"/var/lib/docker"}\n',
      '/etc/systemd/system/docker.service.d/http-proxy.conf':
        '[Service]\nEnvironment="HTTP_PROXY=http://192.0.2.3:3128"\nEnvironment="NO_PROXY=localhost,127.0.0.1"\n',
      ...dockerFiles({
        image: 'portainer/portainer-ce:latest',
        name: 'portainer',
        path: '/portainer',
        host: { ...always, Binds: [socket, 'portainer_data:/data'] },
      }),
      ...dockerFiles({
        image: 'containrrr/watchtower',
        name: 'watchtower',
        path: '/watchtower',
        args: ['--cleanup', '--interval', '3600'],
        host: { ...always, Binds: [socket] },
      }),
      ...dockerFiles({
        image: 'traefik:v3.1',
        name: 'traefik',
        path: '/entrypoint.sh',
        args: ['--providers.docker=true', '--entrypoints.web.address=:80'],
        host: { ...always, Binds: [`${socket}:ro`, '/opt/traefik/acme.json:/acme.json'] },
      }),
      ...dockerFiles({
        image: 'gcr.io/cadvisor/cadvisor:v0.49.1',
        name: 'cadvisor',
        path: '/usr/bin/cadvisor',
        args: ['-logtostderr'],
        host: {
          ...always,
          Privileged: true,
          Binds: [
            '/:/rootfs:ro',
            '/var/run:/var/run:ro',
            '/sys:/sys:ro',
            '/var/lib/docker/:/var/lib/docker:ro',
          ],
        },
      }),
      ...dockerFiles({
        image: 'quay.io/prometheus/node-exporter:latest',
        name: 'node-exporter',
        path: '/bin/node_exporter',
        args: ['--path.rootfs=/host'],
        host: { ...always, PidMode: 'host', NetworkMode: 'host', Binds: ['/:/host:ro,rslave'] },
      }),
      ...dockerFiles({
        image: 'postgres:16',
        name: 'db',
        path: 'docker-entrypoint.sh',
        args: ['postgres', '-c', 'shared_buffers=2GB'],
        health: ['CMD-SHELL', 'pg_isready -U postgres || exit 1'],
        host: { ...always, Binds: ['/srv/pg:/var/lib/postgresql/data'] },
      }),
      ...dockerFiles({
        image: 'shop/web:1.4',
        name: 'web',
        path: '/bin/sh',
        args: ['-c', 'python manage.py migrate && exec gunicorn shop.wsgi -b 0.0.0.0:8000 -w 4'],
        health: ['CMD-SHELL', 'curl -fsS http://localhost:8000/health || exit 1'],
        host: always,
      }),
      '/opt/traefik/docker-compose.yml':
        'services:\n  whoami:\n    image: traefik/whoami\n    restart: always\n    labels:\n      - traefik.enable=true\n  app:\n    image: shop/web:1.4\n    command: sh -c "npm ci --omit=dev && node server.js"\n    restart: unless-stopped\n    volumes:\n      - ./data:/data\n    healthcheck:\n      test: ["CMD", "curl", "-f", "http://localhost:3000"]\n',
    },
  },
  {
    what: 'k3s with its manifests, a node of kubeadm with its static pods',
    reads: ['systemd-service', 'static-pod', 'kubernetes-manifest'],
    planted: {
      '/usr/local/bin/k3s': inertProgram(),
      '/usr/local/bin/kubectl': { link: 'k3s' },
      '/usr/local/bin/k3s-killall.sh':
        '#!/bin/sh\n[ $(id -u) -eq 0 ] || exec sudo $0 $@\nfor bin in /var/lib/rancher/k3s/data/**/bin/; do\n    [ -d $bin ] && export PATH=$PATH:$bin:$bin/aux\ndone\nset -x\nfor service in /etc/systemd/system/k3s*.service; do\n    [ -s $service ] && systemctl stop $(basename $service)\ndone\niptables-save | grep -v KUBE- | grep -v CNI- | iptables-restore\n',
      '/etc/systemd/system/k3s.service': `[Unit]
Description=Lightweight Kubernetes
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target

[Install]
WantedBy=multi-user.target

[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
EnvironmentFile=-/etc/systemd/system/k3s.service.env
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=/bin/sh -xc '! /usr/bin/systemctl is-enabled --quiet nm-cloud-setup.service 2>/dev/null'
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s \\
    server \\
`,
      '/etc/systemd/system/k3s.service.env': { content: 'K3S_TOKEN=x\n', mode: 0o600 },
      '/var/lib/rancher/k3s/server/manifests/traefik.yaml':
        'apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata:\n  name: traefik\n  namespace: kube-system\nspec:\n  chart: https://%{KUBERNETES_API}%/static/charts/traefik.tgz\n',
      '/var/lib/rancher/k3s/server/manifests/fluent.yaml':
        'apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: fluent-bit\n  namespace: logging\nspec:\n  template:\n    spec:\n      hostNetwork: true\n      containers:\n        - name: fluent-bit\n          image: fluent/fluent-bit:3.0\n          volumeMounts:\n            - { name: varlog, mountPath: /var/log }\n      volumes:\n        - { name: varlog, hostPath: { path: /var/log } }\n',
      '/etc/kubernetes/manifests/etcd.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: etcd\n  namespace: kube-system\nspec:\n  hostNetwork: true\n  priorityClassName: system-node-critical\n  containers:\n    - name: etcd\n      image: registry.k8s.io/etcd:3.5.12-0\n      command: [etcd, --data-dir=/var/lib/etcd, --advertise-client-urls=https://192.0.2.20:2379]\n      volumeMounts:\n        - { mountPath: /var/lib/etcd, name: etcd-data }\n  volumes:\n    - { name: etcd-data, hostPath: { path: /var/lib/etcd, type: DirectoryOrCreate } }\n',
      '/etc/modules-load.d/k8s.conf': 'overlay\nbr_netfilter\n',
      '/etc/sysctl.d/k8s.conf':
        'net.bridge.bridge-nf-call-iptables=1\nnet.ipv4.ip_forward=1\nvm.overcommit_memory=1\nkernel.panic=10\n',
    },
  },
  {
    what: 'modules built here: nvidia and zfs by DKMS, VMware tools, VirtualBox; settings of modprobe',
    reads: ['dkms', 'modprobe-install', 'kernel-module-file', 'udev-rule'],
    planted: {
      '/lib/modules/6.1.0-25-amd64/updates/dkms/nvidia.ko': inertProgram(),
      '/lib/modules/6.1.0-25-amd64/updates/dkms/nvidia-uvm.ko': inertProgram(),
      '/lib/modules/6.1.0-25-amd64/updates/dkms/zfs.ko': inertProgram(),
      '/lib/modules/6.1.0-25-amd64/updates/dkms/spl.ko': inertProgram(),
      ...Object.fromEntries(
        ['nvidia/550.90.07 nvidia', 'nvidia/550.90.07 nvidia-uvm', 'zfs/2.1.11 zfs', 'zfs/2.1.11 spl'].map(
          (one) => {
            const [build = '', name = ''] = one.split(' ');
            return [`/var/lib/dkms/${build}/6.1.0-25-amd64/x86_64/module/${name}.ko`, inertProgram()];
          },
        ),
      ),
      '/lib/modules/6.1.0-25-amd64/misc/vboxdrv.ko': inertProgram(),
      '/lib/modules/6.1.0-25-amd64/misc/vmmon.ko': inertProgram(),
      '/lib/modules/6.1.0-25-amd64/misc/vmnet.ko': inertProgram(),
      '/lib/modules/6.1.0-25-amd64/kernel/drivers/video/nvidia-drm.ko': inertProgram(),
      '/usr/src/nvidia-550.90.07/dkms.conf': `PACKAGE_NAME="nvidia"\nPACKAGE_VERSION="550.90.07"\nAUTOINSTALL="yes"\nMAKE[0]="'make' -j\`nproc\` NV_EXCLUDE_BUILD_MODULES='' KERNEL_UNAME=\${kernelver} modules"\nBUILT_MODULE_NAME[0]="nvidia"\nDEST_MODULE_LOCATION[0]="/kernel/drivers/char/drm"\n`,
      '/usr/src/zfs-2.1.11/dkms.conf': `PACKAGE_NAME="zfs"\nPACKAGE_VERSION="2.1.11"\nAUTOINSTALL="yes"\nPRE_BUILD="configure\n  --disable-dependency-tracking\n  --prefix=/usr\n"\nPOST_BUILD="scripts/dkms.postbuild\n  -a \${arch}\n"\nMAKE[0]="make"\nBUILT_MODULE_NAME[0]="zfs"\nDEST_MODULE_LOCATION[0]="/kernel/zfs/zfs"\n`,
      '/etc/modprobe.d/nvidia.conf':
        'blacklist nouveau\noptions nouveau modeset=0\ninstall nvidia-drm /sbin/modprobe nvidia-modeset $CMDLINE_OPTS && /sbin/modprobe --ignore-install nvidia-drm $CMDLINE_OPTS\n',
      '/etc/modprobe.d/hardening.conf':
        'install cramfs /bin/true\ninstall dccp /bin/false\ninstall usb-storage /bin/false\n',
      '/etc/modprobe.d/zfs.conf': 'options zfs zfs_arc_max=8589934592\n',
      '/etc/udev/rules.d/60-vboxdrv.rules':
        'KERNEL=="vboxdrv", OWNER="root", GROUP="vboxusers", MODE="0660"\nSUBSYSTEM=="usb_device", ACTION=="add", RUN="/usr/local/lib/virtualbox/VBoxCreateUSBNode.sh $major $minor $attr{bDeviceClass}"\n',
      '/usr/local/lib/virtualbox/VBoxCreateUSBNode.sh': '#!/bin/sh\nmkdir /dev/vboxusb -m 0750 2>/dev/null\n',
      '/etc/udev/rules.d/70-nvidia.rules':
        'KERNEL=="nvidia", RUN+="/bin/bash -c \'/usr/bin/nvidia-smi -L && /bin/chmod 666 /dev/nvidia*\'"\n',
      '/etc/vmware-tools/poweron-vm-default': '#!/bin/sh\nexit 0\n',
    },
  },
  {
    what: 'snap and flatpak: mount units, environment, exported desktop entries',
    reads: ['systemd-service'],
    planted: {
      '/etc/systemd/system/snap-core22-1612.mount':
        '[Unit]\nDescription=Mount unit for core22, revision 1612\n[Mount]\nWhat=/var/lib/snapd/snaps/core22_1612.snap\nWhere=/snap/core22/1612\nType=squashfs\nOptions=nodev,ro,x-gdu.hide,x-gvfs-hide\n[Install]\nWantedBy=snapd.mounts.target\n',
      '/etc/systemd/system/snap.lxd.daemon.service':
        '[Unit]\nDescription=Service for snap application lxd.daemon\n[Service]\nEnvironmentFile=-/etc/environment\nExecStart=/usr/bin/snap run lxd.daemon\nSyslogIdentifier=lxd.daemon\nRestart=on-failure\nWorkingDirectory=/var/snap/lxd/29351\nExecStop=/usr/bin/snap run --command=stop lxd.daemon\nType=simple\n[Install]\nWantedBy=multi-user.target\n',
      '/etc/udev/rules.d/70-snap.lxd.rules':
        '# This file is automatically generated.\nKERNEL=="kvm", TAG+="snap_lxd_daemon"\nTAG=="snap_lxd_daemon", SUBSYSTEM!="module", RUN+="/usr/lib/snapd/snap-device-helper snap_lxd_daemon"\n',
      '/usr/bin/snap': inertProgram(5100),
      '/usr/lib/snapd/snap-device-helper': inertProgram(5200),
      '/var/lib/flatpak/exports/share/applications/org.example.App.desktop':
        '[Desktop Entry]\nName=App\nExec=/usr/bin/flatpak run --branch=stable org.example.App\nType=Application\n',
    },
    packaged: {
      '/usr/bin/snap': inertProgram(5100),
      '/usr/lib/snapd/snap-device-helper': inertProgram(5200),
    },
  },
  {
    what: 'cPanel: its tree, jobs of cron, ChkServd drivers, settings of PHP, its shells',
    reads: ['cpanel', 'cron-user', 'cron-drop-in'],
    planted: {
      '/usr/local/cpanel/cpanel': inertProgram(),
      '/usr/local/cpanel/scripts/upcp': '#!/usr/local/cpanel/3rdparty/bin/perl\nuse strict;\n',
      '/var/spool/cron/root': {
        content:
          '30 */4 * * * /usr/bin/test -x /usr/local/cpanel/scripts/update_db_cache && /usr/local/cpanel/scripts/update_db_cache\n*/5 * * * * /usr/local/cpanel/bin/dcpumon-wrapper >/dev/null 2>&1\n17 5 * * * /usr/local/cpanel/whostmgr/docroot/cgi/cpaddons_report.pl --notify\n23 1 * * * (/usr/local/cpanel/scripts/fix-cpanel-perl; /usr/local/cpanel/scripts/upcp --cron)\n0 1 * * * /usr/local/cpanel/scripts/cpbackup\n2,58 * * * * /usr/local/bandmin/bandmin\n',
        mode: 0o600,
      },
      '/etc/cron.d/csf-cron': '*/5 * * * * root /usr/sbin/csf --lfd restart > /dev/null 2>&1\n',
      '/etc/cron.d/lfd-cron': '12 0 * * * root /usr/sbin/csf -u > /dev/null 2>&1\n',
      '/etc/chkserv.d/httpd':
        'service[httpd]=80,GET / HTTP/1.0,HTTP/1..,killall -TERM httpd;sleep 2;/usr/local/cpanel/scripts/restartsrv_httpd\n',
      '/var/cpanel/': '',
      '/usr/local/cpanel/scripts/postupcp': '#!/bin/bash\n/usr/local/cpanel/scripts/restartsrv_exim\n',
    },
    packaged: { '/usr/sbin/csf': inertProgram() },
  },
  {
    what: 'Plesk with its jobs and watchdog, GitLab omnibus with runit',
    reads: ['cron-drop-in', 'systemd-service', 'runit'],
    packaged: {
      '/opt/gitlab/embedded/bin/runsvdir': inertProgram(),
      '/opt/gitlab/embedded/bin/runsvdir-start':
        "#!/bin/sh\nPATH=/opt/gitlab/bin:/opt/gitlab/embedded/bin:/usr/bin:/bin\nulimit -n 30000\nexec env - PATH=$PATH /opt/gitlab/embedded/bin/runsvdir -P /opt/gitlab/service 'log: ....'\n",
    },
    planted: {
      '/opt/psa/bin/sw-engine-pleskrun': '#!/bin/sh\nexec /usr/bin/sw-engine "$@"\n',
      '/opt/psa/admin/sbin/pum-worker': inertProgram(),
      '/etc/cron.d/plesk-task-manager':
        "* * * * * psaadm [ -x /opt/psa/admin/bin/php ] && /opt/psa/admin/bin/php -dauto_prepend_file=sdk.php '/opt/psa/admin/plib/modules/catalog/scripts/task.php' >/dev/null 2>&1\n",
      '/etc/cron.d/plesk-backup':
        '5,20,35,50 * * * * root [ -x /opt/psa/admin/sbin/backupmng ] && /opt/psa/admin/sbin/backupmng >/dev/null 2>&1\n',
      '/usr/lib/systemd/system/gitlab-runsvdir.service':
        '[Unit]\nDescription=GitLab Runit supervision process\n[Service]\nExecStart=/opt/gitlab/embedded/bin/runsvdir-start\nRestart=always\nTasksMax=4915\n[Install]\nWantedBy=multi-user.target\n',
      '/opt/gitlab/sv/puma/run':
        '#!/bin/sh\nexec 2>&1\numask 077\nexec chpst -P -e /opt/gitlab/etc/gitlab-rails/env -u git:git -U git:git /usr/bin/env /opt/gitlab/embedded/bin/bundle exec puma -C /var/opt/gitlab/gitlab-rails/etc/puma.rb\n',
      '/opt/gitlab/sv/puma/log/run': '#!/bin/sh\nexec svlogd -tt /var/log/gitlab/puma\n',
      '/opt/gitlab/service/puma': { link: '/opt/gitlab/sv/puma' },
      '/etc/sysctl.d/90-omnibus-gitlab-kernel.shmmax.conf': {
        link: '/opt/gitlab/embedded/etc/90-omnibus-gitlab-kernel.shmmax.conf',
      },
      '/opt/gitlab/embedded/etc/90-omnibus-gitlab-kernel.shmmax.conf': 'kernel.shmmax = 17179869184\n',
    },
  },
  {
    what: 'Proxmox: hooks of apt, interfaces with bridges, cron, ZFS, grub',
    reads: ['apt-hook', 'interface-hook', 'cron-drop-in', 'grub-setting'],
    planted: {
      '/etc/apt/apt.conf.d/10pveapthook':
        'DPkg::Pre-Install-Pkgs { "/usr/share/proxmox-ve/pve-apt-hook"; };\nDPkg::Tools::Options::/usr/share/proxmox-ve/pve-apt-hook "";\nDPkg::Tools::Options::/usr/share/proxmox-ve/pve-apt-hook::Version "2";\n',
      '/etc/apt/apt.conf.d/no-nag': `DPkg::Post-Invoke { "dpkg -V proxmox-widget-toolkit | grep -q '/proxmoxlib\\.js$'; if [ $? -eq 1 ]; then { echo 'Removing subscription nag from UI...'; sed -i '/data.status/{s/\\!//;s/active/NoMoreNagging/}' /usr/share/javascript/proxmox-widget-toolkit/proxmoxlib.js; }; fi"; };\n`,
      '/etc/apt/apt.conf.d/99needrestart':
        'DPkg::Post-Invoke {"test -x /usr/lib/needrestart/apt-pinvoke && /usr/lib/needrestart/apt-pinvoke -m u || true"; };\n',
      '/etc/apt/apt.conf.d/20auto-upgrades':
        'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
      '/etc/network/interfaces':
        "auto lo\niface lo inet loopback\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 192.0.2.30/24\n\tgateway 192.0.2.1\n\tbridge-ports eno1\n\tbridge-stp off\n\tbridge-fd 0\n\tpost-up echo 1 > /proc/sys/net/ipv4/ip_forward\n\tpost-up iptables -t nat -A POSTROUTING -s '10.10.10.0/24' -o vmbr0 -j MASQUERADE\n\tpost-down iptables -t nat -D POSTROUTING -s '10.10.10.0/24' -o vmbr0 -j MASQUERADE\n\tpost-up ethtool -K eno1 tso off gso off\n",
      '/etc/cron.d/vzdump':
        '# cluster wide vzdump cron schedule\n# Automatically generated file - do not edit\n\nPATH="/usr/sbin:/usr/bin:/sbin:/bin"\n\n0 2 * * * root vzdump 100 101 --mode snapshot --storage backup --quiet 1 --compress zstd\n',
      '/etc/cron.d/zfsutils-linux':
        'PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n24 0 8-14 * * root if [ $(date +\\%w) -eq 0 ] && [ -x /usr/lib/zfs-linux/scrub ]; then /usr/lib/zfs-linux/scrub; fi\n',
      '/etc/default/grub':
        'GRUB_DEFAULT=0\nGRUB_TIMEOUT=5\nGRUB_DISTRIBUTOR="Proxmox Virtual Environment"\nGRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on iommu=pt mitigations=off hugepagesz=1G hugepages=64"\nGRUB_CMDLINE_LINUX=""\n',
      '/etc/rc.local': {
        content:
          '#!/bin/sh -e\nethtool -G eno1 rx 4096 || true\necho never > /sys/kernel/mm/transparent_hugepage/enabled\niptables-restore < /etc/iptables/rules.v4\nexit 0\n',
        mode: 0o755,
      },
      '/etc/iptables/rules.v4':
        '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -m set --match-set f2b-sshd src -j DROP\nCOMMIT\n',
      '/etc/hosts': '127.0.0.1 localhost\n192.0.2.30 pve1.example.com pve1\n0.0.0.0 ads.example.com\n',
    },
  },
];
