/** Texts of the timeline and of what a case was told: kinds of events, what each says, the logs they are from. */

export type EventKind =
  | 'account'
  | 'command'
  | 'container'
  | 'file'
  | 'host'
  | 'job'
  | 'kernel'
  | 'load'
  | 'login'
  | 'message'
  | 'package'
  | 'privilege'
  | 'request'
  | 'service'
  | 'session'
  | 'table';

export interface TimelineTexts {
  /** Six columns at most. */
  readonly kinds: Readonly<Record<EventKind, string>>;
  readonly login: (params: {
    account: string;
    from: string;
    accepted: boolean;
    by: string;
    known: boolean;
  }) => string;
  readonly session: (params: { account: string; from: string; opened: boolean; service: string }) => string;
  readonly privilege: (params: {
    account: string;
    as: string;
    accepted: boolean;
    program: string;
    command: string;
  }) => string;
  readonly accountActions: Readonly<
    Record<
      | 'added'
      | 'removed'
      | 'changed'
      | 'password-changed'
      | 'group-added'
      | 'group-removed'
      | 'member-added'
      | 'member-removed'
      | 'locked'
      | 'unlocked'
      | 'enabled'
      | 'disabled'
      | 'renamed',
      (params: { account: string; group: string; was: string }) => string
    >
  >;
  readonly by: (params: { who: string }) => string;
  readonly job: (params: { account: string; scheduler: string; command: string }) => string;
  readonly tableActions: Readonly<
    Record<
      'replaced' | 'deleted' | 'edited' | 'listed' | 'reloaded',
      (params: { table: string; by: string }) => string
    >
  >;
  readonly command: (params: { account: string; command: string }) => string;
  readonly packageActions: Readonly<
    Record<'installed' | 'upgraded' | 'removed' | 'configured' | 'command', string>
  >;
  readonly kernelActions: Readonly<
    Record<
      'tainted' | 'segfault' | 'out-of-memory' | 'module' | 'promiscuous' | 'msr-write' | 'mount',
      (params: { subject: string }) => string
    >
  >;
  readonly containerActions: Readonly<
    Record<'created' | 'started' | 'stopped' | 'removed' | 'executed' | 'output' | 'request', string>
  >;
  readonly hostActions: Readonly<
    Record<
      | 'booted'
      | 'halted'
      | 'runlevel'
      | 'clock-set'
      | 'log-started'
      | 'log-stopped'
      | 'log-rotated'
      | 'log-cleared',
      string
    >
  >;
  readonly load: (params: { busy: string; minutes: number; process: string }) => string;
  readonly fileTimes: Readonly<Record<'changed' | 'modified' | 'born', (params: { path: string }) => string>>;
  /** A line that stands for many of the same. */
  readonly repeated: (params: { count: string; until: string }) => string;
  readonly heading: (params: { name: string }) => string;
  readonly utc: string;
  readonly uncertain: string;
  /** What marks a line that a way in rests on. */
  readonly ofWayIn: string;
  readonly none: string;
  readonly noLogs: string;
  readonly total: (params: { count: string; from: string; to: string }) => string;
  readonly logs: string;
  readonly log: (params: { events: string; from: string; to: string }) => string;
  readonly noEvents: string;
  readonly marks: {
    readonly status: (params: { status: string; reason: string }) => string;
    readonly unreadable: (params: { count: string; of: string }) => string;
    readonly nulBytes: (params: { count: string }) => string;
    readonly cutLines: (params: { count: string }) => string;
    readonly uncertain: (params: { count: string }) => string;
    readonly step: (params: { from: string; to: string; line: number }) => string;
    readonly gap: (params: { from: string; to: string; booted: boolean }) => string;
    readonly more: (params: { count: number }) => string;
    readonly doubts: Readonly<
      Record<
        'claimed' | 'unproven' | 'changed' | 'missing' | 'disordered' | 'checksum',
        (params: { count: string }) => string
      >
    >;
  };
  /** Of reading, by its status. */
  readonly statuses: Readonly<
    Record<'ok' | 'empty' | 'absent' | 'denied' | 'truncated' | 'timeout' | 'error', string>
  >;
  /** Our own English reasons in the language; others are shown as they are. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly case: {
    readonly times: string;
    readonly appeared: string;
    readonly discovered: string;
    readonly handled: string;
    readonly notTold: string;
    readonly network: string;
    readonly zone: string;
    readonly reach: string;
    readonly nothing: string;
    readonly scans: string;
    /** When the infection began: after this, no later than that. */
    readonly window: string;
    readonly after: string;
    readonly until: string;
    readonly unknown: string;
    readonly against: (params: { told: string; evidence: string }) => string;
    readonly neighbours: string;
    /** Between reasons. */
    readonly between: string;
    readonly added: (params: { files: string; events: string }) => string;
    readonly alreadyThere: (params: { events: string }) => string;
    readonly unknownFiles: (params: { count: string }) => string;
    /** Heads the list of logs that were not read, or not whole. */
    readonly notWhole: string;
    /** Heads the hosts of a case that were not scanned, those with something found. */
    readonly hosts: (params: { count: string; found: string }) => string;
    readonly hostsLeft: (params: { count: string }) => string;
    /** A host that no line names. */
    readonly unnamed: string;
    /** Its scheduler ran what mines or fetches. */
    readonly mines: string;
    readonly more: (params: { count: string }) => string;
  };
}
