/**
 * Who is logged in: some miners pause while an administrator looks, and a pause is explained by that. Read from utmp and
 * from the sessions of logind, which is all there is where utmp is given up; nothing is written to either.
 *
 * Sources: utmp(5); the files of /run/systemd/sessions (logind: `USER=`, `TTY=`, `REMOTE_HOST=`, `CLASS=`).
 */

import { utmpLayoutOf, utmpType } from '../../formats/utmp/layout.ts';
import { readUtmpRecord } from '../../formats/utmp/record.ts';
import { beginningOf, type Printable, printableText } from '../../model/text.ts';
import type { SeenLogin } from '../../model/watch.ts';

export interface Session {
  readonly user: Printable;
  readonly line: Printable;
  readonly from?: Printable;
  /** Microseconds UTC; undefined where it is not told. */
  readonly beginUs?: number;
}

const mostSessions = 500;
const longest = 256;

export function sessionsOfUtmp(bytes: Uint8Array): readonly Session[] {
  const layout = utmpLayoutOf(bytes);
  if (layout === undefined) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sessions: Session[] = [];
  for (let at = 0; at + layout.size <= bytes.length && sessions.length < mostSessions; at += layout.size) {
    const { type, user, line, host, us } = readUtmpRecord(view, bytes, at, layout, at);
    if (type !== utmpType.user || user === '') continue;
    sessions.push({ user, line, ...(host === '' ? {} : { from: host }), beginUs: us });
  }
  return sessions;
}

/** One file of logind; undefined for what is no person's: a greeter, a manager, a session that ends. */
export function sessionOfLogind(text: string): Session | undefined {
  const values = new Map<string, string>();
  for (const line of text.split('\n').slice(0, 64)) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1));
  }
  const own = (values.get('CLASS') ?? 'user').startsWith('user') && values.get('STATE') !== 'closing';
  const user = values.get('USER');
  if (!own || user === undefined || user === '') return undefined;
  const [line, from] = [values.get('TTY') ?? '', values.get('REMOTE_HOST') ?? ''];
  const begin = Number(values.get('REALTIME') ?? Number.NaN);
  const short = (one: string): Printable => beginningOf(printableText(one), longest);
  return {
    user: short(user),
    line: short(line),
    ...(from === '' ? {} : { from: short(from) }),
    ...(Number.isSafeInteger(begin) && begin > 0 ? { beginUs: begin } : {}),
  };
}

const keyOf = ({ user, line, from }: Pick<SeenLogin, 'user' | 'line' | 'from'>): string =>
  `${user}\0${line}\0${from ?? ''}`;

export const mostLogins = 200;

export interface LoginBook {
  readonly logins: readonly SeenLogin[];
  readonly dropped: number;
}

/** Closes those that are gone, and adds those that came. utmp and logind tell of the same session. */
export function seenLogins(book: LoginBook, sessions: readonly Session[], nowMs: number): LoginBook {
  const now = new Date(nowMs).toISOString();
  const present = new Map(sessions.map((one) => [keyOf(one), one]));
  const open = new Set(book.logins.filter(({ end }) => end === undefined).map(keyOf));
  const kept = book.logins.map((login) =>
    login.end === undefined && !present.has(keyOf(login)) ? { ...login, end: now } : login,
  );
  const came = [...present].flatMap(([key, { user, line, from, beginUs }]): readonly SeenLogin[] => {
    if (open.has(key)) return [];
    const told = beginUs === undefined ? nowMs : Math.min(nowMs, beginUs / 1000);
    const begin = new Date(Number.isFinite(told) && told > 0 ? told : nowMs).toISOString();
    return [{ user, line, ...(from === undefined ? {} : { from }), begin }];
  });
  const all = [...kept, ...came];
  return {
    logins: all.slice(-mostLogins),
    dropped: book.dropped + Math.max(0, all.length - mostLogins),
  };
}
