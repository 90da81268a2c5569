/**
 * Databases that run programs: COPY … FROM PROGRAM of PostgreSQL, functions of one's own in C, xp_cmdshell.
 *
 * What it is NOT: a statement as such; COPY FROM PROGRAM with gzip or cat is how dumps are loaded, an extension brings
 * functions in C from the server's own folder, and an administrator of SQL Server may use xp_cmdshell every night.
 * Source: PostgreSQL documentation, COPY, CREATE FUNCTION, lo_export; MySQL, CREATE FUNCTION … SONAME; knowledge §5.2.
 */
import type { ServiceEvent } from '../../model/facts/event.ts';
import { type Meaning, ServedWatcher } from './served.ts';

const words = /program|function|lo_export|dumpfile|outfile|cmdshell|oacreate|sys_e|plpython|libcexec/i;
const runs = /\bcopy\b[^;]{0,400}?\b(?:from|to)\s+program\b(.{0,4000})/is;
const fetches = /\b(?:curl|wget|base64|busybox|chmod)\b|\/dev\/tcp\/|\|\s*(?:ba|da)?sh\b/i;
/** Programs that only read or unpack. */
const loads =
  /^\s*[e$']{0,4}\s*(?:\/\w{1,32}){0,4}\/?(?:gzip|gunzip|zcat|bzcat|xzcat|zstd|zstdcat|unzip|cat|sed|awk|iconv|tail|head)\s[^;|&`$]{0,400}$/i;
const ownCode =
  /\bcreate\s+(?:or\s+replace\s+)?(?:aggregate\s+)?function\b.{0,800}?(?:\bsoname\b|\blanguage\s+['"]?c\b)/is;
const ownFolder = /\$libdir|\/usr\/lib\/postgresql|\/usr\/pgsql/i;
const exported =
  /\b(?:lo_export|into\s+(?:dumpfile|outfile))\b.{0,400}(?:\.so\b|\/(?:plugin|cron|\.ssh)\b)/is;
const scripted = /\blanguage\s+['"]?plpython[23]?u\b/i;
const shells = /\b(?:xp_cmdshell|sp_oacreate|sys_exec|sys_eval|system_exec|libcexec)\b/i;

/** @param statement as it was logged; comments are blanks to a database too */
export function statementMeaning(statement: string): Meaning | undefined {
  const text = statement.replace(/\/\*.{0,200}?\*\//gs, ' ');
  const program = runs.exec(text)?.[1];
  if (program !== undefined) {
    if (fetches.test(program)) return 'attack';
    return loads.test(program.replace(/['"]\s*(?:with\b.{0,200}|;)?\s*$/is, '')) ? 'own' : 'success';
  }
  if (ownCode.test(text)) return ownFolder.test(text) ? 'own' : 'success';
  if (exported.test(text)) return 'attack';
  if (shells.test(text)) return fetches.test(text) ? 'attack' : 'success';
  return scripted.test(text) ? 'success' : undefined;
}

function meaning({ action, detail }: ServiceEvent): Meaning | undefined {
  if (!words.test(detail)) return undefined;
  const found = statementMeaning(detail.slice(0, 4_000));
  if (found === undefined || found === 'own') return found;
  return action === 'statement' ? found : 'attempt';
}

export const databaseWatcher = (): ServedWatcher =>
  new ServedWatcher(
    ['postgresql', 'mysql', 'sqlserver'].map((service) => ({ vector: 'database-exec', service, meaning })),
  );
