/**
 * `linux.npm-hook`: what npm, pnpm and yarn run with every command of theirs.
 *
 * Reads settings of the system, of homes and of projects (shells, programs and options of Node, registries),
 * ~/.npm-init.js, hooks of node_modules/.hooks, and scripts of projects that run when something is installed. Why:
 * `script-shell` and `node-options` run the attacker's file with each build; a registry that is a bare address hands
 * out whatever its owner likes. What it is NOT: a look into installed packages.
 * Sources: npm config (npmrc), npm scripts ("Life Cycle Scripts", "Hook scripts" of npm 6), yarn .yarnrc.yml.
 */
import { member, parseLooseJson } from '../../../formats/loose-json.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isForeignAddress } from './foreign-address.ts';
import { ownHomes, projectFolders, projectSources } from './projects.ts';

const id = 'linux.npm-hook';
const limit = 1 << 20;
const mechanism = 'npm-hook';

const ofSystem = [
  ...['/etc/npmrc', '/usr/etc/npmrc', '/usr/local/etc/npmrc', '/usr/lib/node_modules/npm/npmrc'],
  ...[
    '/usr/local/lib/node_modules/npm/npmrc',
    '/usr/share/nodejs/npm/npmrc',
    '/etc/yarnrc',
    '/root/.config/pnpm/rc',
  ],
].map((path) => printableText(path));
const ofHomes = ['.npmrc', '.yarnrc', '.yarnrc.yml', '.config/pnpm/rc'].map((path) => printableText(path));
const initScripts = ['.npm-init.js', '.npm-init.cjs', '.pnpmfile.cjs'].map((path) => printableText(path));

/** Programs that are run as they stand. */
const programs =
  /^(?:script-shell|shell|git|editor|viewer|browser|python|node-gyp|node_gyp|yarn-path|yarnPath|npm_config_script-shell)$/;
/** Files of JavaScript that are loaded. */
const modules = /^(?:init[.-]module|onload-script|global-pnpmfile|pnpmfile)$/;
const places = /^(?:(?:@[\w.-]+:)?registry|npmRegistryServer|proxy|https?-proxy|httpProxy|httpsProxy)$/i;

interface Read {
  readonly command: Printable;
  readonly language: PersistenceFact['language'];
  readonly target?: PathText;
  readonly marks?: readonly PersistenceMark[];
}

const absolute = (value: string): { readonly target?: PathText } =>
  value.startsWith('/') ? { target: printableLatin1(value) } : {};

function readValue(key: string, value: string): Read | undefined {
  const command = printableLatin1(value);
  if (programs.test(key)) return { command, language: 'argv' };
  if (modules.test(key)) return { command, language: 'javascript', ...absolute(value) };
  if (key === 'node-options') {
    const loaded =
      /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)[\s=]+["']?(\/[^\s"']+)/.exec(value);
    return { command, language: 'javascript', ...absolute(loaded?.[1] ?? '') };
  }
  if (places.test(key) && isForeignAddress(value))
    return { command, language: 'setting', marks: ['foreign-host'] };
  return undefined;
}

function readSettings(context: ArtifactContext, path: PathText, user: Printable): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, limit);
  return [...textLines(bytes, { lines: 10_000, longest: 16_384 })].flatMap(({ line, text }) => {
    const match = /^([@\w.:-]{1,256}?)\s*(?:=|:\s|\s)\s*(\S.*)$/.exec(text.trim());
    if (match === null) return [];
    const [, key = '', value = ''] = match;
    const read = readValue(key, value.replace(/^(["'])(.*)\1$/, '$2'));
    if (read === undefined) return [];
    // The value of a token may stand on such a line; the key with its value is all that is shown.
    const shown = printableLatin1(text.trim());
    const trigger = printableLatin1(key);
    return [entry({ source: { source: path, line }, mechanism, user, trigger, text: shown, ...read })];
  });
}

const lifecycle =
  /^(?:pre|post)?(?:install|prepare|publish|pack|uninstall|version|shrinkwrap)$|^(?:prepublishOnly|dependencies|preprepare|postprepare|prestart|poststart|pretest|prebuild|postbuild)$/;
const mostScripts = 200;

function readProject(context: ArtifactContext, path: PathText, user: Printable): readonly PersistenceFact[] {
  const parsed = parseLooseJson(readFileNow(context, id, path, 4 << 20).bytes);
  const scripts = parsed.ok ? member(parsed.value, 'scripts') : undefined;
  if (typeof scripts !== 'object' || scripts === null) return [];
  return Object.entries(scripts)
    .filter(([name]) => lifecycle.test(name))
    .slice(0, mostScripts)
    .flatMap(([name, value]: readonly [string, unknown]) => {
      if (typeof value !== 'string') return [];
      const command = printableText(value.slice(0, 16_384));
      const trigger = printableText(name);
      const text = phrase`"${trigger}": "${command}"`;
      return [entry({ source: { source: path }, mechanism, user, trigger, command, text })];
    });
}

export const npmHook: PersistenceArtifact = {
  id,
  sources: [
    ...ofSystem.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...[...ofHomes, ...initScripts].map((path) => ({
      kind: 'glob' as const,
      path: `/home/*/${path}`,
      live: false,
    })),
    ...projectSources('.npmrc'),
    ...projectSources('package.json'),
    ...projectSources('node_modules/.hooks/*'),
  ],
  mechanisms: [mechanism],
  order: 14,
  required: false,
  gather(context) {
    const there = (path: PathText): boolean =>
      context.target.readNow({ kind: 'stat', path }).status !== 'absent';
    const homes = ownHomes(context.target);
    const ofEach = (names: readonly Printable[]) =>
      homes
        .flatMap(({ path, user }) => names.map((name) => ({ path: joinPath(path, name), user })))
        .filter(({ path }) => there(path));
    const settings = new Map<PathText, Printable>(ofSystem.filter(there).map((path) => [path, phrase``]));
    for (const { path, user } of ofEach(ofHomes)) settings.set(path, user);
    const projects: PersistenceFact[] = [];
    for (const { path, user, names } of projectFolders(context, id)) {
      for (const name of ['.npmrc', '.yarnrc', '.yarnrc.yml']) {
        const own = joinPath(path, printableText(name));
        if (names.has(name) && !settings.has(own)) settings.set(own, user);
      }
      if (names.has('package.json'))
        projects.push(...readProject(context, joinPath(path, printableText('package.json')), user));
      const hooks = joinPath(path, printableText('node_modules/.hooks'));
      if (!names.has('node_modules') || !there(hooks)) continue;
      const trigger = phrase`install`;
      for (const file of filesIn(context, id, hooks))
        projects.push(...[scriptEntry(context, id, file.path, { mechanism, user, trigger }) ?? []].flat());
    }
    const facts = [
      ...[...settings].flatMap(([path, user]) => readSettings(context, path, user)),
      ...ofEach(initScripts).flatMap(({ path, user }) => {
        const given = { mechanism, user, trigger: phrase`init`, language: 'javascript' } as const;
        return scriptEntry(context, id, path, given) ?? [];
      }),
      ...projects,
    ];
    return Promise.resolve(facts);
  },
};
