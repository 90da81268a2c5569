/**
 * Databases that run programs: COPY … FROM PROGRAM of PostgreSQL, functions of one's own in C, xp_cmdshell.
 *
 * Words within quotes are data; where a dialect leaves open what is quoted, they count.
 * What it is NOT: a statement as such; COPY FROM PROGRAM with gzip or cat is how dumps are loaded, an extension brings
 * functions in C from the server's own folder, and an administrator of SQL Server may use xp_cmdshell every night.
 * Source: PostgreSQL documentation, COPY, CREATE FUNCTION, lo_export; MySQL, CREATE FUNCTION … SONAME; knowledge §5.2.
 */
import type { ServiceEvent } from '../../model/facts/event.ts';
import { ChildProcesses } from './child-processes.ts';
import { type Meaning, ServedWatcher } from './served.ts';
import { type SqlText, sqlTexts } from './sql-text.ts';

/** Where each begins; what follows may stand in quotes. */
const copies = /\bcopy\b/i;
const makes = /\bcreate\s+(?:or\s+replace\s+)?(?:aggregate\s+)?function\b/i;
const exports = /\b(?:lo_export|into\s+(?:dumpfile|outfile))\b/i;
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

/** @param statement as it was logged */
export function statementMeaning(statement: string): Meaning | undefined {
  const found = sqlTexts(statement).map(meaningOf);
  return (['attack', 'success', 'own'] as const).find((one) => found.includes(one));
}

function meaningOf({ text, bare }: SqlText): Meaning | undefined {
  const said = (form: RegExp): string | undefined => {
    const found = form.exec(bare);
    return found === null ? undefined : text.slice(found.index);
  };
  const copied = said(copies);
  const program = copied === undefined ? undefined : runs.exec(copied)?.[1];
  if (program !== undefined) {
    if (fetches.test(program)) return 'attack';
    return loads.test(program.replace(/['"]\s*(?:with\b.{0,200}|;)?\s*$/is, '')) ? 'own' : 'success';
  }
  const made = said(makes);
  if (made !== undefined && ownCode.test(made)) return ownFolder.test(made) ? 'own' : 'success';
  if (exported.test(said(exports) ?? '')) return 'attack';
  const shell = said(shells);
  if (shell !== undefined) return fetches.test(text) ? 'attack' : 'success';
  return scripted.test(made ?? '') ? 'success' : undefined;
}

/** 15457 of SQL Server, told when it is switched on and when it is switched off: what, before, after. */
const switched = /^(?:xp_cmdshell|Ole Automation Procedures|clr enabled) \| (\d) \| (\d)/i;

function meaning({ action, detail }: ServiceEvent): Meaning | undefined {
  const setting = action === 'setting' ? switched.exec(detail) : null;
  if (setting !== null) return setting[1] === '0' && setting[2] === '1' ? 'success' : undefined;
  // What ran and failed, ran.
  if (action === 'program-failed')
    return statementMeaning(`COPY x FROM PROGRAM '${detail.slice(0, 4_000).replaceAll("'", "''")}'`);
  if (!words.test(detail)) return undefined;
  const found = statementMeaning(detail.slice(0, 4_000));
  if (found === undefined || found === 'own') return found;
  return action === 'statement' ? found : 'attempt';
}

/** @param children what databases started, seen by whoever has them */
export const databaseWatcher = (children = new ChildProcesses()): ServedWatcher =>
  new ServedWatcher(
    (['postgresql', 'mysql', 'sqlserver'] as const).map((service) => ({
      vector: 'database-exec',
      service,
      meaning,
      started: () => children.of(service),
    })),
  );
