/**
 * `linux.init-scripts`: scripts of System V init and OpenRC, what runlevels link, and local scripts of the boot.
 *
 * Why: the oldest guard, still written by most droppers (pwnrig, watchdogs, netdns), and run by systemd too, through
 * its generator. Scripts of init.d are told whole; an entry of a runlevel folder is told only where it is no link
 * into init.d, since that is where something stands that init.d does not show. rc.local and kin run without a link.
 * What it is NOT: the order of the boot. A script without an execute bit, or that no runlevel starts, is not active.
 * Sources: systemd-sysv-generator(8), update-rc.d(8), chkconfig(8); openrc-run(8), OpenRC's local.d; SUSE's
 * boot.local and after.local.
 */
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { baseName, folderOf, joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { filesIn, foldersIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const id = 'linux.init-scripts';
const root = printableText('root');
const scriptFolders = ['/etc/init.d', '/etc/rc.d/init.d'].map((path) => printableText(path));
const runlevelFolders = ['/etc', '/etc/rc.d', '/etc/init.d'].flatMap((folder) =>
  ['0', '1', '2', '3', '4', '5', '6', 'S'].map((level) => printableText(`${folder}/rc${level}.d`)),
);
const openrcLevels = printableText('/etc/runlevels');
const localScripts = [
  ...[
    '/etc/rc.local',
    '/etc/rc.d/rc.local',
    '/etc/rc.d/rc.sysinit',
    '/etc/init.d/rcS',
    '/etc/init.d/boot.local',
  ],
  ...['/etc/init.d/after.local', '/etc/init.d/halt.local', '/etc/rc.shutdown', '/etc/rc.conf', '/etc/rc'],
].map((path) => printableText(path));
const localFolders = ['/etc/local.d', '/etc/rc.local.d', '/etc/boot.d'].map((path) => printableText(path));

/** Put there by packages to be read by scripts, and left by package managers. */
const noScript =
  /^(?:README|skeleton|functions|\.depend\.\w+|rcS?|\.legacy-bootordering)$|\.(?:dpkg|rpm|ucf)-?\w*$|~$/;
const openrcMark = /^#!\s*\/sbin\/(?:openrc-run|runscript)\b/;

interface Links {
  /** Names of init.d that a runlevel starts. */
  readonly started: ReadonlySet<string>;
  readonly strangers: readonly PersistenceFact[];
}

/** @param leads where it leads, for a link: that is what runs */
function stranger(
  context: ArtifactContext,
  path: PathText,
  leads: PathText | undefined,
  active: boolean,
): readonly PersistenceFact[] {
  const marks: readonly PersistenceMark[] = ['unusual-place'];
  const given = { mechanism: 'rc-link', user: root, trigger: phrase`boot`, active, marks } as const;
  const target = leads === undefined || leads.startsWith('/') ? leads : joinPath(folderOf(path), leads);
  const found = scriptEntry(context, id, path, { ...given, ...(target === undefined ? {} : { target }) });
  return found === undefined ? [] : [found];
}

function readRunlevels(context: ArtifactContext): Links {
  const started = new Set<string>();
  const strangers: PersistenceFact[] = [];
  for (const folder of runlevelFolders) {
    for (const { path, name, type } of filesIn(context, id, folder, (file) => /^[SK]\d\d?/.test(file))) {
      const link = type === 'link' ? context.target.readNow({ kind: 'link', path }) : undefined;
      const leads = link?.status === 'ok' ? link.target : undefined;
      const starts = name.startsWith('S');
      if (leads !== undefined && /(?:^|\/)init\.d\/[^/]+$/.test(leads)) {
        if (starts) started.add(baseName(leads));
      } else strangers.push(...stranger(context, path, leads, starts));
    }
  }
  for (const level of foldersIn(context, id, openrcLevels)) {
    for (const { name } of filesIn(context, id, level.path)) started.add(name);
  }
  return { started, strangers };
}

const isExecutable = (context: ArtifactContext, path: PathText): boolean => {
  const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
  return stat?.type === 'file' && (stat.mode & 0o111) !== 0;
};

function readScripts(context: ArtifactContext, started: ReadonlySet<string>): readonly PersistenceFact[] {
  const merged = context.target.readNow({ kind: 'link', path: printableText('/etc/init.d') }).status === 'ok';
  const folders = merged ? scriptFolders.slice(1) : scriptFolders;
  return folders.flatMap((folder) =>
    filesIn(context, id, folder, (name) => !noScript.test(name)).flatMap(({ path, name }) => {
      const active = started.has(name) && isExecutable(context, path);
      const found = scriptEntry(context, id, path, {
        mechanism: 'init-script',
        user: root,
        trigger: started.has(name) ? phrase`boot` : phrase`no runlevel`,
        active,
        marks: active ? [] : ['switched-off'],
      });
      if (found === undefined) return [];
      const openrc = found.body[0] !== undefined && openrcMark.test(found.body[0].text);
      return [openrc ? { ...found, mechanism: 'openrc' as const } : found];
    }),
  );
}

function readLocal(context: ArtifactContext): readonly PersistenceFact[] {
  const single = localScripts.filter(
    (path) => context.target.readNow({ kind: 'stat', path }).status !== 'absent',
  );
  const listed = localFolders.flatMap((folder) =>
    filesIn(context, id, folder, (name) => /\.(?:start|stop|sh)$/.test(name) || !name.includes('.')).map(
      ({ path }) => path,
    ),
  );
  return [...single, ...listed].flatMap((path) => {
    const mechanism = path.startsWith('/etc/local.d/') ? 'openrc' : 'rc-local';
    const active = isExecutable(context, path) || path === '/etc/rc.d/rc.local';
    const found = scriptEntry(context, id, path, {
      mechanism,
      user: root,
      trigger: phrase`boot`,
      active,
      marks: active ? [] : ['switched-off'],
    });
    return found === undefined ? [] : [found];
  });
}

export const initScripts: PersistenceArtifact = {
  id,
  sources: [
    ...scriptFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    ...runlevelFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    { kind: 'glob', path: joinPath(openrcLevels, printableText('*/*')), live: false },
    ...localScripts.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...localFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
  ],
  mechanisms: ['init-script', 'rc-link', 'rc-local', 'openrc'],
  order: 11,
  required: true,
  gather(context) {
    const { started, strangers } = readRunlevels(context);
    return Promise.resolve([...readScripts(context, started), ...strangers, ...readLocal(context)]);
  },
};
