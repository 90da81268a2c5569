/** What `demine verify` and `demine key` are asked, as data. */
import { usage } from './usage.ts';

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** A look at the host, or a statement that is there. */
export type VerifyArguments =
  | {
      readonly action: 'look';
      readonly folder: string;
      readonly root: string | undefined;
      /** Seconds; as in the scan of the incident where nothing is said. */
      readonly interval: number | undefined;
      readonly thorough: boolean;
      readonly door: boolean;
      /** Services of the host are asked themselves. */
      readonly active: boolean;
      readonly integrity: 'full' | undefined;
      readonly config: string | undefined;
      readonly key: string | undefined;
      readonly json: string | undefined;
    }
  | {
      readonly action: 'check' | 'sign';
      /** A statement, or a case. */
      readonly path: string;
      readonly key: string | undefined;
    };

export interface KeyArguments {
  readonly show: boolean;
  readonly out: string | undefined;
  /** A case on whose host the key must not lie. */
  readonly folder: string | undefined;
}

const textOf = (value: Values[string]): string | undefined => (typeof value === 'string' ? value : undefined);

/** Options that only a look at the host takes. */
const ofLook = ['root', 'interval', 'thorough', 'integrity', 'config', 'json', 'door', 'active'] as const;

/** @throws DemineError `usage` */
export function verifyArguments(
  positionals: readonly string[],
  values: Values,
  shared: { readonly interval: number | undefined; readonly integrity: 'full' | undefined },
): VerifyArguments {
  const key = textOf(values['key']);
  const actions = (['check', 'sign'] as const).filter((name) => values[name] !== undefined);
  const [action, other] = actions;
  if (action === undefined) {
    if (values['active'] === true && values['door'] !== true)
      usage('not-for-command', '--active', 'verify without --door');
    return {
      action: 'look',
      folder: positionals[0] ?? usage('missing-argument', 'CASE', 'verify'),
      root: textOf(values['root']),
      thorough: values['thorough'] === true,
      door: values['door'] === true,
      active: values['active'] === true,
      config: textOf(values['config']),
      key,
      json: textOf(values['json']),
      ...shared,
    };
  }
  if (other !== undefined) usage('excludes-option', `--${action}`, `--${other}`);
  const more = ofLook.find((name) => values[name] !== undefined);
  if (more !== undefined) usage('excludes-option', `--${action}`, `--${more}`);
  if (positionals[0] !== undefined) usage('too-many', positionals[0], `verify --${action}`);
  return { action, path: textOf(values[action]) ?? '', key };
}

/** @throws DemineError `usage` */
export function keyArguments(positionals: readonly string[], values: Values): KeyArguments {
  const show = values['show'] === true;
  if (show && positionals[0] !== undefined) usage('too-many', positionals[0], 'key --show');
  return { show, out: textOf(values['out']), folder: positionals[0] };
}
