/**
 * Entries of a journal as events: what syslog's readers of messages know of them, boots, and a clock that went back.
 *
 * The journal knows more than a line of text: who sent it. Any account may write `sshd: Accepted password for root` by
 * logger(1); fields that begin with `_` are the kernel's word for who did. So a message in the name of a program of
 * the system that an ordinary account sent by another program, or by one that nobody saw, is kept as a message, no
 * more, and counted as a claim.
 * The output of containers (the journald drivers of Docker and Podman) is that, and never a message of the host.
 * What it is NOT: proof of the others; root sends what it wants. `us` is when the message was sent, where the
 * kernel stamped it within a minute of the entry, or else when journald took it.
 * Sources: systemd.journal-fields(7); systemd src/journal/journald-server.c (dispatch_message_real).
 */
import type { EventDetail, LogEvent } from '../../model/facts/event.ts';
import type { SourceId } from '../../model/source.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import { madeEvent, type ShapedDetail } from '../log/made-event.ts';
import { said } from '../log/messages/message.ts';
import { messagesOf } from '../log/messages/table.ts';
import { printableLatin1 } from '../text-lines.ts';
import type { Decompress } from './data.ts';
import { JournalOrder, type JournalOrderFound } from './order.ts';
import { type JournalEntry, type JournalOutcome, type JournalRequest, readJournal } from './reader.ts';

/** The texts that events are made of, in the order of `JournalEntry.values`. */
export const eventFields = [
  'MESSAGE',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  '_EXE',
  '_HOSTNAME',
  '_TRANSPORT',
  'CONTAINER_NAME',
  'IMAGE_NAME',
] as const;
/** The numbers that they are made of, in the order of `JournalEntry.numbers`. */
export const eventNumbers = ['SYSLOG_PID', '_PID', '_UID', '_SOURCE_REALTIME_TIMESTAMP'] as const;

const indexOf = (name: (typeof eventFields)[number]): number => eventFields.indexOf(name);
const numberOf = (name: (typeof eventNumbers)[number]): number => eventNumbers.indexOf(name);
const at = {
  message: indexOf('MESSAGE'),
  identifier: indexOf('SYSLOG_IDENTIFIER'),
  command: indexOf('_COMM'),
  exe: indexOf('_EXE'),
  host: indexOf('_HOSTNAME'),
  transport: indexOf('_TRANSPORT'),
  container: indexOf('CONTAINER_NAME'),
  image: indexOf('IMAGE_NAME'),
} as const;
const numberAt = {
  claimedPid: numberOf('SYSLOG_PID'),
  pid: numberOf('_PID'),
  uid: numberOf('_UID'),
  sent: numberOf('_SOURCE_REALTIME_TIMESTAMP'),
} as const;

const longestText = 4096;
const mostClaims = 100;
/** Longer than a message waits in a socket. */
const mostDelayUs = 60e6;
/** The first word of a host is said sooner. */
const mostBootUs = 300e6;
const nothing = printableText('');

/** A message in the name of a program that is not known to have sent it. */
export interface Claim {
  readonly offset: number;
  readonly us: number;
  readonly program: Printable;
  readonly uid: number;
  /** What sent it; empty where it had ended before journald looked. */
  readonly exe: PathText;
}

export type JournalEventsOutcome =
  | Exclude<JournalOutcome, { readonly status: 'ok' }>
  | (Extract<JournalOutcome, { readonly status: 'ok' }> & {
      readonly events: number;
      readonly order: JournalOrderFound;
      readonly claims: number;
      /** Of the claims, those of which nobody knows who sent them. */
      readonly unproven: number;
      /** The first hundred. */
      readonly claimed: readonly Claim[];
    });

/** A number that an entry has; undefined where it has none, or what is none. */
function numberIn({ numbers: given }: JournalEntry, index: number): number | undefined {
  const value = given[index];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Where only root puts programs. */
const systemFolder = /^\/(?:usr|bin|sbin|lib|lib64|opt|nix\/store|gnu\/store|snap)\//;

/** `sshd-session` says what `sshd` is named for, and `cron` what `CRON` is. An account's own `sshd` is another. */
function isOf(program: string, exe: string): boolean {
  if (!systemFolder.test(exe)) return false;
  const [named, sent] = [program.toLowerCase(), baseOf(exe.replace(/ \(deleted\)$/, '')).toLowerCase()];
  if (named === sent) return true;
  return Math.min(named.length, sent.length) >= 4 && (named.startsWith(sent) || sent.startsWith(named));
}

/**
 * Who sent it: the program, another than it (`claimed`), or nobody knows (`unproven`): a sender that ended before
 * journald looked has neither program nor unit, and may have been logger(1) as well as crontab(1).
 */
function senderOf(entry: JournalEntry, program: string): 'itself' | 'claimed' | 'unproven' {
  const { values } = entry;
  const transport = values[at.transport];
  if (program === 'kernel') return transport === undefined || transport === 'kernel' ? 'itself' : 'claimed';
  const uid = numberIn(entry, numberAt.uid);
  // Without an account it came from no socket of this host: those of the kernel, of drivers, of another host.
  if (transport === 'kernel' || uid === undefined || uid === 0) return 'itself';
  const exe = values[at.exe];
  if (exe === undefined) return 'unproven';
  return isOf(program, exe) ? 'itself' : 'claimed';
}

/** What a container writes is its own word, whatever program of the host it names. */
function outputOf(values: JournalEntry['values'], container: string, message: string): EventDetail {
  const runtime = values[at.command] === 'conmon' ? 'podman' : 'docker';
  const which = {
    container: said(container),
    image: said(values[at.image]),
    account: nothing,
    from: nothing,
  };
  return { what: 'container', runtime, action: 'output', ...which, detail: said(message) };
}

/** Entry after entry, however they came. */
export class JournalEvents {
  readonly order = new JournalOrder();
  readonly claimed: Claim[] = [];
  claims = 0;
  unproven = 0;
  events = 0;
  readonly #source: SourceId;
  readonly #take: (event: LogEvent) => void;
  /** The last host, which is nearly always the next. */
  #hostText = '';
  #host = nothing;

  constructor(source: SourceId, take: (event: LogEvent) => void) {
    this.#source = source;
    this.#take = take;
  }

  see(entry: JournalEntry): void {
    const { values, realtimeUs, linked } = entry;
    this.#nameHost(values[at.host] ?? '');
    if (linked) this.#changes(entry);
    const message = values[at.message];
    if (message === undefined) return;
    const sent = numberIn(entry, numberAt.sent) ?? 0;
    const isStamped = sent <= realtimeUs && realtimeUs - sent <= mostDelayUs;
    const us = isStamped ? sent : realtimeUs;
    const text = printableLatin1(message.slice(0, longestText));
    this.#emit(entry, us, text, this.#detailOf(entry, message, us));
  }

  #nameHost(text: string): void {
    if (text === this.#hostText) return;
    this.#hostText = text;
    this.#host = said(text);
  }

  /** Entries of the chain are in the order of their time; what was found beside it is not. */
  #changes(entry: JournalEntry): void {
    const change = this.order.see(entry);
    if (change === undefined) return;
    // A file may begin in the middle of a boot, and an account's own says its first word hours after it.
    if (change === 'boot' && entry.monotonicUs > mostBootUs) return;
    const detail = phrase`boot ${printableText(entry.bootId)}`;
    const action = change === 'boot' ? 'booted' : 'clock-set';
    this.#emit(entry, entry.realtimeUs, detail, { what: 'host', action, detail });
  }

  #detailOf(entry: JournalEntry, message: string, us: number): ShapedDetail {
    const { values, offset } = entry;
    const container = values[at.container];
    if (container !== undefined) return outputOf(values, container, message);
    const program = values[at.identifier] ?? values[at.command] ?? '';
    const pid = numberIn(entry, numberAt.pid) ?? numberIn(entry, numberAt.claimedPid);
    const shape = messagesOf(program);
    const known = shape.read({ program, pid, text: message });
    if (known !== undefined) {
      const sender = senderOf(entry, program);
      if (sender === 'itself') return shape.verified ? known : { ...known, unverified: true };
      this.claims += 1;
      if (sender === 'unproven') this.unproven += 1;
      if (this.claimed.length < mostClaims) {
        const uid = numberIn(entry, numberAt.uid) ?? 0;
        this.claimed.push({ offset, us, program: said(program), uid, exe: said(values[at.exe]) });
      }
    }
    return { what: 'message', program: said(program), ...(pid === undefined ? {} : { pid }) };
  }

  #emit(entry: JournalEntry, us: number, text: Printable, detail: ShapedDetail): void {
    this.events += 1;
    const source = { source: this.#source, offset: entry.offset };
    this.#take(madeEvent(detail, source, us, 'microsecond', entry.linked, this.#host, text));
  }
}

export interface JournalEventsRequest extends Omit<JournalRequest, 'fields'> {
  readonly source: SourceId;
  readonly decompress: Decompress;
}

/** Gives each entry's event to `take`; events of a boot and of a clock that went back stand before their entry's. */
export function readJournalEvents(
  request: JournalEventsRequest,
  take: (event: LogEvent) => void,
): JournalEventsOutcome {
  const events = new JournalEvents(request.source, take);
  const wanted = { fields: eventFields, numbers: eventNumbers };
  const outcome = readJournal({ ...request, ...wanted }, (entry) => events.see(entry));
  if (outcome.status !== 'ok') return outcome;
  const { claims, unproven, claimed } = events;
  return { ...outcome, events: events.events, order: events.order.found(), claims, unproven, claimed };
}
