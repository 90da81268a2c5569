/**
 * Logs that rsyslog, syslog-ng, sudo, sshd and auditd are told to write.
 *
 * Files that rsyslog only reads (imfile) are none of these. What templates fill in is `*`.
 * Sources: rsyslog.com "Basic Structure", "omfile", "Templates"; rsyslog.conf(5); syslog-ng 4 administration guide,
 * "file() destination"; sudoers(5) (logfile); sshd(8) -E; auditd.conf(5) (log_file).
 */
import { type LogPlace, type LogSettings, settingLines, settingOf } from './place.ts';

const filledIn = (path: string): string => path.replace(/%[^%/]{1,200}%/g, '*').replace(/\*{2,}/g, '*');

/** Statements of RainerScript: text up to the bracket that closes them, legacy lines left in it. */
const statements = (text: string): readonly string[] => text.split(')');

export function rsyslogLogSettings(text: string): LogSettings {
  const places: LogPlace[] = [];
  const includes: string[] = [];
  const add = (path: string | undefined): void => {
    if (path?.startsWith('/') === true) places.push({ kind: 'syslog', path: filledIn(path) });
  };
  const plain = settingLines(text, /^\s*#/).join('\n');
  for (const statement of statements(plain)) {
    if (/\binput\s*\(/i.test(statement)) continue;
    for (const [, name = '', value] of statement.matchAll(/\b(file|string)\s*=\s*"([^"\n]{1,1024})"/gi)) {
      if (/\binclude\s*\(/i.test(statement) && name.toLowerCase() === 'file') includes.push(value ?? '');
      else add(value);
    }
  }
  for (const line of plain.split('\n')) {
    const trimmed = line.trim();
    if (trimmed.startsWith('$IncludeConfig')) includes.push(trimmed.slice(14).trim());
    else if (trimmed.startsWith('$template')) add(/,\s*"([^"]{1,1024})"/.exec(trimmed)?.[1]);
    // `auth,authpriv.*  -/var/log/auth.log;Format`
    else add(/^[\w*,;.!=-]{1,500}\s+-?(\/[^\s;]{1,1024})/.exec(trimmed)?.[1]);
  }
  return { places, includes };
}

export function syslogNgLogSettings(text: string): LogSettings {
  const places: LogPlace[] = [];
  const includes: string[] = [];
  let block = '';
  let depth = 0;
  // Macros have brackets of their own.
  const plain = settingLines(text, /^\s*#/)
    .join('\n')
    .replace(/\$\{?\w{1,64}\}?/g, '*');
  const pieces = plain.split(/([{};])/);
  for (let at = 0; at + 1 < pieces.length; at += 2) {
    const [statement, sign] = [(pieces[at] ?? '').trim(), pieces[at + 1]];
    if (depth === 0 && sign === '{') block = statement;
    const path = /\bfile\s*\(\s*"([^"\n]{1,1024})"/.exec(statement)?.[1];
    if (block.startsWith('destination') && path !== undefined) {
      places.push({ kind: 'syslog', path: path.replace(/\*{2,}/g, '*') });
    }
    const include = /^@?include\s+"([^"\n]{1,1024})"/.exec(statement)?.[1];
    if (include !== undefined) includes.push(include);
    depth = Math.max(0, depth + (sign === '{' ? 1 : sign === '}' ? -1 : 0));
  }
  for (const line of plain.split('\n')) {
    const include = /^\s*@include\s+"([^"]{1,1024})"/.exec(line)?.[1];
    if (include !== undefined) includes.push(include);
  }
  return { places, includes: [...new Set(includes)] };
}

/** `Defaults logfile=/var/log/sudo.log` */
export function sudoLogSettings(text: string): LogSettings {
  const places = settingLines(text, /^\s*#/).flatMap((line): readonly LogPlace[] => {
    if (!/^\s*Defaults/.test(line)) return [];
    const path = /\blogfile\s*=\s*"?(\/[^\s",]{1,1024})/.exec(line)?.[1];
    return path === undefined ? [] : [{ kind: 'syslog', path }];
  });
  return { places, includes: [] };
}

/** `SSHD_OPTS="-E /var/log/sshd.log"` of /etc/default/ssh, `OPTIONS=` of /etc/sysconfig/sshd. */
export function sshdLogSettings(text: string): LogSettings {
  const places = settingLines(text).flatMap((line): readonly LogPlace[] => {
    const path = /^\s*\w{1,64}=.{0,500}?(?:^|[\s"'])-E\s*(\/[^\s"']{1,1024})/.exec(line)?.[1];
    return path === undefined ? [] : [{ kind: 'syslog', path }];
  });
  return { places, includes: [] };
}

export function auditLogSettings(text: string): LogSettings {
  const places = settingLines(text).flatMap((line): readonly LogPlace[] => {
    const setting = settingOf(line);
    return setting?.key === 'log_file' ? [{ kind: 'audit', path: setting.value }] : [];
  });
  return { places, includes: [] };
}
