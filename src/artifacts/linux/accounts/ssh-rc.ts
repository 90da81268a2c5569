/**
 * `linux.ssh-rc`: what SSH runs or loads beside the shell, when somebody comes in or goes out.
 *
 * Reads ~/.ssh/rc of every home and /etc/ssh/sshrc (run by sh at each login), ~/.ssh/environment (variables, where sshd
 * permits them), and the client's settings with their includes: ProxyCommand, LocalCommand, KnownHostsCommand,
 * RemoteCommand, `Match exec`, and libraries (PKCS11Provider, SecurityKeyProvider). Why: they run at every login, or
 * whenever an admin or a backup job of this host calls another, and nobody reads them. What it is NOT: hosts and keys
 * of the client. Sources: sshd(8), LOGIN PROCESS and SSHRC; ssh_config(5). Bounds: those of `sshd-files.ts`.
 */
import { isConcealed } from '../../../formats/concealed.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, scriptEntry, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isUnusualPlace } from './known-accounts.ts';
import { isNone, loadedBy } from './ssh-marks.ts';
import { type PlacedSetting, readSshd, type SshdSettings, SshFiles, sshdSources } from './sshd-files.ts';

const id = 'linux.ssh-rc';
const mechanism = 'ssh-rc';
const systemScript = printableText('/etc/ssh/sshrc');
const systemClient = printableText('/etc/ssh/ssh_config');
const systemClientFolder = printableText('/etc/ssh/ssh_config.d');
const sshFolder = printableText('.ssh');
const script = printableText('rc');
const variables = printableText('environment');
const client = printableText('config');

const commands: ReadonlySet<string> = new Set([
  'proxycommand',
  'localcommand',
  'knownhostscommand',
  'remotecommand',
]);
const libraries: ReadonlySet<string> = new Set(['pkcs11provider', 'securitykeyprovider', 'xauthlocation']);

const isThere = (context: ArtifactContext, path: PathText): boolean =>
  context.target.readNow({ kind: 'stat', path }).status !== 'absent';

const placed = (setting: PlacedSetting): readonly PersistenceMark[] =>
  isConcealed(setting.text) ? ['concealed-in-file'] : [];

/** The command of `Match exec "…"`, quotes undone. */
function execOf({ args }: PlacedSetting): string | undefined {
  for (let at = 0; at < args.length; at += 1) {
    const [word = '', inline] = (args[at] ?? '').split(/=(.*)/s, 2);
    if (/^!?exec$/i.test(word)) return inline ?? args[at + 1];
  }
  return undefined;
}

function clientEntry(setting: PlacedSetting, user: Printable, local: boolean): readonly PersistenceFact[] {
  const { keyword, args, rest, condition } = setting;
  const shared = {
    source: { source: setting.path, line: setting.line },
    mechanism,
    user,
    trigger: printableLatin1(
      `ssh ${condition === undefined ? '' : condition.args.join(' ')}`.trim().slice(0, 1024),
    ),
    marks: placed(setting),
    text: printableLatin1(setting.text.trim().slice(0, 4096)),
  } as const;
  if (keyword === 'match') {
    const command = execOf(setting);
    return command === undefined ? [] : [entry({ ...shared, command: printableLatin1(command) })];
  }
  if (commands.has(keyword) && !isNone(args[0])) {
    // Another host runs a RemoteCommand, and a LocalCommand needs permission.
    const active = keyword === 'localcommand' ? local : keyword !== 'remotecommand';
    const command = rest.replace(/^"((?:[^"\\]|\\.)*)"$/, '$1').slice(0, 16_384);
    return [entry({ ...shared, command: printableLatin1(command), active })];
  }
  const [path = ''] = args;
  if (!libraries.has(keyword) || !path.startsWith('/')) return [];
  return [
    entry({
      ...shared,
      command: printableLatin1(`${keyword} ${path}`),
      language: 'setting',
      target: printableLatin1(path),
      marks: isUnusualPlace(path) ? [...shared.marks, 'unusual-place'] : shared.marks,
    }),
  ];
}

function clientEntries(
  context: ArtifactContext,
  paths: readonly PathText[],
  folder: PathText,
  user: Printable,
): readonly PersistenceFact[] {
  const files = new SshFiles(context, id, folder);
  for (const path of paths) if (isThere(context, path)) files.read(path);
  const local = files.settings.some(
    ({ keyword, args }) => keyword === 'permitlocalcommand' && /^yes$/i.test(args[0] ?? ''),
  );
  return files.settings.flatMap((setting) => clientEntry(setting, user, local));
}

function variableEntries(
  context: ArtifactContext,
  path: PathText,
  user: Printable,
  active: boolean,
): readonly PersistenceFact[] {
  if (!isThere(context, path)) return [];
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: 5_000, longest: 8192 })].flatMap(({ line, text }) => {
    const loaded = loadedBy(text.trim());
    if (loaded === undefined) return [];
    return [
      entry({
        source: { source: path, line },
        mechanism,
        user,
        trigger: phrase`login`,
        language: 'setting',
        ...loaded,
        active,
        text: loaded.command,
      }),
    ];
  });
}

function loginEntries(context: ArtifactContext, sshd: SshdSettings): readonly PersistenceFact[] {
  const runs = sshd.isEver('permituserrc', /^yes$/i, true);
  const permitted = sshd.isEver('permituserenvironment', /^(?!no$)/i, false);
  const scriptAt = (path: PathText, user: Printable, active: boolean): readonly PersistenceFact[] => {
    if (!isThere(context, path)) return [];
    const found = scriptEntry(context, id, path, { mechanism, user, trigger: phrase`login`, active });
    // A program of an odd kind named rc is run by sh all the same; it has no lines.
    return found === undefined
      ? []
      : [{ ...found, language: found.body.length > 0 ? 'shell' : found.language }];
  };
  return [
    ...scriptAt(systemScript, phrase`every user`, true),
    ...homesOf(context.target).flatMap(({ path, user, uid }) => {
      const folder = joinPath(path, sshFolder);
      if (!isThere(context, folder)) return [];
      return [
        ...scriptAt(joinPath(folder, script), user, runs && uid >= 0),
        ...variableEntries(context, joinPath(folder, variables), user, permitted && uid >= 0),
        ...clientEntries(context, [joinPath(folder, client)], folder, user),
      ];
    }),
  ];
}

export const sshRc: PersistenceArtifact = {
  id,
  sources: [
    ...[systemScript, systemClient].map((path) => ({ kind: 'file' as const, path, live: false })),
    { kind: 'glob', path: `${systemClientFolder}/*.conf`, live: false },
    ...['rc', 'environment', 'config'].map((name) => ({
      kind: 'glob' as const,
      path: `/home/*/.ssh/${name}`,
      live: false,
    })),
    ...sshdSources,
  ],
  mechanisms: ['ssh-rc'],
  order: 14,
  required: true,
  gather(context) {
    const folder = printableText('/etc/ssh');
    const dropIns = filesIn(context, id, systemClientFolder, endsIn('.conf'));
    // The main file includes its folder; what it includes is read there, and nothing twice.
    const system = clientEntries(context, [systemClient], folder, phrase`every user`);
    const read = new Set(system.map(({ source }) => source.source));
    const rest = dropIns.map(({ path }) => path).filter((path) => !read.has(path));
    return Promise.resolve([
      ...loginEntries(context, readSshd(context, id)),
      ...system,
      ...clientEntries(context, rest, folder, phrase`every user`),
    ]);
  },
};
