/**
 * Logs that nginx, Apache and Tomcat are told to write.
 *
 * What it is NOT: an evaluation of settings: a directive counts wherever it stands, and values with variables of a
 * request (`$host`) are left out.
 * Sources: nginx.org ngx_http_log_module (access_log), ngx_core_module (error_log, include); httpd.apache.org 2.4 core
 * (ErrorLog, Include, ServerRoot), mod_log_config (CustomLog, TransferLog), "Piped Logs", rotatelogs(8);
 * tomcat.apache.org 9 "The Valve Component" (Access Log Valve: directory, prefix, suffix).
 */
import { firstWord, type LogPlace, type LogSettings, settingLines, withoutDates } from './place.ts';

const withoutComment = (line: string): string => {
  const at = line.search(/(?:^|\s)#/);
  return at < 0 ? line : line.slice(0, at);
};

export function nginxLogSettings(text: string): LogSettings {
  const places: LogPlace[] = [];
  const includes: string[] = [];
  const plain = text
    .split('\n')
    .map((line) => withoutComment(line))
    .join('\n');
  for (const statement of plain.split(/[;{}]/)) {
    const [name, rest] = firstWord(statement);
    if (name === 'include') includes.push(firstWord(rest)[0]);
    if (name !== 'access_log' && name !== 'error_log') continue;
    const [path] = firstWord(rest);
    if (path === 'off' || path === 'stderr' || /^(?:syslog|memory):|\$/.test(path)) continue;
    places.push({ kind: name === 'access_log' ? 'nginx' : 'nginx-error', path });
  }
  return { places, includes };
}

/** Debian's, which its `envvars` sets. */
const apacheVariables: Readonly<Record<string, string>> = { APACHE_LOG_DIR: '/var/log/apache2' };

const withVariables = (value: string, defined: ReadonlyMap<string, string>): string =>
  value.replace(
    /\$\{(\w{1,64})\}/g,
    (whole, name: string) => defined.get(name) ?? apacheVariables[name] ?? whole,
  );

/** `|/usr/bin/rotatelogs -l /var/log/httpd/access.%Y%m%d 86400` writes there. */
function pipedTo(command: string): string | undefined {
  const words = command.replace(/^\|\$?/, '').split(/\s+/);
  const [program = ''] = words;
  if (!/(?:^|\/)(?:rotatelogs2?|cronolog)$/.test(program)) return undefined;
  return words.slice(1).find((word) => word.includes('/'));
}

export function apacheLogSettings(text: string): LogSettings {
  const places: LogPlace[] = [];
  const includes: string[] = [];
  const defined = new Map<string, string>();
  let base: string | undefined;
  for (const line of settingLines(text.replaceAll('\\\n', ' '), /^\s*#/)) {
    const [name, rest] = firstWord(line);
    const [given, more] = firstWord(rest);
    const value = withVariables(given, defined);
    switch (name.toLowerCase()) {
      case 'define':
        defined.set(value, firstWord(more)[0]);
        break;
      case 'serverroot':
        base = value;
        break;
      case 'include':
      case 'includeoptional':
        includes.push(value);
        break;
      case 'customlog':
      case 'transferlog':
      case 'errorlog': {
        const path = value.startsWith('|') ? pipedTo(value) : value;
        if (path === undefined || /^syslog\b|\$/.test(path)) break;
        const kind = name.toLowerCase() === 'errorlog' ? 'apache-error' : 'apache';
        places.push({ kind, path: withoutDates(path) });
        break;
      }
      default:
    }
  }
  return { places, includes, ...(base === undefined ? {} : { base }) };
}

const attribute = (element: string, name: string): string | undefined => {
  const at = element.indexOf(`${name}="`);
  if (at < 0) return undefined;
  const start = at + name.length + 2;
  const end = element.indexOf('"', start);
  return end < 0 ? undefined : element.slice(start, end);
};

/** `server.xml`. Dates stand between prefix and suffix; what goes to the console has one place. */
export function tomcatLogSettings(text: string): LogSettings {
  const places = text.split('<').flatMap((element): readonly LogPlace[] => {
    if (!element.startsWith('Valve') || !element.includes('AccessLogValve')) return [];
    const directory = attribute(element, 'directory') ?? 'logs';
    const prefix = attribute(element, 'prefix') ?? 'access_log';
    const suffix = attribute(element, 'suffix') ?? '';
    return /\$/.test(directory + prefix)
      ? []
      : [{ kind: 'tomcat', path: `${directory}/${prefix}*${suffix}` }];
  });
  return { places: [...places, { kind: 'catalina', path: 'logs/catalina.out' }], includes: [] };
}
