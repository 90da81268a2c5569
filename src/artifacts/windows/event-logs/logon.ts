/**
 * Logons as event logs of Windows tell them, and no more: who, from where, by which way, and whether it was one.
 *
 * What it is NOT: a judgement. 1149 tells that a connection reached the point where it is asked who it is; it is often
 * taken for a logon and is none. Sources: Microsoft, "4624(S): An account was successfully logged on", "4625(F)"; the
 * manifests of Microsoft-Windows-TerminalServices-LocalSessionManager (21, 25) and -RemoteConnectionManager (1149).
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import type { LogonOutcome } from '../../../model/event-log.ts';

export interface Logon {
  readonly outcome: LogonOutcome;
  readonly type: number;
  readonly user: string;
  readonly from: string;
}

const text = (record: EvtxRecord, name: string): string => {
  const value = record.data(name);
  return typeof value === 'string' && value !== '-' ? value : '';
};

const account = (domain: string, name: string): string =>
  domain === '' || name === '' || name.includes('\\') ? name : `${domain}\\${name}`;

/** An IPv4 address that came over IPv6 is the address. */
const address = (given: string): string => given.replace(/^::ffff:(?=\d+\.)/i, '');

const sessionManager = 'Microsoft-Windows-TerminalServices-LocalSessionManager';
const connectionManager = 'Microsoft-Windows-TerminalServices-RemoteConnectionManager';
const auditing = 'Microsoft-Windows-Security-Auditing';

/** Undefined where the event is no logon. */
export function logonOf(record: EvtxRecord, provider: string, eventId: number): Logon | undefined {
  switch (eventId) {
    case 4624:
    case 4625: {
      if (provider !== auditing) return undefined;
      const type = record.data('LogonType');
      return {
        outcome: eventId === 4624 ? 'success' : 'failure',
        type: typeof type === 'number' ? type : -1,
        user: account(text(record, 'TargetDomainName'), text(record, 'TargetUserName')),
        from: address(text(record, 'IpAddress')) || text(record, 'WorkstationName'),
      };
    }
    case 21:
    case 25:
      if (provider !== sessionManager) return undefined;
      return {
        outcome: 'session',
        type: -1,
        user: text(record, 'User'),
        from: address(text(record, 'Address')),
      };
    case 1149:
      if (provider !== connectionManager) return undefined;
      return {
        outcome: 'reached',
        type: -1,
        user: account(text(record, 'Param2'), text(record, 'Param1')),
        from: address(text(record, 'Param3')),
      };
    default:
      return undefined;
  }
}
