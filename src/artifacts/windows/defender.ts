/**
 * Microsoft Defender: what it does not look at, and what was switched off.
 *
 * Why: miners take whole drives and `powershell.exe` out of its sight; event 5007 tells when. Exclusions of folders of
 * programs are usual on servers (databases, Exchange), so each is told and only those of everything weigh.
 * Sources: Microsoft, "Configure exclusions", policy `WindowsDefender`; knowledge on Windows §4.2.
 */
import { valueNumber } from '../../formats/registry/data.ts';
import type { HiveKey } from '../../formats/registry/key.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { entry, softwareHive, systemHive, tellBound } from './entry.ts';
import { keyName, type OpenHive, refOf } from './hives.ts';
import { viewOf } from './view.ts';

const most = 2_000;
const places = [
  'Microsoft\\Windows Defender',
  'Policies\\Microsoft\\Windows Defender',
  'Microsoft\\Microsoft Antimalware',
  'Policies\\Microsoft\\Microsoft Antimalware',
];
const lists = ['Paths', 'Processes', 'Extensions', 'IpAddresses', 'TemporaryPaths'];
/** A drive, what everybody may write, and programs that run whatever they are given. */
const everything =
  /^(?:[a-z]:\\?\*?|[a-z]:\\(?:windows|users|programdata|windows\\temp|windows\\system32|users\\public|temp|perflogs)\\?\*?|\*|%(?:temp|tmp|appdata|localappdata|programdata|systemdrive|userprofile|public|systemroot|windir)%\\?\*?|\.?(?:exe|dll|ps1|bat|cmd|vbs|js)|(?:[a-z]:\\.*\\)?(?:powershell|pwsh|cmd|mshta|wscript|cscript|rundll32|regsvr32|svchost|explorer|conhost|dllhost|msbuild|schtasks)\.exe)$/i;
const switches = [
  'DisableAntiSpyware',
  'DisableAntiVirus',
  'DisableRealtimeMonitoring',
  'DisableBehaviorMonitoring',
  'DisableOnAccessProtection',
  'DisableScanOnRealtimeEnable',
  'DisableIOAVProtection',
  'DisableScriptScanning',
];

export const defender: PersistenceArtifact = {
  id: 'windows.defender',
  order: 6,
  required: false,
  mechanisms: ['defender-exclusion', 'defender-setting'],
  sources: [softwareHive, systemHive],
  gather(context) {
    const { registry } = viewOf(context);
    const software = registry.get('SOFTWARE');
    const facts: PersistenceFact[] = [];
    if (software === undefined) return Promise.resolve(facts);
    const add = (
      of: OpenHive,
      key: HiveKey,
      name: string,
      text: string,
      mechanism: 'defender-exclusion' | 'defender-setting',
      marks: readonly PersistenceMark[],
    ): void => {
      const value = key.value(name);
      if (facts.length >= most || value === undefined) return;
      facts.push(
        entry({
          source: refOf(of, value),
          mechanism,
          name: printableText(name.slice(0, 256)),
          language: 'none',
          trigger: phrase`boot`,
          marks,
          text: phrase`${keyName(of, key)}: ${printableText(text.slice(0, 1_000))}`,
        }),
      );
    };
    for (const place of places) {
      for (const list of lists) {
        const key = software.hive.key(`${place}\\Exclusions\\${list}`);
        for (const { name } of key?.values() ?? []) {
          if (key !== undefined && name !== '')
            add(software, key, name, name, 'defender-exclusion', [
              everything.test(name.trim()) ? 'excludes-everything' : 'excludes',
            ]);
        }
      }
      for (const below of ['', '\\Real-Time Protection']) {
        const key = software.hive.key(`${place}${below}`);
        for (const name of switches) {
          const on = valueNumber(key?.value(name));
          if (key !== undefined && on !== undefined && on !== 0)
            add(software, key, name, `${name} = ${on}`, 'defender-setting', ['protection-off']);
        }
      }
    }
    tellBound(context, 'windows.defender', softwareHive, facts.length, most);
    return Promise.resolve(facts);
  },
};
