/**
 * Logs, and settings that name logs, in the command by which a service is started.
 *
 * Why: what runs from /data has its settings there too, and neither lies at a usual place. What it is NOT: a reader of
 * scripts; words are taken as they stand, by the name of the program and the option before them.
 * Sources: nginx(8) -c; httpd(8) -f; redis.io "Redis configuration"; mysqld(8) "Command-Line Options";
 * postgres(1) -D; sshd(8) -E; dockerd(8) --data-root; kube-apiserver --audit-log-path; rsyslogd(8) -f; supervisord -c;
 * tomcat RUNNING.txt (CATALINA_BASE); WebLogic "Domain Directory Contents", weblogic.RootDirectory.
 */
import type { LogPlace } from './place.ts';

/** Whose settings a path names. */
export type SettingsOf =
  | 'apache'
  | 'mysql'
  | 'nginx'
  | 'postgresql'
  | 'redis'
  | 'rsyslog'
  | 'supervisor'
  | 'tomcat';

export interface CommandLogs {
  readonly places: readonly LogPlace[];
  readonly settings: readonly { readonly of: SettingsOf; readonly path: string }[];
}

const mostWords = 400;

/** `--name=value`, `--name value`, `-x value`, `-xvalue`: absolute paths alone. */
function option(words: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    for (const name of names) {
      if (word === name && words[index + 1]?.startsWith('/') === true) return words[index + 1];
      const rest = word.startsWith(name) ? word.slice(name.length) : '';
      if (rest.startsWith('=/')) return rest.slice(1);
      if (rest.startsWith('/') && name.length === 2) return rest;
    }
  }
  return undefined;
}

const variable = (words: readonly string[], name: string): string | undefined =>
  words.find((word) => word.startsWith(`${name}=/`))?.slice(name.length + 1);

type Service = (words: readonly string[]) => readonly (LogPlace | CommandLogs['settings'][number])[];

const place = (kind: LogPlace['kind'], path: string | undefined, rest = ''): readonly LogPlace[] =>
  path === undefined ? [] : [{ kind, path: `${path}${rest}` }];
const settings = (of: SettingsOf, path: string | undefined, rest = ''): CommandLogs['settings'] =>
  path === undefined ? [] : [{ of, path: `${path}${rest}` }];

const mysql: Service = (words) => [
  ...settings('mysql', option(words, '--defaults-file', '--defaults-extra-file')),
  ...place('mysql', option(words, '--log-error', '--log_error')),
  ...place('mysql-general', option(words, '--general-log-file', '--general_log_file')),
];
const redis: Service = (words) => [
  ...settings('redis', words[1]?.startsWith('/') === true ? words[1] : undefined),
  ...place('redis', option(words, '--logfile')),
];
const apache: Service = (words) => settings('apache', option(words, '-f'));
const postgresql: Service = (words) => settings('postgresql', option(words, '-D'), '/postgresql.conf');

const byProgram: Readonly<Record<string, Service>> = {
  nginx: (words) => settings('nginx', option(words, '-c')),
  openresty: (words) => settings('nginx', option(words, '-c')),
  httpd: apache,
  apache2: apache,
  'redis-server': redis,
  'valkey-server': redis,
  mysqld: mysql,
  mysqld_safe: mysql,
  mariadbd: mysql,
  postgres: postgresql,
  postmaster: postgresql,
  pg_ctl: postgresql,
  sshd: (words) => place('syslog', option(words, '-E')),
  rsyslogd: (words) => settings('rsyslog', option(words, '-f')),
  supervisord: (words) => settings('supervisor', option(words, '-c', '--configuration')),
  dockerd: (words) => place('docker-output', option(words, '--data-root', '-g'), '/containers/*/*-json.log'),
  'kube-apiserver': (words) => place('kubernetes-audit', option(words, '--audit-log-path')),
};

/** What java is told, or a script that starts it. */
const ofJava: Service = (words) => [
  ...place(
    'weblogic',
    option(words, '-Dweblogic.RootDirectory') ?? variable(words, 'DOMAIN_HOME'),
    '/servers/*/logs/*.log',
  ),
  ...settings(
    'tomcat',
    option(words, '-Dcatalina.base') ?? variable(words, 'CATALINA_BASE') ?? variable(words, 'CATALINA_HOME'),
    '/conf/server.xml',
  ),
];

/** @param words the program first; variables that it is given (`CATALINA_BASE=/data/tomcat`) anywhere behind it */
export function commandLogSettings(words: readonly string[]): CommandLogs {
  const given = words.slice(0, mostWords);
  const program = /[^/]*$/.exec(given[0]?.replace(/:$/, '') ?? '')?.[0] ?? '';
  const service = Object.hasOwn(byProgram, program) ? byProgram[program] : undefined;
  const found = [...(service?.(given) ?? []), ...ofJava(given)];
  return {
    places: found.filter((one): one is LogPlace => 'kind' in one),
    settings: found.filter((one) => 'of' in one),
  };
}
