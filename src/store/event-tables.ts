/**
 * Tables of logs and their events, and what a responder was told of the incident.
 *
 * An event has millions of siblings: words that repeat (host, kind, precision) are numbers of `word`, and what only its
 * own kind has is JSON in `body`. The line as it stands is `text`.
 */
export const eventTables = `
create table log (
  id integer primary key,
  source text not null,
  log text not null,
  format text not null,
  host text not null,
  status text not null,
  events integer not null,
  first_us integer,
  last_us integer,
  body text not null
) strict;
create table word (
  id integer primary key,
  text text not null unique
) strict;
create table event (
  id integer primary key,
  us integer not null,
  log integer not null,
  host integer not null,
  what integer not null,
  precision integer not null,
  certain integer not null,
  line integer,
  offset integer,
  text text not null,
  body text not null
) strict;
create index event_us on event (us);
create table told (
  key text primary key,
  value text not null
) strict, without rowid;
`;

/** Where the events of a log stand; null for logs of older cases, and the last for those that were not finished. */
export const eventRanges = `
alter table log add column first_event integer;
alter table log add column last_event integer;
`;

/** 0 where no analysis asks more of an event than that its host, kind and log are heard of: of older cases it is not known. */
export const clues = `
alter table event add column clue integer not null default 1;
`;

/** What was concluded of a case's own content: made anew when the content changes. JSON. */
export const derived = `
create table derived (
  key text primary key,
  value text not null
) strict, without rowid;
`;
