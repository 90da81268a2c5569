/**
 * Service managers that are told to read their settings again, once what they would start is gone and before processes
 * are killed: what is only in their memory they would start again.
 */
import type { ProcessFact } from '../../model/facts/process.ts';
import type { Breakage, Manager } from '../../model/plan.ts';
import type { CaseView } from './case-view.ts';
import type { Draft } from './draft.ts';
import { printableOf } from './printable-of.ts';

/** Units of the system, and init scripts, of which a generator makes units. */
const ofSystem = /\/systemd\/(?!user\/)|\/init\.d\/|\/rc\.local$/;
const ofUsers = /\/systemd\/user\//;

type Signalled = Exclude<Manager['service'], 'systemd'>;
const others: readonly (readonly [Signalled, RegExp])[] = [
  ['supervisord', /\/supervisor/],
  ['monit', /\/monit/],
  ['xinetd', /\/xinetd/],
];

/** They stop all they run when they are told so (supervisord(1), SIGHUP). */
const restartsAll: ReadonlySet<Manager['service']> = new Set(['supervisord']);

const isUserManager = ({ pid, name, argv }: ProcessFact): boolean =>
  pid > 1 && name === 'systemd' && argv.some((word) => word === '--user');

/** uids of users whose own systemd runs. */
export const userManagers = (processes: readonly ProcessFact[]): readonly number[] => [
  ...new Set(processes.filter(isUserManager).map(({ effectiveUid }) => effectiveUid)),
];

function managersOf(processes: readonly ProcessFact[], paths: readonly string[]): readonly Manager[] {
  const touched = (pattern: RegExp): boolean => paths.some((path) => pattern.test(path));
  const isSystemd = processes.some(({ pid, name }) => pid === 1 && name === 'systemd');
  const users = userManagers(processes);
  return [
    ...(isSystemd && touched(ofSystem) ? [{ service: 'systemd' as const }] : []),
    ...(touched(ofUsers) ? users.map((uid) => ({ service: 'systemd' as const, uid })) : []),
    ...others
      .filter(([, pattern]) => touched(pattern))
      .flatMap(([service]) =>
        processes
          // Of root and of the host itself: what a user or a container calls so is something else.
          .filter(
            ({ name, effectiveUid, container }) =>
              name === service && effectiveUid === 0 && container === undefined,
          )
          .map(({ pid, startTicks }) => ({ service, pid, startTicks })),
      ),
  ];
}

/** @param drafts what is carried out before */
export function reloadDrafts({ processes, result }: CaseView, drafts: readonly Draft[]): readonly Draft[] {
  const changed = drafts.filter(({ change }) => 'path' in change);
  const paths = changed.flatMap(({ change }) => ('path' in change ? [change.path] : []));
  const managers = managersOf(processes, paths);
  if (managers.length === 0) return [];
  const { bootId } = result.host;
  return [
    {
      phase: 'persistence',
      findings: [],
      change: { kind: 'reload', managers: [...managers] },
      preconditions: managers.flatMap((one) =>
        one.service === 'systemd'
          ? []
          : [{ kind: 'process' as const, pid: one.pid, startTicks: one.startTicks, bootId }],
      ),
      reversibility: 'restorable',
      breaks: managers
        .filter(({ service }) => restartsAll.has(service))
        .map(({ service }): Breakage => ({ id: 'restarted', subject: printableOf(service) })),
      verify: 'reloaded',
    },
  ];
}
