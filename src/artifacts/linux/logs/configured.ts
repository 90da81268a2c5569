/**
 * Logs that lie where settings of services say: rows beside those of the table.
 *
 * Why: a shop's access log lies at /data/logs/shop.log, and no table knows. How: settings are read at their usual
 * places and followed to what they bring in; each path that they name becomes a row with the readings of its kind, of
 * which the one is taken that reads the file. A file that none reads is told and left: whoever may write settings must
 * not have other files taken for logs. What it is NOT: an evaluation of settings; what they switch off is looked for
 * too, and reading what is not there costs nothing.
 * Settings that a running service, or one that starts by itself, was given are read too.
 * Bounds: 20,000 commands; 400 files of settings of a service, 1 MiB each, 16 MiB in all; 400 paths, 4 `*` in each, 1,024 characters.
 */

import { commandLogSettings, type SettingsOf } from '../../../formats/log-settings/command.ts';
import type { LogSettings, PlaceKind, ReadSettings } from '../../../formats/log-settings/place.ts';
import {
  dockerLogSettings,
  kubernetesLogSettings,
  mysqlLogSettings,
  postgresqlLogSettings,
  redisLogSettings,
  supervisorLogSettings,
  weblogicLogSettings,
} from '../../../formats/log-settings/services.ts';
import {
  auditLogSettings,
  rsyslogLogSettings,
  sshdLogSettings,
  sudoLogSettings,
  syslogNgLogSettings,
} from '../../../formats/log-settings/system.ts';
import { apacheLogSettings, nginxLogSettings, tomcatLogSettings } from '../../../formats/log-settings/web.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { SourceRecord } from '../../../model/source.ts';
import { folderOf, joinPath, type PathText, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { beginning } from './beginning.ts';
import type { LogKind, LogReading } from './log-kind.ts';
import { fits } from './rotated-name.ts';
import { sample, sniff } from './sniff.ts';
import type { Unpack } from './unpack.ts';

interface Service {
  readonly id: SettingsOf | 'audit' | 'docker' | 'kubernetes' | 'sshd' | 'sudo' | 'syslog-ng' | 'weblogic';
  /** Settings that are looked for; `*` for any part of a name. */
  readonly settings: readonly string[];
  readonly read: ReadSettings;
  /** What relative paths are meant from, where settings do not say. */
  readonly base: (settings: PathText) => PathText;
  /** What further settings are meant from; the same, where it is not told. */
  readonly includes?: (settings: PathText) => PathText;
}

const own = (settings: PathText): PathText => folderOf(settings);
const above = (settings: PathText): PathText => folderOf(folderOf(settings));
const fixed = (folder: string) => (): PathText => printableText(folder);

/** The folder in which nginx was put, and in it that of its settings: compiled in, as packages and installers do it. */
function nginxPrefix(settings: PathText): PathText {
  if (settings.startsWith('/etc/nginx/')) return printableText('/usr/share/nginx');
  const at = settings.indexOf('/conf/');
  return at < 0 ? printableText('/www/server/nginx') : (settings.slice(0, at) as PathText);
}

const nginxFolder = (settings: PathText): PathText =>
  settings.startsWith('/etc/nginx/')
    ? printableText('/etc/nginx')
    : joinPath(nginxPrefix(settings), printableText('conf'));

/** ServerRoot stands in the main settings; Debian has none. */
const apacheRoot = (settings: PathText): PathText =>
  printableText(settings.startsWith('/etc/apache2/') ? '/etc/apache2' : '/etc/httpd');

const services: readonly Service[] = [
  {
    settings: [
      '/etc/nginx/nginx.conf',
      '/etc/nginx/conf.d/*.conf',
      '/etc/nginx/sites-enabled/*',
      '/usr/local/nginx/conf/nginx.conf',
      '/usr/local/openresty/nginx/conf/nginx.conf',
      '/www/server/panel/vhost/nginx/*.conf',
    ],
    id: 'nginx',
    read: nginxLogSettings,
    base: nginxPrefix,
    includes: nginxFolder,
  },
  {
    settings: [
      '/etc/apache2/apache2.conf',
      '/etc/apache2/sites-enabled/*',
      '/etc/apache2/conf-enabled/*',
      '/etc/httpd/conf/httpd.conf',
      '/etc/httpd/conf.d/*.conf',
      '/usr/local/apache2/conf/httpd.conf',
      '/www/server/panel/vhost/apache/*.conf',
    ],
    id: 'apache',
    read: apacheLogSettings,
    base: apacheRoot,
  },
  {
    settings: ['/etc/rsyslog.conf', '/etc/rsyslog.d/*.conf'],
    id: 'rsyslog',
    read: rsyslogLogSettings,
    base: fixed('/'),
  },
  {
    settings: ['/etc/syslog-ng/syslog-ng.conf', '/etc/syslog-ng/conf.d/*.conf'],
    id: 'syslog-ng',
    read: syslogNgLogSettings,
    base: own,
  },
  { settings: ['/etc/sudoers', '/etc/sudoers.d/*'], id: 'sudo', read: sudoLogSettings, base: fixed('/') },
  {
    settings: ['/etc/default/ssh', '/etc/sysconfig/sshd'],
    id: 'sshd',
    read: sshdLogSettings,
    base: fixed('/'),
  },
  { settings: ['/etc/audit/auditd.conf'], id: 'audit', read: auditLogSettings, base: fixed('/') },
  {
    settings: [
      ...['/etc/tomcat*/server.xml', '/opt/*/conf/server.xml', '/usr/local/*/conf/server.xml'],
      ...['/usr/share/tomcat*/conf/server.xml', '/var/lib/tomcat*/conf/server.xml'],
      ...['/data/*/conf/server.xml', '/home/*/*/conf/server.xml'],
    ],
    id: 'tomcat',
    read: tomcatLogSettings,
    base: above,
  },
  {
    settings: ['/etc/redis.conf', '/etc/redis/*.conf', '/etc/valkey/*.conf', '/usr/local/etc/redis*.conf'],
    id: 'redis',
    read: redisLogSettings,
    base: fixed('/var/lib/redis'),
  },
  {
    settings: [
      ...['/etc/my.cnf', '/etc/my.cnf.d/*.cnf', '/etc/mysql/my.cnf', '/etc/mysql/*.conf.d/*.cnf'],
      ...['/etc/mysql/conf.d/*.cnf', '/usr/local/mysql/my.cnf', '/usr/local/mysql/etc/my.cnf'],
    ],
    id: 'mysql',
    read: mysqlLogSettings,
    base: fixed('/var/lib/mysql'),
  },
  {
    settings: [
      ...['/etc/postgresql/*/*/postgresql.conf', '/etc/postgresql/*/*/conf.d/*.conf'],
      ...['/var/lib/pgsql/data/postgresql.conf', '/var/lib/pgsql/*/data/postgresql.conf'],
      '/var/lib/postgresql/data/postgresql.conf',
    ],
    id: 'postgresql',
    read: postgresqlLogSettings,
    base: own,
  },
  { settings: ['/etc/docker/daemon.json'], id: 'docker', read: dockerLogSettings, base: fixed('/') },
  {
    settings: ['/etc/kubernetes/manifests/kube-apiserver.yaml'],
    id: 'kubernetes',
    read: kubernetesLogSettings,
    base: fixed('/'),
  },
  {
    settings: ['/etc/supervisord.conf', '/etc/supervisor/supervisord.conf'],
    id: 'supervisor',
    read: supervisorLogSettings,
    base: own,
  },
  {
    settings: [
      '/u01/*/domain-registry.xml',
      '/u01/*/*/domain-registry.xml',
      '/u01/*/*/*/domain-registry.xml',
      '/opt/*/domain-registry.xml',
    ],
    id: 'weblogic',
    read: weblogicLogSettings,
    base: fixed('/'),
  },
];

const most = {
  files: 400,
  file: 1 << 20,
  bytes: 16 << 20,
  paths: 400,
  stars: 4,
  longest: 1_024,
  names: 4_096,
  found: 1_000,
  commands: 20_000,
  named: 100,
} as const;
const deepest = 4;
const artifact = 'linux.log';
const root = printableText('/');

/** Nothing that a log is written to lies there. */
const noPlace = /^\/(?:dev|proc|sys)(?:\/|$)/;

/** An absolute path that may be looked for; undefined for what is none. `.` and `..` are taken away. */
function resolved(text: string, base: PathText): PathText | undefined {
  const path = printableLatin1(text);
  if (path.length === 0 || path.length > most.longest || path.includes('%')) return undefined;
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const whole = `/${parts.join('/')}`;
  if (parts.length === 0 || whole.split('*').length > most.stars + 1 || noPlace.test(whole)) return undefined;
  // Parts of printable text, joined again.
  return whole as PathText;
}

/** Files that a path with `*` stands for. */
function expand(target: Target, pattern: string): readonly PathText[] {
  let found: readonly PathText[] = [root];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    found = found
      .flatMap((folder) => {
        if (!part.includes('*')) return [joinPath(folder, printableText(part))];
        const { entries } = target.readNow({ kind: 'directory', path: folder, limit: most.names });
        return entries.filter(({ name }) => fits(part, name)).map(({ name }) => joinPath(folder, name));
      })
      .slice(0, most.found);
  }
  return found;
}

interface Place {
  readonly kind: PlaceKind;
  readonly path: PathText;
}

export interface ConfiguredLogs {
  /** All rows: those of the table, and what settings say. */
  readonly kinds: readonly LogKind[];
  /** Settings that were not read whole, and files that settings name and that are no such logs. */
  readonly problems: readonly SourceRecord[];
}

class Configured {
  readonly places = new Map<string, Place>();
  readonly problems: SourceRecord[] = [];
  readonly #target: Target;
  #bytes = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  told(source: PathText, status: SourceRecord['status'], reason: string): void {
    this.problems.push({ source, artifact, status, reason, bytes: 0 });
  }

  /** @param more settings that commands name */
  service({ settings, read, base, includes = base }: Service, more: readonly PathText[]): void {
    const seen = new Set<PathText>();
    const usual = settings.flatMap((pattern) => expand(this.#target, pattern));
    let files: readonly PathText[] = [...usual, ...more];
    // Of settings in several files one says what relative paths are meant from.
    let shared: PathText | undefined;
    for (let depth = 0; depth < deepest && files.length > 0; depth += 1) {
      const texts: { readonly path: PathText; readonly found: LogSettings; readonly own?: PathText }[] = [];
      for (const path of files) {
        if (seen.has(path)) continue;
        if (seen.size >= most.files || this.#bytes >= most.bytes) {
          this.told(path, 'truncated', 'too many settings of logs');
          return;
        }
        seen.add(path);
        const text = this.#read(path);
        if (text === undefined) continue;
        const found = read(text);
        const given = found.base === undefined ? undefined : resolved(found.base, root);
        shared ??= given;
        texts.push({ path, found, ...(given === undefined ? {} : { own: given }) });
      }
      const next: PathText[] = [];
      for (const { path, found, own: given = shared } of texts) {
        for (const { kind, path: named } of found.places)
          this.add(kind, resolved(named, given ?? base(path)));
        for (const include of found.includes) {
          const pattern = resolved(include, given ?? includes(path));
          if (pattern !== undefined) next.push(...expand(this.#target, pattern));
        }
      }
      files = next;
    }
  }

  #read(path: PathText): string | undefined {
    const { stat } = this.#target.readNow({ kind: 'stat', path, follow: true });
    if (stat?.type !== 'file') return undefined;
    const { status, bytes, reason } = this.#target.readNow({ kind: 'file', path, limit: most.file });
    if (status === 'absent' || status === 'empty') return undefined;
    if (status !== 'ok') this.told(path, status, reason ?? 'settings of logs');
    this.#bytes += bytes.length;
    return Buffer.from(bytes).toString('latin1');
  }

  add(kind: PlaceKind, path: PathText | undefined): void {
    if (path === undefined || this.places.has(path)) return;
    if (this.places.size < most.paths) this.places.set(path, { kind, path });
    else if (this.places.size === most.paths) {
      this.places.set(path, { kind, path });
      this.told(path, 'truncated', 'too many logs that settings name');
    }
  }
}

const isWeb = (kind: PlaceKind): boolean => kind === 'nginx' || kind === 'apache';

/**
 * Which of some readings reads a file that settings name. What is not there may have been rotated away, and what has
 * nothing in it yet says nothing: the first.
 *
 * @returns undefined for what is no plain file, `unread` for what none of them reads
 */
function readingFor(
  target: Target,
  path: PathText,
  readings: readonly LogReading[],
  unpack: Unpack,
): LogReading | 'unread' | undefined {
  const { stat } = target.readNow({ kind: 'stat', path, follow: true });
  if (stat !== undefined && stat.type !== 'file') return undefined;
  if (path.includes('*') || stat === undefined || stat.size === 0) return readings[0];
  return sniff(beginning(target, path, unpack, sample), readings)?.reading ?? 'unread';
}

/**
 * @param known rows of the table, whose readings are used and whose places are not repeated
 * @param commands by which services are started on this host, each as its words
 */
export function configuredLogs(
  target: Target,
  known: readonly LogKind[],
  unpack: Unpack,
  commands: Iterable<readonly string[]> = [],
): ConfiguredLogs {
  const readingsOf = (...kinds: readonly string[]): readonly LogReading[] =>
    kinds.flatMap((kind) => known.find(({ id }) => id === `linux.log.${kind}`)?.reading ?? []);
  const [json] = readingsOf('web-json');
  const configured = new Configured(target);
  const named = new Map<string, PathText[]>();
  let count = 0;
  for (const words of commands) {
    count += 1;
    if (count > most.commands) break;
    const found = commandLogSettings(words);
    for (const { kind, path } of found.places) configured.add(kind, resolved(path, root));
    for (const { of, path } of found.settings) {
      const settings = resolved(path, root);
      if (settings !== undefined) named.set(of, [...(named.get(of) ?? []), settings].slice(0, most.named));
    }
  }
  for (const service of services) configured.service(service, named.get(service.id) ?? []);
  const listed = new Set(known.flatMap(({ paths }) => paths));
  const [first, last]: [LogKind[], LogKind[]] = [[], []];
  for (const { kind, path } of [...configured.places.values()].slice(0, most.paths)) {
    const readings = isWeb(kind) ? readingsOf(kind, 'web-json') : readingsOf(kind);
    if (listed.has(path) && !isWeb(kind)) continue;
    const reading = readingFor(target, path, readings, unpack);
    if (reading === undefined) continue;
    if (reading === 'unread')
      configured.told(path, 'error', 'settings name it, and it is no log of that kind');
    // What is written as JSON would be taken by the row of the table that has its usual place.
    else {
      // What rsyslog and syslog-ng fill in is whoever sent it.
      const received = kind === 'syslog' && path.includes('*') ? ({ received: true } as const) : {};
      const row = { id: `linux.log.${kind}`, reading, paths: [path], ...received };
      (reading === json ? first : last).push(row);
    }
  }
  const [guesses, usual] = [known.filter(({ guessed }) => guessed), known.filter(({ guessed }) => !guessed)];
  return { kinds: [...first, ...usual, ...last, ...guesses], problems: configured.problems };
}
