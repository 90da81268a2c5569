/** Lines of logs for scenarios, and the events that the product's own readers make of them. Addresses are of documentation. */
import type { LogFormat } from '../../src/formats/log/decoder.ts';
import { nginxAccess } from '../../src/formats/log/web/access.ts';
import { at, read } from '../../src/incident/incident.fixture.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';

export const attacker = '203.0.113.66';
export const admin = '198.51.100.7';

/** `2024-03-10 02:31:00`, `seconds` later. */
export const later = (when: string, seconds: number): string =>
  new Date(at(when) / 1000 + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Asked {
  readonly from?: string;
  readonly method?: string;
  readonly status?: number;
  readonly size?: number;
  readonly agent?: string;
  readonly referrer?: string;
}

/** A line of nginx, as its `combined` writes it. */
export function nginx(when: string, target: string, asked: Asked = {}): string {
  const {
    from = attacker,
    method = 'GET',
    status = 200,
    size = 31,
    agent = 'curl/8',
    referrer = '-',
  } = asked;
  const [day = '', time = ''] = when.split(' ');
  const [year, month, date] = day.split('-');
  const stamp = `${date}/${months[Number(month) - 1]}/${year}:${time} +0000`;
  return `${from} - - [${stamp}] "${method} ${target} HTTP/1.1" ${status} ${size} "${referrer}" "${agent}"\n`;
}

/** A trap whose lines nobody can read catches nobody: each must be an event. */
function whole(events: readonly LogEvent[], text: string): readonly LogEvent[] {
  const lines = text.trimEnd().split('\n').length;
  if (events.length !== lines) throw new Error(`of ${lines} lines ${events.length} are read`);
  return events;
}

export function logged(format: LogFormat, source: string, ...lines: readonly string[]): readonly LogEvent[] {
  const text = lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`)).join('');
  return whole(read(text, { source, format }), text);
}

export const web = (...lines: readonly string[]): readonly LogEvent[] =>
  logged(nginxAccess, '/var/log/nginx/access.log', ...lines);

/** Who visits a site all day: pages, pictures, and nothing else. */
export const visitors = (when: string, count: number): string =>
  Array.from({ length: count }, (_, index) =>
    nginx(later(when, index * 60), `/articles/${index % 40}`, {
      from: `198.51.100.${index % 200}`,
      size: 4_000 + index,
      agent: 'Mozilla/5.0',
    }),
  ).join('');
