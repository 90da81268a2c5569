/**
 * Startup folders: what starts when somebody logs on because it lies there.
 *
 * Source: Microsoft, FOLDERID_CommonStartup, FOLDERID_Startup; knowledge on Windows §4.2.
 */
import { parseShellLink } from '../../formats/shell-link/shell-link.ts';
import type { CommandLanguage, PersistenceFact } from '../../model/facts/persistence.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { listNow, readFileNow } from '../linux/reading.ts';
import { entry, tellBound } from './entry.ts';
import { textOfValue } from './hives.ts';
import { bodyOfText, scriptText } from './script-lines.ts';
import { viewOf, type WindowsView } from './view.ts';

const artifact = 'windows.startup-folder';
const common = 'C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\Startup';
const below = 'AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup';
const most = 500;
const limit = 256 << 10;
const languages: readonly (readonly [RegExp, CommandLanguage])[] = [
  [/\.(?:bat|cmd)$/i, 'cmd'],
  [/\.ps1$/i, 'powershell'],
  [/\.(?:vbs|vbe|js|jse|wsf|hta)$/i, 'windows-script'],
];

function factOf(
  view: WindowsView,
  path: PathText,
  user: Printable,
  profile: string,
): PersistenceFact | undefined {
  const base = {
    source: { source: path },
    mechanism: 'startup-folder' as const,
    user,
    trigger: phrase`login`,
    environment: view.environment({ user, profile }),
    text: path,
  };
  const language = languages.find(([pattern]) => pattern.test(path))?.[1];
  if (language !== undefined) {
    const reading = readFileNow(view, artifact, path, limit);
    if (!reading.readable) return undefined;
    return entry({ ...base, language, target: path, body: bodyOfText(scriptText(reading.bytes)) });
  }
  if (/\.lnk$/i.test(path)) {
    const reading = readFileNow(view, artifact, path, limit);
    const link = parseShellLink(reading.bytes);
    if (link === undefined) {
      if (reading.readable)
        view.log.record({ source: path, artifact, status: 'error', reason: 'not a link', bytes: 0 });
      return undefined;
    }
    const program =
      link.environmentTarget ?? link.info?.localPath ?? link.target?.path ?? link.info?.networkPath ?? '';
    const line = `"${program.replaceAll('"', '')}" ${link.arguments ?? ''}`.trim();
    return entry({
      ...base,
      language: 'cmd',
      command: printableText(line.slice(0, 65_536)),
      text: phrase`${path}: ${printableText(line.slice(0, 1_500))}`,
    });
  }
  if (/\.url$/i.test(path)) {
    const reading = readFileNow(view, artifact, path, limit);
    const url = /^URL=(.*)$/im.exec(scriptText(reading.bytes))?.[1] ?? '';
    return entry({ ...base, language: 'cmd', command: printableText(url.replace(/^file:\/*/i, '').trim()) });
  }
  return entry({ ...base, language: 'cmd', command: phrase`"${path}"`, target: path });
}

interface Folder {
  readonly path: PathText;
  readonly user: Printable;
  readonly profile: string;
}

const shellFolders = 'Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';

/** Where the registry says that the folders are: whoever moves one has it looked at by nobody. */
function movedFolders(view: WindowsView): readonly Folder[] {
  const { registry } = view;
  const places = [
    {
      text: textOfValue(registry.key('SOFTWARE', shellFolders)?.key.value('Common Startup')),
      user: phrase``,
      profile: '',
    },
    ...registry.users
      .filter(({ classes }) => !classes)
      .map(({ hive, user, profile }) => ({
        text: textOfValue(hive.key(`Software\\${shellFolders}`)?.value('Startup')),
        user,
        profile,
      })),
  ];
  return places.flatMap(({ text = '', user, profile }) => {
    const path = view.path(text.trim().replace(/%userprofile%/gi, () => profile));
    return path === undefined || !/^[a-z]:\\/i.test(path)
      ? []
      : [{ path: path.replace(/\\+$/, '') as PathText, user, profile }];
  });
}

export const startupFolder: PersistenceArtifact = {
  id: artifact,
  order: 6,
  required: true,
  mechanisms: ['startup-folder'],
  sources: [
    { kind: 'directory', path: common, live: false },
    { kind: 'glob', path: `C:\\Users\\*\\${below}\\*`, live: false },
  ],
  gather(context) {
    const view = viewOf(context);
    const facts: PersistenceFact[] = [];
    if ((context.target.windows?.drives.length ?? 0) === 0) return Promise.resolve(facts);
    const folders: Folder[] = [{ path: printableText(common), user: phrase``, profile: '' }];
    const users = context.target.readNow({ kind: 'directory', path: phrase`C:\\Users`, limit: 2_000 });
    for (const { name, type } of users.entries) {
      const profile = `C:\\Users\\${name}`;
      if (type === 'directory')
        folders.push({ path: `${profile}\\${below}` as PathText, user: name, profile });
    }
    const usual = new Set(folders.map(({ path }) => path.toLowerCase()));
    for (const moved of movedFolders(view))
      if (!usual.has(moved.path.toLowerCase())) {
        usual.add(moved.path.toLowerCase());
        folders.push(moved);
      }
    for (const { path, user, profile } of folders) {
      for (const { name, type } of listNow(context, artifact, path, 2_000).entries) {
        if (type !== 'file' || /^desktop\.ini$/i.test(name) || facts.length >= most) continue;
        const fact = factOf(view, `${path}\\${name}` as PathText, user, profile);
        if (fact !== undefined) facts.push(fact);
      }
    }
    tellBound(context, artifact, { kind: 'file', path: common, live: false }, facts.length, most);
    return Promise.resolve(facts);
  },
};
