/**
 * A record of an event log as an event, whatever log it is of: first who came in and what was done (`event-of.ts`), then what
 * else of knowledge §4.4 tells of a session, of a part of Windows, or of Sysmon.
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import type { EventDetail } from '../../../model/facts/event.ts';
import { componentTrace } from './component-records.ts';
import { actOf } from './event-of.ts';
import { outgoingTrace, securityTrace, sessionTrace } from './session-records.ts';
import { sysmonTrace } from './sysmon-records.ts';

function traceOf(record: EvtxRecord): EventDetail | undefined {
  const { provider, eventId: id } = record;
  switch (provider) {
    case 'Microsoft-Windows-Security-Auditing':
      return securityTrace(record, id);
    case 'Microsoft-Windows-Eventlog':
      return id === 1100 ? securityTrace(record, id) : undefined;
    case 'Microsoft-Windows-TerminalServices-LocalSessionManager':
      return sessionTrace(record, id);
    case 'Microsoft-Windows-TerminalServices-ClientActiveXCore':
      return outgoingTrace(record, id);
    case 'Microsoft-Windows-Sysmon':
      return sysmonTrace(record, id);
    default:
      return componentTrace(record);
  }
}

/** An event of a record, without what every event has; undefined of records that nobody asks for. */
export const detailOf = (record: EvtxRecord): EventDetail | undefined => actOf(record) ?? traceOf(record);
