/** What was read, and how it went. Status is data: what could not be read is part of the result. */
import type { PathText } from './text.ts';

/**
 * - `ok` read whole · `empty` read whole, nothing in it · `absent` does not exist on this target
 * - `denied` exists, the system refuses · `truncated` read up to the bound, or it
 *   changed again and again while it was read, and what was read may be of more than one version
 * - `timeout` given up · `error` anything else, with the reason
 */
export type SourceStatus = 'ok' | 'empty' | 'absent' | 'denied' | 'truncated' | 'timeout' | 'error';

/** Names one source: a path of the target, or a call such as `netlink:inet-diag`. */
export type SourceId = PathText;

/** One thing that was read for an artifact or measured by a probe. */
export interface SourceRecord {
  readonly source: SourceId;
  /** `linux.processes`, `probe.registers`. */
  readonly artifact: string;
  readonly status: SourceStatus;
  /** Why it is not `ok`: errno name or our own words. Of what is `ok`, why it cannot be relied on. */
  readonly reason?: string;
  readonly bytes: number;
}

/** Where in a source a fact or an evidence line stands. */
export interface SourceRef {
  readonly source: SourceId;
  /** One-based line. */
  readonly line?: number;
  /** Byte offset, or address in a process. */
  readonly offset?: number;
}
