/**
 * Whose account belongs to which door: the owner of what was dropped survives cleaning and touch(1).
 * Source: knowledge on entry §5.4; accounts as Debian's and Red Hat's packages create them.
 */
const doors: Readonly<Record<string, readonly string[]>> = {
  web: [
    'www-data',
    'apache',
    'nginx',
    'http',
    'httpd',
    'www',
    'wwwrun',
    'nobody',
    'tomcat',
    'tomcat8',
    'tomcat9',
    'tomcat10',
    'confluence',
    'jira',
    'weblogic',
    'php-fpm',
  ],
  redis: ['redis', 'valkey', 'keydb'],
  postgresql: ['postgres', 'postgresql'],
  mysql: ['mysql', 'mariadb'],
  sqlserver: ['mssql', 'NT SERVICE\\MSSQLSERVER', 'NT Service\\MSSQLSERVER'],
  yarn: ['yarn', 'hadoop', 'hdfs', 'mapred'],
  spark: ['spark', 'hadoop'],
  flink: ['flink'],
  ray: ['ray'],
  jupyter: ['jupyter', 'jovyan'],
  nifi: ['nifi'],
  jenkins: ['jenkins'],
  airflow: ['airflow'],
  'xxl-job': ['xxl-job', 'xxljob'],
  salt: ['salt'],
  activemq: ['activemq'],
  rocketmq: ['rocketmq'],
  nacos: ['nacos'],
};

const services: ReadonlySet<string> = new Set(Object.values(doors).flat());

export const isServiceAccount = (account: string): boolean => services.has(account);

/** Accounts that are this door's alone. */
export const accountsOf = (service: string): readonly string[] => doors[service] ?? [];
