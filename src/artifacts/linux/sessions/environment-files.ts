/**
 * `linux.environment-files`: variables that every session begins with.
 *
 * Reads /etc/environment, /etc/default/locale and su, pam_env.conf and `.pam_environment` of homes. Why: LD_PRELOAD
 * there goes into every program that anybody starts after a login; a folder before the system's own in PATH gives
 * other programs the names of ps and top. What it is NOT: a list of all variables; only those that load or run
 * something are told. Sources: pam_env(8), pam_env.conf(5), environment(5).
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const id = 'linux.environment-files';
const files = ['/etc/environment', '/etc/default/locale', '/etc/default/su', '/etc/default/login'].map(
  (path) => printableText(path),
);
const pamFile = printableText('/etc/security/pam_env.conf');
const ofHome = printableText('.pam_environment');

const loading =
  /^(?:LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|BASH_ENV|ENV|PROMPT_COMMAND|PYTHONSTARTUP|PYTHONPATH|PERL5OPT|PERL5LIB|RUBYOPT|NODE_OPTIONS|JAVA_TOOL_OPTIONS|PATH)$/;
/** Folders with which a PATH of the system begins. */
const systemFolder = /^\/(?:usr\/)?(?:local\/)?(?:s?bin|games)$|^\/snap\/bin$|^\/opt\/[\w.-]+\/s?bin$/;

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** `NAME=value` of environment(5), or `NAME DEFAULT=value OVERRIDE=value` of pam_env.conf(5). */
function variablesOf(text: string): readonly Variable[] {
  const pam = /^\s*([A-Za-z_]\w*)\s+(.*\b(?:DEFAULT|OVERRIDE)=.*)$/.exec(text);
  if (pam !== null) {
    return [...(pam[2] ?? '').matchAll(/\b(?:DEFAULT|OVERRIDE)=("[^"]*"|\S+)/g)].map((found) => ({
      name: pam[1] ?? '',
      value: (found[1] ?? '').replace(/^"|"$/g, ''),
    }));
  }
  const plain = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(text);
  return plain === null
    ? []
    : [{ name: plain[1] ?? '', value: (plain[2] ?? '').replace(/^(["'])(.*)\1$/, '$2') }];
}

function readVariables(
  context: ArtifactContext,
  path: PathText,
  mechanism: Mechanism,
  user: Printable,
): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: 10_000, longest: 16_384 })].flatMap(({ line, text }) => {
    if (/^\s*#/.test(text)) return [];
    return variablesOf(text).flatMap(({ name, value }): readonly PersistenceFact[] => {
      const [first = ''] = value.split(/[:\s]/);
      if (!loading.test(name) || value === '') return [];
      if (name === 'PATH' && (systemFolder.test(first) || first.startsWith('$') || first.startsWith('@')))
        return [];
      return [
        entry({
          source: { source: path, line },
          mechanism,
          user,
          trigger: phrase`login`,
          command: printableLatin1(`${name}=${value}`),
          language: 'setting',
          ...(first.startsWith('/') ? { target: printableLatin1(first) } : {}),
          text: printableLatin1(text.slice(0, 4096)),
        }),
      ];
    });
  });
}

export const environmentFiles: PersistenceArtifact = {
  id,
  sources: [
    ...[...files, pamFile].map((path) => ({ kind: 'file' as const, path, live: false })),
    { kind: 'glob', path: `/home/*/${ofHome}`, live: false },
  ],
  mechanisms: ['environment-file', 'pam-environment'],
  order: 13,
  required: true,
  gather(context) {
    const nobody = phrase``;
    const homes = homesOf(context.target).flatMap(({ path, user }) => {
      const file = joinPath(path, ofHome);
      const there = context.target.readNow({ kind: 'stat', path: file }).status !== 'absent';
      return there ? readVariables(context, file, 'pam-environment', user) : [];
    });
    const facts = [
      ...files.flatMap((path) => readVariables(context, path, 'environment-file', nobody)),
      ...readVariables(context, pamFile, 'pam-environment', nobody),
      ...homes,
    ];
    return Promise.resolve(facts);
  },
};
