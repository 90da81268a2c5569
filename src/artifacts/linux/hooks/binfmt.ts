/**
 * `linux.binfmt`: interpreters to which the kernel hands programs of other kinds.
 *
 * Reads binfmt.d, the files of Debian's binfmt-support, and on a live host what the kernel has. Why: an interpreter
 * that takes every ELF file or script of the host runs before each program; with the flag C it runs with the rights of
 * a setuid program. Such a format is marked as one that loads everywhere. What it is NOT: the interpreter itself.
 * Sources: binfmt.d(5), systemd-binfmt(8); Documentation/admin-guide/binfmt-misc.rst; update-binfmts(8).
 */
import {
  type BinaryFormat,
  parseBinfmtLines,
  parseBinfmtState,
  parseBinfmtSupport,
  takesEverything,
} from '../../../formats/binfmt.ts';
import { decodeElf } from '../../../formats/elf.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isThere, leftOver, pathsOf } from './hook-folder.ts';

const id = 'linux.binfmt';
/** In the order in which names hide each other. */
const folders = pathsOf('/etc/binfmt.d /run/binfmt.d /usr/local/lib/binfmt.d /usr/lib/binfmt.d');
const imported = printableText('/var/lib/binfmts');
const support = [printableText('/usr/share/binfmts'), imported];
const state = printableText('/proc/sys/fs/binfmt_misc');
const ownPrograms = pathsOf('/bin/sh /usr/bin/sh /bin/ls /usr/bin/ls');
const limit = 1 << 20;

/** e_machine of the host's own programs. */
function machineOf(context: ArtifactContext): number | undefined {
  for (const path of ownPrograms) {
    const { bytes } = context.target.readNow({ kind: 'file', path, limit: 4096 });
    const header = decodeElf(bytes);
    if (header !== undefined) return header.machine;
  }
  return undefined;
}

function factOf(
  path: PathText,
  format: BinaryFormat,
  machine: number | undefined,
  active: boolean,
): PersistenceFact {
  return entry({
    source: { source: path, line: format.line },
    mechanism: 'binfmt',
    user: format.flags.includes('C') ? phrase`owner of the program` : phrase`every user`,
    trigger: printableLatin1(format.name.slice(0, 256)),
    command: printableLatin1(format.interpreter),
    language: 'argv',
    ...(format.interpreter.startsWith('/') ? { target: printableLatin1(format.interpreter) } : {}),
    active: active && format.enabled,
    marks: takesEverything(format, machine) ? ['loads-everywhere'] : [],
    text: format.text,
  });
}

export const binfmt: PersistenceArtifact = {
  id,
  sources: [
    ...folders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.conf`, live: false })),
    ...support.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    { kind: 'glob', path: `${state}/*`, live: true },
  ],
  mechanisms: ['binfmt'],
  order: 11,
  required: false,
  gather(context) {
    const machine = machineOf(context);
    const seen = new Set<string>();
    const configured = folders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.conf')).flatMap(({ path, name }) => {
        const first = !seen.has(name);
        seen.add(name);
        return parseBinfmtLines(readFileNow(context, id, path, limit).bytes).map((format) =>
          factOf(path, format, machine, first),
        );
      }),
    );
    const supported = support.flatMap((folder) =>
      filesIn(context, id, folder, (name) => !leftOver.test(name)).flatMap(({ path, name }) => {
        const format = parseBinfmtSupport(name, readFileNow(context, id, path, limit).bytes);
        // What a package offers is a format only once it was taken in.
        const active = isThere(context, joinPath(imported, name));
        return format === undefined ? [] : [factOf(path, format, machine, active)];
      }),
    );
    const live =
      context.target.kind === 'live'
        ? filesIn(context, id, state, (name) => name !== 'register' && name !== 'status')
        : [];
    const registered = live.flatMap(({ path, name }) => {
      const format = parseBinfmtState(name, readFileNow(context, id, path, limit).bytes);
      return format === undefined ? [] : [factOf(path, format, machine, true)];
    });
    return Promise.resolve([...configured, ...supported, ...registered]);
  },
};
