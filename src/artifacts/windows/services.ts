/**
 * Services and drivers: what the service control manager and the kernel start by themselves.
 *
 * Why: the most common guard on Windows servers (NRSMiner, Blue Mockingbird's `wercplsupport`, Prometei's `UPlugPlay`). A
 * service of svchost is its `ServiceDll`; a failure command runs when it ends; a descriptor that denies its listing hides
 * it from `sc` and services.msc. A driver that hands out the processor's registers (WinRing0) goes with RandomX.
 * Sources: Microsoft, "HKLM\SYSTEM\CurrentControlSet\Services Registry Tree"; SERVICE_FAILURE_ACTIONS; "Service Security and
 * Access Rights"; knowledge on Windows §4.2.
 */
import { momentUs } from '../../formats/filetime.ts';
import { valueNumber } from '../../formats/registry/data.ts';
import type { HiveKey } from '../../formats/registry/key.ts';
import { parseSecurityDescriptor } from '../../formats/security-descriptor.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { entry, systemHive, tellBound } from './entry.ts';
import { keyName, type OpenHive, refOf, textOfValue } from './hives.ts';
import { viewOf, type WindowsView } from './view.ts';

const mostServices = 5_000;
const starts = ['boot', 'boot', 'boot', 'on demand', 'disabled'] as const;
/** SERVICE_QUERY_CONFIG, SERVICE_QUERY_STATUS, READ_CONTROL, DELETE. */
const listing = 0x0001 | 0x0004 | 0x0002_0000 | 0x0001_0000;
/** Everyone, INTERACTIVE, SERVICE, Authenticated Users, SYSTEM, Administrators. Makers deny NETWORK and guests as well (FlexNet, p2p). */
const people = /^S-1-(?:1-0|5-(?:4|6|11|18|32-544))$/;
const registerDrivers =
  /\b(?:winring0(?:x64|_1_2_0)?|inpoutx?64|msr(?:io)?64|rtcore64|asrdrv\d*)(?:\.sys)?\b/i;

/**
 * Drivers of makers by which attackers end scanners, by the names under which they came. The same names stand on honest hosts
 * (fans, lights, firmware tools). Source: loldrivers.io, with which all were compared as Sigma's rules on driver names have it,
 * but zamguard64, bdapiutil, wsftprm, tfsysmon, nseckrnl and k7rkscan, which are later than that list; knowledge on Windows §4.2.
 */
const vulnerableDrivers =
  /(?:^|[\\/ ])(?:gdrv\d?|dbutil_2_3|dbutildrv2|iqvw64e?|capcom|mhyprot\d?|aswarpot|zam64|zamguard64|amsdk|truesight|viragt64|gmer(?:64)?|kprocesshacker\d?|pchunter\w*|iobitunlocker|bdapiutil(?:64)?|wsftprm|tfsysmon|echo_driver|nseckrnl|k7rkscan)(?:\.sys)?(?=$|[\s"])/i;

/** A descriptor that keeps administrators or people from listing it. */
function deniesListing(key: HiveKey): boolean {
  const bytes = key.subkey('Security')?.value('Security')?.data(65_536).bytes;
  const descriptor = bytes === undefined ? undefined : parseSecurityDescriptor(bytes);
  return (descriptor?.dacl ?? []).some(
    ({ kind, mask, sid }) =>
      kind === 'deny' && (mask & listing) !== 0 && sid !== undefined && people.test(sid),
  );
}

const isDriver = (type: number): boolean => (type & 0x0b) !== 0;

function serviceFact(view: WindowsView, of: OpenHive, key: HiveKey): readonly PersistenceFact[] {
  const type = valueNumber(key.value('Type')) ?? 0;
  const start = valueNumber(key.value('Start')) ?? 4;
  const image = textOfValue(key.value('ImagePath'));
  const dll =
    textOfValue(key.subkey('Parameters')?.value('ServiceDll')) ?? textOfValue(key.value('ServiceDll'));
  if (image === undefined && dll === undefined && type === 0) return [];
  const driver = isDriver(type);
  const failure = textOfValue(key.value('FailureCommand'));
  const marks: PersistenceMark[] = [];
  if (deniesListing(key)) marks.push('hidden-from-listing');
  if (driver && registerDrivers.test(`${key.name} ${image ?? ''}`)) marks.push('msr-driver');
  if (driver && vulnerableDrivers.test(`${key.name} ${image ?? ''}`)) marks.push('vulnerable-driver');
  if (failure !== undefined && failure.trim() !== '') marks.push('failure-command');
  // A driver without a path is looked for under its own name.
  const path = image ?? (driver ? `\\SystemRoot\\System32\\drivers\\${key.name}.sys` : '');
  const target = driver ? view.path(path, 'C:\\Windows') : dll === undefined ? undefined : view.path(dll);
  const name = textOfValue(key.value('DisplayName')) ?? '';
  const shown = [
    `ImagePath = ${image ?? '(none)'}`,
    ...(dll === undefined ? [] : [`ServiceDll = ${dll}`]),
    `Start = ${start}`,
    ...(name === '' || name.startsWith('@') ? [] : [`DisplayName = ${name}`]),
  ];
  const writtenUs = momentUs(key.lastWritten);
  const base = {
    source: refOf(of, key),
    name: printableText(key.name.slice(0, 256)),
    ...(writtenUs === undefined ? {} : { writtenUs }),
    mechanism: driver ? ('windows-driver' as const) : ('windows-service' as const),
    user: printableText(textOfValue(key.value('ObjectName')) ?? 'SYSTEM'),
    trigger: phrase`${printableText(starts[start] ?? 'on demand')}`,
    environment: view.environment(),
    active: start < 4,
    text: phrase`${keyName(of, key)}: ${printableText(shown.join('; ').slice(0, 2_000))}`,
  };
  const facts = [
    entry({
      ...base,
      command: driver ? phrase`` : printableText(path),
      language: driver ? 'windows-path' : 'cmd',
      marks,
      ...(target === undefined ? {} : { target }),
    }),
  ];
  if (failure !== undefined && failure.trim() !== '')
    facts.push(
      entry({
        ...base,
        trigger: phrase`failure`,
        command: printableText(failure),
        language: 'cmd',
        marks: ['failure-command'],
        text: phrase`${keyName(of, key)}: FailureCommand = ${printableText(failure.slice(0, 2_000))}`,
      }),
    );
  return facts;
}

export const services: PersistenceArtifact = {
  id: 'windows.services',
  order: 6,
  required: true,
  mechanisms: ['windows-service', 'windows-driver'],
  sources: [systemHive],
  gather(context) {
    const view = viewOf(context);
    const found = view.registry.control('Services');
    const facts: PersistenceFact[] = [];
    for (const key of found?.key.subkeys() ?? []) {
      if (found === undefined || facts.length >= mostServices) break;
      facts.push(...serviceFact(view, found.of, key));
    }
    tellBound(context, 'windows.services', systemHive, facts.length, mostServices);
    return Promise.resolve(facts);
  },
};
