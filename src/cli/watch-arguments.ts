/** What `demine watch` is asked, as data. */
import { usage } from './usage.ts';

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface WatchArguments {
  readonly folder: string;
  readonly action: 'watch' | 'status' | 'stop';
  /** Undefined where nothing was asked for: what was begun goes on, and else it is a day. */
  readonly seconds: number | undefined;
  readonly remove: boolean;
  readonly acceptIrreversible: boolean;
  readonly acrossReboots: boolean;
  readonly config: string | undefined;
  readonly json: string | undefined;
  readonly yes: boolean;
}

export const usualSeconds = 86_400;
const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const leastSeconds = 10;
const mostSeconds = 90 * 86_400;

function duration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (units[unit ?? ''] ?? Number.NaN);
  return seconds >= leastSeconds && seconds <= mostSeconds ? seconds : usage('not-duration', text, '90d');
}

/** @throws DemineError `usage` */
export function watchArguments(positionals: readonly string[], values: Values): WatchArguments {
  const folder = positionals[0] ?? usage('missing-argument', 'CASE', 'watch');
  const given = (name: string): boolean => values[name] !== undefined;
  const action = given('status') ? 'status' : given('stop') ? 'stop' : 'watch';
  const wishes = ['for', 'remove', 'accept-irreversible', 'across-reboots', 'config', 'yes'];
  if (action !== 'watch') {
    const other = [...wishes, 'stop'].find((name) => given(name) && name !== action);
    if (other !== undefined) usage('excludes-option', `--${action}`, `--${other}`);
  }
  if (given('json') && action !== 'status') usage('not-for-command', '--json', 'watch without --status');
  if (given('accept-irreversible') && !given('remove'))
    usage('not-for-command', '--accept-irreversible', 'watch without --remove');
  return {
    folder,
    action,
    seconds: typeof values['for'] === 'string' ? duration(values['for']) : undefined,
    remove: given('remove'),
    acceptIrreversible: given('accept-irreversible'),
    acrossReboots: given('across-reboots'),
    config: typeof values['config'] === 'string' ? values['config'] : undefined,
    json: typeof values['json'] === 'string' ? values['json'] : undefined,
    yes: given('yes'),
  };
}
