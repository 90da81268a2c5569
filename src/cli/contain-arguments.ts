/** What `demine contain` is asked, as data. */

import { usualSeconds } from '../respond/contain/containment.ts';
import { type PrintForm, printForms } from '../respond/contain/print/print-block.ts';
import { peerAddress } from '../respond/contain/valid-target.ts';
import { usage } from './usage.ts';

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface ContainArguments {
  /** A case, or a folder with a root file system; this host is scanned where it is missing. */
  readonly path: string | undefined;
  readonly mode: 'block' | 'isolate' | undefined;
  /** After which it lifts by itself; undefined where it stays. */
  readonly seconds: number | undefined;
  readonly confirm: boolean;
  readonly lift: boolean;
  readonly freeze: boolean;
  readonly thaw: boolean;
  readonly keep: readonly string[];
  /** There is no connection to keep. */
  readonly keepNone: boolean;
  readonly print: PrintForm | undefined;
  readonly yes: boolean;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const leastSeconds = 10;
const mostSeconds = 7 * 86_400;

function duration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (units[unit ?? ''] ?? Number.NaN);
  return seconds >= leastSeconds && seconds <= mostSeconds ? seconds : usage('not-duration', text, '7d');
}

const isForm = (text: string): text is PrintForm => printForms.some((one) => one === text);

/** Options of which one at most is given. */
const exclusive: readonly (readonly string[])[] = [
  ['block', 'isolate'],
  ['block', 'lift'],
  ['isolate', 'lift'],
  ['confirm', 'lift'],
  ['confirm', 'for'],
  ['freeze', 'thaw'],
  ['freeze', 'lift'],
  ...['block', 'isolate', 'confirm', 'lift', 'freeze', 'thaw', 'yes', 'for', 'keep'].map((one) => [
    'print',
    one,
  ]),
];

/** @throws DemineError `usage` */
export function containArguments(positionals: readonly string[], values: Values): ContainArguments {
  const given = (name: string): boolean => values[name] !== undefined && values[name] !== false;
  for (const [one = '', other = ''] of exclusive)
    if (given(one) && given(other)) usage('excludes-option', `--${one}`, `--${other}`);
  const mode = given('block') ? 'block' : given('isolate') ? 'isolate' : undefined;
  if (given('for') && mode === undefined) usage('not-for-command', '--for', 'contain');
  if (given('keep') && mode !== 'isolate') usage('not-for-command', '--keep', 'contain');
  const kept = Array.isArray(values['keep']) ? values['keep'].filter((one) => typeof one === 'string') : [];
  const form = values['print'];
  return {
    path: positionals[0],
    mode,
    seconds: given('confirm')
      ? undefined
      : typeof values['for'] === 'string'
        ? duration(values['for'])
        : usualSeconds,
    confirm: given('confirm'),
    lift: given('lift'),
    freeze: given('freeze'),
    thaw: given('thaw'),
    keep: kept.filter((one) => one !== 'none').map((one) => peerAddress(one) ?? usage('not-address', one)),
    keepNone: kept.includes('none'),
    print:
      typeof form !== 'string'
        ? undefined
        : isForm(form)
          ? form
          : usage('not-form', form, printForms.join(', ')),
    yes: given('yes'),
  };
}
