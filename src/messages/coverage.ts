/** Texts of the coverage list: what was checked, and why something was not. */

/** One question that a scan answers, in the order shown. */
export type CoverageId =
  | 'processes'
  | 'cpu'
  | 'registers'
  | 'suspects'
  | 'hidden-processes'
  | 'sockets'
  | 'mounts'
  | 'modules'
  | 'kernel-settings'
  | 'forwards'
  | 'bpf'
  | 'ftrace'
  | 'msr'
  | 'gpu'
  | 'agents'
  | 'hosts-file'
  | 'containers'
  | 'load-history'
  | 'unowned-cpu'
  | 'whole-host'
  | 'host'
  | 'dropped-files'
  | 'persistence'
  | 'windows-system'
  | 'windows-software'
  | 'windows-accounts'
  | 'windows-users'
  | 'windows-tasks'
  | 'windows-logs';

export interface CoverageTexts {
  readonly names: Readonly<Record<CoverageId, string>>;
  readonly notRead: string;
  readonly processesDenied: (params: { count: number; asRoot: boolean }) => string;
  readonly processesUnread: (params: { count: number }) => string;
  readonly noProcesses: string;
  readonly busyUnread: (params: { count: number; of: number; reason: string }) => string;
  readonly suspectsLeft: (params: { count: number }) => string;
  readonly suspectsUnread: (params: { count: number }) => string;
  readonly filesNeedThorough: string;
  readonly unownedNeedsInterval: string;
  readonly onlyContainer: string;
  readonly onlyNamespace: string;
  readonly imageHasNoProcesses: string;
  readonly persistenceLeftOut: string;
  readonly noUserHive: string;
  readonly noEventLog: string;
  readonly noTasks: string;
}
