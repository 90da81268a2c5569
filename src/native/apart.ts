/**
 * Whether we may change the running system: always for people, and in tests only in namespaces of their own.
 *
 * Why: a test that forgets its namespaces would cut the machine of whoever runs it off, or hold its processes. The
 * runner of the tests says in the environment which namespaces the machine has (`scripts/test.ts`); where it did not,
 * nothing is changed.
 * What it is NOT: a defence. Whoever sets the environment of a release keeps it from changing anything, and no more.
 */
import { readlinkSync } from 'node:fs';
import type { Answer } from './port.ts';

export const outerNamespaces = 'DEMINE_OUTER_NAMESPACES';
const kinds = ['net', 'mnt', 'pid'] as const;

/** As `outerNamespaces` holds them: `net:[1] mnt:[2] pid:[3]`. */
export const ownNamespaces = (): string =>
  kinds.map((kind) => readlinkSync(`/proc/thread-self/ns/${kind}`)).join(' ');

type Environment = Readonly<Record<string, string | undefined>>;

/** What belongs to the machine whatever namespace we are in stays as it is. */
export const underTest = (environment: Environment = process.env): boolean =>
  environment['NODE_ENV'] === 'test' || environment['DEMINE_IN_NAMESPACE'] !== undefined;

export function mayChange(environment: Environment = process.env): Answer<true> {
  if (!underTest(environment)) return { status: 'ok', value: true };
  const outer = environment[outerNamespaces]?.split(' ') ?? [];
  const apart =
    outer.length === kinds.length &&
    ownNamespaces()
      .split(' ')
      .every((one, at) => one !== outer[at]);
  return apart
    ? { status: 'ok', value: true }
    : { status: 'denied', reason: 'a test in the namespaces of the machine changes nothing' };
}
