/** Events and logs for tests, of which a test says what it is about. */
import { printableText } from '../text.ts';
import type { EventBase, EventWhat, LogEvent } from './event.ts';
import type { LogFact } from './log.ts';

const login = {
  what: 'login',
  outcome: 'failed',
  service: 'sshd',
  account: printableText('root'),
  known: true,
  from: printableText('192.0.2.7'),
  method: printableText('password'),
} as const;
const message = { what: 'message', program: printableText('x') } as const;

export function eventFixture(
  given: Partial<EventBase> & { readonly us: number; readonly what: Extract<EventWhat, 'login' | 'message'> },
): LogEvent {
  const { what, ...base } = given;
  const common: EventBase = {
    kind: 'event',
    source: { source: printableText('/var/log/auth.log'), line: 1, offset: 0 },
    precision: 'second',
    certain: true,
    host: printableText('web-1'),
    text: printableText('a line'),
    ...base,
  };
  return what === 'login' ? { ...common, ...login } : { ...common, ...message };
}

export const logFixture: LogFact & { readonly log: string } = {
  kind: 'log',
  source: { source: printableText('/var/log/auth.log') },
  log: 'linux.log.auth',
  format: 'syslog',
  verified: true,
  host: printableText('web-1'),
  status: 'ok',
  bytes: 100,
  lines: 2,
  events: 2,
  unreadable: 0,
  nulBytes: 0,
  cutLines: 0,
  uncertain: 0,
  firstUs: 1_704_164_645_000_000,
  lastUs: 1_704_251_045_000_000,
  modifiedUs: 1_704_251_045_000_000,
  steps: [],
  gaps: [],
};
