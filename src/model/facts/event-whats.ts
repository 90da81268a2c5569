/** The kinds of events as a list, for whoever is asked for them by name. */
import type { EventWhat } from './event.ts';

/** Every kind once: a kind that is left out does not compile. */
const known: Readonly<Record<EventWhat, true>> = {
  account: true,
  command: true,
  container: true,
  file: true,
  host: true,
  job: true,
  kernel: true,
  load: true,
  login: true,
  message: true,
  package: true,
  privilege: true,
  request: true,
  service: true,
  session: true,
  table: true,
};

export const eventWhats: readonly string[] = Object.keys(known);
