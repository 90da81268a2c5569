/**
 * Run keys: what starts when somebody logs on, of the machine and of each user.
 *
 * Why: the plainest autostart; Crackonosh keeps its whole pool command line there. A value whose name begins with NUL is
 * shown by no editor (T1112). Values that StartupApproved switches off do not run.
 * `Load` and `Run` of the key Windows do the same, of old.
 * Source: Microsoft, "Run and RunOnce Registry Keys"; knowledge on Windows §4.2.
 */
import type { HiveKey } from '../../formats/registry/key.ts';
import type { HiveValue } from '../../formats/registry/value.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { phrase } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { commandEntry, softwareHive, tellBound, userHives } from './entry.ts';
import type { OpenHive, UserHive } from './hives.ts';
import { viewOf } from './view.ts';

const keys = [
  'Microsoft\\Windows\\CurrentVersion\\Run',
  'Microsoft\\Windows\\CurrentVersion\\RunOnce',
  'Microsoft\\Windows\\CurrentVersion\\RunOnceEx',
  'Microsoft\\Windows\\CurrentVersion\\RunServices',
  'Microsoft\\Windows\\CurrentVersion\\RunServicesOnce',
  'Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer\\Run',
  'Microsoft\\Windows NT\\CurrentVersion\\Terminal Server\\Install\\Software\\Microsoft\\Windows\\CurrentVersion\\Run',
];
const mostValues = 2_000;

/** Names of values that StartupApproved has as switched off: an odd first byte. */
function switchedOff(of: OpenHive, below: string): ReadonlySet<string> {
  const off = new Set<string>();
  for (const name of ['Run', 'Run32', 'StartupFolder']) {
    const key = of.hive.key(`${below}Microsoft\\Windows\\CurrentVersion\\Explorer\\StartupApproved\\${name}`);
    for (const value of key?.values() ?? []) {
      const first = value.data(12).bytes[0];
      if (first !== undefined && first % 2 === 1) off.add(value.name.toLowerCase());
    }
  }
  return off;
}

const marksOf = (value: HiveValue): readonly PersistenceMark[] =>
  value.name.includes('\0') ? ['hidden-from-listing'] : [];

export const runKeys: PersistenceArtifact = {
  id: 'windows.run-keys',
  order: 6,
  required: true,
  mechanisms: ['run-key'],
  sources: [softwareHive, userHives],
  gather(context) {
    const view = viewOf(context);
    const facts: PersistenceFact[] = [];
    const read = (of: OpenHive, below: string, user?: UserHive): void => {
      const off = switchedOff(of, below);
      const from = (key: HiveKey | undefined): void => {
        if (key === undefined) return;
        for (const value of key.values()) {
          if (facts.length >= mostValues) return;
          const fact = commandEntry(of, key, value, 'run-key', {
            trigger: phrase`login`,
            environment: view.environment(user),
            active: !off.has(value.name.toLowerCase()),
            marks: marksOf(value),
            ...(user === undefined ? {} : { user: user.user }),
          });
          if (fact !== undefined) facts.push(fact);
        }
        if (/RunOnceEx$/i.test(key.name)) for (const below of key.subkeys()) from(below);
      };
      const old = of.hive.key(`${below}Microsoft\\Windows NT\\CurrentVersion\\Windows`);
      for (const name of ['Load', 'Run']) {
        const value = old?.value(name);
        const fact =
          old === undefined || value === undefined || facts.length >= mostValues
            ? undefined
            : commandEntry(of, old, value, 'run-key', {
                trigger: phrase`login`,
                environment: view.environment(user),
                ...(user === undefined ? {} : { user: user.user }),
              });
        if (fact !== undefined) facts.push(fact);
      }
      for (const path of keys) {
        from(of.hive.key(`${below}${path}`));
        from(of.hive.key(`${below}Wow6432Node\\${path}`));
      }
    };
    const software = view.registry.get('SOFTWARE');
    if (software !== undefined) read(software, '');
    const usual = view.registry.get('DEFAULT');
    if (usual !== undefined) read(usual, 'Software\\');
    for (const user of view.registry.users) if (!user.classes) read(user, 'Software\\', user);
    tellBound(context, 'windows.run-keys', softwareHive, facts.length, mostValues);
    return Promise.resolve(facts);
  },
};
