/**
 * Which host it is: name, version and build, machine GUID, time zone, as the registry has them; without it the
 * name that event logs agree on.
 *
 * Source: Microsoft, "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"; TIME_ZONE_INFORMATION. Windows 11 calls itself
 * Windows 10 there: its builds begin with 22000.
 */

import { momentUs } from '../../formats/filetime.ts';
import { u64 } from '../../formats/little-endian.ts';
import { valueNumber } from '../../formats/registry/data.ts';
import type { HostFact } from '../../model/facts/host.ts';
import { type Printable, phrase, printableText } from '../../model/text.ts';
import type { Artifact } from '../artifact.ts';
import { softwareHive, systemHive } from './entry.ts';
import { computerOfLogs } from './event-logs/computer-name.ts';
import { textOfValue } from './hives.ts';
import { viewOf, type WindowsView } from './view.ts';

const version = 'Microsoft\\Windows NT\\CurrentVersion';

function osName(view: WindowsView): { readonly os: Printable; readonly kernel: Printable } {
  const key = view.registry.key('SOFTWARE', version)?.key;
  const text = (name: string): string => textOfValue(key?.value(name)) ?? '';
  const build = text('CurrentBuildNumber') || text('CurrentBuild');
  const given = text('ProductName');
  const product = Number(build) >= 22_000 ? given.replace(/^Windows 10\b/, 'Windows 11') : given;
  const release = text('DisplayVersion') || text('ReleaseId') || text('CSDVersion');
  const major = valueNumber(key?.value('CurrentMajorVersionNumber'));
  const number =
    major === undefined
      ? text('CurrentVersion')
      : `${major}.${valueNumber(key?.value('CurrentMinorVersionNumber')) ?? 0}`;
  const revision = valueNumber(key?.value('UBR'));
  return {
    os: printableText(
      [product === '' ? 'Windows' : product, release]
        .filter((part) => part !== '')
        .join(' ')
        .slice(0, 200),
    ),
    kernel: printableText(
      [number, build, revision]
        .filter((part) => part !== '' && part !== undefined)
        .join('.')
        .slice(0, 60),
    ),
  };
}

/** Minutes that local time is ahead of UTC; undefined where no hive tells. */
export function zoneMinutes(view: WindowsView): number | undefined {
  const key = view.registry.control('Control\\TimeZoneInformation')?.key;
  const bias = valueNumber(key?.value('ActiveTimeBias')) ?? valueNumber(key?.value('Bias'));
  const minutes = bias === undefined ? undefined : -(bias | 0);
  return minutes !== undefined && Math.abs(minutes) <= 24 * 60 ? minutes : undefined;
}

/** `China Standard Time (UTC+08:00)`; the bias is minutes to be added to get UTC. */
function zoneOf(view: WindowsView): Printable | undefined {
  const key = view.registry.control('Control\\TimeZoneInformation')?.key;
  const name = textOfValue(key?.value('TimeZoneKeyName')) ?? textOfValue(key?.value('StandardName'));
  const bias = valueNumber(key?.value('ActiveTimeBias')) ?? valueNumber(key?.value('Bias'));
  if (name === undefined && bias === undefined) return undefined;
  const minutes = bias === undefined ? undefined : -(bias | 0);
  const pad = (number: number): string => String(Math.trunc(number)).padStart(2, '0');
  const offset =
    minutes === undefined
      ? ''
      : `UTC${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
  return printableText(
    [name?.startsWith('@') === true ? '' : (name ?? ''), offset === '' ? '' : `(${offset})`]
      .filter((part) => part !== '')
      .join(' ')
      .slice(0, 120),
  );
}

/** When Windows was set up, microseconds UTC; undefined where no hive tells. */
export function installedUs(view: WindowsView): number | undefined {
  const key = view.registry.key('SOFTWARE', version)?.key;
  const seconds = valueNumber(key?.value('InstallDate'));
  if (seconds !== undefined && seconds > 0) return seconds * 1e6;
  const bytes = key?.value('InstallTime')?.data(8).bytes;
  return bytes?.length === 8 ? momentUs(u64(bytes, 0)) : undefined;
}

/** When the host was shut down last, microseconds UTC. */
function shutDownUs(view: WindowsView): number | undefined {
  const bytes = view.registry.control('Control\\Windows')?.key.value('ShutdownTime')?.data(8).bytes;
  return bytes?.length === 8 ? momentUs(u64(bytes, 0)) : undefined;
}

export const windowsHost: Artifact = {
  id: 'windows.host',
  order: 1,
  required: true,
  sources: [systemHive, softwareHive],
  gather(context) {
    const view = viewOf(context);
    const { registry } = view;
    const computer = textOfValue(
      registry.control('Control\\ComputerName\\ComputerName')?.key.value('ComputerName'),
    );
    const network = textOfValue(registry.control('Services\\Tcpip\\Parameters')?.key.value('Hostname'));
    const guid =
      textOfValue(registry.key('SOFTWARE', 'Microsoft\\Cryptography')?.key.value('MachineGuid')) ?? '';
    const source = (registry.get('SYSTEM') ?? registry.get('SOFTWARE'))?.path ?? phrase`C:\\Windows`;
    const cores = Number(view.variables.get('number_of_processors') ?? '');
    const zone = zoneOf(view);
    const stopped = shutDownUs(view);
    const registered = printableText((network ?? computer ?? '').slice(0, 255));
    const name = registered === '' ? (computerOfLogs(context.target) ?? registered) : registered;
    const fact: HostFact = {
      kind: 'host',
      source: { source },
      name,
      machineId: /^[0-9a-f-]{36}$/i.test(guid) ? guid.toLowerCase() : '',
      bootId: '',
      osId: 'windows',
      ...osName(view),
      architecture: (view.variables.get('processor_architecture') ?? '').slice(0, 20),
      cores: Number.isSafeInteger(cores) && cores > 0 && cores < 10_000 ? cores : 0,
      memory: 0,
      clockOffsetMs: 0,
      ...(zone === undefined ? {} : { timeZone: zone }),
      ...(stopped === undefined ? {} : { shutDownUs: stopped }),
      live: false,
      scope: 'files',
      privileged: true,
    };
    const found = registry.get('SYSTEM') !== undefined || registry.get('SOFTWARE') !== undefined;
    context.log.record({ source, artifact: 'windows.host', status: found ? 'ok' : 'absent', bytes: 0 });
    return Promise.resolve([fact]);
  },
};
