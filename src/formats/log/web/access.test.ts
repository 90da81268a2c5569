import { describe, expect, test } from 'bun:test';
import { apacheAccess, nginxAccess, tomcatAccess, traefikAccess } from './access.ts';
import { readLog } from './web.fixture.ts';

const time = '[02/Jan/2024:03:04:05 +0100]';
const agent = 'Mozilla/5.0 (X11; Linux x86_64)';
const only = (format: typeof nginxAccess, line: string) => {
  const { events, outcome } = readLog(format, `${line}\n`);
  expect(outcome).toMatchObject({ events: 1, unreadable: 0 });
  return events[0];
};

describe('access logs in the common format and its kin', () => {
  test('common and combined', () => {
    expect(only(apacheAccess, `192.0.2.1 - ada ${time} "GET /a?b=1 HTTP/1.1" 200 494`)).toMatchObject({
      what: 'request',
      server: 'apache',
      us: Date.UTC(2024, 0, 2, 2, 4, 5) * 1000,
      certain: true,
      client: '192.0.2.1',
      account: 'ada',
      method: 'GET',
      target: '/a?b=1',
      status: 200,
      size: 494,
      agent: '',
      referrer: '',
    });
    const line = `2001:db8::1 - - ${time} "POST /x HTTP/2.0" 302 - "https://example.com/" "${agent}"`;
    expect(only(nginxAccess, line)).toMatchObject({
      client: '2001:db8::1',
      method: 'POST',
      status: 302,
      size: -1,
      referrer: 'https://example.com/',
      agent,
    });
  });

  test.each([
    ['a virtual host first', `example.com:443 192.0.2.1 - - ${time} "GET /a HTTP/1.1" 200 5 "-" "${agent}"`],
    [
      'an address that a proxy tells, first',
      `"198.51.100.9" 192.0.2.1 - - ${time} "GET /a HTTP/1.1" 200 5 "-" "${agent}"`,
    ],
    [
      'the same last, as packages of nginx have it',
      `192.0.2.1 - - ${time} "GET /a HTTP/1.1" 200 5 "-" "${agent}" "198.51.100.9, 192.0.2.7"`,
    ],
    [
      'times and upstreams behind',
      `192.0.2.1 - - ${time} "GET /a HTTP/1.1" 200 5 "-" "${agent}" 0.005 0.004 [app] 10.0.0.2:80 200`,
    ],
    ['request time before the status', `192.0.2.1 - - ${time} "GET /a HTTP/1.1" 0.005 200 5 "-" "${agent}"`],
    [
      'and a number like a status behind the agent',
      `192.0.2.1 - - ${time} "GET /a HTTP/1.1" 0.005 200 5 "-" "${agent}" 301 x`,
    ],
    [
      'request time between time and request',
      `192.0.2.1 - - ${time} 0.005 "GET /a HTTP/1.1" 200 5 "-" "${agent}"`,
    ],
    ['ISO time', `192.0.2.1 - - [2024-01-02T03:04:05+01:00] "GET /a HTTP/1.1" 200 5 "-" "${agent}"`],
  ])('%s', (_, line) => {
    expect(only(nginxAccess, line)).toMatchObject({
      us: Date.UTC(2024, 0, 2, 2, 4, 5) * 1000,
      client: '192.0.2.1',
      method: 'GET',
      target: '/a',
      status: 200,
      size: 5,
      agent,
      ...(line.startsWith('example') ? { site: 'example.com' } : {}),
      ...(line.includes('198.51.100.9') ? { forwarded: expect.stringContaining('198.51.100.9') } : {}),
    });
  });

  test('escapes of the log are undone, those of the request are kept', () => {
    const nginx = `192.0.2.1 - - ${time} "GET /a%20b?q=\\x22x\\x22 HTTP/1.1" 200 5 "-" "a\\x0Ab"`;
    expect(only(nginxAccess, nginx)).toMatchObject({ target: '/a%2520b?q="x"', agent: 'a%0Ab' });
    const apache = `192.0.2.1 - - ${time} "GET /a?q=\\"x\\"\\\\ HTTP/1.1" 200 5 "-" "a\\nb\\xff"`;
    expect(only(apacheAccess, apache)).toMatchObject({ target: '/a?q="x"\\', agent: 'a%0Ab%FF' });
    const tomcat = `192.0.2.1 - - ${time} "GET /a HTTP/1.1" 200 5 "-" "a\\u000ab\\u4e2d"`;
    expect(only(tomcatAccess, tomcat)).toMatchObject({ server: 'tomcat', agent: 'a%0Ab中' });
  });

  test('what is no request is a target without a method', () => {
    expect(only(nginxAccess, `192.0.2.1 - - ${time} "\\x16\\x03\\x01\\x02" 400 150 "-" "-"`)).toMatchObject({
      method: '',
      target: '%16%03%01%02',
      status: 400,
    });
    expect(only(apacheAccess, `192.0.2.1 - - ${time} "-" 408 -`)).toMatchObject({ method: '', target: '' });
    expect(only(apacheAccess, `192.0.2.1 - - ${time} "GET /" 200 3`)).toMatchObject({ target: '/' });
  });

  test('Traefik writes quotes of a target as they come', () => {
    const tail = '"-" "curl \\" 200 1 x" 404 "site@docker" "http://10.0.0.2:80" 3ms';
    const line = `192.0.2.1 - - ${time} "GET /?a=" 200 1 "b HTTP/1.1" 403 19 ${tail}`;
    expect(only(traefikAccess, line)).toMatchObject({
      server: 'traefik',
      target: '/?a=" 200 1 "b',
      status: 403,
      size: 19,
      agent: 'curl " 200 1 x',
    });
  });
});

describe('forged lines', () => {
  test('an agent that looks like a line is an agent', () => {
    const forged = `\\x22\\x0A203.0.113.9 - - [02/Jan/2023:00:00:00 +0000] \\x22POST /evil.php HTTP/1.1\\x22 200 1`;
    const event = only(nginxAccess, `192.0.2.1 - - ${time} "GET /a HTTP/1.1" 404 5 "-" "${forged}"`);
    expect(event).toMatchObject({ client: '192.0.2.1', method: 'GET', target: '/a', status: 404 });
    const apache = forged.replaceAll('\\x22', '\\"').replaceAll('\\x0A', '\\n');
    expect(only(apacheAccess, `192.0.2.1 - - ${time} "GET /a HTTP/1.1" 404 5 "-" "${apache}"`)).toMatchObject(
      {
        client: '192.0.2.1',
        target: '/a',
        status: 404,
      },
    );
  });

  test('an account that looks like a time or a request is an account', () => {
    const account = 'x [01/Jan/2020:00:00:00 +0000] \\"GET /evil HTTP/1.1\\" 200 5';
    const event = only(apacheAccess, `192.0.2.1 - ${account} ${time} "GET /a HTTP/1.1" 401 5 "-" "-"`);
    expect(event).toMatchObject({ us: Date.UTC(2024, 0, 2, 2, 4, 5) * 1000, target: '/a', status: 401 });
  });

  test('quotes that a server left as they came do not hide the status', () => {
    const line = `192.0.2.1 - - ${time} "GET /x?t=<b>("text")</b> HTTP/1.0" 404 1164`;
    expect(only(apacheAccess, line)).toMatchObject({
      target: '/x?t=<b>("text")</b>',
      status: 404,
      size: 1164,
    });
  });

  test('a request of a megabyte is kept by its beginning, and the next line is whole', () => {
    const long = `192.0.2.1 - - ${time} "GET /${'%2e'.repeat(350_000)} HTTP/1.1" 200 5 "-" "-"`;
    const after = `192.0.2.2 - - ${time} "GET /a HTTP/1.1" 200 5 "-" "-"`;
    const { events, outcome } = readLog(nginxAccess, `${long}\n${after}\n`);
    expect(outcome).toMatchObject({ events: 2, cutLines: 1 });
    expect(events[0]).toMatchObject({ client: '192.0.2.1', method: 'GET', status: 0 });
    expect(events[0]?.what === 'request' && events[0].target.length).toBeLessThan(3 * 8192);
    expect(events[1]).toMatchObject({ client: '192.0.2.2', target: '/a' });
  });

  test('lines that are cut, mixed up or none of it never throw and never give an odd status', () => {
    const line = `192.0.2.1 - - ${time} "GET /a?b=\\"c\\" HTTP/1.1" 200 494 "https://example.com/" "${agent}"`;
    const odd = ['"', '\\', ' ', '[', ']', '\xff', '\x00', ''];
    const mutated: string[] = [];
    for (let at = 0; at < line.length; at += 1) {
      mutated.push(line.slice(0, at));
      for (const byte of odd) mutated.push(line.slice(0, at) + byte + line.slice(at + 1));
    }
    const { events } = readLog(apacheAccess, mutated.join('\n'));
    expect(events.length).toBeGreaterThan(100);
    for (const event of events) {
      if (event.what !== 'request') throw new Error(event.what);
      expect(event.status === 0 || (event.status >= 100 && event.status <= 999)).toBe(true);
    }
  });
});
