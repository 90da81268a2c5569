/**
 * Logs that databases, containers and schedulers are told to write.
 *
 * Sources: redis.io redis.conf (logfile, dir); dev.mysql.com "Server System Variables" (log_error, general_log_file,
 * datadir), "Using Option Files" (!include, !includedir); postgresql.org 19.8 "Error Reporting and Logging"
 * (log_directory, log_filename, log_destination), 19.2 (data_directory); docs.docker.com dockerd "daemon.json"
 * (data-root, once graph); kubernetes.io "Auditing" (--audit-log-path); supervisord.org "[supervisord] Section";
 * WebLogic "Domain Directory Contents" (servers/NAME/logs), domain-registry.xml.
 */
import { type LogPlace, type LogSettings, settingLines, settingOf, withoutDates } from './place.ts';

export function redisLogSettings(text: string): LogSettings {
  const places: LogPlace[] = [];
  const includes: string[] = [];
  let base: string | undefined;
  for (const line of settingLines(text)) {
    const setting = settingOf(line);
    if (setting === undefined || setting.value === '') continue;
    if (setting.key === 'logfile') places.push({ kind: 'redis', path: setting.value });
    else if (setting.key === 'dir') base = setting.value;
    else if (setting.key === 'include') includes.push(setting.value);
  }
  return { places, includes, ...(base === undefined ? {} : { base }) };
}

export function mysqlLogSettings(text: string): LogSettings {
  const places: LogPlace[] = [];
  const includes: string[] = [];
  let base: string | undefined;
  for (const line of settingLines(text)) {
    const brought = /^\s*!include(dir)?\s+(\S{1,1024})/.exec(line);
    if (brought !== null) includes.push(brought[1] === undefined ? `${brought[2]}` : `${brought[2]}/*.cnf`);
    const setting = settingOf(line);
    if (setting === undefined || setting.value === '') continue;
    const { key, value } = setting;
    // A name without an ending gets one.
    if (key === 'log_error')
      places.push({ kind: 'mysql', path: /\.[^/]{1,20}$/.test(value) ? value : `${value}.err` });
    else if (key === 'general_log_file') places.push({ kind: 'mysql-general', path: value });
    else if (key === 'datadir') base = value;
  }
  return { places, includes, ...(base === undefined ? {} : { base }) };
}

const postgresqlKinds = [
  ['postgresql', ''],
  ['postgresql-csv', '.csv'],
  ['postgresql-json', '.json'],
] as const;

export function postgresqlLogSettings(text: string): LogSettings {
  const set = new Map<string, string>();
  for (const line of settingLines(text)) {
    const setting = settingOf(line);
    if (setting !== undefined && setting.value !== '') set.set(setting.key, setting.value);
  }
  const directory = set.get('log_directory');
  const name = set.get('log_filename');
  const base = set.get('data_directory');
  if (directory === undefined && name === undefined) {
    return { places: [], includes: [], ...(base === undefined ? {} : { base }) };
  }
  const pattern = withoutDates(name ?? 'postgresql-%Y-%m-%d_%H%M%S.log');
  const places = postgresqlKinds.map(([kind, ending]): LogPlace => {
    const file = ending === '' ? pattern : `${pattern.replace(/\.log$/, '')}${ending}`;
    return { kind, path: `${directory ?? 'log'}/${file}` };
  });
  return { places, includes: [], ...(base === undefined ? {} : { base }) };
}

/** Of another folder than /var/lib/docker. */
export function dockerLogSettings(text: string): LogSettings {
  const root = /"(?:data-root|graph)"\s*:\s*"([^"\\\n]{1,1024})"/.exec(text)?.[1];
  const places: readonly LogPlace[] =
    root === undefined ? [] : [{ kind: 'docker-output', path: `${root}/containers/*/*-json.log` }];
  return { places, includes: [] };
}

/** The manifest of the API server. */
export function kubernetesLogSettings(text: string): LogSettings {
  const path = /--audit-log-path=["']?(\/[^\s"']{1,1024})/.exec(text)?.[1];
  return { places: path === undefined ? [] : [{ kind: 'kubernetes-audit', path }], includes: [] };
}

export function supervisorLogSettings(text: string): LogSettings {
  const places: LogPlace[] = [];
  let section = '';
  for (const line of settingLines(text)) {
    section = /^\s*\[([^\]]{1,200})\]/.exec(line)?.[1] ?? section;
    const setting = settingOf(line);
    if (section === 'supervisord' && setting?.key === 'logfile' && !setting.value.includes('%'))
      places.push({ kind: 'supervisor', path: setting.value });
  }
  return { places, includes: [] };
}

/** Each domain that an installation of WebLogic knows. */
export function weblogicLogSettings(text: string): LogSettings {
  const places = text.split('<').flatMap((element): readonly LogPlace[] => {
    const location = /^domain\s[^>]{0,500}?location="([^"]{1,1024})"/.exec(element)?.[1];
    return location === undefined ? [] : [{ kind: 'weblogic', path: `${location}/servers/*/logs/*.log` }];
  });
  return { places, includes: [] };
}
