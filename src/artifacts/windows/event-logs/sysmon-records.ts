/**
 * What Sysmon saw beside the processes: connections, drivers and libraries, threads in other processes, files, keys of the
 * registry, subscriptions of WMI, names that were asked for, processes that were hollowed.
 *
 * Where it runs it writes thousands an hour of what is honest. Told are programs that lie elsewhere than Windows and installers
 * put them, files that can be run, and keys from which something starts or which guard the host.
 * Source: Microsoft Sysinternals, Sysmon (schema of the events by number); knowledge on Windows §4.4.
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import type { EventDetail } from '../../../model/facts/event.ts';
import { fieldText, nobody, service } from './event-of.ts';
import { isOutside, isUsualProgram } from './session-records.ts';

const runnable = /\.(?:exe|dll|sys|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|aspx?|ashx|jspx?|php)$/i;
const tellingKeys =
  /\\(?:currentversion\\(?:run|runonce|runonceex|policies\\explorer\\run|image file execution options|silentprocessexit|winlogon|windows\\(?:appinit|load))|services\\[^\\]+\\(?:imagepath|start|failurecommand|parameters\\servicedll)|windows defender\\|safer\\|inprocserver32|localserver32|appcertdlls|control\\lsa\\|environment\\(?:cor_|coreclr_|userinitmprlogonscript)|portproxy\\|schedule\\taskcache\\tree\\|specialaccounts\\userlist|names\\[^\\]+\$)/i;

const by = (record: EvtxRecord): string => fieldText(record, 'User');
const image = (record: EvtxRecord): string => fieldText(record, 'Image');

export function sysmonTrace(record: EvtxRecord, id: number): EventDetail | undefined {
  const told = (action: string, detail: string): EventDetail =>
    service('sysmon', action, by(record), nobody, detail);
  const isTrusted = (): boolean =>
    /^true$/i.test(fieldText(record, 'Signed')) && /^valid$/i.test(fieldText(record, 'SignatureStatus'));
  switch (id) {
    case 3: {
      const to = fieldText(record, 'DestinationIp');
      if (isUsualProgram(image(record)) || !isOutside(to)) return undefined;
      const name = fieldText(record, 'DestinationHostname');
      const where = `${to}:${fieldText(record, 'DestinationPort')}`;
      return told('connected', `${image(record)} to ${name === '' ? where : `${name} (${where})`}`);
    }
    case 6:
    case 7: {
      const file = fieldText(record, 'ImageLoaded');
      // Drivers that give away the processor's registers are signed.
      const telling = /winring0|inpoutx?64|rtcore64/i.test(file);
      if (!telling && (isTrusted() || (id === 7 && isUsualProgram(file)))) return undefined;
      return told(
        id === 6 ? 'driver-loaded' : 'library-loaded',
        id === 6 ? file : `${file} by ${image(record)}`,
      );
    }
    case 8:
      return told(
        'thread-in-other',
        `${fieldText(record, 'SourceImage')} in ${fieldText(record, 'TargetImage')}`,
      );
    case 10: {
      const [from, to] = [fieldText(record, 'SourceImage'), fieldText(record, 'TargetImage')];
      return /\\lsass\.exe$/i.test(to) && !isUsualProgram(from)
        ? told('process-opened', `${from} opened ${to} (${fieldText(record, 'GrantedAccess')})`)
        : undefined;
    }
    case 11: {
      const file = fieldText(record, 'TargetFilename');
      return runnable.test(file) && !isUsualProgram(file)
        ? told('file-made', `${file} by ${image(record)}`)
        : undefined;
    }
    case 12:
    case 13:
    case 14: {
      const key = fieldText(record, 'TargetObject');
      if (!tellingKeys.test(key)) return undefined;
      const value = fieldText(record, 'Details') || fieldText(record, 'NewName');
      const action = { 12: 'key-changed', 13: 'value-set', 14: 'key-renamed' }[id];
      return told(action, `${key}${value === '' ? '' : ` = ${value}`} by ${image(record)}`);
    }
    case 19:
      return service(
        'wmi',
        'filter-made',
        by(record),
        nobody,
        `${fieldText(record, 'Name')}: ${fieldText(record, 'Query')}`,
      );
    case 20:
      return service(
        'wmi',
        'subscribed',
        by(record),
        nobody,
        `${fieldText(record, 'Name')}: ${fieldText(record, 'Destination')}`,
      );
    case 21:
      return service(
        'wmi',
        'bound',
        by(record),
        nobody,
        `${fieldText(record, 'Consumer')} ${fieldText(record, 'Filter')}`,
      );
    case 22:
      return isUsualProgram(image(record))
        ? undefined
        : told('name-asked', `${fieldText(record, 'QueryName')} by ${image(record)}`);
    case 25:
      return told('process-tampered', `${image(record)}: ${fieldText(record, 'Type')}`);
    default:
      return undefined;
  }
}
