import { describe, expect, test } from 'bun:test';
import { confluenceAccess } from './confluence-access.ts';
import { readLog } from './web.fixture.ts';

const head = '[18/Dec/2020:12:57:26 +1100]';
const thread = 'http-nio-8090-exec-6';

describe("Confluence's access log", () => {
  test('a page of somebody, and one that a proxy asked for', () => {
    const { events, outcome } = readLog(
      confluenceAccess,
      [
        `${head} ada ${thread} 192.0.2.1 GET /index.action?a=1 HTTP/1.1 200 1020ms 7881 http://wiki.example/x Mozilla/5.0 (X11; Linux)`,
        `${head} 198.51.100.9 ada ${thread} 192.0.2.1 POST /rest/x HTTP/2.0 204 9ms - - curl/8`,
        '',
      ].join('\n'),
    );
    expect(outcome).toMatchObject({ events: 2, unreadable: 0 });
    expect(events[0]).toMatchObject({
      us: Date.UTC(2020, 11, 18, 1, 57, 26) * 1000,
      server: 'tomcat',
      client: '192.0.2.1',
      account: 'ada',
      method: 'GET',
      target: '/index.action?a=1',
      status: 200,
      size: 7881,
      referrer: 'http://wiki.example/x',
      agent: 'Mozilla/5.0 (X11; Linux)',
    });
    expect(events[1]).toMatchObject({
      client: '192.0.2.1',
      forwarded: '198.51.100.9',
      account: 'ada',
      status: 204,
      size: -1,
      agent: 'curl/8',
    });
  });

  test('an agent that looks like a request is one line and an agent', () => {
    const forged = `x ${thread} 198.51.100.7 GET /evil HTTP/1.1 200 5ms 1 - y`;
    const { events } = readLog(
      confluenceAccess,
      `${head} - ${thread} 192.0.2.1 GET / HTTP/1.1 404 1ms 0 - ${forged}\n`,
    );
    expect(events).toMatchObject([{ client: '192.0.2.1', target: '/', status: 404, agent: forged }]);
  });

  test('other lines are refused, and long ones cost nothing', () => {
    const { outcome } = readLog(
      confluenceAccess,
      [
        `192.0.2.1 - - ${head} "GET / HTTP/1.1" 200 1`,
        `${head} - ${thread} 192.0.2.1 - 400 1ms 0 - -`,
        `[99/Dec/2020:12:57:26 +1100] - ${thread} 192.0.2.1 GET / HTTP/1.1 200 1ms 0 - -`,
        `${head} ${'1:'.repeat(20_000)}`,
        `${head} - ${thread} 192.0.2.1 GET /${'a '.repeat(20_000)}`,
        '',
      ].join('\n'),
    );
    expect(outcome).toMatchObject({ events: 0, unreadable: 5 });
  });
});
