/**
 * What closes each kind of door: the exact settings, where they go, and the commands that make them take effect.
 *
 * Nothing here is carried out: a setting of a service belongs to its owner, and its restart is his decision. Where the
 * files lie depends on the distribution; the first of `files` that is there is named. Values that only the owner can
 * choose stand in capitals. Sources: the manual that is named with each measure.
 */
import type { DoorKind } from '../../model/door.ts';
import { fixedReleases } from './fixed-releases.ts';
import { type Measure, measure } from './measure.ts';
import { windowsMeasures } from './windows-measures.ts';

const restart = ['systemctl restart UNIT'];
/** On the firewall in front of the host first: a service that listens on all addresses may be needed by others. */
const notReachable = measure({ id: 'not-reachable' });

/** OpenSSH: the first value wins (sshd_config(5)), so the file is the first of its folder. */
const sshFile = ['/etc/ssh/sshd_config.d/00-demine.conf'];
const sshReload = ['sshd -t', 'systemctl reload UNIT'];
const noPasswords = [
  'PasswordAuthentication no',
  'KbdInteractiveAuthentication no',
  'PermitEmptyPasswords no',
];
export const sshMain = '/etc/ssh/sshd_config';

export const redisFiles: readonly string[] = [
  '/etc/redis/redis.conf',
  '/etc/redis.conf',
  '/etc/valkey/valkey.conf',
  '/etc/valkey.conf',
  '/www/server/redis/redis.conf',
  '/usr/local/etc/redis.conf',
  '/usr/local/redis/redis.conf',
  '/usr/local/redis/etc/redis.conf',
  '/opt/redis/redis.conf',
];
export const dockerFile = '/etc/docker/daemon.json';
export const kubeletFile = '/var/lib/kubelet/config.yaml';
export const jenkinsFiles: readonly string[] = [
  '/var/lib/jenkins/config.xml',
  '/var/jenkins_home/config.xml',
  '/root/.jenkins/config.xml',
];
export const nacosFiles: readonly string[] = [
  '/opt/nacos/conf/application.properties',
  '/usr/local/nacos/conf/application.properties',
  '/home/nacos/conf/application.properties',
];

const measures: Readonly<Record<Exclude<DoorKind, 'web-application'>, readonly Measure[]>> = {
  // sshd_config(5); KbdInteractiveAuthentication asks PAM, which asks for the password.
  'ssh-password': [
    measure({
      id: 'ssh-no-passwords',
      files: sshFile,
      settings: noPasswords,
      commands: sshReload,
    }),
    measure({
      id: 'ssh-root-by-key',
      files: sshFile,
      settings: ['PermitRootLogin prohibit-password'],
      commands: sshReload,
    }),
  ],
  'ssh-key': [
    measure({ id: 'ssh-key-gone' }),
    measure({
      id: 'ssh-no-passwords',
      files: sshFile,
      settings: noPasswords,
      commands: sshReload,
    }),
  ],
  // redis.conf of Redis 7.2; redis.io/docs/latest/operate/oss_and_stack/management/security
  redis: [
    measure({ id: 'redis-bind', files: redisFiles, settings: ['bind 127.0.0.1 -::1'], commands: restart }),
    measure({ id: 'redis-password', files: redisFiles, settings: ['requirepass LONG_RANDOM_PASSWORD'] }),
    measure({
      id: 'redis-protected',
      files: redisFiles,
      settings: [
        'protected-mode yes',
        'enable-protected-configs no',
        'enable-module-command no',
        'enable-debug-command no',
      ],
    }),
    measure({ id: 'redis-account' }),
  ],
  // docs.docker.com/engine/security/protect-access
  'docker-api': [
    measure({
      id: 'docker-no-tcp',
      files: [dockerFile],
      settings: ['"hosts": ["unix:///var/run/docker.sock"]'],
      commands: ['systemctl daemon-reload', 'systemctl restart docker'],
    }),
    notReachable,
  ],
  // KubeletConfiguration of kubelet.config.k8s.io/v1beta1
  kubelet: [
    measure({
      id: 'kubelet-no-anonymous',
      files: [kubeletFile],
      settings: ['authentication:', '  anonymous:', '    enabled: false'],
      commands: ['systemctl restart kubelet'],
    }),
    measure({
      id: 'kubelet-webhook',
      files: [kubeletFile],
      settings: ['authorization:', '  mode: Webhook'],
    }),
    measure({ id: 'kubelet-no-read-only', files: [kubeletFile], settings: ['readOnlyPort: 0'] }),
  ],
  // postgresql.org/docs/current: runtime-config-connection, auth-pg-hba-conf, predefined-roles
  postgresql: [
    measure({
      id: 'postgresql-bind',
      files: ['postgresql.conf'],
      settings: ["listen_addresses = 'localhost'"],
      commands: restart,
    }),
    measure({
      id: 'postgresql-no-trust',
      files: ['pg_hba.conf'],
      settings: ['host  all  all  127.0.0.1/32  scram-sha-256', 'host  all  all  ::1/128  scram-sha-256'],
      commands: ['systemctl reload UNIT'],
    }),
    measure({
      id: 'postgresql-no-program',
      settings: [
        'ALTER ROLE APPLICATION NOSUPERUSER;',
        'REVOKE pg_execute_server_program FROM APPLICATION;',
        "ALTER ROLE postgres PASSWORD 'LONG_RANDOM_PASSWORD';",
      ],
    }),
  ],
  // dev.mysql.com/doc/refman/8.4: bind_address, secure_file_priv
  mysql: [
    measure({
      id: 'mysql-bind',
      files: ['/etc/mysql/conf.d/demine.cnf', '/etc/my.cnf.d/demine.cnf'],
      settings: ['[mysqld]', 'bind-address = 127.0.0.1'],
      commands: restart,
    }),
    measure({
      id: 'mysql-files',
      files: ['/etc/mysql/conf.d/demine.cnf', '/etc/my.cnf.d/demine.cnf'],
      settings: ['[mysqld]', 'secure-file-priv = NULL'],
    }),
  ],
  // nginx.org/en/docs/http/ngx_http_core_module.html#location; learn.microsoft.com: handlers (accessPolicy); httpd.apache.org/docs/2.4/mod/core.html#filesmatch
  'web-shell': [
    measure({
      id: 'uploads-do-not-run',
      settings: [
        'nginx: location ~* ^/UPLOADS/.*\\.(php|phtml|phar|jsp|jspx|asp|aspx)$ { deny all; }',
        'IIS: <location path="SITE/UPLOADS"><system.webServer><handlers accessPolicy="Read" /></system.webServer></location>',
        'Apache: <Directory "/WEB_ROOT/UPLOADS"> <FilesMatch "(?i)\\.(php|phtml|phar)$"> Require all denied </FilesMatch> </Directory>',
      ],
    }),
  ],
  // jenkins.io/doc/book/security/access-control
  jenkins: [
    measure({
      id: 'jenkins-security',
      files: jenkinsFiles,
      settings: [
        '<useSecurity>true</useSecurity>',
        '<authorizationStrategy class="hudson.security.FullControlOnceLoggedInAuthorizationStrategy"><denyAnonymousReadAccess>true</denyAnonymousReadAccess></authorizationStrategy>',
      ],
      commands: restart,
    }),
    notReachable,
  ],
  // xuxueli.com/xxl-job: 5.15
  'xxl-job': [
    measure({ id: 'xxl-job-token', settings: ['xxl.job.accessToken=LONG_RANDOM_TOKEN'] }),
    notReachable,
  ],
  // hadoop.apache.org/docs/stable: HttpAuthentication, yarn-default.xml
  yarn: [
    measure({
      id: 'yarn-users',
      files: ['/etc/hadoop/conf/core-site.xml'],
      settings: [
        'hadoop.http.authentication.simple.anonymous.allowed = false',
        'hadoop.security.authentication = kerberos',
        'yarn.acl.enable = true',
      ],
    }),
    notReachable,
  ],
  // spark.apache.org/docs/latest/security.html
  spark: [
    measure({
      id: 'spark-no-rest',
      files: ['/opt/spark/conf/spark-defaults.conf', '/etc/spark/conf/spark-defaults.conf'],
      settings: ['spark.master.rest.enabled false', 'spark.authenticate true', 'spark.acls.enable true'],
    }),
    notReachable,
  ],
  // nightlies.apache.org/flink: deployment/config
  flink: [
    measure({
      id: 'flink-bind',
      files: ['/opt/flink/conf/config.yaml', '/opt/flink/conf/flink-conf.yaml'],
      settings: ['rest.bind-address: localhost', 'web.submit.enable: false'],
    }),
    notReachable,
  ],
  // docs.ray.io/en/latest/ray-security
  ray: [measure({ id: 'ray-bind', commands: ['ray start --head --dashboard-host=127.0.0.1'] }), notReachable],
  // jupyter-server.readthedocs.io: security
  jupyter: [
    measure({
      id: 'jupyter-token',
      files: ['/root/.jupyter/jupyter_server_config.py'],
      settings: ["c.ServerApp.ip = '127.0.0.1'", "c.IdentityProvider.token = 'LONG_RANDOM_TOKEN'"],
    }),
    notReachable,
  ],
  // nifi.apache.org: administration guide, Single User Login
  nifi: [
    measure({
      id: 'nifi-login',
      files: ['/opt/nifi/conf/nifi.properties'],
      settings: ['nifi.web.http.port=', 'nifi.web.https.host=127.0.0.1', 'nifi.web.https.port=8443'],
      commands: ['nifi.sh set-single-user-credentials USER PASSWORD'],
    }),
    notReachable,
  ],
  // airflow.apache.org: security/api
  airflow: [
    measure({
      id: 'airflow-login',
      files: ['/root/airflow/airflow.cfg', '/opt/airflow/airflow.cfg'],
      settings: [
        '[api]',
        'auth_backends = airflow.api.auth.backend.session',
        '[core]',
        'load_examples = False',
      ],
    }),
    notReachable,
  ],
  // docs.saltproject.io: hardening
  salt: [notReachable],
  // activemq.apache.org/components/classic: security
  activemq: [
    measure({
      id: 'activemq-bind',
      files: ['/opt/activemq/conf/activemq.xml', '/etc/activemq/instances-available/main/activemq.xml'],
      settings: ['<transportConnector name="openwire" uri="tcp://127.0.0.1:61616"/>'],
    }),
    notReachable,
  ],
  rocketmq: [notReachable],
  // nacos.io/docs: auth
  nacos: [
    measure({
      id: 'nacos-login',
      files: nacosFiles,
      settings: [
        'nacos.core.auth.enabled=true',
        'nacos.core.auth.enable.userAgentAuthWhite=false',
        'nacos.core.auth.server.identity.key=RANDOM_NAME',
        'nacos.core.auth.server.identity.value=LONG_RANDOM_VALUE',
        'nacos.core.auth.plugin.nacos.token.secret.key=BASE64_OF_32_RANDOM_BYTES',
      ],
    }),
    notReachable,
  ],
  // docs.npmjs.com: ignore-scripts; pip.pypa.io: secure-installs
  packages: [
    measure({
      id: 'packages-without-scripts',
      files: ['/root/.npmrc'],
      settings: ['ignore-scripts=true'],
      commands: ['npm ci', 'pip install --require-hashes -r requirements.txt'],
    }),
  ],
  'other-host': [
    measure({ id: 'other-host-keys' }),
    measure({
      id: 'ssh-no-passwords',
      files: sshFile,
      settings: noPasswords,
      commands: sshReload,
    }),
  ],
  ...windowsMeasures,
  listener: [notReachable],
};

/** The update first where there is one: settings alone leave the hole. */
export function measuresOf(kind: DoorKind, service: string): readonly Measure[] {
  const fixed = Object.hasOwn(fixedReleases, service) ? fixedReleases[service] : undefined;
  const update =
    fixed === undefined
      ? kind === 'web-application'
        ? [measure({ id: 'update', subject: '' })]
        : []
      : [measure({ id: 'update', subject: `${fixed.releases} (${fixed.advisory})` })];
  return [...update, ...(kind === 'web-application' ? [notReachable] : measures[kind])];
}

/** Names of a service's unit, the most usual first, by family of the distribution. */
const units: Readonly<Partial<Record<DoorKind, { readonly debian: string; readonly redhat: string }>>> = {
  'ssh-password': { debian: 'ssh', redhat: 'sshd' },
  'ssh-key': { debian: 'ssh', redhat: 'sshd' },
  'other-host': { debian: 'ssh', redhat: 'sshd' },
  redis: { debian: 'redis-server', redhat: 'redis' },
  postgresql: { debian: 'postgresql', redhat: 'postgresql' },
  mysql: { debian: 'mysql', redhat: 'mysqld' },
};

/** @param os the name of the distribution, as os-release gives it */
export function commandsFor(kind: DoorKind, commands: readonly string[], os: string): readonly string[] {
  const debian = /debian|ubuntu|mint|kali|raspbian|deepin|uos/i.test(os);
  const unit = units[kind]?.[debian ? 'debian' : 'redhat'] ?? kind;
  return commands.map((command) => command.replace('UNIT', unit));
}
