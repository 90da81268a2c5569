/**
 * Where settings of services say that their logs lie: what the readers of this folder give.
 *
 * Text is one character a byte, as it stands in the file. In a path `*` stands for what the service fills in itself
 * (a date, a host). What it is NOT: a path that can be opened; whoever reads it resolves what is relative, and takes
 * nothing that is no log.
 */

/** Which log a setting is about: the ids of the table of logs, without `linux.log.`. */
export type PlaceKind =
  | 'apache'
  | 'apache-error'
  | 'audit'
  | 'catalina'
  | 'docker-output'
  | 'kubernetes-audit'
  | 'mysql'
  | 'mysql-general'
  | 'nginx'
  | 'nginx-error'
  | 'postgresql'
  | 'postgresql-csv'
  | 'postgresql-json'
  | 'redis'
  | 'supervisor'
  | 'syslog'
  | 'tomcat'
  | 'weblogic';

export interface LogPlace {
  readonly kind: PlaceKind;
  readonly path: string;
}

export interface LogSettings {
  readonly places: readonly LogPlace[];
  /** Further settings that this file brings in; `*` for any part of a name. */
  readonly includes: readonly string[];
  /** What relative paths are meant from, where the file says so. */
  readonly base?: string;
}

/** Settings of one kind, from the text of a file. */
export type ReadSettings = (text: string) => LogSettings;

/** A word between quotes, or up to a blank; the text behind it. */
export function firstWord(text: string): readonly [word: string, rest: string] {
  const start = text.trimStart();
  const quote = start[0];
  if (quote === '"' || quote === "'") {
    const end = start.indexOf(quote, 1);
    return end < 0 ? [start.slice(1), ''] : [start.slice(1, end), start.slice(end + 1)];
  }
  const end = start.search(/\s/);
  return end < 0 ? [start, ''] : [start.slice(0, end), start.slice(end)];
}

/** Lines without those that are comments. */
export const settingLines = (text: string, comment = /^\s*[#;]/): readonly string[] =>
  text.split(/\r?\n/).filter((line) => !comment.test(line));

/** `key = value` or `key value` of a line, in lower case with `-` as `_`; undefined for what is none. */
export function settingOf(line: string): { readonly key: string; readonly value: string } | undefined {
  const trimmed = line.trim();
  const end = trimmed.search(/[\s=]/);
  if (end <= 0) return undefined;
  const key = trimmed.slice(0, end).toLowerCase().replaceAll('-', '_');
  const rest = trimmed.slice(end).trimStart();
  const [value] = firstWord(rest.startsWith('=') ? rest.slice(1) : rest);
  return { key, value };
}

/** What strftime(3) fills in. */
export const withoutDates = (path: string): string => path.replace(/(?:%[A-Za-z%])+/g, '*');
