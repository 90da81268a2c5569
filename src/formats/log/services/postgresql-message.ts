/**
 * What PostgreSQL says, whichever way it is logged: who was let in and who was not, and statements.
 *
 * `COPY … FROM PROGRAM`, `CREATE ROLE … SUPERUSER` and others are statements; what they mean is for others to judge.
 * With the usual settings only what failed is logged: `program "…" failed` says that a program ran and did not end well,
 * which `must be superuser` does not. Names of roles are what a client sent, of at most 63 bytes: they stand in quotes at the end, and nothing within is looked at.
 * Sources: postgresql src/backend/libpq/auth.c (auth_failed), src/backend/utils/init/postinit.c (PerformAuthentication),
 * src/backend/tcop/postgres.c (exec_simple_query, errdetail_execute), src/backend/utils/init/miscinit.c, src/backend/commands/copyfrom.c (ClosePipeFromProgram).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said, saidCommand } from '../messages/message.ts';
import { serviceEvent } from '../service-log.ts';

/** Text of one character a byte. */
export interface PostgresMessage {
  readonly severity: string;
  readonly text: string;
  readonly account: string;
  readonly from: string;
  readonly pid: number | undefined;
}

const authorized =
  /^(?:replication )?connection authorized: user=(.{0,64}?)(?: database=.{0,64})?(?: application_name=.{0,64})?(?: SSL enabled.{0,200})?$/s;
const failed = /^(\w{1,20}) authentication failed for user "(.{0,256})"$/s;
const noEntry =
  /^no pg_hba\.conf entry for (?:replication connection from host "([^"]{1,255})", user "(.{0,64})"|host "([^"]{1,255})", user "(.{0,64})", database ".{0,64}"), (?:SSL (?:on|off)|no encryption|(?:SSL|GSS)\w* encryption)$/s;
const noRole = /^role "(.{0,256})" does not exist$/s;
const program = /^program "(.{1,4000})" failed$/s;
const statement = /^(?:duration: [\d.]{1,20} ms {2})?(?:statement|execute [^:]{1,128}): /;

function login(
  message: PostgresMessage,
  accepted: boolean,
  given: Partial<Record<'account' | 'from' | 'method', string>>,
  known = true,
): EventDetail {
  const from = given.from ?? message.from;
  return {
    what: 'login',
    outcome: accepted ? 'accepted' : 'failed',
    service: 'postgresql',
    account: said(given.account ?? message.account),
    known,
    from: said(from === '[local]' ? '' : from),
    method: said(given.method ?? ''),
    ...(message.pid === undefined ? {} : { pid: message.pid }),
  };
}

const statementEvent = (message: PostgresMessage, action: string, text: string): EventDetail =>
  serviceEvent('postgresql', action, {
    account: said(message.account),
    from: said(message.from === '[local]' ? '' : message.from),
    detail: saidCommand(text),
  });

export function postgresMessage(message: PostgresMessage): EventDetail | undefined {
  const { severity, text } = message;
  if (severity === 'LOG') {
    const head = statement.exec(text)?.[0];
    if (head !== undefined) return statementEvent(message, 'statement', text.slice(head.length));
    const found = text.includes('connection authorized') ? authorized.exec(text) : null;
    return found === null ? undefined : login(message, true, { account: found[1] ?? '' });
  }
  if (severity === 'STATEMENT') return statementEvent(message, 'statement-failed', text);
  if (severity === 'ERROR') {
    const ran = text.startsWith('program "') ? program.exec(text)?.[1] : undefined;
    return ran === undefined ? undefined : statementEvent(message, 'program-failed', ran);
  }
  if (severity !== 'FATAL') return undefined;
  const refused = failed.exec(text);
  if (refused !== null) {
    const [, method = '', account = ''] = refused;
    return login(message, false, { account, method: method.toLowerCase() });
  }
  const entry = noEntry.exec(text);
  if (entry !== null) {
    const [, replicating, replicator, from = '', account = ''] = entry;
    return login(message, false, {
      account: replicator ?? account,
      from: replicating ?? from,
      method: 'pg_hba',
    });
  }
  const role = noRole.exec(text);
  return role === null ? undefined : login(message, false, { account: role[1] ?? '' }, false);
}

/** Statements go on over lines; only these are waited for. */
export const mayGoOn = ({ severity, text }: PostgresMessage): boolean =>
  severity === 'STATEMENT' || (severity === 'LOG' && statement.test(text));

/** `connection received: host=192.0.2.1 port=5`: the address of that process's client. */
export const receivedFrom = (text: string): string | undefined =>
  /^connection received: host=(\S{1,255})(?: port=\d{1,5})?$/.exec(text)?.[1];
