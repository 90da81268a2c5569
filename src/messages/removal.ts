/** Texts of a removal: the plan, what was carried out and taken back, and why something was not. */

interface Titled {
  readonly title: string;
  /** Why here, or what to do; one or two sentences. */
  readonly text: string;
}

type Of<K extends string, T = string> = Readonly<Record<K, T>>;
type Subject = { readonly subject: string };

export interface RemovalTexts {
  readonly title: (params: { target: string }) => string;
  readonly made: (params: { time: string; scan: number }) => string;
  readonly decision: Of<'clean' | 'rebuild', Titled>;
  readonly reasons: Of<
    | 'kernel-level'
    | 'login-programs-changed'
    | 'root-and-way-in-unknown'
    | 'way-in-unknown'
    | 'loader-hooked'
    | 'system-programs-changed'
    | 'not-all-checked'
    | 'no-miner-found'
    | 'user-level'
    | 'way-in-known'
  >;
  readonly phases: Of<
    | 'evidence'
    | 'isolate'
    | 'freeze'
    | 'timers'
    | 'loader'
    | 'persistence'
    | 'kill'
    | 'files'
    | 'accounts'
    | 'restore'
    | 'door'
    | 'neighbours'
    | 'verify',
    Titled
  >;
  readonly changes: {
    readonly edit: (params: { path: string; count: number }) => string;
    readonly quarantine: (params: { path: string }) => string;
    readonly metadata: (params: { path: string; what: string }) => string;
    readonly reload: (params: { count: number }) => string;
    readonly manager: (params: { service: string; uid?: number | undefined; pid?: number }) => string;
    readonly freeze: (params: { count: number }) => string;
    readonly kill: (params: { count: number }) => string;
    readonly process: (params: {
      name: string;
      pid: number;
      exe: string;
      role: 'respawner' | 'miner';
      pool?: string | undefined;
      wallet?: string | undefined;
    }) => string;
    readonly unlock: string;
    readonly evidence: (params: { files: number; processes: number }) => string;
    readonly block: (params: { count: number; minutes: number }) => string;
    readonly isolate: (params: { minutes: number }) => string;
    readonly restore: (params: { path: string }) => string;
    readonly fromPackage: (params: { name: string; archive: string }) => string;
    readonly fromFile: (params: { path: string }) => string;
    readonly kernel: (params: { name: string; value: string }) => string;
    readonly kernelWas: (params: { value: string }) => string;
    readonly forget: (params: { count: number }) => string;
    readonly noCapabilities: string;
    readonly container: Of<
      'no-restart' | 'pause' | 'evidence' | 'export' | 'stop',
      (params: { engine: string; name: string }) => string
    >;
    readonly containerImage: (params: { id: string; image: string; socket: string }) => string;
    readonly containerPolicy: (params: { policy: string }) => string;
    /** Of one that is exported; `size` is absent where nobody knows. */
    readonly containerSize: (params: { size: string | undefined }) => string;
    /** Of an edit after which every line is still there. */
    readonly change: (params: { path: string; count: number }) => string;
    readonly takeInside: (params: { path: string; container: string }) => string;
  };
  readonly tasks: Of<
    | 'keep-evidence'
    | 'isolate-host'
    | 'reinstall-package'
    | 'restore-setting'
    | 'remove-container'
    | 'remove-workload'
    | 'check-binds'
    | 'rotate-credentials'
    | 'close-door'
    | 'check-neighbours'
    | 'rebuild-host'
    | 'scan-again',
    Titled
  >;
  readonly reversibility: Of<'reversible' | 'restorable' | 'irreversible'>;
  readonly breaks: Of<
    | 'listening'
    | 'of-package'
    | 'named-by-entry'
    | 'account-logs-in'
    | 'hard-linked'
    | 'service-in-file'
    | 'restarted'
    | 'cut-off'
    | 'uses-setting'
    | 'published-port'
    | 'volume'
    | 'shares-container'
    | 'same-project'
    | 'removes-itself'
    | 'memory-lost',
    (params: Subject) => string
  >;
  readonly verify: Of<
    | 'content'
    | 'gone'
    | 'metadata'
    | 'stopped'
    | 'ended'
    | 'reloaded'
    | 'by-hand'
    | 'kept'
    | 'contained'
    | 'value'
    | 'forgotten'
    | 'container-policy'
    | 'container-paused'
    | 'container-copied'
    | 'container-ended'
  >;
  readonly refusals: Of<
    | 'one-signal'
    | 'package-unchanged'
    | 'kernel-thread'
    | 'declared'
    | 'not-there'
    | 'not-readable'
    | 'through-link'
    | 'foreign-folder'
    | 'whole-table'
    | 'shared-file'
    | 'no-line'
    | 'line-changed'
    | 'running-system'
    | 'container'
    | 'engine-asleep'
    | 'engine-distrusted'
    | 'engine-silent'
    | 'policy-fixed'
    | 'login-needs-it'
    | 'unsupported'
    | 'dropped'
  >;
  readonly stops: Of<
    | 'missing'
    | 'other-file'
    | 'other-content'
    | 'other-metadata'
    | 'other-type'
    | 'through-link'
    | 'came-back'
    | 'name-taken'
    | 'folder-not-empty'
    | 'vault-full'
    | 'vault-unwritable'
    | 'vault-damaged'
    | 'disk-full'
    | 'read-only'
    | 'denied'
    | 'busy'
    | 'too-large'
    | 'process-ended'
    | 'process-other'
    | 'process-remains'
    | 'other-boot'
    | 'no-running-system'
    | 'cannot-be-undone'
    | 'not-reloaded'
    | 'source-damaged'
    | 'other-value'
    | 'no-firewall'
    | 'would-cut-off'
    | 'no-engine'
    | 'engine-refused'
    | 'other-container'
    | 'container-gone'
    | 'container-runs'
    | 'not-exported'
    | 'daemon-runs'
    | 'namespace-gone'
    | 'failed',
    (params: Subject) => string
  >;
  readonly notes: Of<
    | 'owner'
    | 'attribute'
    | 'mode'
    | 'times'
    | 'flags'
    | 'links'
    | 'reload'
    | 'copied'
    | 'not-copied'
    | 'exported'
    | 'not-exported'
    | 'no-room'
    | 'removed'
    | 'already',
    (params: { detail: string }) => string
  >;
  /** What stands in the way of carrying it out. */
  readonly conditions: Of<
    | 'not-root'
    | 'read-only'
    | 'no-right'
    | 'little-room'
    | 'no-room-to-export'
    | 'in-use'
    | 'no-pidfd'
    | 'no-firewall',
    (params: Subject) => string
  >;
  readonly inTheWay: string;
  /** Between a label and what it is of. */
  readonly colon: string;
  /** Words before a step: at most ten columns. */
  readonly states: Of<'open' | 'done' | 'undone' | 'begun' | 'by-hand' | 'stopped'>;
  readonly labels: Of<'findings' | 'breaks' | 'verify' | 'undo' | 'run' | 'why'>;
  readonly left: (params: { count: number }) => string;
  readonly addable: (params: { subject: string }) => string;
  readonly nothing: string;
  readonly next: {
    readonly clean: (params: { folder: string }) => string;
    readonly edit: (params: { folder: string }) => string;
    readonly dryRun: (params: { count: number; folder: string }) => string;
    readonly acceptance: string;
    readonly verify: (params: { folder: string }) => string;
    readonly undo: (params: { folder: string }) => string;
    readonly stopped: string;
    readonly cutOff: (params: { step: string; folder: string }) => string;
    readonly goOn: (params: { done: number; count: number; folder: string }) => string;
    readonly anew: (params: { folder: string }) => string;
    readonly returned: (params: { paths: string }) => string;
    readonly more: (params: { count: number }) => string;
  };
  readonly ended: {
    readonly done: (params: { count: number }) => string;
    readonly undone: (params: { count: number }) => string;
    readonly nothingToUndo: string;
    readonly recovered: string;
    /** What undoing restores, and what it cannot. */
    readonly notRestored: string;
    /** Of containers that were started again. */
    readonly startedAgain: string;
  };
}
