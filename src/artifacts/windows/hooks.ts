/**
 * Programs and libraries that Windows brings in when something else happens: debuggers of programs, monitors of their end,
 * libraries for every program, packages of the security authority, print monitors, time providers, helpers of netsh,
 * profilers of .NET.
 *
 * What Windows has by itself is known by its name and told without a mark; other names carry `changed-default`.
 * Sources: Microsoft, documentation of each key; MITRE T1546.007–.010, .012, T1547.003, .005, .010, T1574.012; the names
 * are those of a clean Windows Server 2012 R2, 2016, 2019 and 2022 in Microsoft's documentation of these components.
 */
import { valueText } from '../../formats/registry/data.ts';
import type { HiveKey } from '../../formats/registry/key.ts';
import type { HiveValue } from '../../formats/registry/value.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import type { WindowsMechanism } from '../../model/mechanism.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { softwareHive, systemHive, tellBound, textEntry, userHives } from './entry.ts';
import { type OpenHive, textOfValue } from './hives.ts';
import { viewOf } from './view.ts';

const most = 2_000;
const system32 = 'C:\\Windows\\System32';

/** Names of Windows itself, lower case, without folder and ending. */
const own: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    'lsa-package':
      'scecli rassfm kerberos msv1_0 schannel wdigest tspkg pku2u livessp cloudap negoexts negotiate credssp ksecdd winlogon dpapisrv efslsaext lsass cngaudit sshdpinauthlsa',
    'print-monitor':
      'localspl tcpmon usbmon wsdmon appmon win32spl inetpp fxsmon ipmon mslbui ippmon apmon lprmon hpmon redmon pjlmon',
    'time-provider': 'w32time vmictimeprovider',
    'netsh-helper':
      'ifmon rasmontr dhcpcmonitor authfwcfg dot3cfg fwcfg hnetmon httpapi nettrace nshhttp nshipsec nshwfp p2pnetsh rpcnsh wcnnetsh whhelper wlancfg wshelper wwancfg peerdistsh netiohlp dhcpcsvc ndfapi wcmapi winsrpc mprmsg ipsecsnp hnetcfg nlaapi napmontr nciSvc dnscmmc',
  }).map(([id, names]) => [id, new Set(names.toLowerCase().split(' '))]),
);

const stemOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('"', '')
    .trim()
    .replace(/^.*[\\/]/, '')
    .replace(/\.(?:dll|exe)$/, '');

export const hooks: PersistenceArtifact = {
  id: 'windows.hooks',
  order: 6,
  required: true,
  mechanisms: [
    'image-hijack',
    'silent-exit',
    'appinit-dll',
    'appcert-dll',
    'lsa-package',
    'print-monitor',
    'time-provider',
    'netsh-helper',
    'cor-profiler',
  ],
  sources: [softwareHive, systemHive, userHives],
  gather(context) {
    const view = viewOf(context);
    const { registry } = view;
    const facts: PersistenceFact[] = [];
    const library = (
      of: OpenHive,
      key: HiveKey,
      value: HiveValue,
      text: string,
      mechanism: WindowsMechanism,
      marks: readonly PersistenceMark[] = [],
    ): void => {
      const one = text.trim().replaceAll('"', '');
      if (one === '' || facts.length >= most) return;
      const known = own[mechanism]?.has(stemOf(one)) === true;
      const named = /\.\w{2,4}$/.test(one) ? one : `${one}.dll`;
      const target = view.path(named, system32);
      facts.push(
        textEntry(of, key, value, one, mechanism, {
          language: 'windows-path',
          command: printableText(named),
          trigger: phrase`boot`,
          marks: known || own[mechanism] === undefined ? marks : [...marks, 'changed-default'],
          ...(target === undefined ? {} : { target }),
        }),
      );
    };
    const listed = (
      of: OpenHive | undefined,
      key: HiveKey | undefined,
      name: string,
      mechanism: WindowsMechanism,
      marks: readonly PersistenceMark[] = [],
    ): void => {
      const value = key?.value(name);
      if (of === undefined || key === undefined || value === undefined) return;
      for (const part of (textOfValue(value) ?? '').split(mechanism === 'lsa-package' ? /[\s\0]+/ : /[,;]+/))
        library(of, key, value, part, mechanism, marks);
    };
    const software = registry.get('SOFTWARE');
    const hijacks = (of: OpenHive, key: HiveKey | undefined): void => {
      for (const image of key?.subkeys() ?? []) {
        for (const holder of [image, ...image.subkeys()]) {
          const value = holder.value('Debugger');
          const text = textOfValue(value)?.trim();
          if (value === undefined || text === undefined || text === '' || facts.length >= most) continue;
          facts.push(
            textEntry(of, holder, value, text, 'image-hijack', {
              trigger: printableText(image.name.slice(0, 200)),
              environment: view.environment(),
              marks: marksOfDebugger(image.name, text),
            }),
          );
        }
      }
    };
    if (software !== undefined) {
      for (const below of ['', 'Wow6432Node\\']) {
        const nt = `${below}Microsoft\\Windows NT\\CurrentVersion`;
        hijacks(software, software.hive.key(`${nt}\\Image File Execution Options`));
        for (const image of software.hive.key(`${nt}\\SilentProcessExit`)?.subkeys() ?? []) {
          const value = image.value('MonitorProcess');
          const text = textOfValue(value)?.trim();
          if (value === undefined || text === undefined || text === '' || facts.length >= most) continue;
          facts.push(
            textEntry(software, image, value, text, 'silent-exit', {
              trigger: printableText(image.name.slice(0, 200)),
              environment: view.environment(),
            }),
          );
        }
        const windows = software.hive.key(`${nt}\\Windows`);
        const loaded = windows?.value('LoadAppInit_DLLs')?.data(4).bytes[0] === 1;
        listed(
          software,
          windows,
          'AppInit_DLLs',
          'appinit-dll',
          loaded ? ['loads-everywhere'] : ['switched-off'],
        );
      }
      const netsh = software.hive.key('Microsoft\\NetSh');
      for (const value of netsh?.values() ?? [])
        if (netsh !== undefined) library(software, netsh, value, textOfValue(value) ?? '', 'netsh-helper');
    }
    const lsa = registry.control('Control\\Lsa');
    for (const name of ['Authentication Packages', 'Security Packages', 'Notification Packages'])
      listed(lsa?.of, lsa?.key, name, 'lsa-package');
    listed(lsa?.of, lsa?.key.subkey('OSConfig'), 'Security Packages', 'lsa-package');
    const providersOfSecurity = registry.control('Control\\SecurityProviders');
    listed(providersOfSecurity?.of, providersOfSecurity?.key, 'SecurityProviders', 'lsa-package');
    const monitors = registry.control('Control\\Print\\Monitors');
    for (const key of monitors?.key.subkeys() ?? []) listed(monitors?.of, key, 'Driver', 'print-monitor');
    const providers = registry.control('Services\\W32Time\\TimeProviders');
    for (const key of providers?.key.subkeys() ?? []) listed(providers?.of, key, 'DllName', 'time-provider');
    const manager = registry.control('Control\\Session Manager\\AppCertDlls');
    for (const value of manager?.key.values() ?? [])
      if (manager !== undefined)
        library(manager.of, manager.key, value, textOfValue(value) ?? '', 'appcert-dll', [
          'loads-everywhere',
        ]);
    const profiler = (of: OpenHive, key: HiveKey | undefined): void => {
      const on =
        textOfValue(key?.value('COR_ENABLE_PROFILING')) ??
        textOfValue(key?.value('CORECLR_ENABLE_PROFILING'));
      for (const name of [
        'COR_PROFILER_PATH',
        'COR_PROFILER_PATH_64',
        'COR_PROFILER_PATH_32',
        'CORECLR_PROFILER_PATH',
        'CORECLR_PROFILER_PATH_64',
      ])
        if (on !== undefined && on !== '0') listed(of, key, name, 'cor-profiler', ['loads-everywhere']);
      if (on !== undefined && on !== '0') byClass(key);
    };
    /** Without a path, the library of the class is loaded. */
    const byClass = (key: HiveKey | undefined): void => {
      for (const name of ['COR_PROFILER', 'CORECLR_PROFILER']) {
        const id = textOfValue(key?.value(name))?.trim() ?? '';
        if (!/^\{[0-9a-f-]{36}\}$/i.test(id)) continue;
        const server = `CLSID\\${id}\\InprocServer32`;
        const machine = software?.hive.key(`Classes\\${server}`);
        if (software !== undefined) listed(software, machine, '', 'cor-profiler', ['loads-everywhere']);
        for (const user of registry.users)
          listed(
            user,
            user.hive.key(user.classes ? server : `Software\\Classes\\${server}`),
            '',
            'cor-profiler',
            ['loads-everywhere'],
          );
      }
    };
    /** Variables of one service alone, `NAME=value`. */
    const ofService = (of: OpenHive, key: HiveKey): void => {
      const value = key.value('Environment');
      const text = valueText(value) ?? '';
      if (value === undefined || !/^COR(?:ECLR)?_ENABLE_PROFILING=1/im.test(text)) return;
      for (const [, path = ''] of text.matchAll(/^COR(?:ECLR)?_PROFILER_PATH(?:_32|_64)?=(.{1,2000})$/gim))
        library(of, key, value, path, 'cor-profiler', ['loads-everywhere']);
    };
    const environment = registry.control('Control\\Session Manager\\Environment');
    if (environment !== undefined) profiler(environment.of, environment.key);
    for (const user of registry.users) if (!user.classes) profiler(user, user.hive.key('Environment'));
    const services = registry.control('Services');
    for (const key of services?.key.subkeys() ?? []) if (services !== undefined) ofService(services.of, key);
    tellBound(context, 'windows.hooks', softwareHive, facts.length, most);
    return Promise.resolve(facts);
  },
};

/** A debugger of what opens before anybody logs on gives a shell to whoever sits there; one of a monitor keeps it away. */
function marksOfDebugger(image: string, debuggerText: string): readonly PersistenceMark[] {
  if (/^(?:sethc|utilman|osk|magnify|narrator|displayswitch|atbroker)\.exe$/i.test(image))
    return ['opens-access', 'changed-default'];
  if (
    /^(?:taskmgr|procexp(?:64)?|processhacker|perfmon|mmc|msconfig|regedit|autoruns(?:64)?|msmpeng|msseces|mrt|360\w*|zhudongfangyu|hipstray|qqpctray)\.exe$/i.test(
      image,
    )
  )
    return /\b(?:taskmgr|procexp|systeminformer|processhacker)/i.test(debuggerText)
      ? []
      : ['locks-out', 'changed-default'];
  return [];
}
