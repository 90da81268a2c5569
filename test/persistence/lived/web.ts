/** Web servers with panels, their databases and the sites on them. */
import { inertProgram } from '../case.ts';
import type { LivedIn } from './lived-in.ts';

export const web: readonly LivedIn[] = [
  {
    what: 'the BT panel: its tree, its jobs of cron, its start script, .user.ini locked by chattr',
    reads: ['bt-panel', 'cron-user', 'init-script'],
    planted: {
      '/www/server/panel/BT-Panel':
        '#!/www/server/panel/pyenv/bin/python\nimport os\nos.chdir("/www/server/panel")\n',
      '/www/server/panel/BT-Task':
        '#!/www/server/panel/pyenv/bin/python\nimport time\nwhile True:\n    time.sleep(1)\n',
      '/www/server/panel/pyenv/bin/python3.7': inertProgram(),
      '/www/server/nginx/sbin/nginx': inertProgram(),
      '/www/server/php/74/sbin/php-fpm': inertProgram(),
      '/www/server/mysql/bin/mysqld': inertProgram(),
      '/www/server/redis/src/redis-server': inertProgram(),
      '/www/server/panel/script/logsBackup':
        '#!/bin/bash\n/www/server/panel/pyenv/bin/python -u /www/server/panel/script/logsBackup.py $1 $2\n',
      '/var/spool/cron/crontabs/root': {
        content:
          '0 2 * * * /www/server/cron/1ad1ed4d3a4f4d2b5a9d1f3b7c8e9a01 >> /www/server/cron/1ad1ed4d3a4f4d2b5a9d1f3b7c8e9a01.log 2>&1\n*/10 * * * * /www/server/cron/c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f6 >> /www/server/cron/c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f6.log 2>&1\n57 0 * * * "/root/.acme.sh"/acme.sh --cron --home "/root/.acme.sh" > /dev/null\n',
        mode: 0o600,
      },
      '/www/server/cron/1ad1ed4d3a4f4d2b5a9d1f3b7c8e9a01':
        '#!/bin/bash\nPATH=/bin:/sbin:/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin:~/bin\nexport PATH\nbtpython=/www/server/panel/pyenv/bin/python\n$btpython /www/server/panel/script/backup.py site ALL 3\necho "----------------------------------------------------------------------------"\nendDate=`date +"%Y-%m-%d %H:%M:%S"`\necho "★[$endDate] Successful"\necho "----------------------------------------------------------------------------"\n',
      '/www/server/cron/c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f6':
        '#!/bin/bash\nPATH=/bin:/sbin:/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin:~/bin\nexport PATH\ncurl -sS --connect-timeout 10 -m 3600 \'http://www.example.com/queue/run?token=abc\'\necho "----------------------------------------------------------------------------"\nendDate=`date +"%Y-%m-%d %H:%M:%S"`\necho "★[$endDate] Successful"\n',
      '/etc/init.d/bt':
        '#!/bin/bash\n# chkconfig: 2345 55 25\n### BEGIN INIT INFO\n# Provides:          bt\n# Default-Start:     2 3 4 5\n### END INIT INFO\npanel_path=/www/server/panel\ncd $panel_path\npanel_start() {\n  nohup $panel_path/BT-Panel >> $panel_path/logs/error.log 2>&1 &\n  nohup $panel_path/BT-Task >> $panel_path/logs/task.log 2>&1 &\n}\ncase "$1" in\n  start) panel_start ;;\n  stop) kill -9 $(ps aux | grep BT-Panel | grep -v grep | awk \'{print $2}\') ;;\nesac\n',
      '/etc/rc3.d/S55bt': { link: '../init.d/bt' },
      '/usr/bin/bt': { link: '/etc/init.d/bt' },
      '/www/wwwroot/shop.example.com/.user.ini': {
        content: 'open_basedir=/www/wwwroot/shop.example.com/:/tmp/\n',
        immutable: true,
      },
      '/www/wwwroot/shop.example.com/index.php': '<?php require __DIR__ . "/public/index.php";\n',
      '/root/.acme.sh/acme.sh': '#!/usr/bin/env sh\nVER=3.0.7\n_get() { curl -L --silent "$1"; }\n',
      '/root/.acme.sh/acme.sh.env':
        'export LE_WORKING_DIR="/root/.acme.sh"\nalias acme.sh="/root/.acme.sh/acme.sh"\n',
      '/root/.bashrc': 'export PS1="\\h:\\w# "\nalias ll="ls -l"\n. "/root/.acme.sh/acme.sh.env"\n',
    },
  },
  {
    what: 'acme.sh and certbot renewals, health checks by curl, backups and log rotation in cron',
    reads: ['cron-user', 'cron-drop-in', 'systemd-timer', 'logrotate-hook'],
    planted: {
      '/var/spool/cron/crontabs/root': {
        content: `MAILTO=ops@example.com
SHELL=/bin/bash
17 3 * * * "/root/.acme.sh"/acme.sh --cron --home "/root/.acme.sh" --reloadcmd "systemctl reload nginx" > /dev/null
* * * * * curl -fsS -m 10 https://shop.example.com/health > /dev/null || systemctl restart shop
*/5 * * * * curl -sf http://localhost:8080/actuator/health | grep -q UP || /usr/local/bin/alert.sh shop down
0 4 * * 0 /usr/bin/docker system prune -af --filter "until=168h" > /dev/null 2>&1
*/15 * * * * wget -q -O /dev/null "https://shop.example.com/wp-cron.php?doing_wp_cron"
30 1 * * * rsync -az --delete -e "ssh -i /root/.ssh/backup_ed25519" /srv/ backup@backup.example.com:/srv/web1/
@reboot sleep 30 && /usr/local/bin/warmup.sh
0 5 * * * wget -qO /etc/nginx/conf.d/realip.conf.new https://lists.example.com/ips.txt && mv /etc/nginx/conf.d/realip.conf.new /etc/nginx/conf.d/realip.conf && nginx -t && systemctl reload nginx
10 0 * * * find /var/log/app -name "*.log" -mtime +30 -delete
`,
        mode: 0o600,
      },
      '/usr/local/bin/alert.sh':
        '#!/bin/bash\ncurl -s -X POST -H "Content-Type: application/json" -d "{\\"text\\": \\"$*\\"}" https://hooks.example.com/services/T0/B0/x\n',
      '/usr/local/bin/warmup.sh':
        '#!/bin/sh\nfor u in / /shop; do curl -so /dev/null "http://127.0.0.1$u"; done\n',
      '/root/.acme.sh/acme.sh': '#!/usr/bin/env sh\nVER=3.0.7\n',
      '/etc/cron.d/certbot':
        "SHELL=/bin/sh\nPATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n0 */12 * * * root test -x /usr/bin/certbot -a \\! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' && certbot -q renew --no-random-sleep-on-renew\n",
      '/etc/letsencrypt/renewal-hooks/deploy/nginx.sh': '#!/bin/sh\nsystemctl reload nginx\n',
      '/etc/systemd/system/backup.timer':
        '[Unit]\nDescription=Nightly backup\n[Timer]\nOnCalendar=*-*-* 02:30:00\nRandomizedDelaySec=15m\nPersistent=true\n[Install]\nWantedBy=timers.target\n',
      '/etc/systemd/system/backup.service': `[Unit]\nDescription=Backup\nOnFailure=notify@%n.service\n[Service]\nType=oneshot\nEnvironmentFile=/root/.backup.env\nExecStartPre=-/usr/bin/restic unlock\nExecStart=/usr/bin/restic backup /etc /srv /home\nExecStartPost=/usr/bin/restic forget --keep-daily 7 --prune\nExecStopPost=/usr/bin/curl -fsS -m 10 https://hc.example.com/ping/1/\${EXIT_STATUS}\n`,
      '/root/.backup.env': { content: 'RESTIC_REPOSITORY=s3:s3.example.com/b\n', mode: 0o600 },
      '/etc/systemd/system/timers.target.wants/backup.timer': { link: '/etc/systemd/system/backup.timer' },
      '/etc/logrotate.d/shop':
        '/var/log/app/*.log {\n  daily\n  rotate 14\n  compress\n  sharedscripts\n  postrotate\n    [ -f /run/nginx.pid ] && kill -USR1 `cat /run/nginx.pid`\n  endscript\n}\n',
    },
  },
  {
    what: 'PostgreSQL with huge pages and limits, MariaDB with a plugin, Redis with a module of the owner',
    reads: ['kernel-setting', 'limits', 'redis'],
    planted: {
      '/etc/sysctl.d/30-postgresql.conf':
        'vm.nr_hugepages = 4400\nvm.overcommit_memory = 2\nkernel.shmmax = 8589934592\nvm.swappiness = 1\n',
      '/etc/sysctl.conf': 'fs.file-max = 1000000\nnet.core.somaxconn = 65535\nnet.ipv4.ip_forward = 1\n',
      '/etc/security/limits.d/postgres.conf':
        'postgres soft memlock unlimited\npostgres hard memlock unlimited\n* soft nofile 65535\n* hard nofile 65535\n',
      '/etc/redis/redis.conf':
        'bind 127.0.0.1 -::1\nport 6379\ndir /var/lib/redis\ndbfilename dump.rdb\nloadmodule /opt/redis-stack/lib/rejson.so\nreplicaof db1 6379\nrequirepass x\n',
      '/opt/redis-stack/lib/rejson.so': inertProgram(),
      '/etc/mysql/mariadb.conf.d/90-own.cnf': '[mysqld]\nplugin_load_add = auth_socket\nskip-name-resolve\n',
      '/etc/cron.d/postgres-base':
        '0 1 * * 6 postgres /usr/bin/pg_basebackup -D /var/backups/pg/$(date +\\%F) -Ft -z -X fetch\n',
    },
  },
  {
    what: 'a Laravel site under supervisord, PHP settings of the owner, composer and a queue in cron',
    reads: ['supervisor', 'cron-user', 'composer-hook', 'php-user-ini'],
    planted: {
      '/etc/supervisor/conf.d/horizon.conf':
        '[program:horizon]\nprocess_name=%(program_name)s\ncommand=php /var/www/shop/artisan horizon\nautostart=true\nautorestart=true\nuser=www-data\nredirect_stderr=true\nstdout_logfile=/var/www/shop/storage/logs/horizon.log\nstopwaitsecs=3600\n\n[program:queue]\ncommand=/usr/bin/php /var/www/shop/artisan queue:work --sleep=3 --tries=3 --max-time=3600\nnumprocs=8\nautorestart=true\nuser=www-data\n',
      '/var/spool/cron/crontabs/www-data': {
        content: '* * * * * cd /var/www/shop && php artisan schedule:run >> /dev/null 2>&1\n',
        mode: 0o600,
      },
      '/var/www/shop/artisan': '#!/usr/bin/env php\n<?php\nrequire __DIR__."/vendor/autoload.php";\n',
      '/var/www/shop/composer.json': JSON.stringify({
        require: { 'laravel/framework': '^11.0' },
        scripts: {
          'post-autoload-dump': [
            'Illuminate\\Foundation\\ComposerScripts::postAutoloadDump',
            '@php artisan package:discover --ansi',
          ],
          'post-root-package-install': ["@php -r \"file_exists('.env') || copy('.env.example', '.env');\""],
        },
      }),
      '/var/www/shop/public/.htaccess':
        '<IfModule mod_rewrite.c>\n  RewriteEngine On\n  RewriteRule ^ index.php [L]\n</IfModule>\nphp_value upload_max_filesize 64M\n',
      '/etc/php/8.2/fpm/conf.d/99-own.ini': 'memory_limit=512M\nopcache.enable=1\nauto_prepend_file=\n',
      '/var/www/shop/wordfence-waf.php':
        '<?php\n// Wordfence\nif (file_exists(__DIR__ . "/wp-content/plugins/wordfence/waf/bootstrap.php")) { include_once __DIR__ . "/wp-content/plugins/wordfence/waf/bootstrap.php"; }\n',
      '/var/www/blog/.user.ini':
        "; Wordfence WAF\nauto_prepend_file = '/var/www/shop/wordfence-waf.php'\n; END Wordfence WAF\n",
    },
  },
  {
    what: 'Node sites under PM2, a Jenkins controller, a runner of GitLab and one of GitHub',
    reads: ['systemd-service', 'jenkins', 'pm2'],
    planted: {
      '/etc/systemd/system/pm2-ada.service': `[Unit]
Description=PM2 process manager
After=network.target
[Service]
Type=forking
User=ada
LimitNOFILE=infinity
Environment=PATH=/home/ada/.nvm/versions/node/v20.11.0/bin:/usr/local/bin:/usr/bin:/bin
Environment=PM2_HOME=/home/ada/.pm2
PIDFile=/home/ada/.pm2/pm2.pid
Restart=on-failure
ExecStart=/home/ada/.nvm/versions/node/v20.11.0/lib/node_modules/pm2/bin/pm2 resurrect
ExecReload=/home/ada/.nvm/versions/node/v20.11.0/lib/node_modules/pm2/bin/pm2 reload all
ExecStop=/home/ada/.nvm/versions/node/v20.11.0/lib/node_modules/pm2/bin/pm2 kill
[Install]
WantedBy=multi-user.target
`,
      '/home/ada/.nvm/versions/node/v20.11.0/bin/node': { content: inertProgram(), uid: 1000 },
      '/home/ada/.nvm/versions/node/v20.11.0/lib/node_modules/pm2/bin/pm2':
        "#!/usr/bin/env node\nrequire('../lib/binaries/CLI.js');\n",
      '/home/ada/.pm2/dump.pm2': JSON.stringify([
        {
          name: 'web',
          pm_exec_path: '/home/ada/web/node_modules/.bin/next',
          args: ['start', '-p', '3000'],
          exec_interpreter: 'node',
          exec_mode: 'fork_mode',
          pm_cwd: '/home/ada/web',
          autorestart: true,
          env: { NODE_ENV: 'production' },
        },
      ]),
      '/home/ada/web/ecosystem.config.js':
        "module.exports = { apps: [{ name: 'web', script: 'npm', args: 'start', cwd: '/home/ada/web' }] };\n",
      '/var/lib/jenkins/config.xml':
        "<?xml version='1.1' encoding='UTF-8'?>\n<hudson><version>2.440</version></hudson>\n",
      '/var/lib/jenkins/jobs/deploy/config.xml':
        "<?xml version='1.1' encoding='UTF-8'?>\n<project><triggers><hudson.triggers.TimerTrigger><spec>H 2 * * *</spec></hudson.triggers.TimerTrigger></triggers><builders><hudson.tasks.Shell><command>npm ci\nnpm run build\nrsync -a dist/ deploy@192.0.2.10:/var/www/shop/\ncurl -fsS https://shop.example.com/health</command></hudson.tasks.Shell></builders></project>\n",
      '/etc/systemd/system/gitlab-runner.service':
        '[Unit]\nDescription=GitLab Runner\n[Service]\nStartLimitInterval=5\nStartLimitBurst=10\nExecStart=/usr/local/bin/gitlab-runner "run" "--config" "/etc/gitlab-runner/config.toml" "--working-directory" "/home/gitlab-runner" "--service" "gitlab-runner" "--user" "gitlab-runner"\nRestart=always\nRestartSec=120\n[Install]\nWantedBy=multi-user.target\n',
      '/usr/local/bin/gitlab-runner': inertProgram(),
      '/opt/actions-runner/runsvc.sh':
        "#!/bin/bash\ntrap 'kill -INT $PID' TERM INT\nnode ./bin/RunnerService.js &\nPID=$!\nwait $PID\n",
      '/etc/systemd/system/actions.runner.example-web.web1.service':
        '[Unit]\nDescription=GitHub Actions Runner (example-web.web1)\n[Service]\nExecStart=/opt/actions-runner/runsvc.sh\nUser=ada\nWorkingDirectory=/opt/actions-runner\nKillMode=process\n[Install]\nWantedBy=multi-user.target\n',
    },
  },
];
