/**
 * `linux.ld-conf`: folders in which the loader looks for libraries.
 *
 * Reads ld.so.conf with what it includes, ld.so.conf.d, and the path file of musl. Why: a folder that comes before
 * the system's own gives every program another libc; a library of the right name there is loaded without a preload.
 * What it is NOT: the cache that ldconfig made of it. An include is followed within /etc, eight levels deep.
 * Sources: ldconfig(8), ld.so(8); musl ldso/dynlink.c (/etc/ld-musl-ARCH.path).
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { folderOf, joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const id = 'linux.ld-conf';
const main = printableText('/etc/ld.so.conf');
const folder = printableText('/etc/ld.so.conf.d');
const muslFolder = printableText('/etc');
const limit = 1 << 20;
const deepest = 8;
const mostFiles = 512;

class SearchPath {
  readonly facts: PersistenceFact[] = [];
  readonly #context: ArtifactContext;
  readonly #done = new Set<PathText>();

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  read(path: PathText, depth: number): void {
    if (this.#done.has(path) || depth > deepest || this.#done.size >= mostFiles) return;
    this.#done.add(path);
    const { bytes } = readFileNow(this.#context, id, path, limit);
    // The bytes are only good until the next read, and an include is a read.
    for (const { line, text } of [...textLines(bytes, { lines: 5_000, longest: 4096 })]) {
      const [wanted = ''] = text.split('#', 1);
      const include = /^\s*include\s+(\S.*?)\s*$/.exec(wanted);
      if (include !== null) {
        for (const pattern of (include[1] ?? '').split(/\s+/)) this.#include(path, pattern, depth);
        continue;
      }
      if (/^\s*hwcap\b/.test(wanted)) continue;
      for (const name of wanted.split(/[\s:,=]+/)) {
        if (!name.startsWith('/')) continue;
        this.facts.push(
          entry({
            source: { source: path, line },
            mechanism: 'ld-conf',
            user: phrase`every user`,
            trigger: phrase`every program`,
            command: printableLatin1(name),
            language: 'setting',
            target: printableLatin1(name),
            text: printableLatin1(text),
          }),
        );
      }
    }
  }

  /** `include` takes a pattern; one of the last name is followed. */
  #include(from: PathText, pattern: string, depth: number): void {
    const full = printableLatin1(pattern);
    const path = pattern.startsWith('/') ? full : joinPath(folderOf(from), full);
    if (!path.startsWith('/etc/')) return;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!/[*?[]/.test(name)) {
      this.read(path, depth + 1);
      return;
    }
    const glob = new Bun.Glob(name);
    for (const file of filesIn(this.#context, id, folderOf(path), (one) => glob.match(one))) {
      this.read(file.path, depth + 1);
    }
  }
}

export const ldConf: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: main, live: false },
    { kind: 'glob', path: `${folder}/*.conf`, live: false },
    { kind: 'glob', path: '/etc/ld-musl-*.path', live: false },
  ],
  mechanisms: ['ld-conf'],
  order: 12,
  required: false,
  gather(context) {
    const search = new SearchPath(context);
    search.read(main, 0);
    // Read by ldconfig through the include; a host whose include was taken out is told all the same.
    for (const { path } of filesIn(context, id, folder, endsIn('.conf'))) search.read(path, 1);
    for (const { path } of filesIn(context, id, muslFolder, (name) => /^ld-musl-\w+\.path$/.test(name)))
      search.read(path, 1);
    return Promise.resolve(search.facts);
  },
};
