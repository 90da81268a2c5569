/**
 * Event logs of a Windows host as logs of a scan: which files there are, and how their records become events.
 *
 * Only logs whose records are asked for are read. Records that the log itself no longer has are read where they lie, and
 * their time is not certain. Source: `formats/evtx/`; knowledge on Windows §4.4.
 */
import { EvtxLog } from '../../../formats/evtx/log-file.ts';
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import { valueText } from '../../../formats/evtx/value.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import { type PathText, type Printable, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { FoundLogs, LogFile } from '../../linux/logs/find-logs.ts';
import { noLines, somethingOf } from '../../linux/logs/gathered.ts';
import type { RandomReading } from '../../linux/logs/log-kind.ts';
import { windowsFormats } from '../formats.ts';
import { detailOf } from './detail-of.ts';
import { ScriptBlocks } from './script-blocks.ts';

const folder = 'C:\\Windows\\System32\\winevt\\Logs';
const mostFiles = 2_000;
const longestLine = 1_200;

/** By the names of their files, `%4` for a slash. */
const wanted =
  /^(?:archive-)?(?:security|system|application|windows powershell|microsoft-windows-(?:taskscheduler|terminalservices-(?:localsessionmanager|remoteconnectionmanager|rdpclient)|codeintegrity|windows defender|powershell|sysmon|wmi-activity|winrm|bits-client|windows firewall with advanced security)%4\w+|openssh%4operational)\b.*\.evtx$/i;

/**
 * Logs that Windows has by itself and that tell nothing of §4.4: those of components, and the old ones beside the three. A
 * log of another name was saved or copied by somebody, or is of a program, and is read: its name says nothing.
 */
const others =
  /%4|^(?:archive-)?(?:microsoft-|hardwareevents|internet explorer|key management service|oalerts|parameters|state|setup|forwardedevents|media center)\b.*\.evtx$/i;

const isRead = (name: string): boolean => wanted.test(name) || (/\.evtx$/i.test(name) && !others.test(name));

/** A record as a line: the log, the number of the event, what it tells. */
function lineOf(record: EvtxRecord): Printable {
  const fields = record
    .fields()
    .map(([name, value]) => `${name}=${valueText(value).replace(/\s+/g, ' ').slice(0, 300)}`);
  return printableText(`${record.channel} ${record.eventId}: ${fields.join(', ')}`.slice(0, longestLine));
}

const source = windowsFormats.find(({ id }) => id === 'windows.evtx');

export const evtxReading: RandomReading = {
  id: 'evtx',
  shape: 'random',
  ...(source === undefined
    ? { verified: false, origin: '' }
    : source.verified
      ? { verified: true, source: source.source }
      : { verified: false, origin: source.origin }),
  fits: (first) => Buffer.from(first.subarray(0, 7)).toString('latin1') === 'ElfFile',
  read({ file, size, source: at }, take) {
    const log = new EvtxLog(file, size, {});
    let events = 0;
    const blocks = new ScriptBlocks();
    for (const record of log.records()) {
      const detail = record.isReadable ? detailOf(record) : undefined;
      const us = record.timeUs;
      if (detail === undefined || !Number.isFinite(us) || us <= 0) continue;
      events += 1;
      const text = lineOf(record);
      const event: LogEvent = {
        kind: 'event',
        source: { source: at, offset: record.offset },
        us,
        precision: 'microsecond',
        certain: record.found === 'log',
        host: printableText(record.computer.split('.', 1)[0] ?? ''),
        text,
        ...detail,
        // Of a record that was carved the names may be lost: what it told is told without them.
        ...(detail.what === 'service' && detail.detail === '' ? { detail: text } : {}),
      };
      for (const whole of blocks.take(record, event)) take(whole);
    }
    for (const event of blocks.rest()) take(event);
    const missing = log.gaps.length;
    return {
      ...noLines,
      lines: events,
      events,
      unreadable: log.counts.unread,
      ...(log.isForeign ? { flaw: { status: 'error', reason: 'no event log' } } : {}),
      ...somethingOf([{ what: 'missing', count: missing }]),
    };
  },
};

/** The event logs of a host, or those that lie in the folder by themselves. */
export function findEventLogs(target: Target): FoundLogs {
  const files: LogFile[] = [];
  const cut: PathText[] = [];
  const add = (path: PathText, name: string): void => {
    const { stat } = target.readNow({ kind: 'stat', path, follow: true });
    if (stat === undefined || stat.size === 0 || files.length >= mostFiles) return;
    const channel = name.replace(/\.evtx$/i, '');
    files.push({
      path,
      source: path,
      log: 'windows.log',
      reading: evtxReading,
      set: channel.toLowerCase(),
      host: printableText(''),
      packed: false,
      size: stat.size,
      modifiedUs: stat.modifiedUs,
    });
  };
  if ((target.windows?.drives.length ?? 0) > 0) {
    const listed = target.readNow({ kind: 'directory', path: printableText(folder), limit: 5_000 });
    if (listed.status === 'truncated') cut.push(printableText(folder));
    for (const { name, type } of listed.entries) {
      // The name on the disk has `%4` for a slash, which is escaped in the printable form.
      const own = name.replaceAll('%25', '%');
      if (type === 'file' && isRead(own)) add(`${folder}\\${name}` as PathText, own);
    }
  }
  for (const path of target.windows?.loose ?? [])
    if (/\.evtx$/i.test(path)) add(path, path.slice(path.lastIndexOf('/') + 1));
  return { files, cut };
}
