/**
 * Where miners are dropped, and which files there are looked into.
 *
 * Why: droppers write where their account may write, and where few people look: temporary and device folders, homes,
 * web roots, hidden folders. The list is of places, not of names: names change with each campaign.
 * What it is NOT: all of the disk. Files below /usr/bin and the like are looked into only where no package owns them.
 * Sources: knowledge on families (paths of Kinsing, Outlaw, perfctl, Skidmap, RondoDox, Qubitstrike, PG_MEM);
 * CpanelInc/tech-CSI:suspicious_files.txt; file-hierarchy(7).
 */

export interface DropPlace {
  readonly path: string;
  /** Levels of folders below it that are entered. */
  readonly depth: number;
  /**
   * - `all` every file · `hidden` only what is below a hidden name
   * - `settings` hidden names, `.json`, and programs in the first two levels, where a distribution has none
   * - `programs` files with an execute bit
   * - `unowned` files of this folder alone that no package owns
   */
  readonly take: 'all' | 'hidden' | 'settings' | 'programs' | 'unowned';
}

const all = (path: string, depth = 6): DropPlace => ({ path, depth, take: 'all' });
const hidden = (path: string): DropPlace => ({ path, depth: 4, take: 'hidden' });
const programs = (path: string): DropPlace => ({ path, depth: 4, take: 'programs' });
const unowned = (path: string): DropPlace => ({ path, depth: 0, take: 'unowned' });

/** The likeliest first: bounds cut at the end. */
export const dropPlaces: readonly DropPlace[] = [
  ...['/tmp', '/var/tmp', '/dev/shm', '/run/shm', '/run/lock'].map((path) => all(path)),
  all('/dev', 3),
  ...['/root', '/home', '/var/www', '/srv', '/opt'].map((path) => all(path)),
  ...['/usr/local/bin', '/usr/local/sbin', '/usr/local/etc', '/usr/local/games'].map((path) => all(path, 3)),
  all('/var/spool', 4),
  { path: '/etc', depth: 4, take: 'settings' },
  ...['/var/lib', '/usr/share', '/usr/lib', '/usr/local', '/var/cache', '/var/log', '/usr'].map(hidden),
  hidden('/'),
  ...['/var/lib/postgresql', '/var/lib/pgsql', '/var/lib/redis', '/var/lib/mysql', '/var/lib/tomcat'].map(
    programs,
  ),
  ...['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/games'].map(unowned),
  ...['/usr/lib', '/lib', '/boot', '/usr/share'].map(unowned),
];

/** Folders of many files in which nobody drops anything first: they are entered when all others are done. */
const lateFolders: ReadonlySet<string> = new Set([
  ...[
    'node_modules',
    'site-packages',
    'dist-packages',
    '__pycache__',
    '.git',
    '.hg',
    '.svn',
    '.rustup',
    '.cargo',
  ],
  ...['.npm', '.nvm', '.bun', '.m2', '.gradle', 'go', '.linuxbrew', 'locale', 'fonts', 'icons', 'doc'],
]);

export const isLate = (folder: string): boolean => lateFolders.has(folder);

/** Source text, documents and media by their names: none of them is run or read by a miner. */
const otherNames =
  /\.(?:[cm]?[jt]sx?|d\.ts|map|c|h|cc|cpp|hpp|rs|go|java|kt|swift|cs|scala|md|mdx|rst|adoc|tex|html?|css|scss|svg|po|pot|mo|yar|yara|rules|png|jpe?g|gif|webp|ico|ttf|woff2?|mp[34]|mkv|webm|pdf|docx?|xlsx?|pptx?|sqlite|db|pyc|class|jar|gz|xz|bz2|zst|zip|deb|rpm|o|a|rlib|rmeta)$/i;

/** The largest text that is looked into; a log may be longer, and its first part is. */
export const textLimit = 1 << 20;
export const programLimit = 32 << 20;

export const isHiddenName = (name: string): boolean => /^\.[^.]/.test(name);

/**
 * Whether a file is looked into, by its name alone; `program`: only when it has an execute bit.
 * @param level folders between the place and the file
 * @param below true where a folder between them has a hidden name
 */
export function takesName(
  { take }: DropPlace,
  name: string,
  level: number,
  below: boolean,
): 'yes' | 'program' | 'no' {
  const hiddenHere = below || isHiddenName(name);
  const plain = otherNames.test(name) ? 'program' : 'yes';
  switch (take) {
    case 'all':
    case 'unowned':
      return plain;
    case 'hidden':
      return hiddenHere ? plain : 'no';
    case 'programs':
      return 'program';
    case 'settings':
      if (hiddenHere || /\.json$/i.test(name)) return plain;
      return level < 2 ? 'program' : 'no';
  }
}

/** Whether a folder is entered. */
export function takesFolder({ take }: DropPlace, name: string, below: boolean): boolean {
  return take !== 'hidden' || below || isHiddenName(name);
}
