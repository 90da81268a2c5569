import type { ReportTexts } from '../report.ts';

function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(total / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 1) return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
  if (hours >= 1) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return minutes >= 1 ? `${minutes} min` : `${total} s`;
}

function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = value;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit] ?? ''}`;
}

export const report: ReportTexts = {
  headline: {
    clean: 'No mining found',
    suspicious: 'Suspicious',
    'mining-running': 'Mining',
    'mining-stopped': 'Miner found, stopped',
    'mining-traces': 'Traces of mining only',
    inconclusive: 'Inconclusive',
  },
  sentence: {
    clean: 'All that must be checked was checked.',
    suspicious: 'Something looks like a miner or hides. It is not proven.',
    'mining-running': 'A program here is mining cryptocurrency right now.',
    'mining-stopped': 'A miner is on this host. It is frozen, paused or held back at the moment.',
    'mining-traces': 'No miner runs now, but one has left its traces on this host.',
    inconclusive: 'Nothing was found, but too little could be checked.',
  },
  summary: ({ count, coin, pool }) =>
    `${count === 1 ? 'One program on {host} has' : `${count} programs on {host} have`} been mining ${
      coin === '' ? 'cryptocurrency' : coin
    } since {since}${pool ? '. The work goes to the mining pool {pool}' : ''}.`,
  advice: {
    clean:
      'Nothing needs to be done. If the machine is still slow or an alert named it, scan once more over a longer time, because some miners pause while somebody looks; and check that the alert meant this machine.',
    suspicious:
      'Somebody should look at the items below today. Ask whoever runs this machine whether they know the program. If nobody does, treat it as an attack: take the machine off the network, leave it switched on, and hand this report to your security team.',
    'mining-running':
      'Take this machine off the network now, from outside: at the switch, or in the cloud console. Leave it switched on, because what is in its memory is evidence. Do not end the program yet: as a rule a second program starts it again under a new name. Then hand this report to your security team. If the mining is your own, declare it and scan again.',
    'mining-stopped':
      'Take this machine off the network from outside, and leave it switched on. The program rests now and can start again at any moment, often at a set time or when nobody is logged in. Do not delete anything yet: hand this report to your security team first.',
    'mining-traces':
      'Somebody has mined on this machine, or tried to. Find out whether one of you already removed it. If not, it may come back by itself: take the machine off the network, keep its logs, and hand this report to your security team to find the way in.',
    inconclusive:
      'Do not take this as an all-clear. Scan again with administrator rights on the machine itself, not inside a container; the section “What was checked” names what was missing and why.',
  },
  adviceOfFiles:
    'Do not take this as an all-clear. Nothing runs in a disk image, so only what lies on the disk could be checked, and not what ran. The section “What was checked” names what could not be read. If the machine still runs, scan it there.',
  next: {
    isolate: 'Isolate the host from outside (switch, security group). No reboot.',
    'keep-evidence': 'Do not end the miner yet: its guard would start it again.',
    plan: 'Plan the removal: in order, and undoable. Nothing is changed yet.',
    contain: 'Do not end the miner (its guard restarts it): block and hold it.',
    'look-at-process': 'See the process: files, connections, children',
    'look-at-network': 'See every connection by process',
    declare: 'If it is yours, declare it in demine.yaml and scan again',
    'watch-longer': 'Watch longer: some miners pause while somebody looks',
    'as-root': 'Scan again as root: without it most of the host stays unread',
    'from-host': 'Scan from the host: from inside a container the rest is out of sight',
    'look-by-hand': 'See in the report which startup files could not be read, and why',
    'read-report': 'Read the report, hand it on',
    'close-exposure': 'Close what is open to everybody',
    'search-way-in': 'Keep the logs; find out who removed it, and how it came in',
    nothing: 'Nothing to do.',
  },
  severity: { info: 'info', low: 'low', medium: 'medium', high: 'high', critical: 'critical' },
  judgement: {
    benign: 'benign',
    unusual: 'unusual',
    suspicious: 'suspicious',
    mining: 'mining',
    excused: 'declared',
  },
  minerState: { running: 'running', stopped: 'stopped' },
  risk: { low: 'low', medium: 'medium', high: 'high' },
  reach: {
    'all-addresses': 'on all addresses',
    'one-address': 'on one address',
    container: 'inside a container',
  },
  status: {
    ok: 'read',
    empty: 'empty',
    absent: 'absent',
    denied: 'denied',
    truncated: 'cut at the limit',
    timeout: 'gave no answer',
    error: 'failed',
  },
  scope: {
    host: 'the whole host',
    'pid-namespace': 'one process namespace of the host',
    container: 'inside a container',
    files: 'files only, nothing runs',
  },
  witness: {
    registers: 'CPU registers',
    'memory-shape': 'shape of memory',
    'memory-content': 'content of memory',
    traffic: 'network traffic',
    cpu: 'CPU time',
    gpu: 'graphics card',
    name: 'name',
    'command-line': 'command line',
    file: 'file',
    package: 'package database',
    view: 'views that contradict each other',
    kernel: 'kernel',
    environment: 'environment',
    container: 'container',
    indicator: 'indicator',
  },
  duration: ({ seconds }) => duration(seconds),
  bytes: ({ bytes: value }) => bytes(value),
  busySince: ({ time, certain }) =>
    `processors busy since ${time} UTC${certain ? '' : ' or earlier'}, by the records of this host`,
  deleted: 'deleted',
  hidden: 'hidden',
  privileged: 'root',
  unprivileged: 'without root',
  page: {
    kind: 'mining check',
    colon: ': ',
    comma: ', ',
    title: ({ host }) => `Demine report: ${host}`,
    headings: {
      next: 'What to do next',
      contents: 'In this report',
      miners: 'Miners',
      entry: 'How it got in, and since when',
      families: 'Whose doing it is',
      hosts: 'Other hosts in these logs',
      why: 'Why this verdict',
      findings: 'Findings',
      evidence: 'Evidence',
      processes: 'Processes',
      sockets: 'Connections',
      persistence: 'What starts by itself',
      exposure: 'Open to the network',
      coverage: 'What was checked',
      sources: 'What was read',
      excused: 'Excused by the owner',
      recovered: 'Recovered executables',
      actions: 'Done on the scene',
      scan: 'About this scan',
      verified: 'Verifications since',
    },
    labels: {
      address: 'Address',
      algorithm: 'Algorithm',
      artifact: 'Kind',
      bytes: 'Bytes',
      coin: 'Coin',
      comesBack: 'Comes back by',
      commandLine: 'Command line',
      commands: 'On the command line',
      confidence: 'Confidence',
      container: 'Container',
      cores: 'Cores',
      count: 'Count',
      cpu: 'CPU',
      decoded: 'Decoded',
      exe: 'Executable',
      finding: 'Finding',
      interval: 'CPU watched for',
      item: 'What',
      judgement: 'Judgement',
      kernel: 'Kernel',
      local: 'Local',
      machineId: 'Machine id',
      mechanism: 'Mechanism',
      bootId: 'Boot id',
      bootTime: 'Booted',
      timeZone: 'Time zone',
      clockOffset: 'Clock offset',
      memory: 'Memory',
      options: 'Options',
      os: 'System',
      parent: 'Parent',
      path: 'Path',
      pid: 'PID',
      place: 'Place',
      pool: 'Pool',
      process: 'Process',
      reach: 'Reach',
      reason: 'Reason',
      remote: 'Remote',
      restartPolicy: 'Restart policy',
      risk: 'Risk',
      rule: 'Rule',
      scanned: 'Scanned',
      scope: 'Seen from',
      score: 'Score',
      seen: 'From the alert',
      seenBy: 'Seen by',
      service: 'Service',
      sha256: 'SHA-256',
      since: 'Since',
      host: 'Host',
      source: 'Source',
      started: 'Started',
      state: 'State',
      status: 'Status',
      target: 'Target',
      technique: 'ATT&CK',
      text: 'What it says',
      tool: 'Tool',
      trigger: 'Runs',
      user: 'User',
      wallet: 'Wallet',
      witness: 'Rests on',
    },
    privileges: 'Privileges',
    optionNames: { active: 'acted on the scene', thorough: 'thorough', keepSecrets: 'secrets kept' },
    benign: 'Harmless explanations considered',
    noFindings: 'Nothing was found.',
    persistenceNote: ({ all, grave }) =>
      grave === 0
        ? `${all} entries were read: timers, services, startup files, accounts, hooks and files. None of them is suspicious.`
        : `${all} entries were read; ${grave} can bring a miner back. Remove them before the miner, or it returns.`,
    unusualEntries: ({ count }) =>
      `${count} unusual ${count === 1 ? 'entry' : 'entries'}: seldom seen, not suspicious`,
    benignEntries: ({ count }) => `${count} benign ${count === 1 ? 'entry' : 'entries'} by mechanism`,
    listOfEntries: 'Every one of them',
    inactive: 'does not run as things stand',
    noExposure: 'No service that attackers look for is open to the network.',
    minerNumber: ({ number }) => `Miner ${number}`,
    runsFor: ({ duration: time }) => `for ${time}`,
    before: ({ duration: length }) => `${length} before this scan`,
    ofOneCore: ({ percent }) => `${percent} % of one core`,
    checkedCount: ({ checked, all }) => `${checked} of ${all} checked`,
    checked: 'checked',
    notChecked: 'not checked',
    optional: 'not needed for the verdict',
    whyNote: 'The numbers lead to the findings, and from there to the lines they rest on.',
    evidenceNote: 'Exactly what was read, where, with secrets masked. The number leads back to the claim.',
    sourcesNote: ({ complete, incomplete }) =>
      `${complete} sources were read whole; ${incomplete} were not and are listed by path and reason.`,
    processesNote: ({ all, shown }) =>
      shown === 0
        ? `${all} processes, none of them unusual.`
        : `${all} processes; the ${shown} that need a look, are busy or belong to a finding come first.`,
    moreProcesses: ({ count }) =>
      `${count} more ${count === 1 ? 'process' : 'processes'} without anything unusual`,
    moreKernelThreads: ({ count }) => `${count} kernel ${count === 1 ? 'thread' : 'threads'}`,
    moreSockets: ({ count }) => `${count} more: local sockets and closed connections`,
    moreLines: ({ count }) => `${count} more ${count === 1 ? 'line' : 'lines'}`,
    moreEvidence: ({ count }) => `${count} more ${count === 1 ? 'line' : 'lines'} in result.json`,
    moreRows: ({ count }) => `${count} more in result.json`,
    incompleteSources: ({ count }) =>
      count === 1 ? '1 source that was not read whole' : `${count} sources that were not read whole`,
    doubtfulSources: ({ count }) =>
      count === 1
        ? '1 source that was read and cannot be relied on'
        : `${count} sources that were read and cannot be relied on`,
    readSources: ({ count }) => `Counts by kind and status (${count})`,
    backToFinding: 'back to the finding',
    madeBy: ({ version, time }) =>
      `Demine ${version}, ${time} UTC. This page loads nothing from the network.`,
  },
};
