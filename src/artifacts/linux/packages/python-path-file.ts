/**
 * `linux.python-path-file`: lines of .pth files, which every start of Python reads.
 *
 * Reads each .pth of every folder of packages: a line that begins with `import` is executed, any other is a folder
 * that is put on the search path. A module that such a line brings in from the same folder is told with its body.
 * Why: one line there starts with every Python program of the host, root's too, and no list of services shows it.
 * What it is NOT: a look into packages. Honest ones have such lines too (setuptools, virtualenv, coverage, editable
 * installs): they are told alike. Bounds: 4,096 files of a folder, 256 KiB and 500 lines of each.
 * Sources: Python's `site` ("path configuration file"): the line is passed to exec().
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { plainPath } from '../real-path.ts';
import { type SiteFolder, siteFolders, siteSources } from './python-places.ts';

const id = 'linux.python-path-file';
const mechanism = 'python-path-file';
const limit = 256 << 10;
const mostLines = 500;
const mostModules = 8;
/** Of the standard library, in nearly every such line. */
const standard =
  /^(?:os|sys|types|importlib|site|warnings|re|pathlib|functools|builtins|subprocess|base64|socket|threading|time|json|urllib|ctypes|zlib|codecs|io|string|random|shutil|tempfile|platform|signal|marshal|runpy)$/;

/** Modules that a line imports by name, those of the standard library left out. */
function modulesOf(line: string): readonly string[] {
  const names = [...line.matchAll(/(?:^|;|:)\s*import\s+([\w., ]{1,200})/g)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim().split(/[.\s]/, 1)[0] ?? ''),
  );
  const called = [...line.matchAll(/__import__\(\s*["']([\w.]{1,100})/g)].map(
    ([, name = '']) => name.split('.', 1)[0] ?? '',
  );
  return [...new Set([...names, ...called])]
    .filter((name) => /^\w+$/.test(name) && !standard.test(name))
    .slice(0, mostModules);
}

function moduleFile(context: ArtifactContext, site: PathText, name: string): PathText | undefined {
  return [`${name}.py`, `${name}/__init__.py`]
    .map((one) => joinPath(site, printableText(one)))
    .find((path) => context.target.readNow({ kind: 'stat', path, follow: true }).stat?.type === 'file');
}

function readOne(
  context: ArtifactContext,
  { path: site, user }: SiteFolder,
  path: PathText,
  modules: Map<PathText, PersistenceFact['user']>,
): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, limit);
  return [...textLines(bytes, { lines: 20_000, longest: 65_536 })]
    .filter(({ text }) => text.trim() !== '' && !text.startsWith('#') && !text.includes('\0'))
    .slice(0, mostLines)
    .map(({ line, text }) => {
      const given = {
        source: { source: path, line },
        mechanism,
        user,
        trigger: phrase`every start of Python`,
        text: printableLatin1(text.trim().slice(0, 8192)),
      } as const;
      if (/^import[ \t]/.test(text)) {
        const files = modulesOf(text).flatMap((name) => moduleFile(context, site, name) ?? []);
        for (const file of files) modules.set(file, user);
        const [first] = files;
        const concealed = /\S[ \t]{64,}\S/.test(text);
        return entry({
          ...given,
          command: printableLatin1(text.trim()),
          language: 'python',
          ...(first === undefined ? {} : { target: first }),
          marks: concealed ? ['concealed-in-file'] : [],
        });
      }
      const folder = printableLatin1(text.trim());
      // Below the same home or the same folder of packages, where it lies says nothing.
      const home = /^\/(?:root|home\/[^/]+)\//.exec(site)?.[0];
      const near =
        (!folder.startsWith('/') && !folder.includes('..')) ||
        (home !== undefined && folder.startsWith(home));
      return entry({
        ...given,
        command: folder,
        language: 'setting',
        ...(near ? {} : { target: plainPath(folder.startsWith('/') ? folder : joinPath(site, folder)) }),
      });
    });
}

export const pythonPathFile: PersistenceArtifact = {
  id,
  sources: siteSources('*.pth'),
  mechanisms: [mechanism],
  order: 14,
  required: false,
  gather(context) {
    const modules = new Map<PathText, PersistenceFact['user']>();
    const lines = siteFolders(context, id).flatMap((site) =>
      filesIn(context, id, site.path, endsIn('.pth')).flatMap(({ path }) =>
        readOne(context, site, path, modules),
      ),
    );
    const bodies = [...modules].flatMap(([path, user]) => {
      const trigger = phrase`every start of Python`;
      return scriptEntry(context, id, path, { mechanism, user, trigger, language: 'python' }) ?? [];
    });
    return Promise.resolve([...lines, ...bodies]);
  },
};
