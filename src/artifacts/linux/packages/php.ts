/**
 * `linux.php-prepend` and `linux.php-user-ini`: code that PHP runs before and after every page, and libraries that it
 * loads.
 *
 * Reads php.ini, its conf.d and pools of FPM of distributions, Remi, images, BT, LNMP, cPanel, Plesk and LiteSpeed;
 * and .user.ini and .htaccess of web roots. A file that is put before pages is told with its body. Why: one line
 * brings the web shell back with each page, whatever is cleaned below the web root. What it is NOT: a search for web
 * shells. `open_basedir`, as BT writes into each .user.ini, brings nothing in and is not told.
 * Bounds: 2 MiB of a file, 2,000 lines that matter. Sources: PHP manual ("The configuration file", ".user.ini
 * files", "How to change configuration settings": php_value); Debian php-common; Apache mod_mime (AddHandler, AddType).
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { phpSettingOf, readPhpSetting } from './php-settings.ts';
import { projectFolders, projectSources } from './projects.ts';

const limit = 2 << 20;
const mostBodies = 200;
const paths = (list: string): readonly PathText[] => list.split(' ').map((path) => printableText(path));

/** Folders in which each folder is a version. */
const versions = paths(
  '/etc/php /etc/opt/remi /www/server/php /opt/cpanel /opt/plesk/php /usr/local/lsws /usr/local/php-versions /opt/php /opt/alt',
);
/** Below a version, and fixed. */
const below = [
  ...[
    '',
    'cli',
    'fpm',
    'apache2',
    'cgi',
    'embed',
    'etc',
    'root/etc',
    'php.d',
    'conf.d',
    'php-fpm.d',
    'etc/php.d',
  ],
  ...[
    'fpm/conf.d',
    'fpm/pool.d',
    'cli/conf.d',
    'apache2/conf.d',
    'cgi/conf.d',
    'etc/php-fpm.d',
    'etc/conf.d',
  ],
  ...['root/etc/php.d', 'root/etc/php-fpm.d', 'etc/php/litespeed', 'etc/php-fpm.d/www'],
];
const fixed = paths(
  '/etc/php.d /etc/php-fpm.d /usr/local/etc/php /usr/local/etc/php/conf.d /usr/local/etc/php-fpm.d /usr/local/php/etc /usr/local/php/etc/php-fpm.d /usr/local/php/conf.d /usr/local/lib /opt/lampp/etc /etc/php-zts.d /etc/php5 /etc/php5/fpm /etc/php5/cli',
);
const single = paths('/etc/php.ini /etc/php-fpm.conf /usr/local/etc/php-fpm.conf /usr/lib/php.ini');
const alpine = printableText('/etc');
const settingsForm = /^(?:php(?:-[\w.]+)?\.ini|php-cli\.ini|php-fpm\.conf|[\w.@+-]+\.(?:ini|conf))$/;

const libraryFolders = paths('/usr/lib/php /usr/lib64/php /usr/lib/php5 /usr/local/lib/php/extensions');

/** Libraries by the name that `extension=` gives. */
function librariesOf(context: ArtifactContext, id: string): (name: string) => PathText | undefined {
  const found = new Map<string, PathText>();
  for (const folder of libraryFolders) {
    if (context.target.readNow({ kind: 'stat', path: folder }).status === 'absent') continue;
    for (const { path } of foldersIn(context, id, folder)) {
      for (const file of filesIn(context, id, path, endsIn('.so'))) found.set(file.name, file.path);
    }
  }
  return (name) => found.get(name.endsWith('.so') ? name : `${name}.so`);
}

function settingFiles(context: ArtifactContext, id: string): readonly PathText[] {
  const there = (path: PathText): boolean =>
    context.target.readNow({ kind: 'stat', path, follow: true }).status !== 'absent';
  const folders = [
    ...versions
      .filter(there)
      .flatMap((folder) => foldersIn(context, id, folder))
      .flatMap(({ path }) => below.map((name) => (name === '' ? path : joinPath(path, printableText(name))))),
    ...fixed,
    ...foldersIn(context, id, alpine, (name) => /^php\d+$/.test(name)).flatMap(({ path }) =>
      ['', 'conf.d', 'php-fpm.d'].map((name) => (name === '' ? path : joinPath(path, printableText(name)))),
    ),
  ];
  const listed = folders
    .filter(there)
    .flatMap((folder) =>
      filesIn(context, id, folder, (name) => settingsForm.test(name)).map(({ path }) => path),
    );
  return [...new Set([...single.filter(there), ...listed])];
}

interface Place {
  readonly mechanism: Mechanism;
  readonly id: string;
  readonly user: Printable;
  readonly trigger: Printable;
}

/** Collects entries, and bodies of the files that they name, each once. */
class PhpEntries {
  readonly facts: PersistenceFact[] = [];
  readonly #context: ArtifactContext;
  readonly #bodies = new Map<PathText, Place>();

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  setting(
    path: PathText,
    { line, text }: { readonly line: number; readonly text: string },
    { mechanism, id, user, trigger }: Place,
    read: ReturnType<typeof readPhpSetting>,
  ): void {
    if (read === undefined) return;
    const { code, ...given } = read;
    const shown = printableLatin1(text.trim().slice(0, 8192));
    this.facts.push(
      entry({ source: { source: path, line }, mechanism, user, trigger, text: shown, ...given }),
    );
    if (code && given.target !== undefined && this.#bodies.size < mostBodies)
      this.#bodies.set(given.target, { mechanism, id, user, trigger });
  }

  /** Code that is run with each page. */
  bodies(): void {
    for (const [path, { id, ...given }] of this.#bodies) {
      if (this.#context.target.readNow({ kind: 'stat', path, follow: true }).stat?.type !== 'file') continue;
      const found = scriptEntry(this.#context, id, path, { ...given, language: 'php' });
      if (found !== undefined) this.facts.push(found);
    }
  }
}

const prependId = 'linux.php-prepend';

export const phpPrepend: PersistenceArtifact = {
  id: prependId,
  sources: [
    ...single.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...fixed.map((path) => ({ kind: 'glob' as const, path: `${path}/*.{ini,conf}`, live: false })),
    ...versions.map((path) => ({ kind: 'glob' as const, path: `${path}/*/**/*.{ini,conf}`, live: false })),
    { kind: 'glob', path: '/etc/php*/**/*.{ini,conf}', live: false },
    ...libraryFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*/*.so`, live: false })),
  ],
  mechanisms: ['php-prepend'],
  order: 13,
  required: false,
  gather(context) {
    const entries = new PhpEntries(context);
    const files = settingFiles(context, prependId);
    const resolve = files.length === 0 ? () => undefined : librariesOf(context, prependId);
    const place = {
      mechanism: 'php-prepend',
      id: prependId,
      user: phrase``,
      trigger: phrase`every page`,
    } as const;
    for (const path of files) {
      const { bytes } = readFileNow(context, prependId, path, limit);
      for (const { line, text } of [...textLines(bytes, { lines: 50_000, longest: 16_384 })]) {
        if (/^\s*(?:;|#|$)/.test(text)) continue;
        const setting = phpSettingOf(text);
        if (setting === undefined) continue;
        const read = readPhpSetting(setting.key, setting.value, resolve);
        entries.setting(path, { line, text }, place, read);
      }
    }
    entries.bodies();
    return Promise.resolve(entries.facts);
  },
};

const userId = 'linux.php-user-ini';
/** Files that no server should run as PHP. */
const handedName = /^\.?(?:[\w-]+\.)*(?:jpe?g|png|gif|ico|bmp|svg|webp|txt|css|log|pdf|docx?|zip)$/i;

/** `AddType application/x-httpd-php .jpg` */
function handsOver(text: string): boolean {
  const [directive = '', type = '', ...names] = text.trim().split(/\s+/, 64);
  if (!/^Add(?:Type|Handler)$/i.test(directive) || !/php|cgi-script/i.test(type)) return false;
  return names.some((name) => name.length < 256 && handedName.test(name));
}

function readUserFile(context: ArtifactContext, entries: PhpEntries, path: PathText, place: Place): void {
  const { bytes } = readFileNow(context, userId, path, limit);
  for (const { line, text } of [...textLines(bytes, { lines: 20_000, longest: 16_384 })]) {
    if (/^\s*(?:;|#|$)/.test(text)) continue;
    const directive = /^\s*php_(?:admin_)?value\s+([\w.]+)\s+(.*)$/i.exec(text);
    const setting =
      directive === null
        ? phpSettingOf(text)
        : { key: (directive[1] ?? '').toLowerCase(), value: directive[2] ?? '' };
    if (setting !== undefined) {
      entries.setting(path, { line, text }, place, readPhpSetting(setting.key, setting.value));
      continue;
    }
    if (!handsOver(text)) continue;
    const { mechanism, user, trigger } = place;
    const command = printableLatin1(text.trim());
    entries.facts.push(
      entry({
        source: { source: path, line },
        mechanism,
        user,
        trigger,
        command,
        language: 'setting',
        marks: ['opens-access'],
        text: command,
      }),
    );
  }
}

export const phpUserIni: PersistenceArtifact = {
  id: userId,
  sources: [...projectSources('.user.ini'), ...projectSources('.htaccess')],
  mechanisms: ['php-user-ini'],
  order: 13,
  required: false,
  gather(context) {
    const entries = new PhpEntries(context);
    const trigger = phrase`every page`;
    for (const { path, user, names } of projectFolders(context, userId)) {
      for (const name of ['.user.ini', '.htaccess']) {
        if (!names.has(name)) continue;
        const place = { mechanism: 'php-user-ini', id: userId, user, trigger } as const;
        readUserFile(context, entries, joinPath(path, printableText(name)), place);
      }
    }
    entries.bodies();
    return Promise.resolve(entries.facts);
  },
};
