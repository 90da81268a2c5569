/**
 * Settings of a Windows host that open or close the doors by which miners come in, as its registry has them.
 *
 * What it is NOT: what runs now; a service reads some of them when it starts. A value that is not there counts only where
 * the default of that version of Windows is known; else nothing is said.
 * Sources, on learn.microsoft.com and support.microsoft.com: "Detect, enable, and disable SMBv1, SMBv2, and SMBv3 in Windows",
 * "SMBv1 is not installed by default in Windows" (builds since 16299); KB4023262 (versions of srv.sys with MS17-010);
 * "fDenyTSConnections", "UserAuthentication" (Remote Desktop); KB951016 (LocalAccountTokenFilterPolicy); SQL Server, "Change
 * server authentication mode" (LoginMode); "Manage the Windows firewall" (EnableFirewall); "Macros from the internet are
 * blocked" (blockcontentexecutionfrominternet).
 */

import { readPe } from '../../formats/pe/pe-file.ts';
import { readVersionInfo } from '../../formats/pe/version-info.ts';
import { valueNumber } from '../../formats/registry/data.ts';
import type { HiveKey } from '../../formats/registry/key.ts';
import type { SourceRef } from '../../model/source.ts';
import { type Printable, phrase, printableText } from '../../model/text.ts';
import { BlockAccess } from '../../target/block-access.ts';
import type { ArtifactContext } from '../artifact.ts';
import { keyName, type OpenHive, refOf, textOfValue } from './hives.ts';
import { viewOf, type WindowsView } from './view.ts';

export type DoorSettingId =
  | 'smb1'
  | 'smb-patched'
  | 'rdp'
  | 'rdp-nla'
  | 'firewall'
  | 'remote-administrators'
  | 'winrm'
  | 'print-spooler'
  | 'sql-logins';

export interface DoorSetting {
  readonly id: DoorSettingId;
  readonly state: 'open' | 'closed';
  readonly source: SourceRef;
  readonly text: Printable;
}

interface Found {
  readonly of: OpenHive;
  readonly key: HiveKey;
}

const mostInstances = 50;
/** Since then SMB 1 is not installed where nobody asks for it. */
const withoutSmb1 = 16_299;
/** The first srv.sys with MS17-010, by what stands before its last number. */
const patched: Readonly<Record<string, number>> = {
  '5.1.2600': 7_208,
  '5.2.3790': 6_021,
  '6.0.6002': 19_743,
  '6.1.7601': 23_689,
  '6.2.9200': 22_099,
  '6.3.9600': 18_604,
  '10.0.10240': 17_319,
  '10.0.10586': 839,
  '10.0.14393': 953,
};

const shown = (number: number | undefined): Printable =>
  printableText(number === undefined ? 'not set' : String(number));

function settingOf(id: DoorSettingId, isOpen: boolean, { of, key }: Found, name: string): DoorSetting {
  const value = key.value(name);
  return {
    id,
    state: isOpen ? 'open' : 'closed',
    source: refOf(of, value ?? key),
    text: phrase`${keyName(of, key)}: ${printableText(name)} = ${shown(valueNumber(value))}`,
  };
}

/** The number in a value, where the key is there. */
const numberIn = (found: Found | undefined, name: string): number | undefined =>
  valueNumber(found?.key.value(name));

function buildOf({ registry }: WindowsView): number {
  const key = registry.key('SOFTWARE', 'Microsoft\\Windows NT\\CurrentVersion')?.key;
  const text = textOfValue(key?.value('CurrentBuildNumber')) ?? textOfValue(key?.value('CurrentBuild'));
  return Number.parseInt(text ?? '', 10);
}

function smb1(view: WindowsView): DoorSetting | undefined {
  const parameters = view.registry.control('Services\\LanmanServer\\Parameters');
  const given = numberIn(parameters, 'SMB1');
  if (parameters !== undefined && given !== undefined)
    return settingOf('smb1', given !== 0, parameters, 'SMB1');
  const services = view.registry.control('Services');
  const driver = view.registry.control('Services\\srv');
  const build = buildOf(view);
  if (driver !== undefined) {
    const start = numberIn(driver, 'Start');
    return start === undefined ? undefined : settingOf('smb1', start !== 4, driver, 'Start');
  }
  if (services === undefined || !(build >= withoutSmb1)) return undefined;
  return {
    id: 'smb1',
    state: 'closed',
    source: refOf(services.of, services.key),
    text: phrase`${keyName(services.of, services.key)}: no service srv`,
  };
}

/** MS17-010 by the version of srv.sys, or of a Windows 10 by its build. */
function smbPatched(view: WindowsView): DoorSetting | undefined {
  const path = phrase`C:\\Windows\\System32\\drivers\\srv.sys`;
  const { stat } = view.target.readNow({ kind: 'stat', path, follow: true });
  if (stat?.type === 'file') {
    const file = new BlockAccess(view.target, path);
    const pe = readPe(file, stat.size);
    const version = pe === undefined ? undefined : readVersionInfo(file, pe).version;
    const found = /^(\d{1,3}\.\d{1,3}\.\d{1,6})\.(\d{1,6})/.exec(version ?? '');
    const least = found === null ? undefined : patched[found[1] ?? ''];
    if (found !== null && least !== undefined)
      return {
        id: 'smb-patched',
        state: Number(found[2]) >= least ? 'closed' : 'open',
        source: { source: path },
        text: phrase`${path}: ${printableText(found[0])}`,
      };
  }
  const key = view.registry.key('SOFTWARE', 'Microsoft\\Windows NT\\CurrentVersion');
  const revision = numberIn(key, 'UBR');
  const build = buildOf(view);
  if (key === undefined || !Number.isFinite(build)) return undefined;
  // What was built after March 2017 has it.
  if (build >= 15_063) return settingOf('smb-patched', false, key, 'UBR');
  const least = patched[`10.0.${build}`];
  return revision === undefined || least === undefined
    ? undefined
    : settingOf('smb-patched', revision < least, key, 'UBR');
}

/** A policy goes before the setting. */
function rdpNla(view: WindowsView): DoorSetting | undefined {
  const places = [
    view.registry.key('SOFTWARE', 'Policies\\Microsoft\\Windows NT\\Terminal Services'),
    view.registry.control('Control\\Terminal Server\\WinStations\\RDP-Tcp'),
  ];
  for (const place of places) {
    const value = numberIn(place, 'UserAuthentication');
    if (place !== undefined && value !== undefined)
      return settingOf('rdp-nla', value === 0, place, 'UserAuthentication');
  }
  return undefined;
}

function rdp(view: WindowsView): DoorSetting | undefined {
  const places = [
    view.registry.key('SOFTWARE', 'Policies\\Microsoft\\Windows NT\\Terminal Services'),
    view.registry.control('Control\\Terminal Server'),
  ];
  for (const place of places) {
    const value = numberIn(place, 'fDenyTSConnections');
    if (place !== undefined && value !== undefined)
      return settingOf('rdp', value === 0, place, 'fDenyTSConnections');
  }
  return undefined;
}

/** Open where one profile has it off. */
function firewall(view: WindowsView): DoorSetting | undefined {
  let closed: DoorSetting | undefined;
  for (const profile of ['PublicProfile', 'StandardProfile', 'DomainProfile']) {
    const found = view.registry.control(`Services\\SharedAccess\\Parameters\\FirewallPolicy\\${profile}`);
    const value = numberIn(found, 'EnableFirewall');
    if (found === undefined || value === undefined) continue;
    const setting = settingOf('firewall', value === 0, found, 'EnableFirewall');
    if (setting.state === 'open') return setting;
    closed ??= setting;
  }
  return closed;
}

/** Local administrators come over the network with all their rights; not so by default. */
function remoteAdministrators(view: WindowsView): DoorSetting | undefined {
  const found = view.registry.key('SOFTWARE', 'Microsoft\\Windows\\CurrentVersion\\Policies\\System');
  if (found === undefined) return undefined;
  const isOpen = numberIn(found, 'LocalAccountTokenFilterPolicy') === 1;
  return settingOf('remote-administrators', isOpen, found, 'LocalAccountTokenFilterPolicy');
}

/** A service that does not start by itself nor when it is asked for is closed. */
function service(view: WindowsView, id: DoorSettingId, name: string): DoorSetting | undefined {
  const found = view.registry.control(`Services\\${name}`);
  const start = numberIn(found, 'Start');
  return found === undefined || start === undefined ? undefined : settingOf(id, start < 3, found, 'Start');
}

/** Open where one instance takes passwords of its own. */
function sqlLogins(view: WindowsView): DoorSetting | undefined {
  const root = view.registry.key('SOFTWARE', 'Microsoft\\Microsoft SQL Server');
  let closed: DoorSetting | undefined;
  let seen = 0;
  for (const instance of root?.key.subkeys() ?? []) {
    if (root === undefined || !/^MSSQL\d/i.test(instance.name)) continue;
    seen += 1;
    if (seen > mostInstances) break;
    const found = view.registry.key(
      'SOFTWARE',
      `Microsoft\\Microsoft SQL Server\\${instance.name}\\MSSQLServer`,
    );
    const value = numberIn(found, 'LoginMode');
    if (found === undefined || value === undefined) continue;
    const setting = settingOf('sql-logins', value !== 1, found, 'LoginMode');
    if (setting.state === 'open') return setting;
    closed ??= setting;
  }
  return closed;
}

/** What is known of each; those of which nothing is are left out. */
export function doorSettings(context: Pick<ArtifactContext, 'target' | 'log'>): readonly DoorSetting[] {
  const view = viewOf(context);
  const found = [
    smb1(view),
    smbPatched(view),
    rdp(view),
    rdpNla(view),
    firewall(view),
    remoteAdministrators(view),
    service(view, 'winrm', 'WinRM'),
    service(view, 'print-spooler', 'Spooler'),
    sqlLogins(view),
  ];
  return found.filter((one) => one !== undefined);
}
