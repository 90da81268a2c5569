/**
 * Flink's JobManager: `2024-01-02 03:04:05,678 INFO  org.apache.flink.runtime.dispatcher.StandaloneDispatcher [] - Received
 * JobGraph submission 'State machine job' (0a1b…).`, before 1.14 `… submission 0a1b… (State machine job).`
 *
 * Read: jobs that were submitted. A job's name is whatever its jar says and stands in quotes, so the id is taken from the
 * end. Jars that are uploaded to `/jars/upload` write nothing here.
 * Source: flink flink-runtime/…/dispatcher/Dispatcher.java (submitJob), flink-dist conf/log4j.properties.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const logged = /^[A-Z]{4,5} {1,2}([\w.$]{1,256}) +(?:\[[^\]]{0,256}\] )?- (.*)$/s;
const receivedBefore = /^Received JobGraph submission ([0-9a-f]{32}) \((.{0,256})\)\.$/s;
const received = /^Received JobGraph submission '(.{0,256})' \(([0-9a-f]{32})\)\.$/s;

function read(text: string): EventDetail | undefined {
  const found = logged.exec(text);
  if (found === null || !/Dispatcher$/.test(found[1] ?? '')) return undefined;
  const message = found[2] ?? '';
  const job = received.exec(message);
  if (job !== null) return serviceEvent('flink', 'job', { detail: said(`${job[2]} ${job[1]}`) });
  const older = receivedBefore.exec(message);
  return older === null
    ? undefined
    : serviceEvent('flink', 'job', { detail: said(`${older[1]} ${older[2]}`) });
}

export const flink = serviceFormat({
  id: 'flink',
  service: 'flink',
  verified: true,
  source: 'flink Dispatcher.java (submitJob); conf/log4j.properties',
  head: isoHead,
  read,
  goesOn: javaTrace,
});
