import type { GotIn, VectorId, WayInTexts } from '../way-in.ts';

/** Behind "the attacker got in". */
const doors: Readonly<Record<VectorId, string>> = {
  'ssh-brute-force': 'by guessing a password over SSH',
  'ssh-key': 'over SSH, with a key that was stolen or planted',
  'redis-cron': 'through a Redis that asks for no password and was made to write a crontab',
  'redis-key': 'through a Redis that asks for no password and was made to write an SSH key',
  'redis-replication': 'through a Redis that asks for no password and was made to load a module',
  'redis-lua': 'through a Redis that was made to run a script outside its sandbox',
  'docker-api': 'through a Docker API that asks for no password',
  kubelet: 'through a Kubernetes API that asks for no password',
  'web-exploit': 'through a flaw of a web application',
  'web-shell': 'through a web shell, a page that runs what it is sent',
  'database-exec': 'through a database that was made to run commands',
  scheduler: 'with a job handed to a scheduler',
  broker: 'through a message broker or service registry',
  'supply-chain': 'inside a software package that was installed',
  lateral: 'from another machine of the same network',
  'rdp-brute-force': 'over Remote Desktop (RDP), with a password that was guessed or known',
  'smb-brute-force': 'over Windows file sharing (SMB), with a password that was guessed or known',
  'windows-logon': 'with a logon to Windows whose password was stolen or known',
  'smb-exploit': 'through a flaw of Windows file sharing (SMB) or its print spooler',
  phishing: 'by a document or attachment that a user opened',
  'user-download': 'by a download that a user started',
  'mssql-brute-force': 'through SQL Server, with a password that was guessed or known',
};

const how = ({ vector, account, attackers, time }: GotIn): string =>
  [
    doors[vector],
    account ? ', as {account}' : '',
    attackers === 0 ? '' : ', from {from}',
    attackers > 1 ? ` and ${attackers - 1} more ${attackers === 2 ? 'address' : 'addresses'}` : '',
    { none: '', certain: ', at {time}', about: ', at about {time}' }[time],
  ].join('');

export const wayIn: WayInTexts = {
  gotIn: {
    confirmed: (way) => `The attacker got in ${how(way)}; the logs prove that.`,
    probable: (way) => `The attacker most likely got in ${how(way)}; part of the proof is missing.`,
    possible: (way) => `The attacker may have got in ${how(way)}; that is a lead and no proof.`,
  },
  unknown: {
    none: 'How the attacker got in is not known: there is no log of that time.',
    later:
      'How the attacker got in is not known: the logs begin on {horizon}, when the host was infected already.',
    before: 'How the attacker got in is not known: the logs go back to {horizon} and show no way in.',
  },
  began: {
    between: 'The infection began between {from} and {to}.',
    open: 'The host was infected by {to} at the latest; nothing tells since when.',
  },
  mined: {
    certain: 'The host has been mining since {onset}.',
    uncertain: 'The host has been mining since about {onset}.',
  },
  atRisk: ({ more }) => `Other machines may be affected too: {names}${more > 0 ? ` and ${more} more` : ''}.`,
  notLooked:
    'How the attacker got in was not looked for: this scan read no logs. Scan again with --logs, before they are rotated away.',

  excluded: {
    'failed-guesses': ({ count }) => `addresses that guessed passwords and never succeeded: ${count}`,
    'usual-login': ({ count }) => `logins with a password from where this account usually comes: ${count}`,
    'usual-key': ({ count }) => `logins with a key that its owner has been using all along: ${count}`,
    'own-replica': ({ count }) => `connections to the replication master of this Redis: ${count}`,
    'own-container': ({ count }) => `containers with access to the host that somebody here runs: ${count}`,
    'own-job': ({ count }) => `jobs of the owner: ${count}`,
    'refused-requests': ({ count }) => `requests that were refused: ${count}`,
    'not-kept': ({ count }) => `more than are kept in mind, and not looked at: ${count}`,
    'without-effect': ({ count }) => `attempts that left nothing behind: ${count}`,
  },
  shape: ({ status, count }) => `requests of this shape, answered ${status} and without effect: ${count}`,

  headings: {
    drawing: 'Timeline',
    excluded: 'Looked at, and not the door',
    logs: 'How far the logs reach',
    gaps: 'Silent, emptied or edited logs',
    missing: 'Looked for and not found',
    chain: 'The lines, in order',
    neighbours: 'Who else is at risk',
  },
  labels: {
    window: 'Infection began',
    firstFile: 'First malicious file',
    onset: 'Mining since',
    appeared: 'First sign, as told',
    discovered: 'Discovered, as told',
    handled: 'First handled, as told',
    attackers: 'Attackers',
    account: 'Account',
    firstSuccess: 'First success',
    time: 'Time (UTC)',
    what: 'What',
    from: 'From (UTC)',
    to: 'To (UTC)',
    evidence: 'Evidence',
    address: 'Address or subnet',
    zone: 'Zone',
    because: 'Why',
    logs: 'Logs (UTC)',
    events: 'Events',
    wayIn: 'Way in',
  },
  between: ({ from, to }) => (from === to ? `${to} UTC` : `${from} – ${to} UTC`),
  until: ({ to }) => `by ${to} UTC at the latest`,
  bounds: ({ from, to }) => (from === '' ? `not after ${to}` : `after ${from}, not after ${to}`),
  onsetBy: ({ by, certain }) => `by the ${by}${certain ? '' : '; it may have begun earlier'}`,
  ungrounded: 'by a time that touch(1) can set',
  later: ({ duration, least }) => `${least ? 'at least ' : ''}${duration} after the infection`,
  noSuccess: 'no log shows one',
  gradeNote: {
    confirmed:
      'A log shows the success, the first file followed within minutes, and it belongs to the account of this door.',
    probable: 'Most of the proof is there. What is missing is listed below.',
    possible: 'A lead: what there is fits, and so might something else.',
  },
  excludedNote: 'None of these let anybody in, or they are the owner’s own.',
  horizonNote: 'What happened before a log begins is not known from it. That is no proof that nothing did.',
  gapsNote: 'Lines that are missing may have been removed by whoever got in.',
  noGaps: 'No log is silent for unusually long, emptied or out of order.',
  logsOf: ({ count }) => (count === 1 ? '1 log' : `all ${count} logs`),
  otherWays: ({ count }) =>
    count === 1 ? '1 other way in that was considered' : `${count} other ways in that were considered`,
  neighboursNote:
    'Whoever is in here can try these next, with the keys and passwords that he found. Look at them as well.',
  hashedHosts: ({ count }) =>
    `${count} ${count === 1 ? 'host whose name is' : 'hosts whose names are'} hashed in known_hosts`,
  against: ({ told, evidence }) => `Told: ${told} UTC; the evidence: ${evidence} UTC.`,
  hostsNote: 'Of these hosts only logs were there, so there is less proof than of the host that was scanned.',
  hostsLeft: ({ count }) => `${count} more hosts were not looked at: there are too many in these logs.`,
  noWayIn: 'none found',
  unnamed: '(no name)',
  logCount: ({ count }) => (count === 1 ? '1 log' : `${count} logs`),

  drawing: {
    title: ({ host }) => `What happened on ${host}, in order`,
    describe: ({ moments, from, to }) =>
      `${moments} moments from ${from} to ${to} UTC, the oldest on top: the ways in, the infection window as a band, since when it mines, what was told, and how far the logs reach. The table below says the same.`,
    table: ({ moments }) => `The same as a table (${moments} moments)`,
    moments: {
      'window-from': 'infection came after this',
      'window-to': 'infection had come by this',
      'first-file': 'first malicious file',
      onset: 'mining begins',
      appeared: 'first sign (told)',
      discovered: 'discovered (told)',
      handled: 'first handled (told)',
      scan: 'this scan',
    },
    bound: { from: 'window opens', to: 'window closes', both: 'the window' },
    logBegins: ({ letters, count }) => (count === 1 ? `log ${letters} begins` : `logs ${letters} begin`),
    gap: ({ letter, what }) => `log ${letter}: ${what}`,
    other: ({ way, grade }) => `${grade}: ${way}`,
    more: ({ count }) => `${count} more in the table`,
    legend: {
      window: 'infection window',
      mining: 'mining',
      log: 'log reaches',
      gap: 'log silent or broken',
      told: 'told by the customer',
      uncertain: 'time uncertain',
    },
    scale: 'Not to scale: the time between two moments is written between them.',
  },

  screen: {
    labels: { wayIn: 'Way in', told: 'Told', risk: 'At risk', family: 'Family', hosts: 'Others' },
    unknown: {
      none: 'not known: there is no log of that time',
      later: 'not known: the logs begin when it was infected already',
      before: 'not known: the logs show no way in',
    },
    notLooked: 'not looked for; --logs reads the logs',
    who: ({ account, from, more }) =>
      [account, from === '' ? '' : `from ${from}${more > 0 ? ` +${more}` : ''}`]
        .filter((part) => part !== '')
        .join(' '),
    between: ({ from, to }) => (from === to ? `infected ${to} UTC` : `infected ${from} – ${to} UTC`),
    until: ({ to }) => `infected by ${to} UTC`,
    onset: ({ time, certain }) => `mining since ${certain ? '' : '~'}${time}`,
    missing: ({ what, more }) => `missing: ${what}${more > 0 ? ` (+${more})` : ''}`,
    times: {
      appeared: ({ time }) => `first sign ${time}`,
      discovered: ({ time }) => `discovered ${time}`,
      handled: ({ time }) => `handled ${time}`,
    },
    hosts: ({ names, more }) =>
      `logs show ways into other hosts: ${names}${more > 0 ? ` and ${more} more` : ''}`,
    neighbours: ({ names, more }) => `${names}${more > 0 ? ` and ${more} more` : ''}`,
  },
};
