/** One file of a target, read now and put on the record. */
import type { SourceStatus } from '../../model/source.ts';
import type { SourceLog } from '../../model/source-log.ts';
import { type PathText, printableText } from '../../model/text.ts';
import type { DirectoryEntry, Target } from '../../target/port.ts';

export interface ReadContext {
  readonly target: Target;
  readonly log: SourceLog;
}

export interface FileReading {
  readonly source: PathText;
  readonly status: SourceStatus;
  /** Valid until the next read. Empty when nothing could be read. */
  readonly bytes: Uint8Array;
  /** ok, empty or truncated: what `bytes` holds can be used. */
  readonly readable: boolean;
}

const nothing = new Uint8Array(0);

function record(
  context: ReadContext,
  artifact: string,
  source: PathText,
  result: { readonly status: SourceStatus; readonly reason?: string },
  bytes: number,
): void {
  context.log.record({
    source,
    artifact,
    status: result.status,
    bytes,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  });
}

const usable = (status: SourceStatus): boolean =>
  status === 'ok' || status === 'empty' || status === 'truncated';

export function readFileNow(
  context: ReadContext,
  artifact: string,
  path: PathText,
  limit: number,
): FileReading {
  const source = path;
  const result = context.target.readNow({ kind: 'file', path: source, limit });
  const readable = usable(result.status);
  record(context, artifact, source, result, result.bytes.length);
  return { source, status: result.status, bytes: readable ? result.bytes : nothing, readable };
}

export function listNow(
  context: ReadContext,
  artifact: string,
  path: PathText,
  limit?: number,
): {
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly entries: readonly DirectoryEntry[];
} {
  const source = path;
  const result = context.target.readNow({
    kind: 'directory',
    path: source,
    ...(limit === undefined ? {} : { limit }),
  });
  record(context, artifact, source, result, 0);
  return {
    status: result.status,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    entries: usable(result.status) ? result.entries : [],
  };
}

/** Puts the outcome of a kernel call on the record. */
export function recordCall(
  context: ReadContext,
  artifact: string,
  call: string,
  answer: { readonly status: SourceStatus; readonly reason?: string },
  bytes = 0,
): void {
  record(context, artifact, printableText(call), answer, bytes);
}

/** A table of as many rows leaves tens of megabytes behind that nobody needs. */
const large = 20_000;

/** Gives memory back after a table that only a crowded or hostile host has: 50 ms there, nothing elsewhere. */
export function releaseAfter(rows: number): void {
  if (rows >= large) Bun.gc(true);
}
