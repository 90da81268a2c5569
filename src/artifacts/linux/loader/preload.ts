/**
 * `linux.ld-preload`: libraries that the loader puts into every program of the host.
 *
 * Reads /etc/ld.so.preload three times on a live host: as every program does; by raw system calls, past any library
 * that such a file has put into us; and from the disk, past a hook in the kernel. What one way shows and the other does not is marked as hidden. Why: the place of
 * the userland rootkits that miners bring (libprocesshider, perfctl, Symbiote). What it is NOT: LD_PRELOAD of units,
 * sessions and processes (`processes-environment.ts` and others), nor musl, which knows no such file.
 * Source: ld.so(8) FILES: names apart by blanks or colons; glibc elf/rtld.c reads up to the first NUL.
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { bytesOf, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import { readOnDisk } from '../file-on-disk.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow, recordCall } from '../reading.ts';

const id = 'linux.ld-preload';
export const preloadPath: PathText = printableText('/etc/ld.so.preload');
const limit = 1 << 20;
const mostLibraries = 256;

interface Library {
  readonly name: string;
  readonly line: number;
  readonly text: string;
}

/** The names of a preload file, in order. */
export function preloaded(bytes: Uint8Array): readonly Library[] {
  const libraries: Library[] = [];
  for (const { line, text } of textLines(bytes, { longest: 65_536 })) {
    const [wanted = ''] = text.split('#', 1);
    for (const name of wanted.split(/[\s:\0]+/)) {
      if (name === '') continue;
      libraries.push({ name, line, text });
      if (libraries.length >= mostLibraries) return libraries;
    }
  }
  return libraries;
}

/** Raw system calls, where the host runs; nothing where they agree or there are none. */
function readRaw(context: ArtifactContext): readonly Library[] | undefined {
  const answer = context.target.native?.readFile(bytesOf(preloadPath), limit);
  if (answer === undefined) return undefined;
  // Most hosts have none; that it is absent is then told by the other way of reading.
  if (answer.status !== 'absent') recordCall(context, id, `raw:${preloadPath}`, answer);
  return answer.status === 'ok' ? preloaded(answer.value) : answer.status === 'absent' ? [] : undefined;
}

/** From the disk; nothing where it is of no kind that we read. */
function readDisk(context: ArtifactContext): readonly Library[] {
  const reading = readOnDisk(context.target, preloadPath, limit);
  if (reading === undefined || reading.status === 'absent') return [];
  // Under its own name: a device that we may not open takes nothing from what the other two ways show.
  recordCall(context, 'linux.file-on-disk', reading.source, reading, reading.bytes.length);
  return preloaded(reading.bytes);
}

function factOf({ name, line, text }: Library, marks: readonly PersistenceMark[]): PersistenceFact {
  return entry({
    source: { source: preloadPath, line },
    mechanism: 'ld-preload',
    user: phrase`every user`,
    trigger: phrase`every program`,
    command: printableLatin1(name),
    language: 'setting',
    ...(name.startsWith('/') ? { target: printableLatin1(name) } : {}),
    marks: ['loads-everywhere', ...marks],
    text: printableLatin1(text.slice(0, 4096)),
  });
}

export const ldPreload: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: preloadPath, live: false },
    { kind: 'call', path: `raw:${preloadPath}`, live: true },
    { kind: 'call', path: `disk:${preloadPath}`, live: true },
  ],
  mechanisms: ['ld-preload'],
  order: 9,
  required: true,
  gather(context) {
    const shown = preloaded(readFileNow(context, id, preloadPath, limit).bytes);
    const raw = readRaw(context);
    const seen = new Set(shown.map(({ name }) => name));
    const hidden: Library[] = [];
    for (const library of [...(raw ?? []), ...readDisk(context)]) {
      if (seen.has(library.name)) continue;
      seen.add(library.name);
      hidden.push(library);
    }
    return Promise.resolve([
      ...shown.map((library) => factOf(library, [])),
      ...hidden.map((library) => factOf(library, ['hidden-from-listing'])),
    ]);
  },
};
