/**
 * What starts with a logon beside the Run keys: Winlogon, logon scripts, Active Setup, AutoRun of cmd.exe.
 *
 * Values that Windows has by itself are told as entries and carry no mark; others are marked `changed-default`.
 * Sources: Microsoft, "Winlogon registry entries"; "UserInitMprLogonScript"; Active Setup; "cmd" (AutoRun); MITRE T1547.004.
 */
import type { HiveKey } from '../../formats/registry/key.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { WindowsMechanism } from '../../model/mechanism.ts';
import { phrase } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { commandEntry, softwareHive, tellBound, textEntry, userHives } from './entry.ts';
import { type OpenHive, textOfValue, type UserHive } from './hives.ts';
import { viewOf } from './view.ts';

const most = 1_000;
/** What Windows itself sets, without case, its folder and quotes. */
const usual: Readonly<Record<string, RegExp>> = {
  shell: /^(?:[a-z]:\\windows\\)?explorer\.exe$/,
  userinit: /^(?:[a-z]:\\windows\\system32\\|%systemroot%\\system32\\)?userinit\.exe,?$/,
  taskman: /^(?:taskmgr\.exe)?$/,
  system: /^$/,
  vmapplet: /^systempropertiesperformance\.exe( \/pagefile)?$/,
  appsetup: /^$/,
  gpextensions: /^$/,
};
const winlogonNames = [
  'Shell',
  'Userinit',
  'Taskman',
  'System',
  'AppSetup',
  'VmApplet',
  'GinaDLL',
  'mpnotify',
];

export const logon: PersistenceArtifact = {
  id: 'windows.logon',
  order: 6,
  required: true,
  mechanisms: ['winlogon', 'logon-script', 'active-setup', 'command-autorun'],
  sources: [softwareHive, userHives],
  gather(context) {
    const view = viewOf(context);
    const facts: PersistenceFact[] = [];
    const add = (fact: PersistenceFact | undefined): void => {
      if (fact !== undefined && facts.length < most) facts.push(fact);
    };
    const values = (
      of: OpenHive,
      key: HiveKey | undefined,
      names: readonly string[],
      mechanism: WindowsMechanism,
      trigger: PersistenceFact['trigger'],
    ): void => {
      for (const name of names) {
        const value = key?.value(name);
        if (key === undefined || value === undefined) continue;
        const text = textOfValue(value)?.trim() ?? '';
        const expected = mechanism === 'winlogon' ? usual[name.toLowerCase()] : undefined;
        if (expected === undefined) {
          add(commandEntry(of, key, value, mechanism, { trigger, environment: view.environment() }));
          continue;
        }
        // Several programs stand there with commas between them.
        for (const part of expected.test(text.toLowerCase()) ? [text] : text.split(',')) {
          const one = part.trim();
          if (one === '') continue;
          add(
            textEntry(of, key, value, one, mechanism, {
              trigger,
              environment: view.environment(),
              marks: expected.test(one.toLowerCase()) ? [] : ['changed-default'],
            }),
          );
        }
      }
    };
    const winlogon = 'Microsoft\\Windows NT\\CurrentVersion\\Winlogon';
    const software = view.registry.get('SOFTWARE');
    if (software !== undefined) {
      values(software, software.hive.key(winlogon), winlogonNames, 'winlogon', phrase`login`);
      for (const notify of software.hive.key(`${winlogon}\\Notify`)?.subkeys() ?? [])
        values(software, notify, ['DllName'], 'winlogon', phrase`login`);
      for (const below of ['', 'Wow6432Node\\']) {
        for (const component of software.hive
          .key(`${below}Microsoft\\Active Setup\\Installed Components`)
          ?.subkeys() ?? [])
          values(software, component, ['StubPath'], 'active-setup', phrase`login`);
        values(
          software,
          software.hive.key(`${below}Microsoft\\Command Processor`),
          ['AutoRun'],
          'command-autorun',
          phrase`event`,
        );
      }
    }
    for (const user of view.registry.users) {
      if (user.classes) continue;
      const own = (path: string): HiveKey | undefined => user.hive.key(path);
      values(user, own(`Software\\${winlogon}`), ['Shell', 'Userinit'], 'winlogon', phrase`login`);
      values(user, own('Environment'), ['UserInitMprLogonScript'], 'logon-script', phrase`login`);
      values(
        user,
        own('Software\\Microsoft\\Command Processor'),
        ['AutoRun'],
        'command-autorun',
        phrase`event`,
      );
    }
    const policyScripts = (of: OpenHive, below: string, user?: UserHive): void => {
      for (const place of ['Group Policy\\Scripts', 'Group Policy\\State\\Machine\\Scripts'])
        for (const when of ['Startup', 'Shutdown', 'Logon', 'Logoff'])
          for (const policy of of.hive
            .key(`${below}Microsoft\\Windows\\CurrentVersion\\${place}\\${when}`)
            ?.subkeys() ?? [])
            for (const script of policy.subkeys()) {
              const value = script.value('Script');
              const name = textOfValue(value)?.trim() ?? '';
              const parameters = textOfValue(script.value('Parameters'))?.trim() ?? '';
              if (value === undefined || name === '') continue;
              add(
                textEntry(of, script, value, `${name} ${parameters}`.trim(), 'logon-script', {
                  trigger: /^Start|^Shut/.test(when) ? phrase`boot` : phrase`login`,
                  environment: view.environment(user),
                }),
              );
            }
    };
    if (software !== undefined) policyScripts(software, '');
    for (const user of view.registry.users) if (!user.classes) policyScripts(user, 'Software\\', user);
    tellBound(context, 'windows.logon', softwareHive, facts.length, most);
    return Promise.resolve(facts);
  },
};
