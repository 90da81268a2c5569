/**
 * Spark's master and worker: `24/01/02 03:04:05 INFO Worker: Asked to launch driver driver-20240102030405-0001`.
 *
 * Read: drivers and applications that were submitted and launched. Source: spark core/…/deploy/master/Master.scala,
 * worker/Worker.scala, worker/DriverRunner.scala, conf/log4j2.properties.template (`%d{yy/MM/dd HH:mm:ss}`).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said, saidCommand } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const headForm = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d) /;
const forms: readonly { readonly form: RegExp; readonly action: string }[] = [
  { form: /^Master: Driver submitted (.{1,512})$/, action: 'driver' },
  { form: /^Worker: Asked to launch driver (driver-[\w-]{1,64})$/, action: 'driver-launched' },
  { form: /^Master: Registered app (.{1,512})$/, action: 'application' },
  { form: /^DriverRunner: Launch [Cc]ommand: (.{1,4096})$/, action: 'driver-command' },
  { form: /^ExecutorRunner: Launch [Cc]ommand: (.{1,4096})$/, action: 'executor-command' },
];

function head(line: LogLine, clock: LogClock): number {
  const { bytes, start, end } = line;
  if (bytes[start + 2] !== 0x2f) return isoHead(line, clock);
  const found = headForm.exec(Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + 18)));
  if (found === null) return -1;
  const [all, year, month, day, hour, minute, second] = found;
  const known = clock.local(
    2000 + Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return known ? start + all.length : -1;
}

function read(text: string): EventDetail | undefined {
  const rest = text.replace(/^[A-Z]{4,5} {1,2}/, '');
  // Only these few begin so.
  if (!/^(?:Master|Worker|DriverRunner|ExecutorRunner): /.test(rest)) return undefined;
  for (const { form, action } of forms) {
    const found = form.exec(rest);
    if (found !== null)
      return serviceEvent('spark', action, {
        detail: action.endsWith('command') ? saidCommand(found[1]) : said(found[1]),
      });
  }
  return undefined;
}

export const spark = serviceFormat({
  id: 'spark',
  service: 'spark',
  verified: true,
  source: 'spark Master.scala, Worker.scala, DriverRunner.scala; conf/log4j2.properties.template',
  head,
  read,
  goesOn: javaTrace,
});
