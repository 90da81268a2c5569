import type { CliTexts } from '../cli.ts';

const help = `demine - find a cryptominer on this host, show the proof

  demine [scan] [TARGET]     scan this host, or a folder that is a root file system
  demine ps [PID]            process tree with judgement; or one process in detail
  demine net                 connections, listeners and exposure, by process
  demine rules               every rule that can be reported
  demine schema              JSON Schema of the result
  demine drill               a safe exercise in throw-away namespaces
  demine help | --version

Options of scan
  --json FILE|-              write the result as JSON to FILE, or to standard output
  --out DIR                  case folder (default cases/<host>-<UTC time>)
  --no-case                  write no case folder
  --lang en|zh-CN            language (default: from LANG)
  --interval SECONDS         how long CPU is watched (default 3; 30 finds CPU that nobody owns)
  --seen INDICATOR           address, domain, URL or hash from the alert; repeatable
  --config FILE              declared mining, agents and exceptions (default: none)
  --thorough                 look at more processes and every pid
  --integrity full           compare every packaged file with its package; takes minutes
  --active                   also act on the scene: a decoy watcher, the suspects' own local interface
  --keep-secrets             do not mask passwords and keys in the output

Exit codes: 0 clean, 1 suspicious or mining, 2 failed or misused, 3 inconclusive.
A scan is passive: it starts no program of this host, sends nothing and changes nothing.
`;

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
    writing: 'writing the case',
  },
  noSuchProcess: ({ pid }) => `There is no process ${pid}.`,
  active: {
    planned:
      '--active: starts an inert decoy named "top", and asks suspects on their own loopback interface. Both are recorded.',
    decoy: ({ count }) =>
      `Started an inert process named "top" for some seconds and watched ${count} processes.`,
    asked: ({ pid, requests }) => `Asked process ${pid} on its own loopback interface: ${requests}`,
  },
  errors: {
    usage: ({ subject, detail }) => ({
      what: subject === '' ? detail : `${subject}: ${detail}`,
      next: 'See "demine help" for commands and options.',
    }),
    'config-invalid': ({ subject, detail }) => ({
      what: `The configuration ${subject} cannot be used: ${detail}`,
      next: 'Correct that line; docs/config.md shows every key.',
    }),
    'target-missing': ({ subject }) => ({
      what: `There is no folder ${subject} to scan.`,
      next: 'Give the mount point of the image, for example /mnt/image.',
    }),
    'target-unsupported': ({ subject, detail }) => ({
      what: `${subject} is not a root file system that can be scanned: ${detail}`,
      next: 'Give the folder that holds etc, usr and var of the image.',
    }),
    'case-exists': ({ subject }) => ({
      what: `The case folder ${subject} exists and holds another case.`,
      next: 'Give another folder with --out.',
    }),
    'case-unwritable': ({ subject, detail }) => ({
      what: `The case folder ${subject} cannot be written: ${detail}`,
      next: 'Give a folder on a disk with free space with --out, or --no-case.',
    }),
    'native-unavailable': ({ detail }) => ({
      what: `This system's calls cannot be used: ${detail}`,
      next: 'Run Demine on Linux with glibc or musl, or scan a mounted image of this host.',
    }),
    'drill-unavailable': ({ detail }) => ({
      what: `The drill cannot run here: ${detail}`,
      next: 'Run it as root on a Linux host that allows namespaces.',
    }),
    internal: ({ detail }) => ({
      what: `Demine failed: ${detail}`,
      next: 'Please report it with the command you ran and this text.',
    }),
  },
};
