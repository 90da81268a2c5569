/**
 * Last logins (lastlog, lastlog2) and the sessions of wtmpdb, as readings of the table.
 *
 * The former keep the last login of each account and no other: they tell who came, and nothing of when nobody did.
 */
import type { LogFlaw, LogOutcome } from '../../../formats/log/decode-log.ts';
import type { SqliteError } from '../../../formats/sqlite-bytes.ts';
import { readLastlog } from '../../../formats/utmp/lastlog.ts';
import { type LoginDatabase, readLastlog2, readWtmpdb } from '../../../formats/utmp/login-databases.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import type { SourceId } from '../../../model/source.ts';
import { gathered, noLines, somethingOf } from './gathered.ts';
import type { RandomReading, RecordReading } from './log-kind.ts';

const most = 64 << 20;
const inPart: LogFlaw = { status: 'truncated', reason: 'it goes on behind what was read' };

export const lastlog: RandomReading = {
  shape: 'random',
  id: 'lastlog',
  verified: true,
  source: 'glibc bits/utmp.h (struct lastlog); skalibs utmps include/utmps/utmp.h; lastlog(8)',
  lastOnly: true,
  // Records at places that accounts have, between zeros: nothing at its beginning names it.
  fits: () => false,
  identity: () => new Uint8Array(0),
  read(request, take) {
    const { recordSize, events, odd, restBytes, bounded } = readLastlog(request, take);
    const unreadable = odd + (restBytes > 0 ? 1 : 0);
    if (recordSize === undefined) {
      // A host on which nobody has logged in yet has zeros, or nothing.
      return { ...noLines, ...(bounded ? { flaw: inPart } : {}) };
    }
    return {
      ...noLines,
      lines: events + odd,
      events,
      unreadable,
      ...(bounded ? { flaw: inPart } : {}),
    };
  },
};

type ReadDatabase = (
  source: SourceId,
  bytes: Uint8Array,
  take: (event: LogEvent) => void,
) => LoginDatabase | SqliteError;

function outcomeOf(found: LoginDatabase | SqliteError): LogOutcome {
  if (found.status === 'error') {
    return { ...noLines, unreadable: 1, flaw: { status: 'error', reason: found.reason } };
  }
  const { rows, events, odd, missing, backwards, bounded } = found;
  const doubts = somethingOf([
    { what: 'missing', count: missing },
    { what: 'disordered', count: backwards },
  ]);
  return {
    ...noLines,
    lines: rows,
    events,
    unreadable: odd,
    ...(bounded ? { flaw: inPart } : {}),
    ...doubts,
  };
}

/** A database whose schema, which stands at its beginning, makes that table. */
const isDatabase =
  (table: RegExp): RecordReading['fits'] =>
  (first) => {
    const text = Buffer.from(first.subarray(0, 16_384)).toString('latin1');
    return text.startsWith('SQLite format 3\0') && table.test(text);
  };

const loginDatabase = (
  id: string,
  vouching: string,
  table: RegExp,
  read: ReadDatabase,
  parts: Pick<RecordReading, 'lastOnly'> = {},
): RecordReading =>
  gathered({
    ...parts,
    id,
    verified: true,
    source: vouching,
    fits: isDatabase(table),
    most,
    read: (source, bytes, take) => (bytes.length === 0 ? noLines : outcomeOf(read(source, bytes, take))),
  });

export const wtmpdb = loginDatabase(
  'wtmpdb',
  'wtmpdb lib/sqlite.c, lib/wtmpdb.h',
  /CREATE TABLE wtmp\s*\(/i,
  readWtmpdb,
);
export const lastlog2 = loginDatabase(
  'lastlog2',
  'util-linux liblastlog2/src/lastlog2.c',
  /CREATE TABLE Lastlog2\s*\(/i,
  readLastlog2,
  { lastOnly: true },
);
