/**
 * What records of utmp, wtmp and btmp say, one after the other: sessions, failed logins, boots, halts, a set clock.
 *
 * A session's end names its line alone; who it was is known from its beginning. btmp has the account of every failed
 * try, and that may be a password typed too early: text and nothing else. Getties that wait say nothing of anybody.
 * Sources: utmp(5); openssh-portable loginrec.c (record_failed_login, construct_utmpx); util-linux
 * login-utils/login.c (log_btmp), term-utils/agetty.c; systemd src/shared/utmp-wtmp.c.
 */
import type { EventDetail } from '../../model/facts/event.ts';
import { type Printable, phrase, printableText } from '../../model/text.ts';
import { utmpType } from './layout.ts';
import { isoOf, type UtmpRecord } from './record.ts';

/** Which of the three files it is; their records look alike. */
export type UtmpKind = 'utmp' | 'wtmp' | 'btmp';

const nothing = printableText('');
/** Lines that are open at one time; more are a hostile file. */
const mostOpen = 4096;

interface Opened {
  readonly account: Printable;
  readonly from: Printable;
}

function serviceOf(line: Printable): string {
  if (line.startsWith('ssh')) return 'sshd';
  if (/^(?:tty|console|hvc)/.test(line)) return 'login';
  return line.startsWith('ftp') ? 'ftpd' : 'utmp';
}

/** The address is the kernel's, the name is told by whoever keeps the DNS of it. */
const cameFrom = ({ address, host }: UtmpRecord): Printable =>
  address === '' ? host : printableText(address);

/** `ut_pid` of a change of runlevel has the new and the old one as characters. */
function runLevels(pid: number): Printable {
  const level = (code: number): string => (code > 0x20 && code < 0x7f ? String.fromCharCode(code) : 'N');
  return printableText(`${level((pid >> 8) & 0xff)} to ${level(pid & 0xff)}`);
}

function failedLogin(record: UtmpRecord): EventDetail {
  const { line, user, pid } = record;
  const service = serviceOf(line);
  const from = cameFrom(record);
  const who = { account: user, known: true, from, method: nothing, pid };
  return { what: 'login', outcome: 'failed', service, ...who };
}

export class UtmpMeaning {
  readonly #kind: UtmpKind;
  readonly #emit: (record: UtmpRecord, detail: EventDetail) => void;
  readonly #open = new Map<Printable, Opened>();
  /** The time before the clock was set, whose other half is the next record. */
  #oldTime: UtmpRecord | undefined;

  constructor(kind: UtmpKind, emit: (record: UtmpRecord, detail: EventDetail) => void) {
    this.#kind = kind;
    this.#emit = emit;
  }

  see(record: UtmpRecord): void {
    if (record.type !== utmpType.newTime) this.end();
    if (record.type === utmpType.oldTime) this.#oldTime = record;
    const detail = this.#detailOf(record);
    if (detail !== undefined) this.#emit(record, detail);
  }

  /** A time before the clock was set stands alone. */
  end(): void {
    const old = this.#oldTime;
    if (old === undefined) return;
    this.#oldTime = undefined;
    this.#emit(old, { what: 'host', action: 'clock-set', detail: phrase`from ${isoOf(old.us)}` });
  }

  #detailOf(record: UtmpRecord): EventDetail | undefined {
    switch (record.type) {
      case utmpType.boot:
        this.#open.clear();
        return { what: 'host', action: 'booted', detail: record.host };
      case utmpType.runLevel:
        return record.user === 'shutdown'
          ? { what: 'host', action: 'halted', detail: record.host }
          : { what: 'host', action: 'runlevel', detail: runLevels(record.pid) };
      case utmpType.newTime:
        return { what: 'host', action: 'clock-set', detail: this.#clockSet(record) };
      case utmpType.login:
        return this.#kind === 'btmp' ? failedLogin(record) : undefined;
      case utmpType.user:
      case utmpType.dead:
        if (this.#kind === 'btmp') return failedLogin(record);
        return record.type === utmpType.user && record.user !== ''
          ? this.#opens(record)
          : this.#closes(record);
      default:
        return undefined;
    }
  }

  #clockSet(record: UtmpRecord): Printable {
    const old = this.#oldTime;
    this.#oldTime = undefined;
    const to = phrase`to ${isoOf(record.us)}`;
    return old === undefined ? to : phrase`from ${isoOf(old.us)} ${to}`;
  }

  #opens(record: UtmpRecord): EventDetail {
    const { line, user, pid } = record;
    const from = cameFrom(record);
    if (this.#open.size >= mostOpen) this.#open.clear();
    this.#open.set(line, { account: user, from });
    const who = { account: user, from, terminal: line, pid };
    return { what: 'session', phase: 'opened', service: serviceOf(line), ...who };
  }

  #closes(record: UtmpRecord): EventDetail | undefined {
    const { line, user, pid } = record;
    const opened = this.#open.get(line);
    this.#open.delete(line);
    // Getties end too; a line of somebody whose login stands in an older file is a pseudo-terminal.
    if (opened === undefined && user === '' && !line.startsWith('pts/')) return undefined;
    const account = user === '' ? (opened?.account ?? nothing) : user;
    const told = cameFrom(record);
    const from = told === '' ? (opened?.from ?? nothing) : told;
    return { what: 'session', phase: 'closed', service: serviceOf(line), account, from, terminal: line, pid };
  }
}
