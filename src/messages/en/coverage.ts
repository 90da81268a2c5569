import type { CoverageTexts } from '../coverage.ts';

export const coverage: CoverageTexts = {
  names: {
    processes: 'all processes',
    cpu: 'CPU of every process',
    registers: 'registers of busy threads',
    suspects: 'memory of suspects',
    'hidden-processes': 'hidden processes',
    sockets: 'connections and listeners',
    mounts: 'mounts of all namespaces',
    modules: 'kernel modules',
    'kernel-settings': 'kernel settings',
    forwards: 'packet forwarding rules',
    bpf: 'eBPF programs',
    ftrace: 'traced kernel functions',
    msr: 'processor prefetch registers',
    gpu: 'graphics processors',
    agents: 'security agents',
    'hosts-file': 'hosts file',
    containers: 'containers',
    'load-history': 'load of the past',
    'unowned-cpu': 'CPU that nobody owns',
    'whole-host': 'the whole host',
    host: 'identity of the host',
    'dropped-files': 'files where miners are dropped',
    persistence: 'what starts a miner again',
    'windows-system': 'SYSTEM hive: services, drivers, network',
    'windows-software': 'SOFTWARE hive: autostarts, protection',
    'windows-accounts': 'SAM hive: accounts',
    'windows-users': 'hives of users',
    'windows-tasks': 'scheduled tasks',
    'windows-logs': 'event logs',
  },
  notRead: 'not read',
  processesDenied: ({ count, asRoot }) => {
    const processes = `${count} process${count === 1 ? '' : 'es'}`;
    return asRoot
      ? `${processes} could not be read, even as root: a security module or a container refuses it`
      : `${processes} of other users could not be read; run as root`;
  },
  processesUnread: ({ count }) => `the program of ${count} processes could not be told`,
  noProcesses: 'no process could be read',
  busyUnread: ({ count, of, reason }) =>
    `${count} of ${of} busy processes could not be looked into${reason === '' ? '' : `: ${reason}`}`,
  suspectsLeft: ({ count }) => `${count} more processes were left out; use --thorough`,
  suspectsUnread: ({ count }) =>
    `the memory of ${count} suspect${count === 1 ? '' : 's'} could not be read whole`,
  filesNeedThorough: 'not walked: use --thorough',
  unownedNeedsInterval: 'not judged: needs --interval 30 or more',
  onlyContainer: 'ran inside a container and saw only that container',
  onlyNamespace: 'ran inside a pid namespace and saw only its processes',
  persistenceLeftOut: 'left out: --no-persistence',
  noUserHive: 'no NTUSER.DAT is here',
  noEventLog: 'no event log is here',
  noTasks: 'neither the folder of tasks nor the task cache is here',
  imageHasNoProcesses: 'nothing runs in a folder',
};
