/**
 * Where systemd looks for units, the strongest place first.
 *
 * A unit of an earlier place replaces the one of the same name in a later place as a whole; drop-ins of all places
 * apply, and among those of one name the strongest place wins. Sources: systemd.unit(5), tables 1 and 2; the load
 * path of systemd 255 (src/basic/path-lookup.c); systemd.generator(7).
 */
import { joinPath, type PathText, type Printable, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { homesOf } from '../homes.ts';

export interface UnitPlaces {
  readonly manager: 'system' | 'user';
  /** Whose units: empty for all users or for the system. */
  readonly user: Printable;
  readonly folders: readonly PathText[];
  /** The folder whose files stand in / when it is laid over the system. */
  readonly laidOver?: PathText;
}

const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));

export const systemFolders = paths([
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
]);

export const userFolders = paths([
  '/etc/systemd/user',
  '/run/systemd/user',
  '/usr/local/share/systemd/user',
  '/usr/share/systemd/user',
  '/usr/local/lib/systemd/user',
  '/usr/lib/systemd/user',
]);

/** Below a home, the strongest first. */
export const homeFolders = paths([
  '.config/systemd/user.control',
  '.config/systemd/user',
  '.local/share/systemd/user',
]);

/** Below /run/user/UID. */
export const runtimeFolders = paths([
  'systemd/user.control',
  'systemd/transient',
  'systemd/user',
  'systemd/generator',
]);

/** Where /lib is a link, its units are those of /usr/lib, seen twice. */
export function systemPlaces(target: Target): UnitPlaces {
  const merged = target.readNow({ kind: 'link', path: printableText('/lib') }).status === 'ok';
  const folders = systemFolders.filter((folder) => !merged || !folder.startsWith('/lib/'));
  return { manager: 'system', user: printableText(''), folders };
}

/** Folders that systemd-sysext lays over /usr. */
export const extensionFolders = paths(['/etc/extensions', '/run/extensions', '/var/lib/extensions']);
const mostExtensions = 64;

/** Units of extensions that are folders, where they lie before they are laid over /usr: systemd-sysext(8). */
export function extensionPlaces(target: Target): readonly UnitPlaces[] {
  return extensionFolders.flatMap((folder) =>
    target
      .readNow({ kind: 'directory', path: folder, limit: mostExtensions })
      .entries.filter(({ type }) => type === 'directory' || type === 'link')
      .map(({ name }): UnitPlaces => {
        const below = joinPath(folder, name);
        const folders = paths(['usr/local/lib/systemd/system', 'usr/lib/systemd/system']);
        return {
          manager: 'system',
          user: printableText(''),
          folders: folders.map((one) => joinPath(below, one)),
          laidOver: below,
        };
      }),
  );
}

export function userPlaces(target: Target): readonly UnitPlaces[] {
  const all: UnitPlaces = { manager: 'user', user: printableText(''), folders: userFolders };
  const own = homesOf(target).map(({ path, user, uid }): UnitPlaces => {
    const runtime =
      uid < 0 ? [] : runtimeFolders.map((folder) => printableText(`/run/user/${uid}/${folder}`));
    return {
      manager: 'user',
      user,
      folders: [...homeFolders.map((folder) => joinPath(path, folder)), ...runtime],
    };
  });
  return [all, ...own];
}

/** Made while the system runs, by `systemd-run` and by programs that ask for it. */
export const isTransient = (path: PathText): boolean => /\/systemd\/transient\//.test(path);
/** Made at boot by generators. */
