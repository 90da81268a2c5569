/**
 * What parts of Windows write into logs of their own: services that stop, starts in safe mode, tasks that ran, WMI, commands of
 * PowerShell's modules, transfers, drivers that were refused, statements of SQL Server.
 *
 * States of services (7036) are told of those that protect; providers of WMI (5857) of those that lie elsewhere than Windows
 * has its own. 4105 and 4106 have numbers alone, 261 has nobody's address: they are not told.
 * Source: manifests of the providers; Microsoft, "SQL Server Audit Records"; knowledge on Windows §4.4.
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import { valueText } from '../../../formats/evtx/value.ts';
import type { EventDetail } from '../../../model/facts/event.ts';
import { fieldText, nobody, numberOf, partsOf, service, shown } from './event-of.ts';

const guards =
  /defender|firewall|防火墙|security cent|安全中心|event ?log|事件日志|antivirus|anti-malware|antimalware|sense|sysmon|360|火绒|kaspersky|eset|sophos|crowdstrike|sentinel/i;
const stopped = /stop|停止|beendet|arrêté|detenido|останов/i;
const ownProvider = /^(?:%systemroot%|%windir%|[a-z]:\\windows)\\system32\\|^[a-z]:\\program files/i;

function serviceManager(record: EvtxRecord, id: number): EventDetail | undefined {
  const name = fieldText(record, 'param1');
  if (id === 7036 && guards.test(name) && stopped.test(fieldText(record, 'param2')))
    return service('windows', 'service-stopped', '', nobody, name);
  if (id === 7040)
    return service(
      'windows',
      'service-start-changed',
      '',
      nobody,
      `${name}: ${fieldText(record, 'param2')} to ${fieldText(record, 'param3')}`,
    );
  return undefined;
}

function scheduler(record: EvtxRecord, id: number): EventDetail | undefined {
  if (id === 129)
    return {
      what: 'command',
      origin: 'audit',
      account: nobody,
      command: shown(fieldText(record, 'Path')),
      ...(Number.isInteger(numberOf(record, 'ProcessID')) ? { pid: numberOf(record, 'ProcessID') } : {}),
    };
  if (id !== 201) return undefined;
  return service(
    'windows',
    'task-completed',
    '',
    nobody,
    `${fieldText(record, 'TaskName')}: ${fieldText(record, 'ActionName')}, ${fieldText(record, 'ResultCode')}`,
  );
}

function wmi(record: EvtxRecord, id: number): EventDetail | undefined {
  if (id === 5857) {
    const path = fieldText(record, 'ProviderPath');
    return path === '' || ownProvider.test(path)
      ? undefined
      : service('wmi', 'provider-started', '', nobody, `${fieldText(record, 'ProviderName')}: ${path}`);
  }
  if (id !== 5859 && id !== 5860) return undefined;
  return service(
    'wmi',
    id === 5860 ? 'listens' : 'filter-started',
    fieldText(record, 'User'),
    nobody,
    `${fieldText(record, 'NamespaceName')}: ${fieldText(record, 'Query')}`,
  );
}

/** 4103: `CommandInvocation(x): "x"`, `ParameterBinding(x): name="y"; value="z"`, as the line that was run. */
function moduleCommand(record: EvtxRecord): EventDetail | undefined {
  const payload = fieldText(record, 'Payload').slice(0, 65_536);
  const calls = [...payload.matchAll(/CommandInvocation\(([^)\r\n]{1,200})\)/g)].slice(0, 20);
  const bound = [
    ...payload.matchAll(
      /ParameterBinding\(([^)\r\n]{1,200})\): name="([^"\r\n]{1,100})"; value="([^\r\n]{0,8000})"/g,
    ),
  ].slice(0, 100);
  const lines = calls.map(([, name = '']) =>
    [
      name,
      ...bound
        .filter(([, of]) => of === name)
        .map(([, , parameter = '', value = '']) => `-${parameter} '${value.replaceAll("'", "''")}'`),
    ].join(' '),
  );
  if (lines.length === 0) return undefined;
  const user =
    /(?:^|\n)\s*(?:User|用户) = ([^\r\n]{1,256})/.exec(fieldText(record, 'ContextInfo'))?.[1] ?? '';
  return {
    what: 'command',
    origin: 'audit',
    script: 'powershell',
    account: shown(user.trim().slice(user.trim().lastIndexOf('\\') + 1)),
    command: shown(lines.join(' | ')),
  };
}

/** 600: each of the providers says so, so that one is taken. */
function engine(record: EvtxRecord): EventDetail | undefined {
  const text = record
    .fields()
    .map(([, value]) => valueText(value))
    .join('\n');
  const host = /HostApplication=([^\r\n]{1,8000})/.exec(text)?.[1]?.trim() ?? '';
  if (host === '' || !/ProviderName=Registry/i.test(text)) return undefined;
  return { what: 'command', origin: 'audit', account: nobody, command: shown(host) };
}

/** A record of SQL Server's own audit: lines of `name:value` in one text. */
function statement(record: EvtxRecord): EventDetail | undefined {
  const text = partsOf(record).join('\n');
  const of = (name: string): string =>
    new RegExp(`(?:^|\\n)${name}:([^\\n]{1,4000})`).exec(text)?.[1]?.trim() ?? '';
  const said = of('statement') || of('action_id');
  return said === '' ? undefined : service('sqlserver', 'audit', of('server_principal_name'), nobody, said);
}

/** Of logs other than Security; undefined of records that nobody asks for. */
export function componentTrace(record: EvtxRecord): EventDetail | undefined {
  const { provider, eventId: id } = record;
  switch (provider) {
    case 'Service Control Manager':
      return serviceManager(record, id);
    case 'Microsoft-Windows-Kernel-General': {
      if (id !== 12) return undefined;
      const mode = numberOf(record, 'BootMode');
      return {
        what: 'host',
        action: 'booted',
        detail: shown(
          mode === 1 || mode === 2 ? 'the system was started in safe mode' : 'the system was started',
        ),
      };
    }
    case 'Microsoft-Windows-TaskScheduler':
      return scheduler(record, id);
    case 'Microsoft-Windows-WMI-Activity':
      return wmi(record, id);
    case 'Microsoft-Windows-PowerShell':
      return id === 4103 ? moduleCommand(record) : undefined;
    case 'PowerShell':
      return id === 600 ? engine(record) : undefined;
    case 'Microsoft-Windows-Bits-Client': {
      if (id !== 3 && id !== 60) return undefined;
      const name = fieldText(record, 'jobTitle') || fieldText(record, 'name');
      const what = fieldText(record, 'url') || fieldText(record, 'processPath');
      const by = fieldText(record, 'jobOwner');
      return service('bits', id === 3 ? 'job-made' : 'transfer-stopped', by, nobody, `${name}: ${what}`);
    }
    case 'Microsoft-Windows-Windows Firewall With Advanced Security':
      return id === 2033
        ? service('firewall', 'rules-deleted', fieldText(record, 'ModifyingUser'), nobody, 'all rules')
        : undefined;
    case 'Microsoft-Windows-CodeIntegrity': {
      if (id !== 3023 && id !== 3033 && id !== 3077) return undefined;
      const file =
        fieldText(record, 'File Name') ||
        fieldText(record, 'FileNameBuffer') ||
        fieldText(record, 'FileName');
      return service('codeintegrity', 'file-refused', '', nobody, file);
    }
    default:
      return id === 33205 && provider.startsWith('MSSQL') ? statement(record) : undefined;
  }
}
