/**
 * `linux.pip-setting`: whence pip, easy_install and uv take packages.
 *
 * Reads settings of the system, of homes and of virtual environments: indexes, hosts that are trusted without TLS,
 * folders of packages, proxies. Why: an index that is a bare address hands out whatever its owner likes, with every
 * `pip install` that follows. What it is NOT: a list of honest mirrors: names and private addresses are told
 * without a mark. Sources: pip "Configuration files", setuptools easy_install, uv "Configuration files".
 */
import { type IniSetting, parseIni } from '../../../formats/ini-settings.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isForeignAddress } from './foreign-address.ts';
import { ownHomes, projectFolders, projectSources } from './projects.ts';

const id = 'linux.pip-setting';
const limit = 1 << 20;
const mostValues = 64;

const ofSystem = [
  ...['/etc/pip.conf', '/etc/xdg/pip/pip.conf', '/usr/pip.conf', '/usr/local/pip.conf', '/etc/uv/uv.toml'],
  ...['/usr/lib/python3/dist-packages/pip.conf', '/www/server/panel/pyenv/pip.conf'],
].map((path) => printableText(path));
const ofHomes = ['.pip/pip.conf', '.config/pip/pip.conf', '.pydistutils.cfg', '.config/uv/uv.toml'].map(
  (path) => printableText(path),
);

const told =
  /^(?:index[-_]url|extra[-_]index[-_]url|index|default-index|trusted[-_]host|allow[-_](?:insecure-)?hosts?|find[-_]links|proxy|python)$/;

function factsOf(path: PathText, user: Printable, setting: IniSetting): readonly PersistenceFact[] {
  const { key, value, line, text } = setting;
  if (!told.test(key)) return [];
  return value
    .split(/[\s,[\]"']+/)
    .filter((one) => one !== '')
    .slice(0, mostValues)
    .map((one) => {
      const place = one.replace(/^file:\/\//, '');
      return entry({
        source: { source: path, line },
        mechanism: 'pip-setting',
        user,
        trigger: printableLatin1(key),
        command: printableLatin1(one),
        language: 'setting',
        ...(place.startsWith('/') ? { target: printableLatin1(place) } : {}),
        marks: isForeignAddress(one) ? ['foreign-host'] : [],
        text,
      });
    });
}

function readOne(context: ArtifactContext, path: PathText, user: Printable): readonly PersistenceFact[] {
  const settings = parseIni(readFileNow(context, id, path, limit).bytes);
  return settings.flatMap((setting) => factsOf(path, user, setting));
}

export const pipSetting: PersistenceArtifact = {
  id,
  sources: [
    ...ofSystem.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...ofHomes.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}`, live: false })),
    ...projectSources('pip.conf'),
  ],
  mechanisms: ['pip-setting'],
  order: 14,
  required: false,
  gather(context) {
    const there = ({ path }: { readonly path: PathText }): boolean =>
      context.target.readNow({ kind: 'stat', path }).status !== 'absent';
    const homes = ownHomes(context.target).flatMap(({ path, user }) =>
      ofHomes.map((name) => ({ path: joinPath(path, name), user })),
    );
    const named = [...ofSystem.map((path) => ({ path, user: phrase`` })), ...homes].filter(there);
    const seen = new Set(named.map(({ path }) => path));
    const environments = projectFolders(context, id).flatMap(({ path, user, names }) => {
      const own = joinPath(path, printableText('pip.conf'));
      return names.has('pip.conf') && !seen.has(own) ? [{ path: own, user }] : [];
    });
    const facts = [...named, ...environments].flatMap(({ path, user }) => readOne(context, path, user));
    return Promise.resolve(facts);
  },
};
