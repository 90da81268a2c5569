/**
 * `linux.init-scripts`: scripts of System V init and OpenRC, what runlevels link, and local scripts of the boot.
 *
 * Why: the oldest guard, still written by most droppers (pwnrig, watchdogs, netdns), and run by systemd too, through
 * its generator. Scripts of init.d are told whole; an entry of a runlevel folder is told only where it is no link
 * into init.d, since that is where something stands that init.d does not show. rc.local and kin run without a link.
 * Of OpenRC and of Debian's init-d-script the program that a script only names is told too, and OpenRC's settings.
 * What it is NOT: the order of the boot. A script without an execute bit, or that no runlevel starts, is not active.
 * Sources: systemd-sysv-generator(8), update-rc.d(8), chkconfig(8); init-d-script(5); openrc-run(8), OpenRC's local.d; SUSE's
 * boot.local and after.local.
 */
import { parseShellAssignments, type ShellAssignment } from '../../../formats/shell-assignments.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import {
  baseName,
  bytesOf,
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const id = 'linux.init-scripts';
const root = printableText('root');
const scriptFolders = ['/etc/init.d', '/etc/rc.d/init.d'].map((path) => printableText(path));
const runlevelFolders = ['/etc', '/etc/rc.d', '/etc/init.d'].flatMap((folder) =>
  ['0', '1', '2', '3', '4', '5', '6', 'S'].map((level) => printableText(`${folder}/rc${level}.d`)),
);
const openrcLevels = printableText('/etc/runlevels');
const serviceSettings = printableText('/etc/conf.d');
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
const daemonMark = /^#!.*\/init-d-script\b/;
const mostVariables = 200;

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

/**
 * What a script names for its interpreter to run: `command=` with `command_args=` of openrc-run(8), `DAEMON=` with
 * `DAEMON_ARGS=` of init-d-script(5). No line of it starts anything.
 */
function daemonOf(script: PersistenceFact, name: Printable): PersistenceFact | undefined {
  const lines = script.body.map(({ text }) => Buffer.concat([bytesOf(text), Buffer.from('\n')]));
  const all = parseShellAssignments(Buffer.concat(lines));
  const last = (key: RegExp): ShellAssignment | undefined => all.findLast((one) => key.test(one.key));
  const program = last(/^(?:command|DAEMON)$/);
  if (program === undefined || program.value.trim() === '') return undefined;
  const given = last(/^(?:command_args|DAEMON_ARGS)$/)?.value ?? '';
  const { source, mechanism, user, trigger, active, marks } = script;
  return entry({
    source: { source: source.source, line: script.body[program.line - 1]?.line ?? program.line },
    mechanism,
    user,
    trigger,
    active,
    marks,
    command: printableLatin1(`${program.value} ${given}`.trim()),
    environment: [
      { name: 'RC_SVCNAME', value: name },
      ...all.slice(0, mostVariables).map((one) => ({ name: one.key, value: printableLatin1(one.value) })),
    ],
    ...(/^\/[^$`]*$/.test(program.value) ? { target: printableLatin1(program.value) } : {}),
    text: program.text,
  });
}

/** openrc-run reads the settings of a service as a shell does, before each start. */
function readSettings(
  context: ArtifactContext,
  { user, trigger, active, marks }: PersistenceFact,
  name: Printable,
): readonly PersistenceFact[] {
  const path = joinPath(serviceSettings, name);
  if (context.target.readNow({ kind: 'stat', path, follow: true }).status === 'absent') return [];
  const found = scriptEntry(context, id, path, { mechanism: 'openrc', user, trigger, active, marks });
  if (found === undefined) return [];
  const named = daemonOf(found, name);
  return named === undefined ? [found] : [found, named];
}

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
      const first = found.body[0]?.text ?? '';
      const openrc = openrcMark.test(first);
      const told = openrc ? { ...found, mechanism: 'openrc' as const } : found;
      const named = openrc || daemonMark.test(first) ? daemonOf(told, name) : undefined;
      const settings = openrc ? readSettings(context, told, name) : [];
      return [told, ...(named === undefined ? [] : [named]), ...settings];
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
    { kind: 'glob', path: joinPath(serviceSettings, printableText('*')), live: false },
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
