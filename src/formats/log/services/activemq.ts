/**
 * activemq.log: `2024-01-02 03:04:05,678 | WARN  | message | logger | thread`.
 *
 * Read: connections that failed, with the client (an exploit of the OpenWire flaw of 2023 ends so), beans that were loaded
 * from an address, and logins that were refused. Logger and thread stand last and are ActiveMQ's own; the thread of a
 * connection, `ActiveMQ Transport: tcp:///192.0.2.7:50000@61616`, names whose it is.
 * Sources: activemq assembly/src/release/conf/log4j2.properties, activemq-broker TransportConnection.java; Spring
 * XmlBeanDefinitionReader.java.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const columns = /^\| [A-Z]{4,5} {1,2}\| (.*?)(?: \| ([\w.$]{1,256})(?: \| (.{0,256}))?)?$/s;
const transport = /^ActiveMQ (?:[A-Z]{3,5} )?Transport: \w{3,8}:\/{2,3}(\S{1,255}?):\d{1,5}(?:@\d{1,5})?$/;
const failed = /^Transport Connection to: tcp:\/\/\/?(\S{1,255}?):(\d{1,5}) failed(?:: (.{0,1024}))?$/s;
const refused =
  /^(?:Security Error occurred on connection to: tcp:\/\/\/?(\S{1,255}?):\d{1,5}, )?User name \[(.{0,256})\] or password is invalid\.$/s;
const beans = /^Loading XML bean definitions from URL \[(\S{1,2048})\]$/;

function read(text: string): EventDetail | undefined {
  const [, message, , thread = ''] = columns.exec(text) ?? [];
  if (message === undefined) return undefined;
  if (message.startsWith('Transport')) {
    const found = failed.exec(message);
    return found === null
      ? undefined
      : serviceEvent('activemq', 'connection-failed', { from: said(found[1]), detail: said(found[3]) });
  }
  if (message.startsWith('Loading XML')) {
    const found = beans.exec(message);
    return found === null
      ? undefined
      : serviceEvent('activemq', 'beans-loaded', {
          from: said(transport.exec(thread)?.[1]),
          detail: said(found[1], 2048),
        });
  }
  const denied = message.endsWith('or password is invalid.') ? refused.exec(message) : null;
  return denied === null
    ? undefined
    : {
        what: 'login',
        outcome: 'failed',
        service: 'activemq',
        account: said(denied[2]),
        known: true,
        from: said(denied[1]),
        method: said('password'),
      };
}

export const activemq = serviceFormat({
  id: 'activemq',
  service: 'activemq',
  verified: true,
  source: 'activemq conf/log4j2.properties, TransportConnection.java; public samples of the failure',
  head: isoHead,
  read,
  goesOn: javaTrace,
});
