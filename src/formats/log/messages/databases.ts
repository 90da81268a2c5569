/**
 * Databases that log through syslog or the journal: PostgreSQL (`[3-1] ada@app LOG:  …`), Redis, MySQL and MariaDB.
 *
 * What they say is read as in their own logs. PostgreSQL parts what is longer over several messages of one number; the
 * first of them says what it is.
 * Sources: postgresql src/backend/utils/error/elog.c (write_syslog); redis src/server.c (serverLogRaw); mariadb
 * support-files/mariadb.service (stderr goes to the journal, with the time before it).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { mysqlMessage } from '../services/mysql.ts';
import { postgresParted } from '../services/postgresql.ts';
import { postgresMessage } from '../services/postgresql-message.ts';
import { redisMessage } from '../services/redis.ts';
import type { Message } from './message.ts';

const part = /^\[\d{1,9}(?:-(\d{1,6}))?\] /;

export function postgres(message: Message): EventDetail | undefined {
  const found = part.exec(message.text);
  if (found?.[1] !== undefined && found[1] !== '1') return undefined;
  const text = found === null ? message.text : message.text.slice(found[0].length);
  const parted = postgresParted(text);
  return parted === undefined ? undefined : postgresMessage({ ...parted, pid: message.pid ?? parted.pid });
}

export const redisServer = ({ text }: Message): EventDetail | undefined => redisMessage(text);

const time = /^\d{4}-\d\d-\d\d[ T]{1,2}[\d:]{7,8}(?:\.\d{6}Z)? /;

export function mysqld({ text }: Message): EventDetail | undefined {
  const found = time.exec(text);
  return mysqlMessage(found === null ? text : text.slice(found[0].length));
}
