import type { CliTexts } from '../cli.ts';

const commands = `demine - find a cryptominer on this host, show the proof

  demine [scan] [TARGET]     this host, or a folder: a root file system or logs
  demine ps [PID]            process tree with judgement; one in detail
  demine net                 connections, listeners and exposure, by process
  demine timeline CASE       what the logs of a case say, by time
  demine evtx FILE|FOLDER …  Windows event logs: a summary, or JSON lines
  demine case show|set|add   what the customer told; logs from elsewhere
  demine contain [CASE]      cut off pools and attackers, or the whole host;
                             hold the miner
  demine contain --sheet     the sheet for the first hour, to print
  demine plan CASE           what to remove, in which order, and what stays
  demine clean CASE          carries the plan out; a dry run without --yes
  demine undo CASE           takes it back
  demine verify CASE         looks again, compares, writes a statement of it
  demine verify --check FILE whether a statement is as it was signed
  demine key                 makes the key that signs statements
  demine watch CASE          whether it stays away, and who brings it back
  demine rules               every rule that can be reported
  demine coverage            every place a miner comes back from, and how well
                             each is read
  demine schema              JSON Schema of the result
  demine drill [SCENARIO …]  a safe exercise in throw-away namespaces
  demine help [COMMAND] | --version
`;

const scan = `
Options of scan
  --json FILE|-              result as JSON to FILE, or to standard output
  --out DIR                  case folder (default cases/<host>-<UTC time>)
  --no-case                  write no case folder
  --interval SECONDS         how long CPU is watched (default 3; with 30 also
                             CPU that no process owns is judged)
  --seen INDICATOR           address, domain, URL or hash of the alert; repeats
  --config FILE              declared mining, agents, exceptions (default: none)
  --thorough                 more processes, every pid, files of usual places
  --no-persistence           leave out what starts by itself (processes only)
  --logs, --no-logs          read logs into the case, or not (default: those of
                             an image and with --thorough)
  --integrity full           every packaged file against its package (minutes)
  --ask, --no-ask            ask for the three times and the network file after
                             the verdict, or not (default: in a terminal, where
                             something was found)
  --active                   also act on the scene: start a decoy watcher, ask
                             suspects on their own loopback interface
  --keep-secrets             do not mask passwords and keys in the output
  --lang en|zh-CN            language (default: from LANG)
`;

const scanExamples = `
Examples
  demine                                 this host
  demine scan --seen 192.0.2.7:3333      start from the address of an alert
  demine scan /mnt/image --thorough      a mounted disk image
  demine scan --json - --no-case | jq .verdict
`;

const look = `  -a, --all                  fold nothing away: kernel threads, local sockets
  --interval SECONDS         how long CPU is watched (default 1)
  --config FILE              declared mining, agents, exceptions (default: none)
  --keep-secrets             do not mask passwords and keys in the output
  --lang en|zh-CN            language (default: from LANG)
`;

const timelineOptions = `  --from TIME, --to TIME     2024-01-02, 2024-01-02T03:04, with Z or an offset;
                             UTC without; the day or minute given is included
  --grep TEXT                lines that hold this text
  --regex PATTERN            lines that fit this regular expression; (?i) before
                             it ignores case
  --kind KIND                login, session, privilege, account, job, table,
                             command, package, kernel, request, service,
                             container, host, load, file, message; repeats
  --host NAME                only this host; repeats
  --format FORMAT            text (default), jsonl and csv for Timesketch,
                             bodyfile for mactime, l2t for Plaso's l2t_csv
  --out FILE                 to FILE instead of standard output
  --lang en|zh-CN            language (default: from LANG)
`;

const evtxOptions = `  --json                     one JSON object for each record on standard output:
                             {"file","offset","Event":{"System","EventData"}}
  --summary                  hosts, logons, kinds of events; the default, and
                             beside --json on standard error
  --html FILE|-              the summary as a page
  --where EXPR               only records that fit, see below
  --workers N                processes that read (default: as many as help)
  --lang en|zh-CN            language (default: from LANG)
`;

const evtxExpression = `Fields are those of the event: EventID, Provider, Channel, Computer, Level, Time,
EventRecordID, and the names of its data (TargetUserName, CommandLine). "any" is
every field; Found is log, free, hidden or stray.
  = != < <= > >=             numbers, hexadecimal too, and times (UTC)
  contains startswith endswith in (a, b)
  and or not ( )             text is compared without regard to case; what holds
                             spaces or signs stands in quotes
`;

const caseOptions = `  --appeared TIME            when the first sign was seen
  --discovered TIME          when it was understood
  --handled TIME             when somebody first changed something
  --network FILE             how the network is cut: CSV subnet,zone,reach or
                             YAML; what is reached are zones, subnets or *
  --keep-secrets             with add: do not mask passwords and keys
  --lang en|zh-CN            language (default: from LANG)
`;

const containOptions = `  --block                    cut off pools and attackers that the case names,
                             in both directions, for the host and its containers
  --isolate                  cut off everything but your own connection
  --keep ADDRESS|none        with --isolate: also this address; none, at a
                             console, where there is no connection to keep
  --for TIME                 lifts by itself after 90s, 15m (default), 2h, 1d
  --confirm                  lasting, at once or for what stands
  --lift                     take it back
  --freeze, --thaw           hold the miner and its guards; let them go
  --print FORM               write the block for other equipment: nft, iptables,
                             cisco, huawei, h3c, windows, netsh, suricata,
                             hosts, rpz
  --sheet                    print the sheet for the first hour instead: what to
                             ask, what to pull, what not to touch
  --html FILE|-              with --sheet: a page for paper (A4)
  -y, --yes                  do it; without, it is only shown
  --lang en|zh-CN            language (default: from LANG)
`;

const planOptions = `  --edit TEXT                "drop S3", "add P4 P6", "move S5 before S2" or
                             "isolate"
  --new                      another plan, where one was begun
  --root DIR                 where the image is mounted now
  --json FILE|-              the plan as JSON to FILE, or to standard output
  --lang en|zh-CN            language (default: from LANG)
`;

const undoOptions = `  --step N                   only this step
  --vault DIR                where copies are kept (default: in the case)
  --lang en|zh-CN            language (default: from LANG)
`;

const cleanOptions = `  -y, --yes                  carry it out
  --accept-irreversible      also what cannot be undone: ending processes
  --export-limit SIZE        keep no more of a container's file system (20G;
                             default: what the disk has room for)
${undoOptions}`;

const verifyOptions = `  --root DIR                 where the image is mounted now
  --interval SECONDS         how long CPU is watched (default: as in the scan of
                             the incident; likewise --thorough)
  --thorough                 more processes, every pid, files of usual places
  --integrity full           every packaged file against its package (minutes)
  --door                     also whether each door is closed, with the settings
                             that close it
  --active                   with --door: asks the services of this host, too
  --config FILE              declared mining, agents, exceptions (default: none)
  --key FILE                 the key to sign with (default: of "demine key");
                             with --check, the public key to check with
  --check FILE|CASE          checks a statement instead, or the newest of a case
  --sign FILE|CASE           signs one that was written without a key
  --json FILE|-              the statement as JSON to FILE, or standard output
  --lang en|zh-CN            language (default: from LANG)
`;

const keyOptions = `  --out FILE                 where it is made (default: in your configuration
                             folder, ~/.config/demine/responder.key)
  --show                     shows the fingerprint of the one that is there
  --lang en|zh-CN            language (default: from LANG)
`;

const watchOptions = `  --for DURATION             how long: 90m, 24h, 7d (default 24h)
  --remove                   remove what comes back, by the rules of a plan
  --accept-irreversible      with --remove: also end processes
  --across-reboots           go on after a start of this machine; writes one
                             unit or cron file, shown first, taken away at the
                             end
  --config FILE              declared mining, agents, exceptions (default: none)
  -y, --yes                  do what was shown; --remove and --across-reboots
                             need it
  --status                   how it stands, or ended
  --json FILE|-              with --status: the record as JSON
  --stop                     end it
  --lang en|zh-CN            language (default: from LANG)
`;

const drill = `
Options of drill
  --list                     tell the scenarios, start nothing
  -y, --yes                  start without asking
  --lang en|zh-CN            language (default: from LANG)
`;

const exits = `
Exit codes: 0 clean, 1 suspicious or mining, 2 failed or misused,
3 inconclusive.
A scan is passive: it starts no program of this host, sends nothing, changes
nothing.
`;

const help: CliTexts['help'] = {
  all: `${commands}${scan}
Options of ps and net
${look}${drill}${exits}`,
  scan: `demine [scan] [TARGET]: scan this host, or a folder with a root file system or
with logs
${scan}${scanExamples}${exits}`,
  ps: `demine ps [PID]: the process tree with CPU, user, connections and judgement;
or one process in detail: files, connections, memory, children, findings

Options
${look}
Signs: ✗ mining, ! suspicious, ~ unusual, = declared by the owner.
Exit codes: 0 shown, 2 failed or misused.
`,
  net: `demine net: connections and listeners by process, what is open to the network,
what is hidden

Options
${look}
Exit codes: 0 shown, 2 failed or misused.
`,
  timeline: `demine timeline CASE: events of all logs in a case folder, by time

Options
${timelineOptions}
Examples
  demine timeline cases/web-1-20240102T030405Z --kind login --from 2024-01-01
  demine timeline CASE --format jsonl --out timeline.jsonl

Exit codes: 0 shown, 2 failed or misused.
`,
  evtx: `demine evtx FILE|FOLDER …: what Windows event logs (.evtx) hold. Nothing else of
the machine is needed; damaged logs are read as far as they go, and records that
a log no longer knows are told apart ("found").

Options
${evtxOptions}
Expressions
${evtxExpression}
Examples
  demine evtx /mnt/image/Windows/System32/winevt/Logs --html logs.html
  demine evtx Security.evtx --where "EventID = 4625 and Time > 2026-11-01"
  demine evtx logs/ --json --where "any contains xmrig" | jq .Event.EventData

Exit codes: 0 read, 1 something could not be read, 2 failed or misused.
`,
  case: `demine case show CASE          what the customer told, and the scans of it
demine case set CASE …         keeps what the customer tells
demine case add CASE FOLDER …  reads the logs of a folder into it

Options
${caseOptions}
Exit codes: 0 done, 2 failed or misused.
`,
  contain: `demine contain [CASE]: what stands, and what would be set. With --yes it is
set, in one step of the kernel in which no program of the host takes part.
Without CASE this host is scanned first: evidence comes before any change.

Options
${containOptions}
Examples
  demine contain cases/web-1-20240102T030405Z --block --freeze
  demine contain CASE --isolate --for 2h --yes
  demine contain CASE --print rpz > demine.rpz
  demine contain --lift --yes

Exit codes: 0 done or shown, 1 nothing to do, 2 failed or misused.
`,
  plan: `demine plan CASE: from the last scan of a case, what is removed, in the order in
which nothing comes back; clean or rebuild first, with reasons. Nothing is
changed. What only one thing speaks for is listed, and may be added.

Options
${planOptions}
Examples
  demine plan cases/web-1-20240102T030405Z
  demine plan CASE --edit "drop S3" --edit "add P4" --edit "move S6 before S5"

Exit codes: 0 shown, 2 failed or misused.
`,
  clean: `demine clean CASE: carries the plan out, step by step. Without --yes it shows
what would be done. Each step is checked against the host first; what changed
since the plan was made stops it. Files are kept, neutralised, before they go;
a run that was cut off is brought to its end by the next one.

Options
${cleanOptions}
Exit codes: 0 done or shown, 1 a step stopped or needs --accept-irreversible,
2 failed or misused.
`,
  undo: `demine undo CASE: takes back what was carried out, the last step first: content,
name, mode, owner, modification time, attributes, access lists, labels, flags.
It brings the malware back too, and overwrites nothing that came since.

Options
${undoOptions}
Exit codes: 0 undone, 1 a step could not be undone, 2 failed or misused.
`,
  verify: `demine verify CASE: scans the host, or the image, of a case again, compares it
with the scan of the incident, goes through the steps of the plan, and writes a
statement: what was looked at, what was not, and what follows. Changes nothing.

Options
${verifyOptions}
Examples
  demine verify cases/web-1-20240102T030405Z
  demine verify CASE --door --active           after the service was set up anew
  demine verify --sign CASE                    on your own machine, by your key
  demine verify --check CASE/verify-1/statement.json --key responder.key.pub

Exit codes: 0 clean, 1 something is there, came back, or its door is open, 2
failed or misused, 3 inconclusive. With --check: 0 as it was signed with the key
that is known, 1 altered or signed with another, 3 not signed, or nobody knows
the key.
`,
  key: `demine key [CASE]: makes the Ed25519 key with which statements are signed, for
you alone (0600), its public half beside it (FILE.pub). With CASE it is refused
where it would lie on the host that the case is of. Nothing is written over.

Options
${keyOptions}
Make it on a machine of your own: whoever was root on a host may have read every
key on it. Exit codes: 0 made or shown, 2 failed or misused.
`,
  watch: `demine watch CASE: whether what was removed stays away. Whatever is written
where things start by themselves is told with who wrote it: process, program,
parents, unit. Each minute's CPU is kept. It takes a stranger's name, opens no terminal
and no login, and goes on when you log out. What comes back is put into the next
plan with who brought it. A watch that was killed goes on when it is started
again, and tells from when to when nobody watched.

Options
${watchOptions}
Exit codes: 0 nothing came back in the whole time, 1 it came back, 2 failed or
misused, 3 not watched the whole time.
`,
  rules: `demine rules [--lang en|zh-CN]: every rule that can be reported
`,
  coverage: `demine coverage: every place from which a miner comes back, by group: what
reads it, how many planted cases of each kind were found, false alarms

Options
  --json FILE|-              the same as JSON to FILE, or to standard output
  --lang en|zh-CN            language (default: from LANG)

Exit codes: 0 shown, 2 failed or misused.
`,
  schema: `demine schema: the JSON Schema (2020-12) of what "demine scan --json" writes
`,
  drill: `demine drill [SCENARIO …]: harmless stand-ins of miners in private namespaces,
scanned, beside what must be found
${drill}
Exit codes: 0 all as expected, 1 something else, 2 could not start,
3 some scenarios could not be run.
`,
};

/** Which line, and what stands there: both are in one value, `3 text`. */
function placed(value: string): string {
  const found = /^(e?)(\d+) (.*)$/s.exec(value);
  if (found === null || found[2] === '0') return `"${found?.[3] ?? value}"`;
  return found[1] === 'e' ? `entry ${found[2]}: "${found[3]}"` : `line ${found[2]}: "${found[3]}"`;
}

const editDetails: Readonly<Record<string, string>> = {
  form: 'it is none of "drop S3", "add P4 P6", "move S5 before S2", "isolate"',
  unknown: 'the plan has nothing of that name',
  'not-addable': 'the plan says why it must stay out',
  order: 'it would break the order in which things come back',
};

const expressionFlaws: Readonly<Record<string, string>> = {
  field: 'a field should stand here',
  operator: 'an operator should stand here: = != < <= > >= contains startswith endswith in',
  value: 'a value should stand here',
  close: 'a parenthesis should be closed here',
  list: 'a list should stand here: (a, b)',
  end: '"and" or "or" should stand here',
  quote: 'this quote is not closed',
  ordered: 'neither a number nor a time, so it has no order',
  deep: 'too many levels',
};

/** What is wrong, where, and the part of the expression that begins there. */
function expressionText(expression: string, value: string): string {
  const [flaw = '', at = '0'] = value.split(' ');
  const rest = expression.slice(Number(at), Number(at) + 24);
  const place = rest === '' ? 'at its end' : `at character ${Number(at) + 1}, "${rest}"`;
  return `--where, ${place}: ${expressionFlaws[flaw] ?? flaw}.`;
}

export const cli: CliTexts = {
  help,
  stages: {
    processes: 'reading processes',
    network: 'reading connections',
    kernel: 'reading the kernel',
    waiting: 'watching CPU',
    hidden: 'looking for hidden processes',
    persistence: 'reading what starts by itself',
    suspects: 'looking into suspects',
    judging: 'judging',
    logs: 'reading logs',
    writing: 'writing the case',
  },
  active: {
    planned:
      '--active: starts an inert decoy named "top", and asks suspects on their own loopback interface. Both are recorded.',
    decoy: ({ count }) =>
      `Started an inert process named "top" for some seconds and watched ${count} processes.`,
    asked: ({ pid, requests }) => `Asked process ${pid} on its own loopback interface: ${requests}`,
  },
  ask: {
    head: 'What the customer knows narrows the search. Times are UTC unless an offset is given, for example 2024-01-02, 2024-01-02 03:04 or 2024-01-02 03:04+08:00. Enter skips a question, Ctrl-C all of them.',
    questions: {
      appeared: 'When did it first appear? ',
      discovered: 'When was it discovered? ',
      handled: 'When did somebody first change something? ',
      network: 'File with the network (subnet,zone,reach)? ',
    },
    names: { appeared: 'first appeared', discovered: 'discovered', handled: 'first changed' },
    again: 'Once more, or Enter to skip.',
    skipped: 'Skipped; "demine case set" takes it later.',
    saved: 'Kept in the case; its result and report are written anew.',
    nobody: '--ask: there is no terminal to ask in. "demine case set" takes the answers later.',
  },
  usage: {
    'excludes-ask': ({ value }) => `--ask and ${value} exclude each other.`,
    'in-future': ({ subject, value }) =>
      `${subject}: "${value}" lies in the future. Times are UTC unless an offset such as +08:00 is given.`,
    'network-large': () => 'it is larger than 4 MiB.',
    'no-regular-file': () => 'it is no regular file.',
    'excludes-out': () => '--no-case and --out exclude each other.',
    'key-missing': ({ value }) => `${value} is missing.`,
    'key-unknown': ({ value }) => `there is no key ${value}.`,
    'key-wrong': ({ value }) => `${value}.`,
    'missing-value': ({ subject }) => `${subject} needs a value.`,
    'excludes-option': ({ subject, value }) => `${subject} and ${value} exclude each other.`,
    'not-address': ({ subject }) =>
      `--keep: "${subject}" is no address of another host, such as 192.0.2.7, nor "none".`,
    'not-duration': ({ subject, value }) =>
      `--for: "${subject}" is no time from 10s to ${value}, such as 90s, 15m or 2h.`,
    'not-expression': ({ subject, value }) => expressionText(subject, value),
    'not-found': ({ subject }) => `There is no file or folder ${subject}.`,
    'not-workers': ({ subject, value }) => `--workers: "${subject}" is no number from 1 to ${value}.`,
    'not-form': ({ subject, value }) => `--print: "${subject}" is none of ${value}.`,
    'not-command': ({ subject }) =>
      `"${subject}" is not a command of Demine. A folder to scan needs a slash: ./${subject}`,
    'not-for-command': ({ subject, value }) => `${subject} is not an option of demine ${value}.`,
    'not-indicator': ({ subject }) =>
      `--seen: "${subject}" is not an address, domain, URL or hash (MD5, SHA-1, SHA-256).`,
    'not-language': ({ subject }) => `--lang: "${subject}" is not a language of Demine; use en or zh-CN.`,
    'not-pid': ({ subject }) => `"${subject}" is not a process id.`,
    'not-integrity': ({ subject }) => `--integrity: "${subject}" is neither "usual" nor "full".`,
    'not-seconds': ({ subject, value }) =>
      `--interval: "${subject}" is not a number of seconds from 0 to ${value}.`,
    'not-yaml': ({ value }) => `it is not YAML: ${value}`,
    'missing-argument': ({ subject, value }) => `demine ${value} needs ${subject}.`,
    'network-columns': ({ value }) => `${placed(value)}: a line is subnet,zone,reach.`,
    'network-empty': () => 'there is no subnet in it.',
    'network-reach': ({ value }) => `${placed(value)} is no zone of this file and no subnet.`,
    'network-subnet': ({ value }) => `${placed(value)} is no subnet such as 192.0.2.0/24.`,
    'network-twice': ({ value }) => `${placed(value)} stands there twice.`,
    'network-zone': ({ value }) => `${placed(value)} has no zone.`,
    'not-case-action': ({ subject }) => `demine case: "${subject}" is none of show, set, add.`,
    'not-format': ({ subject, value }) => `--format: "${subject}" is none of ${value}.`,
    'not-kind': ({ subject, value }) => `--kind: "${subject}" is none of ${value}.`,
    'not-order': ({ subject, value }) => `${subject} lies before ${value}.`,
    'not-pattern': ({ subject, value }) => `--regex: "${subject}" cannot be searched for: ${value}`,
    'not-time': ({ subject, value }) =>
      `${subject}: "${value}" is no time such as 2024-01-02, 2024-01-02T03:04 or 2024-01-02T03:04:05+08:00.`,
    'not-size': ({ subject }) => `"${subject}" is no size: write 500M, 20G or 1T.`,
    'not-step': ({ subject, value }) =>
      `--step: "${subject}" is no step of the plan${value === '' ? '' : `, which has ${value}`}.`,
    'step-order': ({ subject, value }) => `${subject} comes after ${value}, which is not done yet.`,
    'plan-cut-off': ({ subject }) =>
      `A run was cut off at ${subject}: go on with "demine clean", or take it back with "demine undo", before another plan is made.`,
    'not-edit': ({ subject, value }) => `--edit: "${subject}" cannot be done: ${editDetails[value] ?? value}`,
    'nothing-to-set': () => 'demine case set needs one of --appeared, --discovered, --handled, --network.',
    'rule-unknown': ({ value }) => `${value} is no rule; "demine rules" lists them.`,
    'takes-no-value': ({ subject }) => `${subject} takes no value.`,
    'too-many': ({ subject, value }) => `"${subject}" is one argument too many for demine ${value}.`,
    'unknown-option': ({ subject }) => `There is no option ${subject}.`,
  },
  details: {},
  system: {
    EACCES: 'no permission (EACCES)',
    EDQUOT: 'the quota is used up (EDQUOT)',
    EEXIST: 'it exists already (EEXIST)',
    EISDIR: 'it is a folder (EISDIR)',
    ELOOP: 'its links lead in a circle (ELOOP)',
    ENAMETOOLONG: 'the name is too long (ENAMETOOLONG)',
    ENOENT: 'there is no such file or folder (ENOENT)',
    ENOSPC: 'the disk is full (ENOSPC)',
    ENOTDIR: 'a part of the path is not a folder (ENOTDIR)',
    EPERM: 'it is not permitted (EPERM)',
    SQLITE_FULL: 'the disk is full',
    SQLITE_IOERR_WRITE: 'the disk failed',
    EROFS: 'it is mounted read-only (EROFS)',
  },
  errors: {
    usage: ({ subject, detail }) => ({
      what: subject === '' ? detail : `${subject}: ${detail}`,
      next: 'See "demine help" for commands and options.',
    }),
    'config-invalid': ({ subject, detail }) => ({
      what: `The configuration ${subject} cannot be used: ${detail}`,
      next: 'Correct that entry; docs/config.md shows every key.',
    }),
    'config-unreadable': ({ subject, detail }) => ({
      what: `The configuration ${subject} cannot be read: ${detail}`,
      next: 'Check the path given with --config.',
    }),
    'output-unwritable': ({ subject, detail }) => ({
      what: `The result cannot be written to ${subject}: ${detail}`,
      next: 'Give another file, or "-" for standard output.',
    }),
    'process-missing': ({ subject }) => ({
      what: `There is no process ${subject}.`,
      next: 'It may have ended. "demine ps" shows all that run.',
    }),
    'target-missing': ({ subject }) => ({
      what: `There is no folder ${subject} to scan.`,
      next: 'Give the mount point of the image, for example /mnt/image.',
    }),
    'target-unsupported': ({ subject, detail }) => ({
      what: `${subject} is not a root file system that can be scanned: ${detail}`,
      next: 'Give the folder that holds etc, usr and var of the image, or one with logs.',
    }),
    'removal-unsupported': ({ subject }) => ({
      what: `${subject} is of a Windows host, where Demine removes nothing.`,
      next: 'The report lists what starts by itself: bindings of WMI, tasks and services go first, then files and accounts, by hand.',
    }),
    'case-exists': ({ subject }) => ({
      what: `The case folder ${subject} exists and holds another case.`,
      next: 'Give another folder with --out.',
    }),
    'case-unreadable': ({ subject, detail }) => ({
      what: `${subject} is no case that can be opened: ${detail}`,
      next: 'Give the case folder that "demine scan" wrote, for example cases/web-1-20240102T030405Z.',
    }),
    'network-invalid': ({ subject, detail }) => ({
      what: `The network file ${subject} cannot be used: ${detail}`,
      next: 'One subnet a line: 192.0.2.0/24,dmz,office',
    }),
    'case-unwritable': ({ subject, detail }) => ({
      what: `The case folder ${subject} cannot be written: ${detail}`,
      next: 'Give a folder on a disk with free space with --out, or --no-case.',
    }),
    'native-unavailable': ({ detail }) => ({
      what: `This system's calls cannot be used: ${detail}`,
      next: 'Run Demine on Linux (x64 or arm64, glibc or musl), there also over a mounted image. Windows and macOS cannot be scanned yet.',
    }),
    'drill-unavailable': ({ detail }) => ({
      what: `The drill cannot run here: ${detail}`,
      next: 'Run it as root on a Linux host that allows namespaces.',
    }),
    'plan-missing': ({ subject }) => ({
      what: `There is no plan in ${subject}.`,
      next: 'Make one with "demine plan CASE" and read it first.',
    }),
    'plan-invalid': ({ subject, detail }) => ({
      what: `The plan of ${subject} cannot be used: ${detail}`,
      next: 'Make it again with "demine plan CASE".',
    }),
    'ledger-broken': ({ subject, detail }) => ({
      what: `The ledger ${subject} cannot be trusted: ${detail}`,
      next: 'Nothing was done. Keep it as evidence; go on by hand, or from a copy of it that is whole.',
    }),
    'ledger-unwritable': ({ subject, detail }) => ({
      what: `The ledger ${subject} cannot be written: ${detail}`,
      next: 'Nothing further was done. Make room or move the case to another disk, then run the same command again.',
    }),
    'target-busy': ({ subject }) => ({
      what: `${subject} is being worked on by another Demine.`,
      next: 'Wait until it has ended; two at once would undo each other.',
    }),
    'target-other': ({ subject, detail }) => ({
      what: `The plan was made for another target than ${subject}: ${detail}`,
      next: 'Scan this target and make a plan of its own.',
    }),
    'key-exists': ({ subject }) => ({
      what: `There is something at ${subject} already, and nothing is written over it.`,
      next: 'Look at it with "demine key --show", or name another place with --out FILE.',
    }),
    'key-missing': ({ subject }) => ({
      what: `There is no key at ${subject}.`,
      next: 'Make one with "demine key" on a machine of your own, or name yours with --key FILE.',
    }),
    'key-place': ({ subject, detail }) => ({
      what: `No key belongs at ${subject}: ${detail}`,
      next: 'Keep it on a machine or a medium of your own.',
    }),
    'key-unusable': ({ subject, detail }) => ({
      what: `The key ${subject} cannot be used: ${detail}`,
      next: 'It must be an Ed25519 key in PEM as "demine key" makes it, the private one readable for you alone (chmod 600).',
    }),
    'statement-altered': ({ subject, detail }) => ({
      what: `The statement ${subject} is not signed: it was changed since it was written (${detail}).`,
      next: 'See what was changed with "demine verify --check", and look at the host again.',
    }),
    'statement-invalid': ({ subject, detail }) => ({
      what: `${subject} cannot be read as a statement: ${detail}`,
      next: 'Give statement.json of a verification, or the folder of a case that holds one.',
    }),
    'statement-signed': ({ subject }) => ({
      what: `The statement ${subject} is signed already.`,
      next: 'Check it with "demine verify --check".',
    }),
    'case-elsewhere': ({ subject, detail }) => ({
      what: `The case ${subject} is of another host: ${detail}`,
      next: 'Verify on that host, or mount its disk and name it with --root DIR.',
    }),
    'executor-refused': ({ detail }) => ({
      what: `Nothing is carried out here: ${detail}`,
      next: 'Under test, run it in network, mount and process namespaces of its own.',
    }),
    'contain-unavailable': ({ detail }) => ({
      what: `This host cannot be contained from here: ${detail}`,
      next: 'Cut it off outside: "demine contain CASE --print FORM" writes the block for a firewall, switch or resolver.',
    }),
    'contain-elsewhere': ({ subject, detail }) => ({
      what: `The case ${subject} is of another host: ${detail}`,
      next: 'Run it on that host, or write the block for other equipment with --print FORM.',
    }),
    'watch-unavailable': ({ subject, detail }) => ({
      what: `This cannot be watched: ${subject} (${detail}).`,
      next: 'A watch needs the running host of the case; without systemd and cron leave out --across-reboots.',
    }),
    'watch-missing': ({ subject }) => ({
      what: `There is no watch in ${subject}.`,
      next: 'Begin one: demine watch CASE --for 24h.',
    }),
    'watch-runs': ({ subject }) => ({
      what: `A watch of ${subject} runs already.`,
      next: 'Ask how it stands with --status, or end it with --stop.',
    }),
    'contain-cuts-off': ({ subject }) =>
      subject === ''
        ? {
            what: 'No connection of yours was found that isolation could keep: it may cut you off.',
            next: 'Name the address that you come from with --keep ADDRESS, or say --keep none at a console.',
          }
        : {
            what: `Your connection comes through ${subject}, which looks like a tunnel: isolation would cut its own packets off.`,
            next: 'Name the far end of the tunnel with --keep ADDRESS.',
          },
    internal: ({ detail }) => ({
      what: `Demine failed: ${detail}`,
      next: 'Please report it with the command you ran and this text.',
    }),
  },
};
