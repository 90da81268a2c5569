/**
 * Tomcat's catalina.out and catalina.<date>.log: what the server does, and which applications it deploys.
 *
 * `02-Jan-2024 03:04:05.678 INFO [main] org.apache…deployWAR Deploying web application archive [/…/x.war]` since 8;
 * before, two lines: `Jan 2, 2024 3:04:05 AM org.apache…` and `INFO: message`. Applications write ISO times between
 * (log4j, logback). A stack trace goes on with its message. An application that is deployed is a ServiceEvent
 * `deployed`: through the manager that is how a web shell comes in.
 * Times are the host's wall clock. Source: tomcat juli OneLineFormatter.java; java.util.logging.SimpleFormatter.
 */
import { decimal } from '../../ascii.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { isoTime } from '../syslog-head.ts';
import { monthAt } from '../years.ts';

const simple = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)[ \xa0](AM|PM) /;
/** As the old form has it behind its level, and the new one behind the name of the class. */
const deployed =
  /^(?:INFO: |[^/]{20,160} org\.apache\.catalina\.startup\.HostConfig\.\w{1,40} )(?:Deploying|Deployment of) web application (?:archive|directory) (?:file:)?\[?([^\]\s]{1,1024})/;
const level = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /;
const trace =
  /^(?:Caused by: |\.{3} \d+ |Suppressed: |(?:[a-z]\w*\.){1,8}[A-Z]\w*(?:Exception|Error|Throwable)\b)/;

class CatalinaDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  #inRecord = false;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const { bytes, start, end } = line;
    const text: string = Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + 4096));
    const timed = this.#time(line, text);
    // The second line of the old form, and traces, belong to what was said before.
    const goesOn = !timed && this.#inRecord && (level.test(text) || trace.test(text));
    if (!timed && !goesOn) return false;
    this.#inRecord = true;
    const archive = deployed.exec(text)?.[1];
    if (archive === undefined) {
      if (timed) this.#context.emit(line, said(''), { what: 'message', program: said('tomcat') });
    } else {
      this.#context.emit(line, said(''), {
        what: 'service',
        service: 'tomcat',
        action: 'deployed',
        account: said(''),
        from: said(''),
        detail: said(archive),
      });
    }
    return true;
  }

  #time(line: LogLine, text: string): boolean {
    const { bytes, start, end } = line;
    const { clock } = this.#context;
    if (bytes[start + 2] === 0x2d && bytes[start + 6] === 0x2d) {
      const month = monthAt(bytes, start + 3, end);
      const milli = bytes[start + 20] === 0x2e ? decimal(bytes, start + 21, start + 24) : Number.NaN;
      return (
        month > 0 &&
        clock.local(
          decimal(bytes, start + 7, start + 11),
          month,
          decimal(bytes, start, start + 2),
          decimal(bytes, start + 12, start + 14),
          decimal(bytes, start + 15, start + 17),
          decimal(bytes, start + 18, start + 20),
          Number.isNaN(milli) ? 0 : milli * 1000,
          Number.isNaN(milli) ? 'second' : 'millisecond',
        )
      );
    }
    if (bytes[start + 4] === 0x2d) return isoTime(bytes, start, end, clock) > 0;
    const found = simple.exec(text);
    if (found === null) return false;
    const [, , day, year, hour, minute, second, half] = found;
    const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
    const month = monthAt(bytes, start, end);
    return clock.local(Number(year), month, Number(day), hours, Number(minute), Number(second));
  }
}

export const catalina: LogFormat = {
  id: 'tomcat-catalina',
  verified: true,
  source: 'tomcat java/org/apache/juli/OneLineFormatter.java; OpenJDK java/util/logging/SimpleFormatter.java',
  decoder: (context) => new CatalinaDecoder(context),
};
