/**
 * `linux.doas`: who may become root by doas, the sudo of Alpine and of many small hosts.
 *
 * Reads doas.conf and doas.d. What it is NOT: what doas decides in the end (its last rule that fits wins).
 * Sources: doas.conf(5) of OpenBSD and of opendoas. Bound: 5,000 lines of one file.
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { type AccountBook, readAccounts } from './account-book.ts';
import { rightsMarks, shellLevel } from './sudo-rights.ts';

const id = 'linux.doas';
const main = printableText('/etc/doas.conf');
const folder = printableText('/etc/doas.d');

/** Words of a rule; quotes are undone, braces of setenv stay words. */
const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)(?:"|\\?$)|#.*|([^\s"#]+)/g)].flatMap(([whole, quoted, plain]) =>
    whole.startsWith('#') ? [] : [quoted ?? plain ?? ''],
  );

function ruleEntry(
  book: AccountBook,
  path: PathText,
  line: number,
  text: string,
): readonly PersistenceFact[] {
  const words = wordsOf(text);
  if (words[0] !== 'permit') return [];
  let at = 1;
  let withoutPassword = false;
  for (; at < words.length && /^(?:nopass|nolog|persist|keepenv|setenv)$/.test(words[at] ?? ''); at += 1) {
    withoutPassword ||= words[at] === 'nopass';
    if (words[at] !== 'setenv') continue;
    while (at < words.length && !(words[at] ?? '').endsWith('}')) at += 1;
  }
  const identity = words[at] ?? '';
  if (identity === '') return [];
  const rest = words.slice(at + 1);
  const after = (word: string): string | undefined => {
    const found = rest.indexOf(word);
    return found < 0 ? undefined : rest[found + 1];
  };
  const as = after('as') ?? 'root';
  const cmd = after('cmd');
  const args = rest.includes('args') ? rest.slice(rest.indexOf('args') + 1) : [];
  const command = cmd === undefined ? 'ALL' : [cmd, ...args].join(' ');
  const subject = identity.replace(/^:/, '%');
  return [
    entry({
      source: { source: path, line },
      mechanism: 'sudo-rule',
      user: printableLatin1(subject),
      trigger: printableLatin1(`doas as ${as}${withoutPassword ? ' nopass' : ''}`),
      command: printableLatin1(command.slice(0, 4096)),
      language: cmd === undefined ? 'none' : 'argv',
      ...(cmd?.startsWith('/') ? { target: printableLatin1(cmd) } : {}),
      marks: rightsMarks(book, [{ text: subject }], {
        shell: shellLevel(command),
        asRoot: as === 'root',
        withoutPassword,
      }),
      text: printableLatin1(text.trim().slice(0, 4096)),
    }),
  ];
}

function fileEntries(
  context: ArtifactContext,
  book: AccountBook,
  path: PathText,
): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: 5_000, longest: 8192 })].flatMap(({ line, text }) =>
    ruleEntry(book, path, line, text),
  );
}

export const doas: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: main, live: false },
    { kind: 'glob', path: `${folder}/*.conf`, live: false },
  ],
  mechanisms: ['sudo-rule'],
  order: 14,
  required: false,
  gather(context) {
    const there = [main, folder].some(
      (path) => context.target.readNow({ kind: 'stat', path }).status !== 'absent',
    );
    if (!there) return Promise.resolve([]);
    const book = readAccounts(context, id);
    const files = filesIn(context, id, folder, endsIn('.conf')).map(({ path }) => path);
    return Promise.resolve([main, ...files].flatMap((path) => fileEntries(context, book, path)));
  },
};
