/**
 * Units whose files go whole are stopped and their failure forgotten, after the last process was killed: a manager keeps
 * both in memory, and who looks at `systemctl --failed` the next day would find the attacker's names.
 */
import type { Printable } from '../../model/text.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { CaseView } from './case-view.ts';
import type { Draft } from './draft.ts';
import { userManagers } from './reload-drafts.ts';

const unitFile =
  /\/systemd\/(system|user)\/([^/@]+(?:@[^/]+)?\.(?:service|timer|path|socket|mount|automount|swap))$/;
const initScript = /^\/etc\/(?:rc\.d\/)?init\.d\/([^/]+)$/;

interface Named {
  readonly unit: Printable;
  readonly ofUsers: boolean;
}

function unitOf(path: string): Named | undefined {
  const file = unitFile.exec(path);
  // A template has no state; its instances have names of their own.
  if (file !== null && !/@\.\w+$/.test(file[2] ?? ''))
    return { unit: printableText(file[2] ?? ''), ofUsers: file[1] === 'user' };
  const script = initScript.exec(path)?.[1];
  return script === undefined
    ? undefined
    : { unit: phrase`${printableText(script)}.service`, ofUsers: false };
}

/** @param drafts what is carried out before */
export function unitDrafts({ processes }: CaseView, drafts: readonly Draft[]): readonly Draft[] {
  const named = drafts.flatMap(({ change, findings }) => {
    const unit = change.kind === 'quarantine' ? unitOf(change.path) : undefined;
    return unit === undefined ? [] : [{ ...unit, findings }];
  });
  const forget = (units: readonly (typeof named)[number][], uid?: number): readonly Draft[] =>
    units.length === 0
      ? []
      : [
          {
            phase: 'verify',
            findings: [...new Set(units.flatMap(({ findings }) => findings))],
            change: {
              kind: 'forget-units',
              units: [...new Set(units.map(({ unit }) => unit))],
              ...(uid === undefined ? {} : { uid }),
            },
            preconditions: [],
            reversibility: 'restorable',
            breaks: [],
            verify: 'forgotten',
          },
        ];
  const isSystemd = processes.some(({ pid, name }) => pid === 1 && name === 'systemd');
  return [
    ...(isSystemd ? forget(named.filter(({ ofUsers }) => !ofUsers)) : []),
    ...userManagers(processes).flatMap((uid) =>
      forget(
        named.filter(({ ofUsers }) => ofUsers),
        uid,
      ),
    ),
  ];
}
