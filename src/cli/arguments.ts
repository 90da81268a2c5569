/** The command line as data. No command does anything here. */
import { parseArgs } from 'node:util';
import type { Language } from '../messages/catalogue.ts';
import type { HelpTopic } from '../messages/cli.ts';
import { errorText } from '../model/error.ts';
import {
  type CaseArguments,
  caseArguments,
  type TimelineArguments,
  timelineArguments,
} from './case-arguments.ts';
import { type ContainArguments, containArguments } from './contain-arguments.ts';
import { type EvtxArguments, evtxArguments } from './evtx-arguments.ts';
import {
  type CleanArguments,
  cleanArguments,
  type PlanArguments,
  planArguments,
  type UndoArguments,
  undoArguments,
} from './removal-arguments.ts';
import { usage } from './usage.ts';
import {
  type KeyArguments,
  keyArguments,
  type VerifyArguments,
  verifyArguments,
} from './verify-arguments.ts';
import { type WatchArguments, watchArguments } from './watch-arguments.ts';

export interface ScanArguments {
  readonly command: 'scan';
  readonly target: string | undefined;
  readonly json: string | undefined;
  readonly out: string | undefined;
  readonly writeCase: boolean;
  readonly interval: number;
  readonly seen: readonly string[];
  readonly config: string | undefined;
  readonly active: boolean;
  readonly thorough: boolean;
  readonly integrity: 'full' | undefined;
  readonly persistence: boolean;
  readonly keepSecrets: boolean;
  /** Logs are read into the case. */
  readonly logs: boolean;
  /** Whether the customer's times are asked for; undefined where that follows from what is found. */
  readonly ask: boolean | undefined;
}

export type Arguments = (
  | ScanArguments
  | {
      readonly command: 'ps';
      readonly pid: number | undefined;
      readonly all: boolean;
      readonly interval: number;
      readonly keepSecrets: boolean;
      readonly config: string | undefined;
    }
  | {
      readonly command: 'net';
      readonly all: boolean;
      readonly interval: number;
      readonly keepSecrets: boolean;
      readonly config: string | undefined;
    }
  | ({ readonly command: 'timeline' } & TimelineArguments)
  | ({ readonly command: 'case' } & CaseArguments)
  | ({ readonly command: 'evtx' } & EvtxArguments)
  | ({ readonly command: 'contain' } & ContainArguments)
  | ({ readonly command: 'plan' } & PlanArguments)
  | ({ readonly command: 'clean' } & CleanArguments)
  | ({ readonly command: 'undo' } & UndoArguments)
  | ({ readonly command: 'verify' } & VerifyArguments)
  | ({ readonly command: 'key' } & KeyArguments)
  | ({ readonly command: 'watch' } & WatchArguments)
  | { readonly command: 'rules' | 'schema' | 'version' }
  | { readonly command: 'coverage'; readonly json: string | undefined }
  | { readonly command: 'sheet'; readonly html: string | undefined }
  | { readonly command: 'help'; readonly topic: HelpTopic }
  | {
      readonly command: 'drill';
      readonly yes: boolean;
      readonly list: boolean;
      readonly scenarios: readonly string[];
    }
) & { readonly language: Language };

const options = {
  json: { type: 'string' },
  out: { type: 'string' },
  'no-case': { type: 'boolean' },
  lang: { type: 'string' },
  interval: { type: 'string' },
  seen: { type: 'string', multiple: true },
  config: { type: 'string' },
  active: { type: 'boolean' },
  door: { type: 'boolean' },
  thorough: { type: 'boolean' },
  integrity: { type: 'string' },
  'no-persistence': { type: 'boolean' },
  logs: { type: 'boolean' },
  'no-logs': { type: 'boolean' },
  ask: { type: 'boolean' },
  'no-ask': { type: 'boolean' },
  'keep-secrets': { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  grep: { type: 'string' },
  regex: { type: 'string' },
  kind: { type: 'string', multiple: true },
  host: { type: 'string', multiple: true },
  format: { type: 'string' },
  appeared: { type: 'string' },
  discovered: { type: 'string' },
  handled: { type: 'string' },
  network: { type: 'string' },
  block: { type: 'boolean' },
  isolate: { type: 'boolean' },
  keep: { type: 'string', multiple: true },
  for: { type: 'string' },
  confirm: { type: 'boolean' },
  lift: { type: 'boolean' },
  freeze: { type: 'boolean' },
  thaw: { type: 'boolean' },
  print: { type: 'string' },
  edit: { type: 'string', multiple: true },
  root: { type: 'string' },
  step: { type: 'string' },
  vault: { type: 'string' },
  'export-limit': { type: 'string' },
  'accept-irreversible': { type: 'boolean' },
  new: { type: 'boolean' },
  check: { type: 'string' },
  sign: { type: 'string' },
  key: { type: 'string' },
  show: { type: 'boolean' },
  remove: { type: 'boolean' },
  'across-reboots': { type: 'boolean' },
  status: { type: 'boolean' },
  stop: { type: 'boolean' },
  all: { type: 'boolean', short: 'a' },
  sheet: { type: 'boolean' },
  html: { type: 'string' },
  summary: { type: 'boolean' },
  where: { type: 'string' },
  workers: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

type OptionName = keyof typeof options;

const commands = {
  scan: [
    ...[
      'json',
      'out',
      'no-case',
      'interval',
      'seen',
      'config',
      'active',
      'thorough',
      'integrity',
      'no-persistence',
      'logs',
      'no-logs',
      'ask',
      'no-ask',
    ],
    'keep-secrets',
  ],
  ps: ['all', 'interval', 'keep-secrets', 'config'],
  net: ['all', 'interval', 'keep-secrets', 'config'],
  timeline: ['from', 'to', 'grep', 'regex', 'kind', 'host', 'format', 'out'],
  case: ['appeared', 'discovered', 'handled', 'network', 'keep-secrets'],
  evtx: ['json', 'summary', 'where', 'html', 'workers'],
  contain: [
    'block',
    'isolate',
    'keep',
    'for',
    'confirm',
    'lift',
    'freeze',
    'thaw',
    'print',
    'sheet',
    'html',
    'yes',
  ],
  plan: ['edit', 'new', 'json', 'root'],
  clean: ['step', 'vault', 'export-limit', 'accept-irreversible', 'yes'],
  undo: ['step', 'vault'],
  verify: [
    'root',
    'interval',
    'thorough',
    'integrity',
    'config',
    'key',
    'check',
    'sign',
    'json',
    'door',
    'active',
  ],
  key: ['out', 'show'],
  watch: [
    'for',
    'remove',
    'accept-irreversible',
    'across-reboots',
    'status',
    'stop',
    'config',
    'json',
    'yes',
  ],
  rules: [],
  coverage: ['json'],
  schema: [],
  drill: ['yes', 'list'],
  help: [],
  version: [],
} as const satisfies Record<string, readonly OptionName[]>;

type Command = keyof typeof commands;

const mostArguments: Readonly<Record<Command, number>> = {
  scan: 1,
  ps: 1,
  net: 0,
  timeline: 1,
  case: 100,
  evtx: 100_000,
  contain: 1,
  plan: 1,
  clean: 1,
  undo: 1,
  verify: 1,
  key: 1,
  watch: 1,
  rules: 0,
  coverage: 0,
  schema: 0,
  drill: 100,
  help: 1,
  version: 0,
};

/** What help is about: a command of its own, or all of them. */
function topicOf(word: string | undefined): HelpTopic {
  if (word === undefined || !isCommand(word)) return 'all';
  return word === 'help' || word === 'version' ? 'all' : word;
}

const isCommand = (text: string): text is Command => Object.hasOwn(commands, text);

/** Longest interval, seconds: a day. */
const longestInterval = 86_400;

/** The parser's own complaint, by its code: its words are English and long. */
function unparsed(cause: unknown): never {
  const text = errorText(cause);
  const option = /'(?:-\w, )?(--?[^'\s<=]+)/.exec(text)?.[1] ?? text;
  const known = new Map<string, string>(
    Object.entries(options).map(([name, { type }]) => [`--${name}`, type]),
  );
  switch (known.get(option)) {
    case undefined:
      return usage('unknown-option', option);
    case 'boolean':
      return usage('takes-no-value', option);
    default:
      return usage('missing-value', option);
  }
}

function seconds(text: string | undefined, preset: number): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > longestInterval) {
    usage('not-seconds', text, `${longestInterval}`);
  }
  return value;
}

/** `usual` is what a scan does without the option. */
function integrityOption(text: string | undefined): 'full' | undefined {
  if (text === undefined || text === 'usual') return undefined;
  if (text === 'full') return text;
  return usage('not-integrity', text);
}

/** The language asked for, or that of the environment (POSIX: LC_ALL before LC_MESSAGES before LANG). */
export function languageOf(
  asked: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  if (asked === undefined) {
    const locale = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
      (value) => value !== undefined && value !== '',
    );
    return locale?.toLowerCase().startsWith('zh') === true ? 'zh-CN' : 'en';
  }
  const lower = asked.toLowerCase();
  if (lower === 'en' || lower.startsWith('en-') || lower.startsWith('en_')) return 'en';
  if (lower === 'zh' || lower.startsWith('zh-') || lower.startsWith('zh_')) return 'zh-CN';
  return usage('not-language', asked);
}

/** @throws DemineError `usage`, naming the option and what it takes. */
export function parseArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Arguments {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (cause) {
    return unparsed(cause);
  }
  const { values, positionals } = parsed;
  const language = languageOf(values.lang, environment);
  const first = positionals[0];
  if (values.help === true) return { command: 'help', language, topic: topicOf(first) };
  if (values.version === true) return { command: 'version', language };
  const named = first !== undefined && isCommand(first);
  // A bare path scans it: `demine /mnt/image`. A bare word is a mistyped command.
  if (first !== undefined && !named && !first.includes('/') && first !== '.') {
    usage('not-command', first);
  }
  const command: Command = named ? first : 'scan';
  const rest = named ? positionals.slice(1) : positionals;
  const allowed: readonly string[] = [...commands[command], 'lang'];
  for (const name of Object.keys(values)) {
    if (!allowed.includes(name)) usage('not-for-command', `--${name}`, command);
  }
  const most = mostArguments[command];
  if (rest.length > most) usage('too-many', rest[most] ?? '', command);
  const shared = {
    language,
    keepSecrets: values['keep-secrets'] === true,
    config: values.config,
  };
  switch (command) {
    case 'scan':
      if (values['no-case'] === true && values.out !== undefined) usage('excludes-out', '--no-case');
      for (const other of ['no-case', 'no-ask'] as const) {
        if (values.ask === true && values[other] === true) usage('excludes-ask', '--ask', `--${other}`);
      }
      return {
        ...shared,
        command,
        target: rest[0],
        json: values.json,
        out: values.out,
        writeCase: values['no-case'] !== true,
        interval: seconds(values.interval, 3),
        seen: values.seen ?? [],
        active: values.active === true,
        thorough: values.thorough === true,
        integrity: integrityOption(values.integrity),
        persistence: values['no-persistence'] !== true,
        // A live host answers within seconds; of an image, and where time does not matter, the logs belong to it.
        logs:
          values['no-logs'] !== true &&
          (values.logs === true || values.thorough === true || rest[0] !== undefined),
        ask: values.ask === true ? true : values['no-ask'] === true ? false : undefined,
      };
    case 'ps': {
      const text = rest[0];
      const pid = text === undefined ? undefined : Number(text);
      if (text !== undefined && (!/^[1-9]\d{0,9}$/.test(text) || (pid ?? 0) > 2 ** 31 - 1)) {
        usage('not-pid', text);
      }
      return { ...shared, command, pid, all: values.all === true, interval: seconds(values.interval, 1) };
    }
    case 'net':
      return { ...shared, command, all: values.all === true, interval: seconds(values.interval, 1) };
    case 'timeline':
      return { ...timelineArguments(rest, values), command, language };
    case 'case':
      return { ...caseArguments(rest, values), command, language };
    case 'evtx':
      if (values.json !== undefined && values.json !== '-') usage('takes-no-value', '--json');
      return { ...evtxArguments(rest, { ...values, json: values.json !== undefined }), command, language };
    case 'contain':
      if (values.sheet === true) {
        const more = Object.keys(values).find((name) => !['sheet', 'html', 'lang'].includes(name));
        if (more !== undefined) usage('excludes-option', '--sheet', `--${more}`);
        if (rest[0] !== undefined) usage('too-many', rest[0], 'contain --sheet');
        return { command: 'sheet', language, html: values.html };
      }
      if (values.html !== undefined) usage('not-for-command', '--html', 'contain without --sheet');
      return { ...containArguments(rest, values), command, language };
    case 'plan':
      return { ...planArguments(rest, values), command, language };
    case 'clean':
      return { ...cleanArguments(rest, values), command, language };
    case 'undo':
      return { ...undoArguments(rest, values), command, language };
    case 'verify':
      return {
        ...verifyArguments(rest, values, {
          interval: values.interval === undefined ? undefined : seconds(values.interval, 0),
          integrity: integrityOption(values.integrity),
        }),
        command,
        language,
      };
    case 'key':
      return { ...keyArguments(rest, values), command, language };
    case 'watch':
      return { ...watchArguments(rest, values), command, language };
    case 'drill':
      return { command, language, yes: values.yes === true, list: values.list === true, scenarios: rest };
    case 'coverage':
      return { command, language, json: values.json };
    case 'rules':
    case 'schema':
    case 'version':
      return { command, language };
    case 'help':
      return { command, language, topic: topicOf(rest[0]) };
  }
}

function parse(argv: readonly string[]) {
  // Of event logs the lines are the result: `--json` takes no file there.
  const command = argv.find((word) => isCommand(word));
  const args = command === 'evtx' ? argv.map((word) => (word === '--json' ? '--json=-' : word)) : [...argv];
  return parseArgs({ args, options, allowPositionals: true, strict: true });
}
