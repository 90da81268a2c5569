/**
 * Doors of Redis, PostgreSQL and MySQL as their settings stand on the disk.
 *
 * What it is NOT: what a running server was told since (CONFIG SET, ALTER SYSTEM writes a file and is seen). Sources:
 * redis.conf of Redis 7.2; postgresql.org/docs/current runtime-config-connection and auth-pg-hba-conf;
 * dev.mysql.com/doc/refman/8.4 server-system-variables.
 */
import { filesIn } from '../../artifacts/linux/entry.ts';
import { joinPath, type PathText, printableText } from '../../model/text.ts';
import {
  type Checked,
  closedBy,
  type DoorView,
  openBy,
  openByDefault,
  type SettingsLine,
  unknown,
} from './door-view.ts';
import { redisFiles } from './measures.ts';

const artifact = 'respond.door';
const isLoopback = (address: string): boolean =>
  /^-?(?:127(?:\.\d{1,3}){0,3}|::1|localhost|\/.*)$/.test(address.toLowerCase());

/** The last line of a keyword, which is the one that holds in redis.conf, postgresql.conf and my.cnf. */
const last = (lines: readonly SettingsLine[], keyword: RegExp): SettingsLine | undefined =>
  lines.findLast(({ text }) => keyword.test(text));

const rest = ({ text }: SettingsLine): string =>
  text
    .trim()
    .replace(/^\S+\s*/, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();

function redisLines(view: DoorView): readonly SettingsLine[] | undefined {
  const found = view.firstOf(redisFiles);
  if (found === undefined) return undefined;
  // Files that it includes come where the line stands; one level is what is usual.
  return found.lines.flatMap((one) =>
    /^\s*include\s/i.test(one.text) ? (view.lines(rest(one)) ?? []) : [one],
  );
}

export function checkRedisBind(view: DoorView): Checked {
  const lines = redisLines(view);
  if (lines === undefined) return unknown;
  const bind = last(lines, /^\s*bind\s/i);
  if (bind === undefined) return openByDefault('redis.conf', 'bind * -::* (default)');
  return rest(bind).split(/\s+/).every(isLoopback) ? closedBy(bind) : openBy(bind);
}

export function checkRedisPassword(view: DoorView): Checked {
  const lines = redisLines(view);
  if (lines === undefined) return unknown;
  const required = last(lines, /^\s*requirepass\s/i);
  const user = last(lines, /^\s*user\s+default\s/i);
  if (last(lines, /^\s*aclfile\s/i) !== undefined) return unknown;
  const told = ({ text, ...where }: SettingsLine): SettingsLine => ({
    ...where,
    // The value is the password itself.
    text: `${text.trim().split(/\s+/, 1)[0]} …`,
  });
  if (user !== undefined) {
    const closed = /\s(?:off|>\S|#[0-9a-f])/i.test(user.text) && !/\snopass(?:\s|$)/i.test(user.text);
    return closed ? closedBy(told(user)) : openBy(told(user));
  }
  if (required === undefined) return openByDefault('redis.conf', 'requirepass (none)');
  return rest(required) === '' ? openBy(told(required)) : closedBy(told(required));
}

export function checkRedisProtected(view: DoorView): Checked {
  const lines = redisLines(view);
  if (lines === undefined) return unknown;
  const off = last(lines, /^\s*protected-mode\s/i);
  if (off !== undefined && /^no$/i.test(rest(off))) return openBy(off);
  for (const keyword of ['protected-configs', 'module-command', 'debug-command']) {
    const line = last(lines, new RegExp(`^\\s*enable-${keyword}\\s`, 'i'));
    if (line !== undefined && /^yes$/i.test(rest(line))) return openBy(line);
  }
  return closedBy(...(off === undefined ? [] : [off]));
}

export function checkRedisAccount(view: DoorView): Checked {
  if (!view.runs) return unknown;
  const servers = view.result.processes.filter(({ name }) => /^(?:redis|valkey|keydb)-server$/.test(name));
  const root = servers.filter(({ uid }) => uid === 0);
  const [first] = root.length > 0 ? root : servers;
  if (first === undefined) return unknown;
  const evidence = [{ source: `pid ${first.pid}`, text: `${first.name}: ${first.user}` }];
  return { state: root.length > 0 ? 'open' : 'closed', evidence };
}

/** Folders that hold the two files of a PostgreSQL server. */
function clusters(view: DoorView): readonly PathText[] {
  const below = (folder: PathText): readonly PathText[] => {
    const listing = view.context.target.readNow({ kind: 'directory', path: folder, limit: 64 });
    return listing.entries
      .filter(({ type }) => type === 'directory')
      .map(({ name }) => joinPath(folder, name));
  };
  const debian = below(printableText('/etc/postgresql')).flatMap(below);
  const redhat = printableText('/var/lib/pgsql');
  const others = [
    joinPath(redhat, printableText('data')),
    ...below(redhat).map((one) => joinPath(one, printableText('data'))),
    printableText('/var/lib/postgresql/data'),
    printableText('/usr/local/pgsql/data'),
  ];
  return [...debian, ...others].filter(
    (folder) =>
      view.context.target.readNow({ kind: 'stat', path: joinPath(folder, printableText('pg_hba.conf')) })
        .status === 'ok',
  );
}

export function checkPostgresqlBind(view: DoorView): Checked {
  const folders = clusters(view);
  if (folders.length === 0) return unknown;
  const closed: SettingsLine[] = [];
  for (const folder of folders) {
    // What ALTER SYSTEM wrote is read after the main file.
    const lines = ['postgresql.conf', 'postgresql.auto.conf'].flatMap(
      (name) => view.lines(`${folder}/${name}`) ?? [],
    );
    const line = last(lines, /^\s*listen_addresses\s*=?/i);
    if (line === undefined) continue;
    const value = /=?\s*'([^']*)'/.exec(line.text.replace(/^\s*listen_addresses/i, ''))?.[1] ?? '';
    const addresses = value.split(',').map((one) => one.trim());
    if (!addresses.every((one) => one === '' || isLoopback(one))) return openBy(line);
    closed.push(line);
  }
  return closedBy(...closed);
}

export function checkPostgresqlTrust(view: DoorView): Checked {
  const folders = clusters(view);
  if (folders.length === 0) return unknown;
  for (const folder of folders) {
    for (const line of view.lines(`${folder}/pg_hba.conf`) ?? []) {
      const words = line.text.trim().split(/\s+/);
      if (!/^host/i.test(words[0] ?? '')) continue;
      const address = words[3] ?? '';
      const method = (/^[\d.]+$/.test(words[4] ?? '') ? words[5] : words[4]) ?? '';
      const near = /^(?:127\.|::1|localhost$|samehost$)/i.test(address);
      if (/^trust$/i.test(method) && !near) return openBy(line);
    }
  }
  return closedBy();
}

const mysqlMain = ['/etc/mysql/my.cnf', '/etc/my.cnf'];
const mysqlFolders = [
  '/etc/mysql/conf.d',
  '/etc/mysql/mysql.conf.d',
  '/etc/mysql/mariadb.conf.d',
  '/etc/my.cnf.d',
];

/** Lines of one file that the server reads; those of clients say nothing. */
function ofServer(lines: readonly SettingsLine[]): readonly SettingsLine[] {
  let server = false;
  return lines.filter(({ text }) => {
    const section = /^\s*\[([^\]]*)\]/.exec(text)?.[1];
    if (section !== undefined) server = /^(?:mysqld|server|mariadbd?)(?:-[\d.]+)?$/i.test(section);
    return server;
  });
}

function mysqlLines(view: DoorView): readonly SettingsLine[] | undefined {
  const below = mysqlFolders.flatMap((folder) =>
    filesIn(view.context, artifact, printableText(folder), (name) => name.endsWith('.cnf'))
      .map(({ path }) => path)
      .sort(),
  );
  const files = [...mysqlMain, ...below].flatMap((path) => {
    const lines = view.lines(path);
    return lines === undefined ? [] : [ofServer(lines)];
  });
  return files.length === 0 ? undefined : files.flat();
}

const mysqlValue = ({ text }: SettingsLine): string =>
  text
    .replace(/^[^=]*=?/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');

export function checkMysqlBind(view: DoorView): Checked {
  const lines = mysqlLines(view);
  if (lines === undefined) return unknown;
  if (last(lines, /^\s*skip[-_]networking\s*(?:=\s*(?:1|on))?\s*$/i) !== undefined) return closedBy();
  const line = last(lines, /^\s*bind[-_]address\s*=/i);
  if (line === undefined) return openByDefault('my.cnf', 'bind-address = * (default)');
  return mysqlValue(line)
    .split(',')
    .every((one) => isLoopback(one.trim()))
    ? closedBy(line)
    : openBy(line);
}

export function checkMysqlFiles(view: DoorView): Checked {
  const line = last(mysqlLines(view) ?? [], /^\s*secure[-_]file[-_]priv\s*=/i);
  if (line === undefined) return unknown;
  return mysqlValue(line) === '' ? openBy(line) : closedBy(line);
}
