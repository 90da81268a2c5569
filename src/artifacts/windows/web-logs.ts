/**
 * Logs of web servers of a Windows host: IIS and HTTP.sys, Apache, nginx, Tomcat, Confluence, WebLogic.
 *
 * Found at usual places of every drive, in folders that settings of IIS name, and beside the program of a service that runs
 * from a folder `bin`. What it is NOT: a search; a log that was set to another place is not read.
 * Bounds: 4,000 names of a folder, 500 folders that one place stands for, 3,000 files, 4 MiB of settings.
 * Sources: learn.microsoft.com, "Log Files for a Web Site" (system.applicationHost/sites/site/logFile), "Error logging in HTTP
 * APIs"; installers of Apache Lounge, XAMPP, phpStudy, Tomcat, Confluence and WebLogic.
 */

import { programOfLine } from '../../formats/command-line-words.ts';
import { confluence } from '../../formats/log/services/confluence.ts';
import { weblogic } from '../../formats/log/services/weblogic.ts';
import { apacheAccess, nginxAccess, tomcatAccess } from '../../formats/log/web/access.ts';
import { catalina } from '../../formats/log/web/catalina.ts';
import { apacheError, nginxError } from '../../formats/log/web/error-log.ts';
import { iis } from '../../formats/log/web/iis.ts';
import type { FactSet } from '../../model/fact.ts';
import { type PathText, phrase, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import type { FoundLogs, LogFile } from '../linux/logs/find-logs.ts';
import { type LogReading, lines } from '../linux/logs/log-kind.ts';
import { fits, rotatedFrom } from '../linux/logs/rotated-name.ts';

const mostNames = 4_000;
const mostFolders = 500;
const mostFiles = 3_000;
const mostServices = 2_000;
const settingsLimit = 4 << 20;
const settings = phrase`C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config`;

interface Kind {
  readonly id: string;
  readonly reading: LogReading;
  /** Below a drive; `*` stands for any part of a name. */
  readonly paths: readonly string[];
  /** Below the folder that has the `bin` of a service. */
  readonly beside?: readonly string[];
}

const apache = lines(apacheAccess);
const apacheErrors = lines(apacheError);
const w3c = lines(iis);

/** In capitals and small letters alike. */
const kinds: readonly Kind[] = [
  {
    id: 'iis',
    reading: w3c,
    paths: [
      'inetpub\\logs\\LogFiles\\*\\u_*.log',
      'inetpub\\logs\\LogFiles\\*\\ex*.log',
      'Windows\\System32\\LogFiles\\W3SVC*\\*.log',
    ],
  },
  { id: 'http-error', reading: w3c, paths: ['Windows\\System32\\LogFiles\\HTTPERR\\httperr*.log'] },
  {
    id: 'apache',
    reading: apache,
    paths: [
      'Apache*\\logs\\*access*.log',
      'Program Files*\\Apache*\\*\\logs\\*access*.log',
      'xampp\\apache\\logs\\*access*.log',
      'wamp*\\logs\\*access*.log',
      'phpStudy*\\Apache*\\logs\\*access*.log',
      'phpstudy*\\Extensions\\Apache*\\logs\\*access*.log',
    ],
    beside: ['logs\\*access*.log'],
  },
  {
    id: 'apache-error',
    reading: apacheErrors,
    paths: [
      'Apache*\\logs\\*error*.log',
      'Program Files*\\Apache*\\*\\logs\\*error*.log',
      'xampp\\apache\\logs\\*error*.log',
      'phpstudy*\\Extensions\\Apache*\\logs\\*error*.log',
    ],
    beside: ['logs\\error.log'],
  },
  {
    id: 'nginx',
    reading: lines(nginxAccess),
    paths: ['nginx*\\logs\\*access*.log', 'phpstudy*\\Extensions\\Nginx*\\logs\\*access*.log'],
  },
  {
    id: 'nginx-error',
    reading: lines(nginxError),
    paths: ['nginx*\\logs\\*error*.log', 'phpstudy*\\Extensions\\Nginx*\\logs\\*error*.log'],
  },
  {
    id: 'tomcat',
    reading: lines(tomcatAccess),
    paths: [
      'Program Files*\\Apache Software Foundation\\Tomcat*\\logs\\localhost_access_log*.*',
      '*tomcat*\\logs\\localhost_access_log*.*',
      'Program Files*\\Atlassian\\*\\logs\\*access_log*.*',
    ],
    beside: ['logs\\*access_log*.*'],
  },
  {
    id: 'catalina',
    reading: lines(catalina),
    paths: [
      'Program Files*\\Apache Software Foundation\\Tomcat*\\logs\\catalina*.log',
      '*tomcat*\\logs\\catalina*.log',
    ],
    beside: ['logs\\catalina*.log'],
  },
  {
    id: 'confluence',
    reading: lines(confluence),
    paths: ['Program Files*\\Atlassian\\Application Data\\Confluence\\logs\\atlassian-confluence*.log'],
  },
  {
    id: 'weblogic',
    reading: lines(weblogic),
    paths: ['Oracle\\Middleware\\*\\user_projects\\domains\\*\\servers\\*\\logs\\*.log'],
  },
];

class Search {
  readonly #target: Target;
  readonly #listed = new Map<string, readonly { readonly name: string; readonly folder: boolean }[]>();
  readonly #taken = new Set<string>();
  readonly files: LogFile[] = [];
  readonly cut: PathText[] = [];

  constructor(target: Target) {
    this.#target = target;
  }

  #names(path: string): readonly { readonly name: string; readonly folder: boolean }[] {
    const key = path.toLowerCase();
    const known = this.#listed.get(key);
    if (known !== undefined) return known;
    const listed = this.#target.readNow({ kind: 'directory', path: path as PathText, limit: mostNames });
    if (listed.status === 'truncated') this.cut.push(path as PathText);
    const names = listed.entries.map(({ name, type }) => ({ name, folder: type === 'directory' }));
    this.#listed.set(key, names);
    return names;
  }

  /** @param pattern below `root` */
  find(root: string, pattern: string, { id, reading }: Kind): void {
    const parts = pattern.toLowerCase().split('\\');
    const base = parts.pop() ?? '';
    let folders = [root.replace(/\\$/, '')];
    for (const part of parts)
      folders = folders.slice(0, mostFolders).flatMap((folder) =>
        this.#names(`${folder}\\`)
          .filter(({ name, folder: isFolder }) => isFolder && fits(part, name.toLowerCase()))
          .map(({ name }) => `${folder}\\${name}`),
      );
    for (const folder of folders)
      for (const { name, folder: isFolder } of this.#names(`${folder}\\`)) {
        if (isFolder) continue;
        const rotation = rotatedFrom(base, name.toLowerCase());
        if (rotation === undefined) continue;
        if (this.files.length >= mostFiles) {
          this.cut.push(folder as PathText);
          return;
        }
        this.#add(`${folder}\\${name}` as PathText, folder, id, reading, rotation.packed);
      }
  }

  #add(path: PathText, folder: string, id: string, reading: LogReading, packed: boolean): void {
    const key = path.toLowerCase();
    if (this.#taken.has(key)) return;
    this.#taken.add(key);
    const { stat } = this.#target.readNow({ kind: 'stat', path, follow: true });
    if (stat?.type !== 'file' || stat.size === 0) return;
    this.files.push({
      path,
      source: path,
      log: `windows.log.${id}`,
      reading,
      set: `${folder.toLowerCase()}\\${id}`,
      host: phrase``,
      packed,
      size: stat.size,
      modifiedUs: stat.modifiedUs,
    });
  }
}

/** Folders that IIS was told to write to. */
function configured(target: Target): readonly string[] {
  const { status, bytes } = target.readNow({ kind: 'file', path: settings, limit: settingsLimit });
  if (status !== 'ok' && status !== 'truncated') return [];
  const text = Buffer.from(bytes).toString('latin1');
  const named = text.matchAll(/<(?:logFile|centralW3CLogFile)\b[^<>]{0,600}?\bdirectory="([^"<>]{3,300})"/gi);
  const folders = [...named].map(([, folder = '']) =>
    folder.replace(/^%(?:SystemDrive|HomeDrive)%/i, 'C:').replace(/^%(?:SystemRoot|windir)%/i, 'C:\\Windows'),
  );
  return [...new Set(folders)]
    .filter((folder) => /^[a-z]:\\[^*?]*$/i.test(folder) && !folder.includes('..'))
    .slice(0, 50)
    .map((folder) => printableText(folder));
}

/** Folders above the `bin` of a service's program. */
function besideServices(facts: FactSet): readonly string[] {
  const found = new Set<string>();
  let seen = 0;
  for (const { mechanism, command } of facts.of('persistence')) {
    if (mechanism !== 'windows-service') continue;
    seen += 1;
    if (seen > mostServices) break;
    const folder = /^([a-z]:\\.{1,200})\\bin\\(?:httpd|apache|tomcat\d*w?|nginx)\.exe$/i.exec(
      programOfLine(command).program,
    )?.[1];
    if (folder !== undefined) found.add(folder);
  }
  return [...found].slice(0, 50);
}

/** Set by set, each oldest first. */
export function findWebLogs(target: Target, facts: FactSet): FoundLogs {
  const drives = target.windows?.drives ?? [];
  if (drives.length === 0) return { files: [], cut: [] };
  const search = new Search(target);
  const folders = configured(target);
  const services = besideServices(facts);
  for (const kind of kinds) {
    for (const pattern of kind.paths)
      for (const { letter } of drives) search.find(`${letter}:`, pattern, kind);
    for (const pattern of kind.beside ?? []) for (const root of services) search.find(root, pattern, kind);
    if (kind.id === 'iis') for (const root of folders) search.find(root, '*\\*.log', kind);
  }
  const files = [...Map.groupBy(search.files, ({ set }) => set).values()].flatMap((set) =>
    set.toSorted((a, b) => a.modifiedUs - b.modifiedUs || (a.path < b.path ? -1 : 1)),
  );
  return { files, cut: search.cut };
}
