/**
 * The kubelet's log: `I0102 03:04:05.678901    1234 server.go:459] "HTTP" verb="POST" URI="/exec/…" srcIP="192.0.2.1:5" resp=101`.
 *
 * Read: requests to the kubelet itself that run something in a container (`/run`, `/exec`, `/attach`, port 10250), which
 * older ones write as `POST /run/ns/pod/container: (1.2ms) 200 [[agent] 192.0.2.1:5]`, `hijacked` for a stream. Values are quoted as Go quotes.
 * Sources: klog v2 klog.go (formatHeader); kubernetes apiserver/pkg/server/httplog/httplog.go (Log) at 04791b4 and as it
 * was in 1.10; pkg/kubelet/server/server.go (InstallAuthRequiredHandlers: /run, /exec, /attach) at 008b365.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { serviceFormat } from '../service-log.ts';
import { digitsHead, type YearlessHead } from '../years.ts';
import { logfmt } from './logfmt.ts';

const headForm = /^[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{6}) +\d{1,10} [\w.-]{1,128}:\d{1,6}\] /;
const runs = /^\/(?:run|exec|attach|cri\/exec|cri\/attach)\/([^/?]{1,253}\/[^/?]{1,253})/;
const older =
  /^(GET|POST|PUT) (\/\S{1,2048}): \([^()]{1,32}\) (\d{3}|hijacked) \[.{0,512} ([0-9A-Fa-f.:[\]]{2,48}):\d{1,5}\]$/s;
const none = printableText('');

const severities: ReadonlySet<number> = new Set([0x49, 0x57, 0x45, 0x46]);

const klogTime: YearlessHead = (bytes, start, end) =>
  severities.has(bytes[start] ?? 0) ? digitsHead(bytes, start + 1, end) : Number.NaN;

function head({ bytes, start, end, number }: LogLine, clock: LogClock): number {
  if (!severities.has(bytes[start] ?? 0)) return -1;
  const found = headForm.exec(Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + 200)));
  if (found === null) return -1;
  const [all, month, day, hour, minute, second, micro] = found;
  const known = clock.yearless(
    number,
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(micro),
    'microsecond',
  );
  return known ? start + all.length : -1;
}

function executed(method: string, uri: string, status: string, from: string): EventDetail | undefined {
  const pod = runs.exec(uri)?.[1];
  if (pod === undefined) return undefined;
  return {
    what: 'container',
    runtime: 'kubernetes',
    action: Number(status) >= 400 ? 'request' : 'executed',
    container: said(pod),
    image: none,
    account: none,
    from: said(from.replace(/:\d{1,5}$/, '')),
    detail: said(`${method} ${status} ${uri}`, 2048),
  };
}

/** What a message behind klog's head says. */
export function klogMessage(text: string): EventDetail | undefined {
  if (text.startsWith('"HTTP" ')) {
    const fields = logfmt(text, 7);
    return fields === undefined
      ? undefined
      : executed(
          fields.get('verb') ?? '',
          fields.get('URI') ?? '',
          fields.get('resp') ?? '0',
          fields.get('srcIP') ?? '',
        );
  }
  const found = text.startsWith('POST ') || text.startsWith('GET ') ? older.exec(text) : null;
  if (found === null) return undefined;
  const [, method = '', uri = '', status = '0', from = ''] = found;
  return executed(method, uri, status, from);
}

export const kubelet = serviceFormat({
  id: 'klog',
  service: 'kubelet',
  verified: true,
  source:
    'klog v2 (formatHeader); kubernetes apiserver/pkg/server/httplog/httplog.go (Log) at 04791b4, pkg/kubelet/server/server.go (InstallAuthRequiredHandlers) at 008b365',
  yearless: klogTime,
  head,
  read: klogMessage,
});

const klogHead = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d{1,10} [\w.-]{1,128}:\d{1,6}\] /;

/** The same through the journal or syslog. */
export function kubeletMessage({ text }: { readonly text: string }): EventDetail | undefined {
  const found = klogHead.exec(text)?.[0];
  return found === undefined ? undefined : klogMessage(text.slice(found.length));
}
