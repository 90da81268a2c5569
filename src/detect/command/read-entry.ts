/**
 * What an entry does: decoded, with the files it runs, the addresses it names and the signs of an attack.
 * Pure and bounded; the entry's text is hostile.
 */
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { Sign } from './sign.ts';

export interface TargetUse {
  readonly path: PathText;
  /** `run` as a program or by an interpreter, `sourced` by a shell, `loaded` as a library or module. */
  readonly how: 'run' | 'sourced' | 'loaded';
}

export interface EntryReading {
  /** Every decoded layer, outermost first. */
  readonly decoded: readonly Printable[];
  /** Absolute paths of files that are run or loaded, in order. */
  readonly targets: readonly PathText[];
  /** The same with what is done to each. */
  readonly uses: readonly TargetUse[];
  readonly urls: readonly string[];
  readonly signs: readonly Sign[];
}

const urlForm = /\b(?:https?|ftp|tftp):\/\/[^\s"'<>|;&()`\\]{1,500}/g;
const fetchAndRun = /\b(?:curl|wget)\b[^;&\n]{0,2000}\|\s*(?:\S*\/)?(?:ba|da|z|k)?sh\b/;

export function readEntry(fact: PersistenceFact): EntryReading {
  const lines =
    fact.body.length > 0 ? fact.body : [{ text: fact.command, line: fact.source.line ?? undefined }];
  const urls = new Set<string>();
  const paths = new Set<PathText>();
  if (fact.target !== undefined) paths.add(fact.target);
  const signs: Sign[] = [];
  for (const { text, line } of lines) {
    if (text.trimStart().startsWith('#')) continue;
    const found = text.match(urlForm) ?? [];
    for (const url of found) urls.add(url);
    const [first = ''] = text.trim().split(/[\s;|&<>()]+/);
    if (first.startsWith('/')) paths.add(phrase`${printableText(first)}`);
    if (fetchAndRun.test(text)) {
      signs.push({
        id: 'fetch-and-run',
        text,
        about: printableText(found[0] ?? ''),
        ...(line === undefined ? {} : { line }),
      });
    }
  }
  const targets = [...paths];
  return {
    decoded: [],
    targets,
    uses: targets.map((path) => ({ path, how: 'run' })),
    urls: [...urls],
    signs,
  };
}
