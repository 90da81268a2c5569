/**
 * `linux.dnf-plugin` and `linux.yum-plugin`: code and commands that dnf, yum, zypper and rpm run with every
 * transaction.
 *
 * Reads settings of plugins, the Python files and libraries of plugins, actions that follow a transaction, paths to
 * other plugins and proxies in the main settings, plugins of zypp, and macros of rpm that run a shell. Why: each
 * runs as root at the next update. What it is NOT: scriptlets of packages, which stand inside the rpm database.
 * Sources: dnf.conf(5), dnf5.conf(5), libdnf5-actions(8), dnf-plugins-core post-transaction-actions(8), yum.conf(5)
 * of yum 3 (plugins, pluginpath), yum-plugin-post-transaction-actions; libzypp doc/autoinclude/PluginsOverview.doc;
 * rpm-plugins(8), rpm-macrofile(5).
 */
import { parseIni } from '../../../formats/ini-settings.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isForeignAddress } from './foreign-address.ts';
import { ownHomes } from './projects.ts';

const limit = 1 << 20;
const root = phrase`root`;
const paths = (list: string): readonly PathText[] => list.split(' ').map((path) => printableText(path));

const isThere = (context: ArtifactContext, path: PathText): boolean =>
  context.target.readNow({ kind: 'stat', path }).status !== 'absent';

interface Manager {
  readonly id: string;
  readonly mechanism: Mechanism;
  readonly settings: readonly PathText[];
  /** Settings of single plugins. */
  readonly pluginSettings: readonly PathText[];
  /** Lines whose last field is a command. */
  readonly actions: readonly {
    readonly folder: PathText;
    readonly name: RegExp;
    readonly fields: number;
    /** Words, and no line of a shell. */
    readonly words: boolean;
  }[];
  readonly code: readonly PathText[];
}

const dnf: Manager = {
  id: 'linux.dnf-plugin',
  mechanism: 'dnf-plugin',
  settings: paths('/etc/dnf/dnf.conf /etc/dnf/automatic.conf'),
  pluginSettings: paths('/etc/dnf/plugins /etc/dnf/libdnf5-plugins /etc/dnf/dnf5-plugins'),
  actions: [
    // callback:filter:direction:options:command
    {
      folder: printableText('/etc/dnf/libdnf5-plugins/actions.d'),
      name: /\.actions$/,
      fields: 4,
      words: true,
    },
    {
      folder: printableText('/etc/dnf/plugins/post-transaction-actions.d'),
      name: /\.action$/,
      fields: 2,
      words: false,
    },
    {
      folder: printableText('/etc/dnf/plugins/pre-transaction-actions.d'),
      name: /\.action$/,
      fields: 2,
      words: false,
    },
  ],
  code: paths(
    '/usr/lib64/libdnf5/plugins /usr/lib/libdnf5/plugins /usr/lib64/dnf5/plugins /usr/lib64/libdnf/plugins /usr/lib64/rpm-plugins /usr/lib/rpm-plugins',
  ),
};

const yum: Manager = {
  id: 'linux.yum-plugin',
  mechanism: 'yum-plugin',
  settings: paths('/etc/yum.conf /etc/yum/yum-cron.conf'),
  pluginSettings: paths('/etc/yum/pluginconf.d'),
  actions: [
    { folder: printableText('/etc/yum/post-actions'), name: /\.action$/, fields: 2, words: false },
    { folder: printableText('/etc/yum/pre-actions'), name: /\.action$/, fields: 2, words: false },
  ],
  code: paths('/usr/lib/yum-plugins /usr/share/yum-plugins'),
};

/** Folders of Python's versions, in which plugins of dnf lie. */
const pythonFolders = paths('/usr/lib /usr/lib64 /usr/local/lib');

function readSettings(
  context: ArtifactContext,
  manager: Manager,
  path: PathText,
): readonly PersistenceFact[] {
  return parseIni(readFileNow(context, manager.id, path, limit).bytes).flatMap(
    ({ key, value, line, text }) => {
      const isPath = /^plugin(?:conf)?path$/.test(key);
      const foreign = /^(?:proxy|baseurl|mirrorlist)$/.test(key) && isForeignAddress(value);
      if (!isPath && !foreign) return [];
      return [
        entry({
          source: { source: path, line },
          mechanism: manager.mechanism,
          user: root,
          trigger: phrase`transaction`,
          command: printableLatin1(value),
          language: 'setting',
          ...(value.startsWith('/') && !/[\s,]/.test(value) ? { target: printableLatin1(value) } : {}),
          marks: foreign ? ['foreign-host'] : [],
          text,
        }),
      ];
    },
  );
}

/** A plugin that settings switch off is told as such; by the name of its file. */
function readPluginSettings(context: ArtifactContext, { id, pluginSettings }: Manager): ReadonlySet<string> {
  const off = new Set<string>();
  for (const folder of pluginSettings.filter((one) => isThere(context, one))) {
    for (const { path, name } of filesIn(context, id, folder, endsIn('.conf'))) {
      const settings = parseIni(readFileNow(context, id, path, limit).bytes);
      const enabled = settings.find(({ section, key }) => section === 'main' && key === 'enabled')?.value;
      if (/^(?:0|no|false|off)$/i.test(enabled?.trim() ?? '')) off.add(name.replace(/\.conf$/, ''));
    }
  }
  return off;
}

function readActions(
  context: ArtifactContext,
  { id, mechanism, actions }: Manager,
): readonly PersistenceFact[] {
  return actions
    .filter(({ folder }) => isThere(context, folder))
    .flatMap(({ folder, name: form, fields, words }) =>
      filesIn(context, id, folder, (name) => form.test(name)).flatMap(({ path }) => {
        const { bytes } = readFileNow(context, id, path, limit);
        return [...textLines(bytes, { lines: 20_000, longest: 16_384 })].flatMap(({ line, text }) => {
          const parts = text.split(':');
          if (/^\s*#/.test(text) || parts.length <= fields) return [];
          return [
            entry({
              source: { source: path, line },
              mechanism,
              user: root,
              trigger: printableLatin1(parts.slice(0, fields).join(':').trim()),
              command: printableLatin1(parts.slice(fields).join(':').trim()),
              language: words ? 'argv' : 'shell',
              text: printableLatin1(text),
            }),
          ];
        });
      }),
    );
}

function readCode(
  context: ArtifactContext,
  { id, mechanism }: Manager,
  folders: readonly PathText[],
  off: ReadonlySet<string>,
): readonly PersistenceFact[] {
  return folders
    .filter((folder) => isThere(context, folder))
    .flatMap((folder) => filesIn(context, id, folder, (name) => /\.(?:py|so(?:\.\d+)*)$/.test(name)))
    .flatMap(({ path, name }) => {
      const stem = name.replace(/\.(?:py|so[\d.]*)$/, '');
      const active = !off.has(stem) && !off.has(stem.replaceAll('_', '-'));
      const trigger = phrase`transaction`;
      const given = { mechanism, user: root, trigger, active } as const;
      if (name.endsWith('.py')) return scriptEntry(context, id, path, { ...given, language: 'python' }) ?? [];
      return [
        entry({
          ...given,
          source: { source: path },
          language: 'setting',
          target: path,
          text: phrase`${path}: a library`,
        }),
      ];
    });
}

function gatherFrom(
  context: ArtifactContext,
  manager: Manager,
  code: readonly PathText[],
): readonly PersistenceFact[] {
  const off = readPluginSettings(context, manager);
  return [
    ...manager.settings
      .filter((path) => isThere(context, path))
      .flatMap((path) => readSettings(context, manager, path)),
    ...readActions(context, manager),
    ...readCode(context, manager, code, off),
  ];
}

function dnfFolders(context: ArtifactContext): readonly PathText[] {
  return pythonFolders
    .filter((folder) => isThere(context, folder))
    .flatMap((folder) => foldersIn(context, dnf.id, folder, (name) => /^python3[\d.]*$/.test(name)))
    .flatMap(({ path }) =>
      ['site-packages/dnf-plugins', 'dist-packages/dnf-plugins', 'site-packages/libdnf_plugins'].map((name) =>
        joinPath(path, printableText(name)),
      ),
    );
}

const zyppFolders = ['commit', 'services', 'system', 'urlresolver', 'media', 'appdata'].map((name) =>
  printableText(`/usr/lib/zypp/plugins/${name}`),
);
const zypperCommands = paths('/usr/lib/zypper/commands /usr/local/lib/zypper/commands');

function readZypp(context: ArtifactContext): readonly PersistenceFact[] {
  return [...zyppFolders, ...zypperCommands]
    .filter((folder) => isThere(context, folder))
    .flatMap((folder) => filesIn(context, dnf.id, folder))
    .flatMap(({ path }) => {
      const given = { mechanism: 'dnf-plugin', user: root, trigger: phrase`transaction` } as const;
      return scriptEntry(context, dnf.id, path, given) ?? [];
    });
}

const macroFile = printableText('/etc/rpm/macros');
const macroFolder = printableText('/etc/rpm');
const macrosOfHome = printableText('.rpmmacros');

/** A macro that runs a shell when it is expanded, or that names the plugin of a transaction. */
function readMacros(context: ArtifactContext, path: PathText, user: Printable): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, dnf.id, path, limit);
  return [...textLines(bytes, { lines: 20_000, longest: 16_384 })].flatMap(({ line, text }) => {
    const match = /^\s*%([\w]+)(?:\([^)]*\))?\s+(.*)$/.exec(text);
    if (match === null) return [];
    const [, name = '', value = ''] = match;
    const shell = /%\((.*)\)/.exec(value)?.[1];
    const plugin = name.startsWith('__transaction_') && value.includes('/') ? value.trim() : undefined;
    if (shell === undefined && plugin === undefined) return [];
    const library = plugin?.startsWith('/') === true ? { target: printableLatin1(plugin) } : {};
    return [
      entry({
        source: { source: path, line },
        mechanism: 'dnf-plugin',
        user,
        trigger: printableLatin1(name),
        command: printableLatin1(shell ?? plugin ?? ''),
        ...(shell === undefined ? ({ language: 'setting', ...library } as const) : {}),
        text: printableLatin1(text),
      }),
    ];
  });
}

function readAllMacros(context: ArtifactContext): readonly PersistenceFact[] {
  const ofSystem = isThere(context, macroFolder)
    ? filesIn(context, dnf.id, macroFolder, (name) => /^macros(?:\.|$)/.test(name))
    : [];
  return [
    ...ofSystem.flatMap(({ path }) => readMacros(context, path, root)),
    ...ownHomes(context.target)
      .map(({ path, user }) => ({ path: joinPath(path, macrosOfHome), user }))
      .filter(({ path }) => isThere(context, path))
      .flatMap(({ path, user }) => readMacros(context, path, user)),
  ];
}

const sourcesOf = ({ settings, pluginSettings, actions, code }: Manager) => [
  ...settings.map((path) => ({ kind: 'file' as const, path, live: false })),
  ...pluginSettings.map((path) => ({ kind: 'glob' as const, path: `${path}/*.conf`, live: false })),
  ...actions.map(({ folder }) => ({ kind: 'glob' as const, path: `${folder}/*.action*`, live: false })),
  ...code.map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
];

export const dnfPlugin: PersistenceArtifact = {
  id: dnf.id,
  sources: [
    ...sourcesOf(dnf),
    ...pythonFolders.map((path) => ({
      kind: 'glob' as const,
      path: `${path}/python3*/*-packages/dnf-plugins/*.py`,
      live: false,
    })),
    ...[...zyppFolders, ...zypperCommands].map((path) => ({
      kind: 'glob' as const,
      path: `${path}/*`,
      live: false,
    })),
    { kind: 'glob', path: `${macroFile}*`, live: false },
    { kind: 'glob', path: `/home/*/${macrosOfHome}`, live: false },
  ],
  mechanisms: ['dnf-plugin'],
  order: 13,
  required: false,
  gather(context) {
    const own = gatherFrom(context, dnf, [...dnf.code, ...dnfFolders(context)]);
    return Promise.resolve([...own, ...readZypp(context), ...readAllMacros(context)]);
  },
};

export const yumPlugin: PersistenceArtifact = {
  id: yum.id,
  sources: sourcesOf(yum),
  mechanisms: ['yum-plugin'],
  order: 13,
  required: false,
  gather(context) {
    return Promise.resolve(gatherFrom(context, yum, yum.code));
  },
};
