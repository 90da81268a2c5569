/**
 * Records of event logs as events: logons, accounts, services and tasks that were made, protection that was switched off,
 * logs that were cleared, commands.
 *
 * Why: who came in, from where, and what was done then, in the words that logs of Linux are told with. What it is NOT: a
 * judgement, nor all records: those of §4.4 of the knowledge on Windows. 1149 tells that a connection reached the point where
 * it is asked who it is, and is no logon. Accounts of the machine itself (`HOST$`, SYSTEM, DWM-1) come and go all day and
 * are left out.
 * Sources: Microsoft, documentation of the security events by number; manifests of the other providers; knowledge §4.4.
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import { type EvtxValue, valueText } from '../../../formats/evtx/value.ts';
import { sshd } from '../../../formats/log/messages/sshd.ts';
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Printable, printableText } from '../../../model/text.ts';

const longest = 8_192;
/** As long as scripts of entries are read. */
const longestScript = 65_536;

export const fieldText = (record: EvtxRecord, name: string): string => {
  const value: EvtxValue | undefined = record.data(name);
  const text = value === undefined || value === null ? '' : valueText(value);
  return text === '-' ? '' : text;
};

export const shown = (text: string): Printable => printableText(text.slice(0, longest));
export const nobody = printableText('');

export const numberOf = (record: EvtxRecord, name: string): number => {
  const text = fieldText(record, name);
  return /^0x[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : Number(text === '' ? Number.NaN : text);
};

/** Empty for this host itself. */
export function addressIn(text: string): Printable {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '').trim();
  return /^(?:|-|127\..*|::1|localhost|LOCAL|本地)$/i.test(address) ? nobody : shown(address.slice(0, 255));
}

export const ofMachine =
  /\$$|^(?:SYSTEM|LOCAL SERVICE|NETWORK SERVICE|ANONYMOUS LOGON|DWM-\d+|UMFD-\d+|IUSR)?$/i;
/** Interactive, network, unlock, clear text, remote interactive, cached. */
const ways: Readonly<Record<number, string>> = {
  2: 'console',
  3: 'smb',
  7: 'console',
  8: 'smb',
  10: 'rdp',
  11: 'console',
};

function logon(record: EvtxRecord, accepted: boolean): EventDetail | undefined {
  const account = fieldText(record, 'TargetUserName');
  const type = numberOf(record, 'LogonType');
  if (accepted && type === 3 && account === 'ANONYMOUS LOGON') {
    const from = addressIn(fieldText(record, 'IpAddress'));
    const by = fieldText(record, 'LmPackageName') || fieldText(record, 'AuthenticationPackageName');
    // Nobody is let in: neighbours ask so for names of shares.
    return from === '' ? undefined : service('smb', 'anonymous', account, from, by);
  }
  const way = ways[type];
  if (way === undefined || (accepted && ofMachine.test(account))) return undefined;
  const port = numberOf(record, 'IpPort');
  const session = accepted ? sessionIn(record, 'TargetLogonId') : undefined;
  const workstation = fieldText(record, 'WorkstationName');
  const from = addressIn(fieldText(record, 'IpAddress'));
  // The name a guesser gives itself stands for it where no address was kept.
  const who = from === '' && !accepted ? shown(workstation.slice(0, 255)) : from;
  if (who === '' && accepted) return undefined;
  return {
    what: 'login',
    outcome: accepted ? 'accepted' : 'failed',
    service: way,
    account: shown(account.slice(0, 256)),
    // STATUS_NO_SUCH_USER
    known: !/^0xc0000064$/i.test(fieldText(record, 'SubStatus')),
    from: who,
    ...(Number.isInteger(port) && port > 0 && port < 65_536 ? { port } : {}),
    ...(session === undefined ? {} : { session }),
    method: shown('password'),
  };
}

type AccountAction = Extract<EventDetail, { readonly what: 'account' }>['action'];
const accountActions: Readonly<Record<number, AccountAction>> = {
  4720: 'added',
  4722: 'enabled',
  4723: 'password-changed',
  4724: 'password-changed',
  4725: 'disabled',
  4726: 'removed',
  4738: 'changed',
  4740: 'locked',
  4767: 'unlocked',
  4781: 'renamed',
  4728: 'member-added',
  4732: 'member-added',
  4756: 'member-added',
  4729: 'member-removed',
  4733: 'member-removed',
  4757: 'member-removed',
};

function sidIn(record: EvtxRecord, name: string): string | undefined {
  const text = fieldText(record, name);
  return /^S-1(?:-\d{1,20}){2,16}$/.test(text) ? text : undefined;
}

/** The number of a session; of the services of the system there is one for all. */
function sessionIn(record: EvtxRecord, name: string): string | undefined {
  const text = fieldText(record, name).toLowerCase();
  return /^0x[0-9a-f]{1,16}$/.test(text) && text !== '0x0' && text !== '0x3e7' ? text : undefined;
}

function accountChange(record: EvtxRecord, id: number): EventDetail | undefined {
  const action = accountActions[id];
  if (action === undefined) return undefined;
  const target = fieldText(record, 'TargetUserName') || fieldText(record, 'NewTargetUserName');
  const member = fieldText(record, 'MemberName') || fieldText(record, 'MemberSid');
  const by = fieldText(record, 'SubjectUserName');
  const ofGroup = action.startsWith('member');
  const sid = sidIn(record, ofGroup ? 'MemberSid' : 'TargetSid');
  const groupSid = ofGroup ? sidIn(record, 'TargetSid') : undefined;
  const was = action === 'renamed' ? fieldText(record, 'OldTargetUserName') : '';
  const session = sessionIn(record, 'SubjectLogonId');
  return {
    what: 'account',
    action,
    account: shown((ofGroup ? member : target).slice(0, 256)),
    ...(ofGroup ? { group: shown(target.slice(0, 256)) } : {}),
    ...(was === '' ? {} : { was: shown(was.slice(0, 256)) }),
    ...(sid === undefined ? {} : { sid }),
    ...(groupSid === undefined ? {} : { groupSid }),
    ...(session === undefined ? {} : { session }),
    ...(by === '' ? {} : { by: shown(by.slice(0, 256)) }),
  };
}

export const service = (
  name: string,
  action: string,
  account: string,
  from: Printable,
  detail: string,
): EventDetail => ({
  what: 'service',
  service: name,
  action,
  account: shown(account.slice(0, 256)),
  from,
  detail: shown(detail),
});

const systemAccounts: Readonly<Record<string, string>> = {
  'S-1-5-18': 'SYSTEM',
  'S-1-5-19': 'LOCAL SERVICE',
  'S-1-5-20': 'NETWORK SERVICE',
};

/** Services of the machine itself stand there with its name and a dollar sign, as accounts that hide do too. */
function subjectOf(record: EvtxRecord, name: string): string {
  const known = systemAccounts[fieldText(record, 'SubjectUserSid')];
  if (known !== undefined) return known;
  const machine = `${record.computer.split('.', 1)[0] ?? ''}$`;
  return name.toLowerCase() === machine.toLowerCase() ? 'SYSTEM' : name;
}

/** Whatever started it, by name where the record has one (4688 since Windows 10), and by number. */
function parentOf(record: EvtxRecord, number: string, program: string) {
  const parent = numberOf(record, number);
  const parentExe = fieldText(record, program);
  return {
    ...(Number.isInteger(parent) && parent > 0 ? { parent } : {}),
    ...(parentExe === '' ? {} : { parentExe: shown(parentExe) }),
  };
}

function security(record: EvtxRecord, id: number): EventDetail | undefined {
  const by = fieldText(record, 'SubjectUserName');
  switch (id) {
    case 4624:
      return logon(record, true);
    case 4625:
      return logon(record, false);
    case 4688: {
      const command = fieldText(record, 'CommandLine') || fieldText(record, 'NewProcessName');
      const exe = fieldText(record, 'NewProcessName');
      const pid = numberOf(record, 'NewProcessId');
      // Under another account than that of whoever started it: a service that takes its client's.
      const account = fieldText(record, 'TargetUserName') || subjectOf(record, by);
      return {
        what: 'command',
        origin: 'audit',
        account: shown(account.slice(0, 256)),
        command: shown(command),
        ...(exe === '' ? {} : { exe: shown(exe) }),
        ...(Number.isInteger(pid) ? { pid } : {}),
        ...parentOf(record, 'ProcessId', 'ParentProcessName'),
      };
    }
    case 4697:
      return service(
        'windows',
        'service-installed',
        by,
        nobody,
        `${fieldText(record, 'ServiceName')}: ${fieldText(record, 'ServiceFileName')}`,
      );
    case 4698:
    case 4702:
      return service(
        'windows',
        id === 4698 ? 'task-registered' : 'task-changed',
        by,
        nobody,
        `${fieldText(record, 'TaskName')}: ${commandOfTask(fieldText(record, id === 4698 ? 'TaskContent' : 'TaskContentNew'))}`,
      );
    case 4699:
      return service('windows', 'task-deleted', by, nobody, fieldText(record, 'TaskName'));
    case 5140:
    case 5145:
      return share(record, by);
    case 5156:
      // Outward: %%14593.
      return fieldText(record, 'Direction').endsWith('14593')
        ? sharingAsked(record, 'DestPort', 'DestAddress', fieldText(record, 'Application'))
        : undefined;
    case 4719:
      return service('windows', 'audit-changed', by, nobody, fieldText(record, 'AuditPolicyChanges'));
    case 4616:
      return {
        what: 'host',
        action: 'clock-set',
        detail: shown(`${fieldText(record, 'PreviousTime')} to ${fieldText(record, 'NewTime')}`),
      };
    case 1102:
      return {
        what: 'host',
        action: 'log-cleared',
        detail: shown(`Security, by ${fieldText(record, 'SubjectUserName')}`),
      };
    case 4946:
    case 4947:
      return service('firewall', 'rule-changed', by, nobody, fieldText(record, 'RuleName'));
    default:
      return accountChange(record, id);
  }
}

const adminShare = /\\(?:ADMIN|[A-Z])\$$/i;
const pipes = /^(?:svcctl|atsvc)$/i;

/** A connection from here to file sharing elsewhere: what worms make hundreds of. */
function sharingAsked(
  record: EvtxRecord,
  port: string,
  address: string,
  program: string,
): EventDetail | undefined {
  const to = addressIn(fieldText(record, address));
  if (numberOf(record, port) !== 445 || to === '') return undefined;
  return service('smb', 'asked', '', nobody, `${program}: ${to}`);
}

/** Administrative shares, and the pipes of the service manager and the scheduler: all others are opened all day. */
function share(record: EvtxRecord, by: string): EventDetail | undefined {
  const name = fieldText(record, 'ShareName');
  const file = fieldText(record, 'RelativeTargetName');
  const from = addressIn(fieldText(record, 'IpAddress'));
  if (from === '' || ofMachine.test(by)) return undefined;
  if (!adminShare.test(name) && !(/\\IPC\$$/i.test(name) && pipes.test(file))) return undefined;
  return service('windows', 'share-opened', by, from, file === '' ? name : `${name}: ${file}`);
}

/** The command of a task in its XML: what is shown of it. */
function commandOfTask(xml: string): string {
  const of = (name: string): string => new RegExp(`<${name}>([^<]{0,4000})</${name}>`).exec(xml)?.[1] ?? '';
  return `${of('Command')} ${of('Arguments')}`
    .trim()
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
}

/** A network error within the server, and its memory used up: what the grooming of EternalBlue leaves. */
const sharingErrors: ReadonlySet<number> = new Set([2012, 2017, 2019, 2020, 2021, 2022]);

function system(record: EvtxRecord, provider: string, id: number): EventDetail | undefined {
  if (id === 7045 && provider === 'Service Control Manager')
    return service(
      'windows',
      'service-installed',
      fieldText(record, 'AccountName'),
      nobody,
      `${fieldText(record, 'ServiceName')}: ${fieldText(record, 'ImagePath')}`,
    );
  if (id === 104 && provider === 'Microsoft-Windows-Eventlog')
    return {
      what: 'host',
      action: 'log-cleared',
      detail: shown(`${fieldText(record, 'Channel') || 'a log'}, by ${fieldText(record, 'SubjectUserName')}`),
    };
  if (id === 6005 && provider === 'EventLog')
    return { what: 'host', action: 'booted', detail: shown('the event log was started') };
  if ((id === 7031 || id === 7034) && provider === 'Service Control Manager')
    return service('windows', 'service-crashed', '', nobody, fieldText(record, 'param1'));
  if (id === 6008 && provider === 'EventLog')
    return service('windows', 'stopped-unexpectedly', '', nobody, 'the host was not shut down');
  if (id === 1001 && /SystemErrorReporting|^BugCheck$/.test(provider))
    return service('windows', 'stopped-unexpectedly', '', nobody, fieldText(record, 'param1'));
  if (provider === 'srv' && sharingErrors.has(id))
    return service('smb', 'server-error', '', nobody, partsOf(record).join(' '));
  if (id === 6006 && provider === 'EventLog')
    return { what: 'host', action: 'halted', detail: shown('the event log was stopped') };
  return undefined;
}

const defenderActions: Readonly<Record<number, string>> = {
  1006: 'detected',
  1013: 'history-deleted',
  1015: 'detected',
  1116: 'detected',
  1117: 'action-taken',
  1119: 'action-failed',
  5001: 'protection-off',
  5007: 'setting-changed',
  5010: 'protection-off',
  5012: 'protection-off',
  5013: 'tampering-blocked',
};

function defender(record: EvtxRecord, id: number): EventDetail | undefined {
  const action = defenderActions[id];
  if (action === undefined) return undefined;
  const detail =
    id === 5007
      ? fieldText(record, 'New Value') || fieldText(record, 'Old Value')
      : [fieldText(record, 'Threat Name'), fieldText(record, 'Path')]
          .filter((part) => part !== '')
          .join(': ');
  return service('defender', action, fieldText(record, 'Detection User'), nobody, detail);
}

/** Data without names: what the message is filled with, in its order. */
export const partsOf = (record: EvtxRecord): readonly string[] =>
  record
    .fields()
    .filter(([name]) => name !== 'Binary')
    .flatMap(([, value]) => (Array.isArray(value) ? value.map(valueText) : [valueText(value)]));

/** A text that tells an SQL server's failed login: `Login failed for user 'sa'. … [CLIENT: 192.0.2.7]`. */
function sqlServer(record: EvtxRecord, id: number): EventDetail | undefined {
  const parts = partsOf(record);
  if (id === 18456 || id === 18453 || id === 18454 || id === 18455) {
    const [account = ''] = parts;
    const from = /\[CLIENT:\s*([^\]]{1,64})\]/.exec(parts.join(' '))?.[1] ?? '';
    return {
      what: 'login',
      outcome: id === 18456 ? 'failed' : 'accepted',
      service: 'mssql',
      account: shown(account.slice(0, 256)),
      known: true,
      from: addressIn(from.replace(/^<(.*)>$/, '$1')),
      method: shown('password'),
    };
  }
  // Told when it is switched on and when it is switched off.
  if (id === 15457) return service('sqlserver', 'setting', '', nobody, parts.join(' | '));
  return undefined;
}

/** 91: a shell was opened here from afar; 169: who it is. What this host opens elsewhere has other numbers. */
function winrm(record: EvtxRecord, id: number): EventDetail | undefined {
  if (id === 91) {
    const shell = fieldText(record, 'resourceUri') || fieldText(record, 'ResourceUri');
    return service('winrm', 'shell-opened', '', nobody, shell === '' ? 'a shell was opened' : shell);
  }
  if (id !== 169) return undefined;
  const by = fieldText(record, 'authenticationMechanism');
  return service('winrm', 'authenticated', fieldText(record, 'username'), nobody, by);
}

/** What a consumer runs, of the text that describes it; all of that where it has no command line. */
function commandOfConsumer(cause: string): string {
  const template = /CommandLineTemplate\s{0,9}=\s{0,9}"((?:[^"\\]|\\.){1,4000})"/.exec(cause)?.[1];
  return template?.replace(/\\(["\\])/g, '$1') ?? cause;
}

/** A file that was marked as one of the internet, with the mark (Sysmon since 11.10). */
function marked(record: EvtxRecord): EventDetail | undefined {
  const mark = fieldText(record, 'Contents');
  const file = fieldText(record, 'TargetFilename');
  if (!/ZoneId=[34]/.test(mark) || file === '') return undefined;
  const url = /HostUrl=(\S{1,1000})/.exec(mark)?.[1] ?? '';
  return service('download', 'marked', fieldText(record, 'User'), nobody, `${file}: ${url}`);
}

/** A request of another host that failed, with the name of that host; those of this host fail all day. */
function wmiFailure(record: EvtxRecord): EventDetail | undefined {
  const machine = fieldText(record, 'ClientMachine');
  const own = record.computer.split('.', 1)[0] ?? '';
  if (machine === '' || machine.split('.', 1)[0]?.toLowerCase() === own.toLowerCase()) return undefined;
  return service(
    'wmi',
    'failed',
    fieldText(record, 'User'),
    shown(machine.slice(0, 255)),
    fieldText(record, 'Operation'),
  );
}

/** Who came in and what was done, without what every event has; undefined of other records (`detail-of.ts`). */
export function actOf(record: EvtxRecord): EventDetail | undefined {
  const { provider, eventId: id } = record;
  switch (provider) {
    case 'Microsoft-Windows-Security-Auditing':
    case 'Microsoft-Windows-Eventlog':
      return provider.endsWith('Eventlog') && id !== 1102
        ? system(record, provider, id)
        : security(record, id);
    case 'Service Control Manager':
    case 'EventLog':
    case 'Microsoft-Windows-WER-SystemErrorReporting':
    case 'BugCheck':
    case 'srv':
      return system(record, provider, id);
    case 'Microsoft-Windows-TaskScheduler':
      if (id === 106 || id === 140 || id === 141)
        return service(
          'windows',
          { 106: 'task-registered', 140: 'task-changed', 141: 'task-deleted' }[id],
          fieldText(record, 'UserContext') || fieldText(record, 'UserName'),
          nobody,
          fieldText(record, 'TaskName'),
        );
      if (id === 200)
        return {
          what: 'command',
          origin: 'audit',
          account: nobody,
          command: shown(`${fieldText(record, 'ActionName')} (task ${fieldText(record, 'TaskName')})`),
        };
      return undefined;
    case 'Microsoft-Windows-TerminalServices-LocalSessionManager': {
      if (id !== 21 && id !== 25) return undefined;
      const from = addressIn(fieldText(record, 'Address'));
      const user = fieldText(record, 'User');
      if (from === '') return undefined;
      return {
        what: 'login',
        outcome: 'accepted',
        service: 'rdp',
        account: shown(user.slice(user.lastIndexOf('\\') + 1).slice(0, 256)),
        known: true,
        from,
        method: nobody,
      };
    }
    case 'Microsoft-Windows-TerminalServices-RemoteConnectionManager':
      return id === 1149
        ? service(
            'rdp',
            'reached',
            fieldText(record, 'Param1'),
            addressIn(fieldText(record, 'Param3')),
            'a connection reached the point where it is asked who it is',
          )
        : undefined;
    case 'Microsoft-Windows-Windows Defender':
      return defender(record, id);
    case 'Microsoft-Windows-PowerShell':
      return id === 4104
        ? {
            what: 'command',
            origin: 'audit',
            script: 'powershell',
            account: nobody,
            command: printableText(fieldText(record, 'ScriptBlockText').slice(0, longestScript)),
          }
        : undefined;
    case 'PowerShell': {
      if (id !== 400) return undefined;
      const host =
        /HostApplication=([^\r\n]{1,8000})/.exec(
          record
            .fields()
            .map(([, value]) => valueText(value))
            .join('\n'),
        )?.[1] ?? '';
      return host === ''
        ? undefined
        : { what: 'command', origin: 'audit', account: nobody, command: shown(host.trim()) };
    }
    case 'Microsoft-Windows-Sysmon': {
      if (id === 15) return marked(record);
      if (id === 3)
        return fieldText(record, 'Initiated') === 'true'
          ? sharingAsked(record, 'DestinationPort', 'DestinationIp', fieldText(record, 'Image'))
          : undefined;
      if (id !== 1) return undefined;
      const pid = numberOf(record, 'ProcessId');
      const user = fieldText(record, 'User');
      const exe = fieldText(record, 'Image');
      return {
        what: 'command',
        origin: 'audit',
        account: shown(user.slice(user.lastIndexOf('\\') + 1)),
        command: shown(fieldText(record, 'CommandLine')),
        ...(exe === '' ? {} : { exe: shown(exe) }),
        ...(Number.isInteger(pid) ? { pid } : {}),
        ...parentOf(record, 'ParentProcessId', 'ParentImage'),
      };
    }
    case 'Microsoft-Windows-WinRM':
      return winrm(record, id);
    case 'Microsoft-Windows-WMI-Activity':
      if (id === 5858) return wmiFailure(record);
      return id === 5861
        ? service(
            'wmi',
            'subscribed',
            fieldText(record, 'User'),
            nobody,
            `${fieldText(record, 'Consumer')}: ${commandOfConsumer(fieldText(record, 'PossibleCause'))}`,
          )
        : undefined;
    case 'Microsoft-Windows-Bits-Client':
      return id === 59
        ? service('bits', 'transfer', '', nobody, `${fieldText(record, 'name')}: ${fieldText(record, 'url')}`)
        : undefined;
    case 'Microsoft-Windows-Windows Firewall With Advanced Security':
      return id === 2004 || id === 2005 || id === 2006
        ? service(
            'firewall',
            'rule-changed',
            fieldText(record, 'ModifyingUser'),
            nobody,
            fieldText(record, 'RuleName'),
          )
        : undefined;
    case 'OpenSSH': {
      const text = fieldText(record, 'payload').replace(/^sshd(?:-session)?: /, '');
      return sshd({ program: 'sshd', pid: undefined, text: Buffer.from(text).toString('latin1') });
    }
    default:
      return provider.startsWith('MSSQL') ? sqlServer(record, id) : undefined;
  }
}
