/**
 * `linux.dbus-services`: programs that the message bus starts when anybody calls their name.
 *
 * Reads activation files of the system bus and of sessions, also in homes and in folders that settings of the bus add.
 * Why: one call from any program starts the service as root, and no list of units shows it. With SystemdService= the
 * unit is started and Exec= is not run; such an entry tells the unit. What it is NOT: what a service may do.
 * Sources: D-Bus Specification "Message Bus Starting Services"; dbus-daemon(1) <servicedir>, <servicehelper>.
 */
import { parseUnit } from '../../../formats/systemd-unit.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isThere, pathsOf, unmerged } from './hook-folder.ts';

const id = 'linux.dbus-services';
const systemFolders = pathsOf(
  '/etc/dbus-1/system-services /run/dbus-1/system-services /usr/local/share/dbus-1/system-services /usr/share/dbus-1/system-services /lib/dbus-1/system-services',
);
const sessionFolders = pathsOf(
  '/etc/dbus-1/services /usr/local/share/dbus-1/services /usr/share/dbus-1/services /run/dbus-1/services',
);
const ofHome = printableText('.local/share/dbus-1/services');
const settings = pathsOf(
  '/etc/dbus-1/system.conf /etc/dbus-1/system-local.conf /etc/dbus-1/session.conf /etc/dbus-1/session-local.conf /usr/share/dbus-1/system.conf',
);
const settingFolders = pathsOf('/etc/dbus-1/system.d /usr/share/dbus-1/system.d /etc/dbus-1/session.d');
const mostAdded = 16;
const mostNamed = 64;
const helper = /^\/(?:usr\/)?(?:lib|libexec)\/.*dbus-daemon-launch-helper$/;

function readService(context: ArtifactContext, path: PathText, owner: Printable): readonly PersistenceFact[] {
  const lines = parseUnit(readFileNow(context, id, path, settingsLimit).bytes).filter(
    ({ section }) => section === 'D-BUS Service',
  );
  const of = (key: string) => lines.find((line) => line.key === key);
  const [exec, name, user, unit] = [of('Exec'), of('Name'), of('User'), of('SystemdService')];
  if (exec === undefined) return [];
  const [program = ''] = exec.value.split(/\s/, 1);
  return [
    entry({
      source: { source: path, line: exec.line },
      mechanism: 'dbus-service',
      user: user === undefined ? owner : printableLatin1(user.value),
      trigger: printableLatin1(name?.value ?? ''),
      command: printableLatin1(exec.value),
      language: 'argv',
      ...(program.startsWith('/') ? { target: printableLatin1(program) } : {}),
      text: unit === undefined ? exec.text : phrase`${exec.text} ${unit.text}`,
    }),
  ];
}

/** Folders and helpers that a file of settings names, other than the usual. */
function readSettings(
  context: ArtifactContext,
  path: PathText,
): { readonly folders: readonly PathText[]; readonly facts: readonly PersistenceFact[] } {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  const text = Buffer.from(bytes.subarray(0, 1 << 20))
    .toString('latin1')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, ' '));
  const folders: PathText[] = [];
  const facts: PersistenceFact[] = [];
  const named = [...text.matchAll(/<(servicedir|servicehelper)\s*>\s*([^<\s]{1,1024})\s*</g)].slice(
    0,
    mostNamed,
  );
  for (const match of named) {
    const [whole, key, value = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    if (key === 'servicedir' && folders.length < mostAdded) folders.push(printableLatin1(value));
    if (key !== 'servicehelper' || helper.test(value)) continue;
    facts.push(
      entry({
        source: { source: path, line },
        mechanism: 'dbus-service',
        user: phrase`root`,
        trigger: phrase`event`,
        command: printableLatin1(value),
        language: 'argv',
        target: printableLatin1(value),
        text: printableLatin1(whole.slice(0, -1)),
      }),
    );
  }
  return { folders, facts };
}

export const dbusServices: PersistenceArtifact = {
  id,
  sources: [
    ...[...systemFolders, ...sessionFolders].map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*.service`,
      live: false,
    })),
    { kind: 'glob', path: `/home/*/${ofHome}/*.service`, live: false },
    ...settings.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...settingFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.conf`, live: false })),
  ],
  mechanisms: ['dbus-service'],
  order: 13,
  required: false,
  gather(context) {
    const files = settings.filter((path) => isThere(context, path));
    const dropped = settingFolders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.conf')).map(({ path }) => path),
    );
    const settled = [...files, ...dropped].map((path) => readSettings(context, path));
    const usual = new Set<string>([...systemFolders, ...sessionFolders]);
    const added = [...new Set(settled.flatMap(({ folders }) => folders))]
      .filter((folder) => folder.startsWith('/') && !usual.has(folder))
      .slice(0, mostAdded);
    const read = (folder: PathText, owner: Printable): readonly PersistenceFact[] =>
      filesIn(context, id, folder, endsIn('.service')).flatMap(({ path }) =>
        readService(context, path, owner),
      );
    const nobody = phrase``;
    const homes = homesOf(context.target)
      .map(({ path, user }) => ({ folder: joinPath(path, ofHome), user }))
      .filter(({ folder }) => isThere(context, folder));
    return Promise.resolve([
      ...settled.flatMap(({ facts }) => facts),
      ...unmerged(context, systemFolders).flatMap((folder) => read(folder, phrase`root`)),
      ...sessionFolders.flatMap((folder) => read(folder, nobody)),
      ...added.flatMap((folder) =>
        read(folder, nobody).map((fact) => ({ ...fact, marks: ['unusual-place' as const] })),
      ),
      ...homes.flatMap(({ folder, user }) => read(folder, user)),
    ]);
  },
};
