/** What `demine timeline` and `demine case` are asked, as data. */
import { matcherOf } from '../formats/pattern/match-pattern.ts';
import { PatternError } from '../formats/pattern/parse-pattern.ts';
import type { EventWhat } from '../model/facts/event.ts';
import { eventWhats } from '../model/facts/event-whats.ts';
import { type Told, type ToldMoment, type ToldTime, toldMoments } from '../model/told.ts';
import { type ExportFormat, exportFormats } from '../report/timeline/export.ts';
import type { EventQuery } from '../store/event-store.ts';
import { givenTime, pastTime } from './time-argument.ts';
import { usage } from './usage.ts';

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface TimelineArguments {
  readonly folder: string;
  readonly query: EventQuery;
  readonly format: ExportFormat | 'text';
  readonly out: string | undefined;
}

export type CaseArguments = { readonly folder: string } & (
  | { readonly action: 'show' }
  | {
      readonly action: 'set';
      readonly times: Omit<Told, 'network'>;
      readonly network: string | undefined;
    }
  | { readonly action: 'add'; readonly folders: readonly string[]; readonly keepSecrets: boolean }
);

const textOf = (value: Values[string]): string | undefined => (typeof value === 'string' ? value : undefined);
const textsOf = (value: Values[string]): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

const isWhat = (text: string): text is EventWhat => eventWhats.some((one) => one === text);
const isFormat = (text: string): text is ExportFormat => exportFormats.some((one) => one === text);

function pattern(text: string): (text: string) => boolean {
  try {
    return matcherOf(text);
  } catch (thrown) {
    if (!(thrown instanceof PatternError)) throw thrown;
    return usage('not-pattern', text, thrown.message);
  }
}

function formatOf(text: string | undefined): ExportFormat | 'text' {
  if (text === undefined || text === 'text') return 'text';
  return isFormat(text) ? text : usage('not-format', text, ['text', ...exportFormats].join(', '));
}

/** @throws DemineError `usage` */
export function timelineArguments(positionals: readonly string[], values: Values): TimelineArguments {
  const [folder] = positionals;
  if (folder === undefined) return usage('missing-argument', 'CASE', 'timeline');
  const [from, to, contains, regex] = ['from', 'to', 'grep', 'regex'].map((name) => textOf(values[name]));
  const kinds = textsOf(values['kind'])
    .flatMap((text) => text.split(','))
    .map((text): EventWhat => (isWhat(text) ? text : usage('not-kind', text, eventWhats.join(', '))));
  const hosts = textsOf(values['host']);
  const begins = from === undefined ? undefined : givenTime('--from', from);
  const ends = to === undefined ? undefined : givenTime('--to', to);
  if (begins !== undefined && ends !== undefined && ends.us + ends.lengthUs <= begins.us) {
    usage('not-order', '--to', '--from');
  }
  return {
    folder,
    format: formatOf(textOf(values['format'])),
    out: textOf(values['out']),
    query: {
      ...(begins === undefined ? {} : { fromUs: begins.us }),
      ...(ends === undefined ? {} : { toUs: ends.us + ends.lengthUs }),
      ...(kinds.length === 0 ? {} : { kinds }),
      ...(hosts.length === 0 ? {} : { hosts }),
      ...(contains === undefined ? {} : { contains }),
      ...(regex === undefined ? {} : { matches: pattern(regex) }),
    },
  };
}

/** @throws DemineError `usage` */
export function caseArguments(positionals: readonly string[], values: Values): CaseArguments {
  const [action, folder, ...more] = positionals;
  if (action !== 'set' && action !== 'show' && action !== 'add') {
    return action === undefined
      ? usage('missing-argument', 'set | show | add', 'case')
      : usage('not-case-action', action);
  }
  if (folder === undefined) return usage('missing-argument', 'CASE', `case ${action}`);
  for (const name of ['appeared', 'discovered', 'handled', 'network']) {
    if (action !== 'set' && values[name] !== undefined)
      usage('not-for-command', `--${name}`, `case ${action}`);
  }
  if (action === 'add') {
    if (more.length === 0) return usage('missing-argument', 'FOLDER', 'case add');
    return { action, folder, folders: more, keepSecrets: values['keep-secrets'] === true };
  }
  if (more[0] !== undefined) return usage('too-many', more[0], `case ${action}`);
  if (values['keep-secrets'] === true) return usage('not-for-command', '--keep-secrets', `case ${action}`);
  if (action === 'show') return { action, folder };
  const nowUs = Date.now() * 1000;
  const times: { [Moment in ToldMoment]?: ToldTime } = {};
  for (const moment of toldMoments) {
    const text = textOf(values[moment]);
    if (text !== undefined) times[moment] = pastTime(`--${moment}`, text, nowUs);
  }
  const network = textOf(values['network']);
  if (network === undefined && Object.keys(times).length === 0) {
    return usage('nothing-to-set', 'case set');
  }
  return { action, folder, times, network };
}
