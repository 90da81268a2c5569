/**
 * `linux.loader-environment`: libraries that running programs were told to load by their environment.
 *
 * Reads the environment of every process of a live host, for LD_PRELOAD and LD_AUDIT alone. Why: a preload that was
 * given on a command line stands in no file; it is seen here, and goes on to every child. What it is NOT: a look at
 * other variables, whose values are the host's secrets; nothing of them is kept. The same library for many programs
 * is told once. Files that set it are read by other artifacts of the same mechanism.
 * Sources: ld.so(8), proc_pid_environ(5). Bound: 64 KiB of each of 20,000 processes.
 */
import { decodeEnviron } from '../../../formats/proc-environ.ts';
import {
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableBytes,
  printableText,
} from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const id = 'linux.loader-environment';
const limit = 65_536;
const mostProcesses = 20_000;
const longest = 4096;
const loading: ReadonlySet<string> = new Set(['LD_PRELOAD', 'LD_AUDIT']);

interface Preload {
  readonly variable: Printable;
  readonly value: Printable;
  readonly target: PathText;
  readonly source: PathText;
  readonly user: Printable;
  readonly exe: PathText;
  count: number;
}

function gatherPreloads(context: ArtifactContext): readonly Preload[] {
  const found = new Map<string, Preload>();
  let bytes = 0;
  let read = 0;
  for (const process of context.facts.of('process').slice(0, mostProcesses)) {
    if (process.kernelThread || process.exe === undefined) continue;
    const source = joinPath(process.source.source, printableText('environ'));
    const file = context.target.readNow({ kind: 'file', path: source, limit });
    // What ends or refuses is on the record of `linux.processes` already.
    if (file.status !== 'ok' && file.status !== 'truncated') continue;
    bytes += file.bytes.length;
    read += 1;
    for (const { name, valueStart, valueEnd } of decodeEnviron(file.bytes)) {
      if (!loading.has(name) || valueStart === valueEnd) continue;
      const raw = file.bytes.subarray(valueStart, Math.min(valueEnd, valueStart + longest));
      const value = printableBytes(raw);
      // Names apart by blanks or colons (ld.so(8)); the first is the one that is looked at.
      const end = raw.findIndex((byte) => byte === 0x20 || byte === 0x3a);
      const target = printableBytes(raw.subarray(0, end < 0 ? raw.length : end));
      const key = `${name}\0${value}`;
      const known = found.get(key);
      if (known === undefined) {
        const exe = process.exe.path;
        found.set(key, { variable: name, value, target, source, user: process.user.name, exe, count: 1 });
      } else known.count += 1;
    }
  }
  context.log.countOk(id, read, bytes);
  return [...found.values()];
}

export const loaderEnvironment: PersistenceArtifact = {
  id,
  sources: [{ kind: 'glob', path: '/proc/*/environ', live: true }],
  mechanisms: ['loader-environment'],
  order: 2,
  required: false,
  gather(context) {
    const facts = gatherPreloads(context).map(({ variable, value, target, source, user, exe, count }) =>
      entry({
        source: { source },
        mechanism: 'loader-environment',
        user,
        trigger: phrase`environment of ${exe}`,
        command: phrase`${variable}=${value}`,
        language: 'setting',
        ...(target.startsWith('/') ? { target } : {}),
        text: phrase`${variable}=${value} (${count} processes)`,
      }),
    );
    return Promise.resolve(facts);
  },
};
