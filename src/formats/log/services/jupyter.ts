/**
 * Jupyter's servers: `[I 2024-01-02 03:04:05.678 ServerApp] Kernel started: 0a1b…`, `[W … NotebookApp] 403 POST /api/kernels (192.0.2.7) 1.2ms`.
 *
 * Read: kernels and terminals that were started (they run what a client sends), and requests that were logged, which
 * are those that failed and those that change something. A path has no blank.
 * Below an error stand some headers of the request, as JSON over lines that ends in a brace of its own.
 * Sources: jupyter_server jupyter_server/log.py (log_request), services/kernels/kernelmanager.py, serverapp.py
 * (_default_log_format) at 9a4d6ee; terminado management.py at 12b33b2.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { serviceEvent, serviceFormat } from '../service-log.ts';
import { isoTime } from '../syslog-head.ts';

/** `[I 2024-01-02 03:04:05.678 `; the name of the application and a bracket follow. */
function head({ bytes, start, end }: LogLine, clock: LogClock): number {
  if (bytes[start] !== 0x5b || bytes[start + 2] !== 0x20) return -1;
  const after = isoTime(bytes, start + 3, end, clock);
  return after >= 0 && bytes[after] === 0x20 ? after + 1 : -1;
}

const app = /^\w{1,64}\] (.*)$/s;
const request =
  /^(\d{3}) (GET|POST|PUT|PATCH|DELETE) (\S{1,2048}) (?:\[[^\]]{0,64}\] )?\(([\w.@:-]{1,128})\) [\d.]{1,16}ms/;
const started =
  /^(?:Kernel started: ([0-9a-f-]{8,64})|New terminal with (?:automatic|specified) name: (\S{1,64}))/;

function read(text: string): EventDetail | undefined {
  const message = app.exec(text)?.[1];
  if (message === undefined) return undefined;
  const begun = started.exec(message);
  if (begun !== null) {
    const action = begun[1] === undefined ? 'terminal' : 'kernel';
    return serviceEvent('jupyter', action, { detail: said(begun[1] ?? begun[2]) });
  }
  const found = request.exec(message);
  if (found === null) return undefined;
  const [, status = '', method, path, client = ''] = found;
  // `ada@192.0.2.7` where somebody is logged in.
  const at = client.lastIndexOf('@');
  return serviceEvent('jupyter', Number(status) >= 400 ? 'request-refused' : 'request', {
    account: said(at < 0 ? '' : client.slice(0, at)),
    from: said(client.slice(at + 1)),
    detail: said(`${method} ${status} ${path}`, 2048),
  });
}

export const jupyter = serviceFormat({
  id: 'jupyter',
  service: 'jupyter',
  verified: true,
  source:
    'jupyter_server jupyter_server/log.py (log_request), serverapp.py (_default_log_format), services/kernels/kernelmanager.py at 9a4d6ee; terminado management.py at 12b33b2',
  head,
  read,
  goesOn: /^(?:\s|\}|Traceback |[\w.]{1,128}(?:Error|Exception)\b)/,
});
