/**
 * Nacos: core-auth.log and nacos.log, `2024-01-02 03:04:05,678 DEBUG auth start, request: POST /nacos/v1/auth/users`.
 *
 * Read: requests that authentication looked at and those that it refused. Both are written with DEBUG only, which no
 * installation has by itself; the requests are in Tomcat's access log. What it is NOT: a request that was
 * let in; it is written before that is decided.
 * Source: nacos core/auth/AuthFilter.java (doFilter); distribution/conf/nacos-logback.xml (`%date %level %msg%n%n`) at
 * 0169285.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const asked =
  /^[A-Z]{4,5} (auth start|access denied), request: ([A-Z]{3,8}) (\S{1,2048}?)(?:, reason: .{0,512})?$/s;

function read(text: string): EventDetail | undefined {
  const found = asked.exec(text);
  if (found === null) return undefined;
  const [, verdict, method, path] = found;
  const action = verdict === 'auth start' ? 'request' : 'request-refused';
  return serviceEvent('nacos', action, { detail: said(`${method} ${path}`, 2048) });
}

export const nacos = serviceFormat({
  id: 'nacos',
  service: 'nacos',
  verified: true,
  source: 'nacos core/auth/AuthFilter.java (doFilter); distribution/conf/nacos-logback.xml at 0169285',
  head: isoHead,
  read,
  goesOn: javaTrace,
});
