/** Hand-made scenes and events for tests: a host on which nothing happened, changed only where a test says so. */
import { LogReader } from '../formats/log/decode-log.ts';
import type { LogFormat } from '../formats/log/decoder.ts';
import { LineReader } from '../formats/log/line-reader.ts';
import { syslog } from '../formats/log/syslog.ts';
import { YearScan } from '../formats/log/years.ts';
import type { EventDetail, LogEvent } from '../model/facts/event.ts';
import { type Printable, printableText } from '../model/text.ts';
import type { EntryWatcher } from './entry/watcher.ts';
import type {
  Scene,
  SceneContainer,
  SceneDoor,
  SceneEntry,
  SceneFile,
  SceneKey,
  SceneMiner,
} from './scene.ts';
import type { WayIn } from './way-in.ts';

export const text = (value: string): Printable => printableText(value);
const empty = text('');

/** `2024-03-01 02:03:04` of UTC. */
export const at = (when: string): number => Date.parse(`${when.replace(' ', 'T')}Z`) * 1000;

export const scene = (parts: Partial<Scene> = {}): Scene => ({
  files: [],
  entries: [],
  miners: [],
  keys: [],
  doors: [],
  addresses: new Set(),
  ...parts,
});

/** A file of the attacker's, with the times of its inode. */
export const left = (
  path: string,
  when: string,
  owner = 'root',
  parts: Partial<SceneFile> = {},
): SceneFile => ({
  path: text(path),
  source: { source: text(path) },
  changedUs: at(when),
  modifiedUs: at(when),
  owner: text(owner),
  uid: owner === 'root' ? 0 : 1000,
  finding: 'test',
  text: text(path),
  ...parts,
});

export const entry = (
  mechanism: string,
  path: string,
  when: string,
  parts: Partial<SceneEntry> = {},
): SceneEntry => ({
  id: 'P1',
  mechanism,
  source: { source: text(path), line: 1 },
  account: text('root'),
  command: empty,
  changedUs: at(when),
  text: text(`entry in ${path}`),
  ...parts,
});

export const miner = (when: string, account = 'root', parts: Partial<SceneMiner> = {}): SceneMiner => ({
  pid: 4242,
  account: text(account),
  startUs: at(when),
  executable: text('/tmp/.x/kswapd0'),
  parents: [],
  source: { source: text('/proc/4242') },
  text: text('/tmp/.x/kswapd0 (pid 4242)'),
  ...parts,
});

export const key = (fingerprint: string, when: string, accused: boolean): SceneKey => ({
  account: text('root'),
  file: text('/root/.ssh/authorized_keys'),
  fingerprint,
  comment: text('key'),
  changedUs: at(when),
  accused,
});

export const door = (service: string, port: number, isProtected = false): SceneDoor => ({
  service,
  port,
  address: text('0.0.0.0'),
  protected: isProtected,
});

export const container = (id: string, parts: Partial<SceneContainer> = {}): SceneContainer => ({
  runtime: 'docker',
  id,
  name: text('c'),
  image: text('alpine'),
  hostAccess: true,
  accused: true,
  source: { source: text(`/var/lib/docker/containers/${id}/config.v2.json`) },
  text: text(`container ${id}`),
  ...parts,
});

/** Events of the text of a log, as its reader gives them. */
export function read(
  lines: string,
  { source = '/var/log/auth.log', format = syslog, written = '2024-03-31 00:00:00' } = {} as {
    readonly source?: string;
    readonly format?: LogFormat;
    readonly written?: string;
  },
): readonly LogEvent[] {
  const bytes = Buffer.from(lines, 'latin1');
  const scan = new YearScan(format.yearless);
  const looked = new LineReader((line) => scan.see(line.bytes, line.start, line.end, line.number));
  looked.push(bytes);
  looked.end();
  const events: LogEvent[] = [];
  // As of a log that was written to on the day of its last line.
  const anchor = lastDay(lines) ?? at(written);
  const reader = new LogReader(
    text(source),
    format,
    { years: scan.resolve({ us: anchor, isWritten: true }) },
    (event) => events.push(event),
  );
  reader.push(bytes);
  reader.end();
  return events;
}

function lastDay(lines: string): number | undefined {
  const found = [...lines.matchAll(/^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)/gm)].at(-1)?.[1];
  return found === undefined ? undefined : Date.parse(`${found} 2024 UTC`) * 1000;
}

let line = 0;

export function event(
  when: string,
  detail: EventDetail,
  parts: Partial<Pick<LogEvent, 'text' | 'source' | 'certain'>> = {},
): LogEvent {
  line += 1;
  return {
    kind: 'event',
    source: { source: text('/var/log/service.log'), line },
    us: at(when),
    precision: 'second',
    certain: true,
    host: text('web1'),
    text: text(`${detail.what} at ${when}`),
    ...parts,
    ...detail,
  };
}

export const service = (
  when: string,
  name: string,
  action: string,
  { from = '', detail = '', account = '' } = {},
): LogEvent =>
  event(
    when,
    {
      what: 'service',
      service: name,
      action,
      from: text(from),
      detail: text(detail),
      account: text(account),
    },
    { text: text(`${name} ${action} ${from} ${detail}`) },
  );

const pad = (value: number): string => String(value).padStart(2, '0');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A line of auth.log. */
export function sshd(when: string, message: string, pid = 900): string {
  const date = new Date(at(when) / 1000);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join(':');
  return `${months[date.getUTCMonth()]} ${day} ${time} web1 sshd[${pid}]: ${message}\n`;
}

export const accepted = (when: string, account: string, from: string, keyed?: string): string =>
  sshd(
    when,
    keyed === undefined
      ? `Accepted password for ${account} from ${from} port 50022 ssh2`
      : `Accepted publickey for ${account} from ${from} port 50022 ssh2: ED25519 ${keyed}`,
  );

const later = (when: string, seconds: number): string =>
  new Date(at(when) / 1000 + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Passwords that failed, `step` seconds apart, of addresses and accounts in turn. */
export function failures(
  when: string,
  count: number,
  step: number,
  froms: readonly string[],
  accounts: readonly string[],
): string {
  return Array.from({ length: count }, (_, index) => {
    const from = froms[index % froms.length];
    const account = accounts[index % accounts.length];
    return sshd(
      later(when, index * step),
      `Failed password for ${account} from ${from} port ${20_000 + index} ssh2`,
    );
  }).join('');
}

export function conclude(watcher: EntryWatcher, events: Iterable<LogEvent>, of: Scene): readonly WayIn[] {
  for (const one of events) watcher.see(one);
  return watcher.conclude(of);
}
