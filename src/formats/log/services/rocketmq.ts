/**
 * RocketMQ's broker.log: `2024-01-02 03:04:05 INFO AdminBrokerThread_5 - updateBrokerConfig, new config: [{…}] client: /192.0.2.1:5`.
 *
 * Read: changes of the broker's configuration, by which CVE-2023-33246 runs commands. What was sent stands before the
 * client, so the client is taken from the end.
 * Source: rocketmq broker/…/AdminBrokerProcessor.java (updateBrokerConfig).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said, saidCommand } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const thread = /^[A-Z]{4,5} {1,2}[\w.-]{1,128} - /;
const changed = /^updateBrokerConfig, new config: \[?(\{.*\})\]? ?client: \/?(\S{1,255}?):\d{1,5}\s*$/s;
const called = /^updateBrokerConfig called by \/?(\S{1,255}?):\d{1,5}$/;

function read(text: string): EventDetail | undefined {
  const head = thread.exec(text)?.[0];
  const message = head === undefined ? '' : text.slice(head.length);
  if (!message.startsWith('updateBrokerConfig')) return undefined;
  const asked = called.exec(message);
  if (asked !== null)
    return serviceEvent('rocketmq', 'config-asked', { from: said(asked[1]), detail: said(message) });
  const found = changed.exec(message);
  return found === null
    ? undefined
    : serviceEvent('rocketmq', 'config-changed', { from: said(found[2]), detail: saidCommand(found[1]) });
}

export const rocketmq = serviceFormat({
  id: 'rocketmq',
  service: 'rocketmq',
  verified: true,
  source: 'rocketmq AdminBrokerProcessor.java (updateBrokerConfig)',
  head: isoHead,
  read,
  goesOn: javaTrace,
});
