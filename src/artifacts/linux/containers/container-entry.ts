/** Entries of containers, and the few ways in which their files are read: quietly, and never through links. */
import {
  type ContainerRun,
  commandOf,
  hostCommandOf,
  hostReach,
  hostTarget,
} from '../../../formats/container-run.ts';
import { parseLooseJson } from '../../../formats/loose-json.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import type { SourceStatus } from '../../../model/source.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, settingsLimit } from '../entry.ts';
import { readFileNow } from '../reading.ts';

type Given = Pick<PersistenceFact, 'source' | 'mechanism' | 'trigger'> & {
  readonly active?: boolean;
  readonly switchedOff?: boolean;
  readonly marks?: readonly PersistenceMark[];
  /** Words behind the command, for the evidence line. */
  readonly about?: string;
};

const longestShown = 8192;

/**
 * What a container runs, as an entry. `text` has it as it stands there, `command` with paths below binds as the
 * host has them; all other paths are those of the image. `target` is a file of the host.
 */
export function runEntry(run: ContainerRun, given: Given): PersistenceFact {
  const { source, mechanism, trigger, active = true, switchedOff = false, marks = [], about } = given;
  const command = hostCommandOf(run);
  const reach = hostReach(run);
  const target = hostTarget(run);
  const behind = [...(about === undefined || about === '' ? [] : [about]), ...reach].join('; ');
  const image = run.image === '' ? '' : ` (${run.image})`;
  const shown = `${run.name}${image}`.slice(0, 1024);
  const text = phrase`${printableText(shown)}: ${commandOf(run)}`;
  return entry({
    source,
    mechanism,
    trigger,
    user: printableText(run.user === '' || run.user === '0' ? 'root' : run.user.slice(0, 256)),
    command,
    language: command === '' ? 'none' : 'argv',
    ...(target === undefined ? {} : { target }),
    active: active && !switchedOff,
    marks: [
      ...(run.restarts ? (['restarts'] as const) : []),
      ...(reach.length > 0 ? (['host-access'] as const) : []),
      ...(switchedOff ? (['switched-off'] as const) : []),
      ...marks,
    ],
    text: cut(behind === '' ? text : phrase`${text} [${printableText(behind.slice(0, 2048))}]`),
  });
}

/** Cut where no escape is broken. */
function cut(text: Printable): Printable {
  if (text.length <= longestShown) return text;
  return printableText(
    text
      .slice(0, longestShown)
      .replace(/%[0-9A-F]?$/, '')
      .replaceAll('%', '?'),
  );
}

export const below = (folder: PathText, ...names: readonly string[]): PathText =>
  names.reduce<PathText>((at, name) => joinPath(at, printableText(name)), folder);

export const isThere = (context: ArtifactContext, path: PathText): boolean =>
  context.target.readNow({ kind: 'stat', path }).status !== 'absent';

export function isFolder(context: ArtifactContext, path: PathText): boolean {
  return context.target.readNow({ kind: 'stat', path }).stat?.type === 'directory';
}

export function recordStatus(
  context: ArtifactContext,
  artifact: string,
  source: PathText,
  status: SourceStatus,
  reason: string,
): void {
  context.log.record({ source, artifact, status, bytes: 0, reason });
}

/** Bytes of YAML that one artifact reads: files are many, and each may be filled up to its own bound. */
const mostYaml = 32 << 20;

/** Reads files until their sum is the bound; what is not read then is told in the log. */
export class YamlReader {
  readonly #context: ArtifactContext;
  readonly #artifact: string;
  readonly #limit: number;
  #left = mostYaml;

  /** @param limit of one file; the objects of a whole application in one may need more than settings do */
  constructor(context: ArtifactContext, artifact: string, limit: number = settingsLimit) {
    this.#context = context;
    this.#artifact = artifact;
    this.#limit = limit;
  }

  /** Nothing where it could not be read; valid until the next read. */
  read(path: PathText): Uint8Array | undefined {
    if (this.#left <= 0) {
      recordStatus(this.#context, this.#artifact, path, 'truncated', 'more than 32 MiB of YAML');
      return undefined;
    }
    const { bytes, readable } = readFileNow(this.#context, this.#artifact, path, this.#limit);
    this.#left -= bytes.length;
    return readable ? bytes : undefined;
  }
}

/** Bytes of a JSON file that are read; a larger one is not parsed. */
export const jsonBytes = 4 << 20;

/** JSON of a file; what is none is told in the log. */
export function readJson(context: ArtifactContext, artifact: string, path: PathText): unknown {
  const reading = readFileNow(context, artifact, path, jsonBytes);
  // Half a file is none; that it was longer stands in the log.
  if (reading.status !== 'ok') return undefined;
  const parsed = parseLooseJson(reading.bytes);
  if (parsed.ok) return parsed.value;
  recordStatus(context, artifact, path, 'error', parsed.reason);
  return undefined;
}
