/**
 * What sessions did, of the Security log and those of Remote Desktop: credentials that were given for elsewhere, rights that were
 * taken and given, tasks that were switched, connections of programs, sessions that came back and ended.
 *
 * Most of these numbers are written all day by the system itself. Told are those of people and of programs that lie elsewhere
 * than Windows and installers put them: NTLM (4776) that was refused, rights (4673) of miners and drivers (large pages,
 * loading a driver), ends of processes (4689) and connections (5156, 5157) of such programs to addresses of the internet.
 * Source: Microsoft, documentation of the security events by number; knowledge on Windows §4.4.
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import { isNearHost } from '../../../formats/near-host.ts';
import type { EventDetail } from '../../../model/facts/event.ts';
import { addressIn, fieldText, nobody, numberOf, ofMachine, service, shown } from './event-of.ts';

/** Rights without which XMRig has no large pages, and with which a driver is loaded. */
const tellingRights = /SeLockMemoryPrivilege|SeLoadDriverPrivilege/;
/** As the kernel names volumes, and with a drive. */
const usualPlace =
  /^(?:\\device\\harddiskvolume\d+|[a-z]:)\\(?:windows\\(?!temp\\|fonts\\|help\\|debug\\|tasks\\|tracing\\)|program files(?: \(x86\))?\\|programdata\\microsoft\\)|^(?:system|registry|memcompression)?$/i;
export const isUsualProgram = (path: string): boolean => usualPlace.test(path);
/** An address of the internet: not near, and nobody's group (multicast, RFC 5771). */
export const isOutside = (address: string): boolean =>
  address !== '' &&
  !/^(?:22[4-9]|2[345]\d)\.|^ff/i.test(address) &&
  !isNearHost(address.includes(':') ? `[${address}]` : address);
/** `%%14593` is outbound. */
const outbound = /14593|outbound/i;

const words = (text: string): string => text.split(/\s+/).join(' ').trim();

function credentials(record: EvtxRecord, by: string): EventDetail | undefined {
  const server = fieldText(record, 'TargetServerName');
  if (ofMachine.test(by) || server === '' || /^localhost$/i.test(server)) return undefined;
  return service(
    'windows',
    'explicit-logon',
    by,
    nobody,
    `${fieldText(record, 'TargetUserName')} at ${server}`,
  );
}

function connection(record: EvtxRecord, id: number): EventDetail | undefined {
  const program = fieldText(record, 'Application');
  const to = fieldText(record, 'DestAddress');
  if (!outbound.test(fieldText(record, 'Direction')) || isUsualProgram(program) || !isOutside(to))
    return undefined;
  const action = id === 5156 ? 'connected' : 'connection-blocked';
  return service('windows', action, '', nobody, `${program} to ${to}:${fieldText(record, 'DestPort')}`);
}

/** Of the Security log. */
export function securityTrace(record: EvtxRecord, id: number): EventDetail | undefined {
  const by = fieldText(record, 'SubjectUserName');
  const rights = words(fieldText(record, 'PrivilegeList'));
  switch (id) {
    case 1100:
      return service('windows', 'log-service-stopped', '', nobody, 'the service of event logs was shut down');
    case 4648:
      return credentials(record, by);
    case 4672:
      return ofMachine.test(by) ? undefined : service('windows', 'admin-session', by, nobody, rights);
    case 4673:
      return tellingRights.test(rights) && !ofMachine.test(by)
        ? service('windows', 'right-used', by, nobody, `${rights}: ${fieldText(record, 'ProcessName')}`)
        : undefined;
    case 4689: {
      const program = fieldText(record, 'ProcessName');
      return isUsualProgram(program) ? undefined : service('windows', 'process-ended', by, nobody, program);
    }
    case 4700:
    case 4701:
      return service(
        'windows',
        id === 4700 ? 'task-enabled' : 'task-disabled',
        by,
        nobody,
        fieldText(record, 'TaskName'),
      );
    case 4704:
      return service(
        'windows',
        'right-assigned',
        by,
        nobody,
        `${rights} to ${fieldText(record, 'TargetSid')}`,
      );
    case 4776:
      return numberOf(record, 'Status') === 0
        ? undefined
        : service(
            'windows',
            'ntlm-refused',
            fieldText(record, 'TargetUserName'),
            addressIn(fieldText(record, 'Workstation')),
            fieldText(record, 'Status'),
          );
    case 4778:
    case 4779: {
      const account = shown(fieldText(record, 'AccountName').slice(0, 256));
      const from = addressIn(fieldText(record, 'ClientAddress'));
      if (from === '') return undefined;
      return id === 4778
        ? { what: 'login', outcome: 'accepted', service: 'rdp', account, known: true, from, method: nobody }
        : { what: 'session', phase: 'closed', service: 'rdp', account, from };
    }
    case 4948:
      return service('firewall', 'rule-deleted', by, nobody, fieldText(record, 'RuleName'));
    case 4949:
      return service('firewall', 'settings-restored', by, nobody, 'the settings that Windows has');
    case 4950:
      return service(
        'firewall',
        'setting-changed',
        by,
        nobody,
        `${fieldText(record, 'SettingType')} = ${fieldText(record, 'SettingValue')}`,
      );
    case 5156:
    case 5157:
      return connection(record, id);
    default:
      return undefined;
  }
}

/** Of the session manager of Remote Desktop: 22 a shell was started, 23 logged off, 24 disconnected. */
export function sessionTrace(record: EvtxRecord, id: number): EventDetail | undefined {
  if (id !== 22 && id !== 23 && id !== 24) return undefined;
  const user = fieldText(record, 'User');
  const from = addressIn(fieldText(record, 'Address'));
  if (id === 22 && from === '') return undefined;
  return {
    what: 'session',
    phase: id === 22 ? 'opened' : 'closed',
    service: 'rdp',
    account: shown(user.slice(user.lastIndexOf('\\') + 1).slice(0, 256)),
    from,
  };
}

/** Of the client of Remote Desktop: where this host went. */
export function outgoingTrace(record: EvtxRecord, id: number): EventDetail | undefined {
  return id === 1024 || id === 1102
    ? service('rdp', 'connects-out', '', nobody, fieldText(record, 'Value'))
    : undefined;
}
