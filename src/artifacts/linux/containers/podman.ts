/**
 * `linux.podman`: containers that systemd starts for podman, what podman keeps of others, its hooks and settings.
 *
 * Reads quadlets of the system, of all users and of each home, with their drop-ins; the storage of podman with the
 * bundle of each container; hooks of OCI, containers.conf and registries.conf. Why: a quadlet is a unit that no list
 * of unit files shows, and a hook runs on the host with every container. What it is NOT: units that
 * `podman generate systemd` wrote; these are units as all others. Bounds: 500 quadlets, 2,000 containers.
 * Sources: podman-systemd.unit(5), oci-hooks(5), containers.conf(5), containers-registries.conf(5).
 */
import { commandOf, emptyRun, wordsOf } from '../../../formats/container-run.ts';
import { member } from '../../../formats/loose-json.ts';
import { isAddress, isNearHost } from '../../../formats/near-host.ts';
import { ociRun } from '../../../formats/oci-run.ts';
import { parseQuadlet } from '../../../formats/quadlet.ts';
import { parseToml } from '../../../formats/toml-settings.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { folderOf, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { below, isThere, readJson, recordStatus, runEntry, YamlReader } from './container-entry.ts';
import { manifestEntries } from './pod-entries.ts';
import { storagesOf, storedContainers } from './podman-storage.ts';

const id = 'linux.podman';
const root = phrase`root`;
const limit = 1 << 20;
const mostQuadlets = 500;
const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));

interface Place {
  readonly path: PathText;
  readonly user: Printable;
}

const quadletFolders: readonly Place[] = paths([
  '/etc/containers/systemd',
  '/run/containers/systemd',
  '/usr/share/containers/systemd',
  '/usr/local/share/containers/systemd',
]).map((path) => ({ path, user: root }));
const hookFolders = paths([
  '/usr/share/containers/oci/hooks.d',
  '/etc/containers/oci/hooks.d',
  '/run/containers/oci/hooks.d',
]);
const settingFiles = paths([
  '/usr/share/containers/containers.conf',
  '/etc/containers/containers.conf',
  '/usr/share/containers/registries.conf',
  '/etc/containers/registries.conf',
]);
const settingFolders = paths(['/etc/containers/containers.conf.d', '/etc/containers/registries.conf.d']);

/** Below it, those of single users by their number. */
const usersFolder = printableText('/etc/containers/systemd/users');

const isQuadlet = (name: string): boolean => /\.(?:container|kube|pod|build)$/.test(name);

function readQuadlet(
  context: ArtifactContext,
  reader: YamlReader,
  { path, user }: Place,
): readonly PersistenceFact[] {
  const reading = readFileNow(context, id, path, limit);
  if (!reading.readable) return [];
  const name = path.slice(path.lastIndexOf('/') + 1);
  const { commands, manifests, wanted } = parseQuadlet(reading.bytes, name);
  const facts = commands.map(({ run, at, onHost }) => {
    const fact = runEntry(
      { ...run, user: run.user === '' ? user : run.user },
      {
        source: { source: path, line: at.line },
        mechanism: 'podman-quadlet',
        trigger: wanted ? phrase`boot` : phrase`start of the unit`,
        about: onHost ? 'on the host' : at.text,
      },
    );
    return onHost && run.words[0]?.startsWith('/') === true
      ? { ...fact, target: printableText(run.words[0]) }
      : fact;
  });
  return [...facts, ...manifests.flatMap((one) => ofManifest(context, reader, path, one.value))];
}

/** The manifest of a [Kube] quadlet; a relative path is one beside the file. */
function ofManifest(
  context: ArtifactContext,
  reader: YamlReader,
  quadlet: PathText,
  value: string,
): readonly PersistenceFact[] {
  const named = printableText(value.slice(0, 4096));
  const path = named.startsWith('/') ? named : below(folderOf(quadlet), named);
  const bytes = reader.read(path);
  if (bytes === undefined) return [];
  const about = { mechanism: 'podman-quadlet', trigger: 'start of the unit', active: true } as const;
  const { facts, refused } = manifestEntries({ path, bytes }, about);
  for (const reason of refused) recordStatus(context, id, path, 'error', reason);
  return facts;
}

/** Files of a folder and of those below it, drop-ins among them. */
function quadletsIn(context: ArtifactContext, reader: YamlReader, place: Place): readonly PersistenceFact[] {
  if (!isThere(context, place.path)) return [];
  const subfolders = (
    place.path === usersFolder ? [] : foldersIn(context, id, place.path, (name) => name !== 'users')
  ).slice(0, mostQuadlets);
  const own = filesIn(context, id, place.path, isQuadlet).map(({ path }) => path);
  const lower = subfolders.flatMap(({ path, name }) =>
    filesIn(
      context,
      id,
      path,
      (file) => isQuadlet(file) || (name.endsWith('.d') && file.endsWith('.conf')),
    ).map((file) => file.path),
  );
  return [...own, ...lower]
    .slice(0, mostQuadlets)
    .flatMap((path) => readQuadlet(context, reader, { path, user: place.user }));
}

function stored(context: ArtifactContext): readonly PersistenceFact[] {
  return storagesOf(context).flatMap((storage) =>
    storedContainers(context, id, storage).flatMap((one) => {
      const path = below(storage.path, 'overlay-containers', one.id, 'userdata', 'config.json');
      if (!isThere(context, path)) return [];
      const config = readJson(context, id, path);
      if (config === undefined) return [];
      const run = ociRun(config, one.name, one.image);
      return [
        runEntry(
          { ...run, user: run.user === 'root' ? storage.user : run.user },
          {
            source: { source: path },
            mechanism: 'podman-quadlet',
            trigger: phrase`podman`,
            about: 'container',
          },
        ),
      ];
    }),
  );
}

function readHook(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const value = readJson(context, id, path);
  const hook = member(value, 'hook') ?? value;
  const program = member(hook, 'path') ?? member(hook, 'hook');
  if (typeof program !== 'string' || program === '') return [];
  // The first argument is the name under which it runs.
  const words = [program, ...wordsOf(member(hook, 'args')).slice(1)];
  const stages = wordsOf(member(value, 'stages') ?? member(value, 'stage'));
  return [
    entry({
      source: { source: path },
      mechanism: 'podman-quadlet',
      user: root,
      trigger: printableText(`every container, ${stages.join(' ')}`.slice(0, 256)),
      command: commandOf({ ...emptyRun, words }),
      language: 'argv',
      ...(program.startsWith('/') ? { target: printableText(program.slice(0, 4096)) } : {}),
      text: printableText(words.join(' ').slice(0, 4096)),
    }),
  ];
}

const runsKey =
  /^(?:conmon_path|conmonrs_path|init_path|hooks_dir|helper_binaries_dir|network_cmd_path|cni_plugin_dirs|netavark_plugin_dirs|runtime|crun|runc|kata|krun|youki|runsc|ocijail)$/;
const usualValue =
  /^(?:crun|runc|kata|krun|youki|runsc|(?:\/usr(?:\/local)?)?\/(?:s?bin|libexec|lib|share|local)\/\S*)$/;

/** Programs outside of the usual folders, volumes for every container, mirrors that are bare addresses. */
function settingFacts(path: PathText, user: Printable, bytes: Uint8Array): readonly PersistenceFact[] {
  return parseToml(bytes).flatMap((setting) => {
    const { table, key, values, line, text } = setting;
    const runs = runsKey.test(key) && values.some((value) => !usualValue.test(value));
    const volumes = table === 'containers' && (key === 'volumes' || key === 'mounts') && values.length > 0;
    const remote = (key === 'location' || key === 'unqualified-search-registries') && values.length > 0;
    const foreign = remote && values.some((value) => isAddress(value) && !isNearHost(value));
    const remaps = remote && key === 'location';
    if (!runs && !volumes && !foreign && !remaps) return [];
    const reaches = volumes && values.some((value) => /^\/+:/.test(value));
    const target = runs
      ? values.find((value) => value.startsWith('/') && !usualValue.test(value))
      : undefined;
    return [
      entry({
        source: { source: path, line },
        mechanism: 'podman-quadlet',
        user,
        trigger: volumes || runs ? phrase`every container` : phrase`pull of an image`,
        command: printableText(`${key}=${values.join(' ')}`.slice(0, 4096)),
        language: 'setting',
        ...(target === undefined ? {} : { target: printableText(target.slice(0, 4096)) }),
        marks: [
          ...(reaches ? (['host-access'] as const) : []),
          ...(foreign ? (['foreign-host'] as const) : []),
        ],
        text,
      }),
    ];
  });
}

/** Folders of hooks that the settings name besides. */
function namedHookFolders(context: ArtifactContext): readonly PathText[] {
  return settingFiles.flatMap((path) => {
    const { bytes } = context.target.readNow({ kind: 'file', path, limit });
    return parseToml(bytes).flatMap(({ key, values }) =>
      key === 'hooks_dir'
        ? values.filter((value) => value.startsWith('/')).map((value) => printableText(value))
        : [],
    );
  });
}

export const podman: PersistenceArtifact = {
  id,
  sources: [
    ...quadletFolders.map(({ path }) => ({ kind: 'glob' as const, path: `${path}/**`, live: false })),
    { kind: 'glob', path: '/home/*/.config/containers/systemd/**', live: false },
    { kind: 'glob', path: '/etc/containers/systemd/users/**', live: false },
    ...hookFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*.json`, live: false })),
    ...settingFiles.map((path) => ({ kind: 'file' as const, path, live: false })),
    {
      kind: 'glob',
      path: '/var/lib/containers/storage/overlay-containers/*/userdata/config.json',
      live: false,
    },
  ],
  mechanisms: ['podman-quadlet'],
  order: 14,
  required: false,
  gather(context) {
    const reader = new YamlReader(context, id);
    const homes = homesOf(context.target);
    const perUser = isThere(context, usersFolder) ? foldersIn(context, id, usersFolder) : [];
    const places: readonly Place[] = [
      ...quadletFolders,
      ...homes.map(({ path, user }) => ({ path: below(path, '.config', 'containers', 'systemd'), user })),
      // Straight in the folder: of every user.
      { path: usersFolder, user: phrase`every user` },
      ...perUser.map(({ path, name }) => ({
        path,
        user: homes.find(({ uid }) => String(uid) === name)?.user ?? name,
      })),
    ];
    const hooks = [...new Set([...hookFolders, ...namedHookFolders(context)])]
      .filter((path) => isThere(context, path))
      .flatMap((folder) => filesIn(context, id, folder, endsIn('.json')))
      .slice(0, mostQuadlets);
    const settings: readonly Place[] = [
      ...settingFiles.map((path) => ({ path, user: root })),
      ...settingFolders
        .filter((path) => isThere(context, path))
        .flatMap((folder) => filesIn(context, id, folder, endsIn('.conf')))
        .map(({ path }) => ({ path, user: root })),
      ...homes.flatMap(({ path, user }) =>
        ['containers.conf', 'registries.conf'].map((name) => ({
          path: below(path, '.config', 'containers', name),
          user,
        })),
      ),
    ].filter(({ path }) => isThere(context, path));
    return Promise.resolve([
      ...places.flatMap((place) => quadletsIn(context, reader, place)),
      ...stored(context),
      ...hooks.flatMap(({ path }) => readHook(context, path)),
      ...settings.flatMap(({ path, user }) =>
        settingFacts(path, user, readFileNow(context, id, path, limit).bytes),
      ),
    ]);
  },
};
