/** What people run on servers of their own: tunnels, panels, chat and media services, clusters, self-updating agents. */
import { type Files, inertProgram } from '../case.ts';
import type { LivedIn } from './lived-in.ts';

const service = (name: string, lines: string): Files => ({
  [`/etc/systemd/system/${name}.service`]: `[Unit]\nAfter=network-online.target\n[Service]\n${lines}\nRestart=always\n[Install]\nWantedBy=multi-user.target\n`,
  [`/etc/systemd/system/multi-user.target.wants/${name}.service`]: {
    link: `/etc/systemd/system/${name}.service`,
  },
});
const script = (content: string): Files[string] => ({ content, mode: 0o755 });

export const services: readonly LivedIn[] = [
  {
    what: 'tunnels of an owner: frp, cloudflared, a reverse tunnel by ssh, WireGuard with rules of iptables',
    reads: ['systemd-service', 'systemd-timer', 'interface-hook'],
    planted: {
      ...service('frpc', 'User=nobody\nExecStart=/usr/local/frp/frpc -c /usr/local/frp/frpc.toml'),
      '/usr/local/frp/frpc': inertProgram(),
      '/usr/local/frp/frpc.toml': 'serverAddr = "198.51.100.3"\nserverPort = 7000\n',
      ...service(
        'cloudflared',
        'ExecStart=/usr/local/bin/cloudflared --no-autoupdate tunnel run --token eyJh',
      ),
      '/usr/local/bin/cloudflared': inertProgram(),
      '/etc/systemd/system/cloudflared-update.service':
        "[Service]\nExecStart=/bin/bash -c '/usr/local/bin/cloudflared update; code=$?; if [ $code -eq 11 ]; then systemctl restart cloudflared; exit 0; fi; exit $code'\n",
      '/etc/systemd/system/cloudflared-update.timer':
        '[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n',
      ...service(
        'tunnel',
        'User=ada\nEnvironment=AUTOSSH_GATETIME=0\nExecStart=/usr/bin/ssh -NT -o ServerAliveInterval=60 -o ExitOnForwardFailure=yes -R 2222:localhost:22 tunnel@bastion.example.org',
      ),
      '/etc/wireguard/wg0.conf':
        '[Interface]\nPrivateKey=x\nAddress=10.0.0.1/24\nPostUp=iptables -A FORWARD -i %i -j ACCEPT; iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\nPostDown=iptables -D FORWARD -i %i -j ACCEPT\n',
    },
  },
  {
    what: 'services from downloads: k3s, Ollama, Vault, rclone, RustDesk, x-ui, 1Panel, Minecraft, JupyterHub',
    reads: ['systemd-service', 'cron-drop-in', 'capability-file'],
    planted: {
      ...service(
        'k3s',
        "EnvironmentFile=-/etc/default/%N\nKillMode=process\nDelegate=yes\nExecStartPre=/bin/sh -xc '! /usr/bin/systemctl is-enabled --quiet nm-cloud-setup.service 2>/dev/null'\nExecStartPre=-/sbin/modprobe br_netfilter\nExecStart=/usr/local/bin/k3s \\\n    server \\\n",
      ),
      '/usr/local/bin/k3s': inertProgram(),
      ...service('ollama', 'User=ollama\nExecStart=/usr/local/bin/ollama serve'),
      '/usr/local/bin/ollama': inertProgram(),
      ...service(
        'vault',
        'LimitMEMLOCK=infinity\nExecStart=/usr/local/bin/vault server -config=/etc/vault.d',
      ),
      '/usr/local/bin/vault': { content: inertProgram(), capabilities: 'cap_ipc_lock+ep' },
      ...service(
        'rclone',
        'ExecStartPre=/bin/mkdir -p /mnt/drive\nExecStart=/usr/local/bin/rclone mount drive: /mnt/drive --allow-other\nExecStop=/bin/fusermount -u /mnt/drive',
      ),
      '/usr/local/bin/rclone': inertProgram(),
      ...service('rustdesksignal', 'WorkingDirectory=/opt/rustdesk/\nExecStart=/opt/rustdesk/hbbs'),
      '/opt/rustdesk/hbbs': inertProgram(),
      ...service('x-ui', 'WorkingDirectory=/usr/local/x-ui/\nExecStart=/usr/local/x-ui/x-ui'),
      '/usr/local/x-ui/x-ui': inertProgram(),
      ...service('1panel', 'ExecStart=/usr/bin/1panel'),
      '/usr/bin/1panel': { link: '/usr/local/bin/1panel' },
      '/usr/local/bin/1panel': inertProgram(),
      ...service(
        'minecraft',
        'User=ada\nWorkingDirectory=/opt/minecraft\nExecStart=/usr/bin/java -Xmx4G -jar server.jar',
      ),
      ...service(
        'jupyterhub',
        'Environment="PATH=/opt/jupyterhub/bin:/usr/bin:/bin"\nExecStart=/opt/jupyterhub/bin/jupyterhub -f /opt/jupyterhub/etc/config.py',
      ),
      '/opt/jupyterhub/bin/jupyterhub': script('#!/opt/jupyterhub/bin/python3\nimport sys\n'),
      '/etc/cron.d/restic':
        'SHELL=/bin/bash\n30 2 * * * root . /root/.restic-env && /usr/local/bin/restic backup /etc /home && /usr/local/bin/restic forget --keep-daily 7 --prune\n',
      '/root/.restic-env': 'export RESTIC_REPOSITORY=s3:https://s3.example.org/b\n',
      '/usr/local/bin/restic': inertProgram(),
      '/etc/cron.weekly/update-tools': script(
        '#!/bin/bash\nset -e\nV=$(curl -s https://api.github.com/repos/o/r/releases/latest | grep tag_name | cut -d\'"\' -f4)\ncurl -sL "https://github.com/o/r/releases/download/$V/r.tar.gz" | tar xz -C /usr/local/bin r\n',
      ),
    },
  },
  {
    what: 'agents that update themselves and run checks of an owner: Netdata, Puppet, Salt, NRPE',
    reads: ['cron-period', 'cron-drop-in', 'sudo-rule', 'setuid-file'],
    planted: {
      // Its own form: fetched over TLS from its makers into a temporary folder, and run there.
      '/opt/netdata/usr/libexec/netdata/netdata-updater.sh': script(
        '#!/bin/sh\nset -e\n_safe_download() {\n  url="$1"\n  dest="$2"\n  if command -v curl > /dev/null 2>&1; then\n    curl -fsSL --connect-timeout 10 --retry 3 "$url" > "$dest"\n  else\n    wget -T 15 -O - "$url" > "$dest"\n  fi\n}\nself_update() {\n  dir=$(mktemp -d -t netdata-updater-XXXXXXXXXX)\n  cd "$dir" || exit 1\n  if _safe_download "https://raw.githubusercontent.com/netdata/netdata/master/packaging/installer/netdata-updater.sh" ./netdata-updater.sh; then\n    chmod +x ./netdata-updater.sh || exit 1\n    exec ./netdata-updater.sh --not-running-from-cron --tmpdir-path "$(pwd)"\n  fi\n}\nself_update\n',
      ),
      '/etc/cron.daily/netdata-updater': { link: '/opt/netdata/usr/libexec/netdata/netdata-updater.sh' },
      ...service('netdata', 'ExecStart=/opt/netdata/usr/sbin/netdata -D'),
      '/opt/netdata/usr/sbin/netdata': inertProgram(),
      '/opt/netdata/usr/libexec/netdata/plugins.d/apps.plugin': { content: inertProgram(), mode: 0o4750 },
      '/etc/cron.d/puppet':
        '*/30 * * * * root /opt/puppetlabs/bin/puppet agent --onetime --no-daemonize --splay >/dev/null 2>&1\n',
      '/opt/puppetlabs/bin/puppet': script('#!/bin/sh\nexec /opt/puppetlabs/puppet/bin/ruby "$@"\n'),
      ...service('salt-minion', 'KillMode=process\nExecStart=/opt/saltstack/salt/salt-minion'),
      '/opt/saltstack/salt/salt-minion': script(
        '#!/bin/sh\nexec /opt/saltstack/salt/bin/python3.10 -m salt\n',
      ),
      '/etc/sudoers.d/nagios': {
        content:
          'nagios ALL=(ALL) NOPASSWD: /usr/lib/nagios/plugins/check_raid\nDefaults:nagios !requiretty\n',
        mode: 0o440,
      },
      '/usr/lib/nagios/plugins/check_raid': script('#!/usr/bin/perl\nprint "OK";\n'),
    },
  },
  {
    what: 'a desktop and a shell with tools that hide their folders in a home: Dropbox, atuin, bash-preexec, Homebrew',
    reads: ['shell-rc', 'desktop-autostart', 'pm2', 'renamed-tool'],
    planted: {
      '/home/ada/.bashrc': `eval "$(/home/linuxbrew/.linuxbrew/bin/brew shellenv)"
. "$HOME/.atuin/bin/env"
. "$HOME/.newtool/env.sh"
[[ -f ~/.bash-preexec.sh ]] && source ~/.bash-preexec.sh
eval "$(atuin init bash)"
if ! pgrep -u "$USER" ssh-agent > /dev/null; then ssh-agent -t 1h > "$XDG_RUNTIME_DIR/ssh-agent.env"; fi
export PROMPT_COMMAND="history -a; $PROMPT_COMMAND"
export LESSOPEN="| /usr/bin/lesspipe %s" EDITOR="code --wait"
alias ps="ps auxf"
alias curl="curl -sS"
`,
      // Tools that their owner built anew, or calls with options.
      '/usr/local/bin/lsof': inertProgram(),
      '/usr/local/bin/top': script('#!/bin/sh\nexec /usr/bin/top -d 1 "$@"\n'),
      '/home/ada/.atuin/bin/env': 'export PATH="$HOME/.atuin/bin:$PATH"\n',
      '/home/ada/.newtool/env.sh': 'export PATH="$HOME/.newtool/bin:$PATH"\n',
      '/home/ada/.bash-preexec.sh': '__bp_last_ret_value="$?"\n',
      '/home/linuxbrew/.linuxbrew/bin/brew': script('#!/bin/bash\n'),
      '/home/ada/.config/autostart/dropbox.desktop':
        '[Desktop Entry]\nType=Application\nExec=/home/ada/.dropbox-dist/dropboxd\n',
      '/home/ada/.dropbox-dist/dropboxd': script('#!/bin/sh\nexec ./dropbox\n'),
      '/home/ada/.pm2/dump.pm2': JSON.stringify([
        {
          name: 'n8n',
          pm_exec_path: '/home/ada/.nvm/versions/node/v20.1.0/bin/n8n',
          exec_interpreter: 'node',
          pm_cwd: '/home/ada',
        },
      ]),
    },
  },
];
