/**
 * `linux.desktop`: programs that a graphical session starts, and scripts of the X session and display managers.
 *
 * Reads autostart entries of the system and of homes, Plasma's and older KDE's folders, Xsession.d, xinitrc, and the
 * setup scripts that LightDM, GDM and SDDM are told to run. Why: remote desktops and workstations are mined too,
 * and an autostart entry needs no root. What it is NOT: what the desktop shows in its menus.
 * Sources: Desktop Application Autostart Specification 0.5; Xsession(5), xinit(1); lightdm.conf, GDM's PostLogin.
 */
import { parseDesktopEntry } from '../../../formats/desktop-entry.ts';
import { parseUnit } from '../../../formats/systemd-unit.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, scriptEntry, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const id = 'linux.desktop';
const session = phrase`session`;
const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));

const autostart = paths(['/etc/xdg/autostart', '/usr/share/autostart', '/usr/share/gnome/autostart']);
const homeAutostart = paths([
  '.config/autostart',
  '.kde/Autostart',
  '.kde4/Autostart',
  '.config/autostart-scripts',
]);
const scriptFolders = paths([
  '/etc/X11/Xsession.d',
  '/etc/X11/xinit/xinitrc.d',
  '/etc/gdm3/PostLogin',
  '/etc/gdm3/PreSession',
  '/etc/gdm3/Init',
  '/etc/gdm/PostLogin',
  '/etc/gdm/PreSession',
  '/etc/X11/Xreset.d',
]);
const scriptFiles = paths([
  '/etc/X11/Xsession',
  '/etc/X11/xinit/xinitrc',
  '/etc/X11/xdm/Xsetup',
  '/usr/share/sddm/scripts/Xsetup',
]);
const homeScripts = paths(['.xinitrc', '.xsession', '.xsessionrc', '.xprofile', '.Xclients']);
const homeScriptFolders = paths(['.config/plasma-workspace/env', '.config/plasma-workspace/shutdown']);
const managers = paths(['/etc/lightdm/lightdm.conf', '/etc/sddm.conf']);
const managerFolders = paths([
  '/etc/lightdm/lightdm.conf.d',
  '/usr/share/lightdm/lightdm.conf.d',
  '/etc/sddm.conf.d',
]);

const there = (context: ArtifactContext, path: PathText): boolean =>
  context.target.readNow({ kind: 'stat', path }).status !== 'absent';

function readEntries(
  context: ArtifactContext,
  folder: PathText,
  user: Printable,
): readonly PersistenceFact[] {
  return filesIn(context, id, folder).flatMap(({ path, name }): readonly PersistenceFact[] => {
    // Desktops of old run everything in their folder.
    if (!name.endsWith('.desktop')) return readScript(context, path, user, 'desktop-autostart');
    const found = parseDesktopEntry(readFileNow(context, id, path, settingsLimit).bytes);
    if (found === undefined) return [];
    return [
      entry({
        source: { source: path, line: found.line },
        mechanism: 'desktop-autostart',
        user,
        trigger: session,
        command: found.exec,
        active: !found.disabled,
        text: found.text,
      }),
    ];
  });
}

function readScript(
  context: ArtifactContext,
  path: PathText,
  user: Printable,
  mechanism: 'x-session' | 'desktop-autostart',
): readonly PersistenceFact[] {
  const found = scriptEntry(context, id, path, { mechanism, user, trigger: session });
  return found === undefined ? [] : [found];
}

const runs =
  /^(?:display-setup-script|greeter-setup-script|session-setup-script|session-cleanup-script|greeter-wrapper|session-wrapper|xserver-command|DisplayCommand|DisplayStopCommand|SessionCommand)$/;

function readManager(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  return parseUnit(readFileNow(context, id, path, settingsLimit).bytes)
    .filter(({ key, value }) => runs.test(key) && value !== '')
    .map(({ value, line, text }) =>
      entry({
        source: { source: path, line },
        mechanism: 'x-session',
        user: phrase`root`,
        trigger: session,
        command: printableLatin1(value),
        text,
      }),
    );
}

export const desktop: PersistenceArtifact = {
  id,
  sources: [
    ...[...autostart, ...scriptFolders, ...managerFolders].map((path) => ({
      kind: 'glob' as const,
      path: `${path}/*`,
      live: false,
    })),
    ...[...scriptFiles, ...managers].map((path) => ({ kind: 'file' as const, path, live: false })),
    ...[...homeAutostart, ...homeScriptFolders].map((path) => ({
      kind: 'glob' as const,
      path: `/home/*/${path}/*`,
      live: false,
    })),
    ...homeScripts.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}`, live: false })),
  ],
  mechanisms: ['desktop-autostart', 'x-session'],
  order: 13,
  required: false,
  gather(context) {
    const nobody = phrase``;
    const ofHomes = homesOf(context.target).flatMap(({ path, user }) => {
      const own = (list: readonly PathText[]): readonly PathText[] =>
        list.map((name) => joinPath(path, name)).filter((at) => there(context, at));
      return [
        ...own(homeAutostart).flatMap((folder) => readEntries(context, folder, user)),
        ...own(homeScriptFolders).flatMap((folder) =>
          filesIn(context, id, folder).flatMap((file) => readScript(context, file.path, user, 'x-session')),
        ),
        ...own(homeScripts).flatMap((file) => readScript(context, file, user, 'x-session')),
      ];
    });
    const facts = [
      ...autostart.flatMap((folder) => readEntries(context, folder, nobody)),
      ...scriptFolders.flatMap((folder) =>
        filesIn(context, id, folder).flatMap(({ path }) => readScript(context, path, nobody, 'x-session')),
      ),
      ...scriptFiles
        .filter((path) => there(context, path))
        .flatMap((path) => readScript(context, path, nobody, 'x-session')),
      ...managers.filter((path) => there(context, path)).flatMap((path) => readManager(context, path)),
      ...managerFolders.flatMap((folder) =>
        filesIn(context, id, folder).flatMap(({ path }) => readManager(context, path)),
      ),
      ...ofHomes,
    ];
    return Promise.resolve(facts);
  },
};
