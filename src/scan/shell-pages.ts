/**
 * Pages of a web server that run what a client sends, of those that were asked for as a web shell is.
 *
 * The log names the page and not its file, so it is looked for below usual roots; what it does is read as any other code
 * of PHP, JSP or ASP. What it is NOT: a walk of web roots, nor a finding; a page that nobody asked for is not read.
 * Bounds: 300 pages, 200 roots, 20,000 places, 256 KiB of a page.
 */
import { judgeEntries } from '../detect/persistence/judge-entries.ts';
import { printableLatin1 } from '../formats/text-lines.ts';
import type { SceneFile } from '../incident/scene.ts';
import { emptyConfig } from '../model/config.ts';
import { FactSet } from '../model/fact.ts';
import type { PersistenceFact } from '../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../model/text.ts';
import type { Target } from '../target/port.ts';

const roots = [
  ...[
    '/var/www',
    '/var/www/*',
    '/var/www/*/public',
    '/srv/www',
    '/srv/www/*',
    '/srv/http',
    '/usr/share/nginx/html',
  ],
  ...[
    '/www/wwwroot/*',
    '/www/wwwroot/*/public',
    '/home/*/public_html',
    '/opt/*/htdocs',
    '/usr/local/*/htdocs',
  ],
  ...['/opt/*/webapps', '/opt/*/webapps/ROOT', '/usr/local/*/webapps', '/usr/local/*/webapps/ROOT'],
  ...['/var/lib/*/webapps', '/var/lib/*/webapps/ROOT', '/data/www', '/data/www/*', '/data/wwwroot/*'],
];
const mostRoots = 200;
const mostNames = 200;
const mostPlaces = 20_000;
const longest = 256 << 10;
const mostLines = 4_000;
const php = /\.(?:php[3-8]?|phtml|phar)$/i;

function expanded(target: Target): readonly PathText[] {
  const found: PathText[] = [];
  for (const root of roots) {
    let folders: readonly PathText[] = [printableText('/')];
    for (const part of root.split('/').slice(1)) {
      folders = folders.flatMap((folder) =>
        part === '*'
          ? target
              .readNow({ kind: 'directory', path: folder, limit: mostNames })
              .entries.filter(({ type }) => type === 'directory')
              .map(({ name }) => joinPath(folder, name))
          : [joinPath(folder, printableText(part))],
      );
    }
    found.push(...folders);
  }
  return found
    .filter((path) => target.readNow({ kind: 'stat', path }).stat?.type === 'directory')
    .slice(0, mostRoots);
}

/** The path of a request below a root; undefined for what steps out of it or is no path. */
function below(asked: string): readonly Printable[] | undefined {
  let text = asked;
  try {
    text = decodeURIComponent(asked.replaceAll('%25', '%'));
  } catch {
    // Bytes that are no UTF-8: as it stands.
  }
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.length > 32 || parts.includes('..') || text.includes('\0')
    ? undefined
    : parts.map((part) => printableText(part));
}

function isShell(path: PathText, bytes: Uint8Array): boolean {
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n|\n|\r/)
    .slice(0, mostLines);
  const fact: PersistenceFact = {
    kind: 'persistence',
    source: { source: path, line: 1 },
    mechanism: 'cron-user',
    user: printableText(''),
    trigger: printableText(''),
    command: printableText(''),
    language: php.test(path) ? 'php' : 'web-page',
    body: lines.map((line, index) => ({ line: index + 1, text: printableLatin1(line.slice(0, 8_192)) })),
    active: true,
    marks: [],
    text: path,
  };
  const judged = judgeEntries(new FactSet([fact]), { config: emptyConfig, nowUs: 0, interval: 0 });
  return judged.some(({ reasons }) => reasons.some(({ id }) => id === 'web-shell'));
}

/** @param pages as requests name them  @param accounts names by number */
export function shellPages(
  target: Target,
  pages: readonly string[],
  accounts: ReadonlyMap<number, Printable>,
): readonly SceneFile[] {
  if (pages.length === 0) return [];
  const found = new Map<PathText, SceneFile>();
  const folders = expanded(target);
  let places = 0;
  for (const parts of pages.flatMap((asked) => [below(asked) ?? []])) {
    if (parts.length === 0) continue;
    for (const root of folders) {
      places += 1;
      if (places > mostPlaces) return [...found.values()];
      const path = parts.reduce((folder, part) => joinPath(folder, part), root);
      const { stat } = target.readNow({ kind: 'stat', path });
      if (stat?.type !== 'file' || found.has(path)) continue;
      const { bytes } = target.readNow({ kind: 'file', path, limit: longest });
      if (!isShell(path, bytes)) continue;
      const { changedUs, bornUs, modifiedUs, uid } = stat;
      found.set(path, {
        path,
        source: { source: path },
        ...(changedUs > 0 ? { changedUs } : {}),
        ...(bornUs === undefined || bornUs <= 0 ? {} : { bornUs }),
        ...{ modifiedUs, uid, finding: 'web-shell' },
        owner: accounts.get(uid) ?? printableText(String(uid)),
        text: phrase`${path}`,
      });
    }
  }
  return [...found.values()];
}
