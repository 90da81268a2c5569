/**
 * `linux.python-site-hook`: code that Python, IPython and Jupyter run when they start.
 *
 * Reads sitecustomize and usercustomize of every folder of packages and of Debian's /etc, startup files of IPython,
 * settings of Jupyter, and the start file of interactive shells. Why: each runs with every program of that Python.
 * What it is NOT: kernels of Jupyter, nor notebooks. A file of byte code or a library is told as a target without a
 * body. Sources: Python's `site`, PYTHONSTARTUP; IPython "Startup Files"; Jupyter "Config file and command line".
 */
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { ownHomes } from './projects.ts';
import { siteFolders, siteSources } from './python-places.ts';

const id = 'linux.python-site-hook';
const mechanism = 'python-site-hook';
const paths = (list: string): readonly PathText[] => list.split(' ').map((path) => printableText(path));

const customize = /^(?:site|user)customize(?:\.[\w-]+)*\.(?:py|pyc|so)$/;
const etc = printableText('/etc');
const jupyterFolders = paths(
  '/etc/jupyter /usr/etc/jupyter /usr/local/etc/jupyter /etc/ipython /usr/local/etc/ipython /opt/conda/etc/jupyter',
);
const jupyterOfHome = paths('.jupyter .config/jupyter');
const jupyterForm = /^(?:jupyter_\w+_config|ipython_\w*config|jupyter_config)\.py$/;
const startFiles = paths(
  '.pythonrc .pythonrc.py .pythonstartup .pythonstartup.py .config/python/pythonrc.py',
);
const profiles = printableText('.ipython');

type Given = Pick<PersistenceFact, 'user' | 'trigger'>;

function hookEntry(context: ArtifactContext, path: PathText, given: Given): readonly PersistenceFact[] {
  if (/\.(?:pyc|so)$/.test(path)) {
    const text = phrase`${path}: a program`;
    return [
      entry({ source: { source: path }, mechanism, language: 'setting', target: path, text, ...given }),
    ];
  }
  const found = scriptEntry(context, id, path, { mechanism, language: 'python', ...given });
  return found === undefined ? [] : [found];
}

function ofSites(context: ArtifactContext): readonly PersistenceFact[] {
  const folders = new Map<PathText, Printable>();
  for (const { path, library, user } of siteFolders(context, id)) folders.set(path, user).set(library, user);
  for (const { path } of foldersIn(context, id, etc, (name) => /^python\d[\d.]*$/.test(name)))
    folders.set(path, phrase``);
  const trigger = phrase`every start of Python`;
  return [...folders].flatMap(([folder, user]) => {
    const files = filesIn(context, id, folder, (name) => customize.test(name)).map(({ path }) => path);
    const packages = ['sitecustomize/__init__.py', 'usercustomize/__init__.py']
      .map((name) => joinPath(folder, printableText(name)))
      .filter((path) => context.target.readNow({ kind: 'stat', path }).status === 'ok');
    return [...files, ...packages].flatMap((path) => hookEntry(context, path, { user, trigger }));
  });
}

export const pythonSiteHook: PersistenceArtifact = {
  id,
  sources: [
    ...siteSources('{site,user}customize*'),
    { kind: 'glob', path: '/etc/python*/sitecustomize.py', live: false },
    { kind: 'glob', path: '/home/*/.ipython/profile_*/{startup/*,ipython*_config.py}', live: false },
    ...jupyterFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*.py`, live: false })),
    ...[...jupyterOfHome.map((path) => `${path}/*.py`), ...startFiles].map((path) => ({
      kind: 'glob' as const,
      path: `/home/*/${path}`,
      live: false,
    })),
  ],
  mechanisms: [mechanism],
  order: 14,
  required: false,
  gather(context) {
    const there = (path: PathText): boolean =>
      context.target.readNow({ kind: 'stat', path }).status !== 'absent';
    const listed = (folder: PathText, form: RegExp): readonly PathText[] =>
      there(folder) ? filesIn(context, id, folder, (name) => form.test(name)).map(({ path }) => path) : [];
    const facts = [...ofSites(context)];
    const trigger = phrase`start of IPython or Jupyter`;
    for (const folder of jupyterFolders) {
      for (const path of listed(folder, jupyterForm))
        facts.push(...hookEntry(context, path, { user: phrase``, trigger }));
    }
    for (const { path: home, user } of ownHomes(context.target)) {
      for (const name of startFiles) {
        const path = joinPath(home, name);
        if (there(path)) facts.push(...hookEntry(context, path, { user, trigger: phrase`shell of Python` }));
      }
      const ipython = joinPath(home, profiles);
      const own = there(ipython)
        ? foldersIn(context, id, ipython, (name) => name.startsWith('profile_')).flatMap(({ path }) => [
            ...listed(path, jupyterForm),
            ...listed(joinPath(path, printableText('startup')), /\.i?py$/),
          ])
        : [];
      const jupyter = jupyterOfHome.flatMap((name) => listed(joinPath(home, name), jupyterForm));
      for (const path of [...own, ...jupyter]) facts.push(...hookEntry(context, path, { user, trigger }));
    }
    return Promise.resolve(facts);
  },
};
