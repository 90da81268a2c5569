/** What entries of SSH have in common: commands with their files, and how a key is shown. */
import { type AuthorizedKey, optionOf } from '../../../formats/authorized-keys.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import { scriptEntry } from '../entry.ts';
import type { ReadContext } from '../reading.ts';

/** The value `none`, with which sshd_config(5) undoes a setting. */
export const isNone = (value: string | undefined): boolean => value === undefined || /^none$/i.test(value);

/** The program of a command that is run without a shell. */
export function programOf(words: readonly string[]): PathText | undefined {
  const [first] = words;
  return first?.startsWith('/') ? printableLatin1(first) : undefined;
}

/** The entry of a script that a setting runs, with its lines; nothing for a program or where it is not there. */
export function scriptOf(
  context: ReadContext,
  artifact: string,
  path: PathText | undefined,
  given: Parameters<typeof scriptEntry>[3],
): readonly PersistenceFact[] {
  if (path === undefined) return [];
  if (context.target.readNow({ kind: 'stat', path, follow: true }).stat?.type !== 'file') return [];
  const found = scriptEntry(context, artifact, path, given);
  return found === undefined || found.body.length === 0 ? [] : [found];
}

/** Values of variables may be secrets; what loads a library is none. */
const isLoader = (value: string): boolean =>
  /^(?:LD_\w+|BASH_ENV|ENV|PROMPT_COMMAND|PYTHON\w+|PERL5\w+|PATH)=/.test(value);

const shownOption = ({ name, value }: AuthorizedKey['options'][number]): string => {
  if (value === '') return name;
  const shown = name === 'environment' && !isLoader(value) ? `${value.split('=', 1)[0]}=...` : value;
  return `${name}="${shown}"`;
};

/** Options, type, fingerprint and comment: all of a line but the key's own base64. */
export function shownKey(one: AuthorizedKey): Printable {
  const { key, options } = one;
  const parts = [options.map(shownOption).join(','), key.type, key.fingerprint, key.comment];
  return printableLatin1(
    parts
      .filter((part) => part !== '')
      .join(' ')
      .slice(0, 4096),
  );
}

/** What a key runs or lets in to: the forced command, or the key itself by name. */
export function keyCommand(one: AuthorizedKey): Pick<PersistenceFact, 'command' | 'language'> {
  const command = optionOf(one, 'command');
  if (command !== undefined && command !== '') {
    return { command: printableLatin1(command.slice(0, 16_384)), language: 'shell' };
  }
  const { type, fingerprint, comment } = one.key;
  return {
    command: printableLatin1(`${type} ${fingerprint} ${comment}`.trim().slice(0, 1024)),
    language: 'none',
  };
}

/** Variables of a key or of `~/.ssh/environment` that load something. */
export function loadedBy(
  value: string,
): { readonly command: Printable; readonly target?: PathText } | undefined {
  const found = /^(LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|BASH_ENV|ENV|PYTHONPATH|PERL5LIB)=(.+)$/.exec(value);
  if (found === null) return undefined;
  const [, name = '', text = ''] = found;
  const [first = ''] = text.split(/[:\s]/);
  return {
    command: phrase`${printableText(name)}=${printableLatin1(text)}`,
    ...(first.startsWith('/') ? { target: printableLatin1(first) } : {}),
  };
}
