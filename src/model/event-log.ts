/** What a summary of Windows event logs tells: files, hosts, kinds of events, logons. Times: microseconds UTC. */

/** How records were found that the log itself does not have: see `formats/evtx/record.ts`. */
export type CarvedRecords = Readonly<Record<'free' | 'hidden' | 'stray', number>>;

export interface EventLogFile {
  /** Printable. */
  readonly path: string;
  readonly bytes: number;
  /** `foreign` no event log · `unread` could not be opened or read to its end, with the reason */
  readonly status: 'read' | 'foreign' | 'unread';
  readonly reason?: string;
  readonly chunks: number;
  readonly records: number;
  readonly carved: CarvedRecords;
  /** Records whose fields could not be read. */
  readonly unread: number;
  /** It was not closed; of a running host that is usual. */
  readonly isDirty: boolean;
  readonly problems: readonly { readonly kind: string; readonly count: number; readonly offset: number }[];
  /** Numbers of records that are missing; the first hundred holes. */
  readonly gaps: readonly { readonly after: number; readonly before: number }[];
}

export interface Span {
  readonly count: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

export interface EventKind extends Span {
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
}

export interface EventHost extends Span {
  readonly computer: string;
}

/**
 * - `success`, `failure` Security 4624 and 4625 · `session` a session began or was taken up again, Terminal Services 21
 *   and 25 · `reached` a connection got as far as asking who it is, Terminal Services 1149, which is no success
 */
export type LogonOutcome = 'success' | 'failure' | 'session' | 'reached';

export interface LogonKind extends Span {
  readonly computer: string;
  readonly outcome: LogonOutcome;
  /** The type of Security's logons; -1 where there is none. */
  readonly type: number;
  /** `DOMAIN\name`, or the name alone. */
  readonly user: string;
  /** Address, else the name of the other machine; empty where neither is told. */
  readonly from: string;
}

export interface EventLogSummary {
  readonly files: readonly EventLogFile[];
  readonly hosts: readonly EventHost[];
  /** The most frequent first. */
  readonly kinds: readonly EventKind[];
  readonly logons: readonly LogonKind[];
  /** Events that fit what was asked, of which the rest tells. */
  readonly events: number;
  readonly firstUs: number | undefined;
  readonly lastUs: number | undefined;
  /** Rows that were left out because there were too many. */
  readonly leftOut: { readonly hosts: number; readonly kinds: number; readonly logons: number };
}
