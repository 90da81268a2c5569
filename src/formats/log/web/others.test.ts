import { describe, expect, test } from 'bun:test';
import { catalina } from './catalina.ts';
import { apacheError, nginxError } from './error-log.ts';
import { iis } from './iis.ts';
import { jsonAccess } from './json-access.ts';
import { readLog } from './web.fixture.ts';

const us = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts) * 1000;

describe('IIS in the W3C format', () => {
  const fields =
    '#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status sc-bytes';

  test('columns are what #Fields says, and may change', () => {
    const { events, outcome } = readLog(
      iis,
      [
        '#Software: Microsoft Internet Information Services 10.0',
        fields,
        '2024-01-02 03:04:05 POST /a.aspx q=a%20b 192.0.2.1 Mozilla/5.0+(Windows) 200 12',
        '#Date: 2024-01-03 00:00:00',
        '#Fields: time c-ip cs-method cs-uri-stem sc-status',
        '00:00:07 192.0.2.2 GET / 404',
        '',
      ].join('\r\n'),
    );
    expect(outcome).toMatchObject({ events: 2, unreadable: 0 });
    expect(events[0]).toMatchObject({
      us: us(2024, 0, 2, 3, 4, 5),
      server: 'iis',
      client: '192.0.2.1',
      method: 'POST',
      target: '/a.aspx?q=a%2520b',
      status: 200,
      size: 12,
      agent: 'Mozilla/5.0 (Windows)',
    });
    expect(events[1]).toMatchObject({
      us: us(2024, 0, 3, 0, 0, 7),
      client: '192.0.2.2',
      status: 404,
      size: -1,
    });
  });

  test('lines before the columns are known, and such with other columns, are refused', () => {
    const row = '2024-01-02 03:04:05 GET / - 192.0.2.1 - 200 12';
    expect(readLog(iis, `${row}\n${fields}\n${row}\nnonsense\n\x00\n`).outcome).toMatchObject({
      events: 1,
      unreadable: 2,
    });
  });

  test('a backslash is what a client sent, and a column more moves no other', () => {
    const { events } = readLog(
      iis,
      `${fields}\n2024-01-02 03:04:05 GET /a\\x22 - 192.0.2.1 a+200 404 1 200 9\n`,
    );
    expect(events[0]).toMatchObject({ target: '/a\\x22', agent: 'a 200', status: 404, size: 1 });
  });
});

describe('objects, one a line', () => {
  test('Caddy', () => {
    const request = {
      remote_ip: '192.0.2.1',
      client_ip: '192.0.2.1',
      method: 'GET',
      host: 'example.com',
      uri: '/a?b=%20',
      headers: { 'User-Agent': ['curl/8'], Status: ['200'] },
    };
    const row = {
      level: 'info',
      ts: 1646861401.5,
      msg: 'handled request',
      request,
      status: 404,
      size: 9,
    };
    expect(readLog(jsonAccess, JSON.stringify(row)).events[0]).toMatchObject({
      server: 'caddy',
      us: 1646861401500000,
      client: '192.0.2.1',
      target: '/a?b=%2520',
      status: 404,
      size: 9,
      agent: 'curl/8',
      site: 'example.com',
    });
  });

  test('Traefik', () => {
    const row = {
      ClientHost: '192.0.2.1',
      DownstreamStatus: 200,
      DownstreamContentSize: 3,
      RequestMethod: 'POST',
      RequestPath: '/x',
      RequestHost: 'example.com',
      StartUTC: '2024-01-02T03:04:05.678901234Z',
      'request_User-Agent': 'a"\n{"ClientHost":"203.0.113.1"}',
    };
    expect(readLog(jsonAccess, JSON.stringify(row)).events[0]).toMatchObject({
      server: 'traefik',
      us: us(2024, 0, 2, 3, 4, 5) + 678901,
      client: '192.0.2.1',
      method: 'POST',
      agent: 'a"%0A{"ClientHost":"203.0.113.1"}',
    });
  });

  test('nginx by the names of its variables', () => {
    const row = {
      time_local: '02/Jan/2024:03:04:05 +0000',
      remote_addr: '192.0.2.1',
      request: 'GET /a b HTTP/1.1',
      status: '200',
      body_bytes_sent: '7',
      http_user_agent: 'curl/8',
    };
    expect(readLog(jsonAccess, JSON.stringify(row)).events[0]).toMatchObject({
      server: 'nginx',
      us: us(2024, 0, 2, 3, 4, 5),
      target: '/a b',
      status: 200,
      size: 7,
    });
  });

  test('other objects, and what is none, are refused', () => {
    const lines = [
      '{}',
      '{"a":',
      '[]',
      'null',
      '{"request":{}}',
      '{"level":"info","msg":"x","ts":1}',
      '{"__proto__":1}',
    ];
    expect(readLog(jsonAccess, lines.join('\n')).outcome).toMatchObject({
      events: 0,
      unreadable: lines.length,
    });
  });
});

describe('error logs', () => {
  test('nginx', () => {
    const head = '2024/01/02 03:04:05 [error] 12#12: *5';
    const { events, outcome } = readLog(
      nginxError,
      [
        `${head} open() "/a, client: 203.0.113.1" failed (2: No such file), client: 192.0.2.1, server: _, request: "GET /a, client: 203.0.113.1 HTTP/1.1", host: "x"`,
        '2024/01/02 03:04:06 [notice] 1#1: signal process started',
        'sh: 1: nproc: not found',
        'other',
      ].join('\n'),
    );
    expect(outcome).toMatchObject({ events: 3, unreadable: 1 });
    expect(events[0]).toMatchObject({
      what: 'service',
      service: 'nginx',
      action: 'refused',
      from: '192.0.2.1',
    });
    expect(events[1]).toMatchObject({
      what: 'message',
      program: 'nginx',
      pid: 1,
      us: us(2024, 0, 2, 3, 4, 6),
    });
    expect(events[2]).toMatchObject({ action: 'output', certain: false, us: us(2024, 0, 2, 3, 4, 6) });
  });

  test('Apache 2.4 and 2.2, and what wget said in between', () => {
    const { events, outcome } = readLog(
      apacheError,
      [
        '[Tue Jan 02 03:04:05.678901 2024] [core:error] [pid 12:tid 34] [client 192.0.2.1:5555] AH00037: x [client 203.0.113.1]',
        '[Tue Jan  2 03:04:06 2024] [error] [client 2001:db8::1] File does not exist: /var/www/x',
        '[Tue Jan 02 03:04:07.000000 2024] [mpm_event:notice] [pid 9:tid 9] AH00489: Apache configured',
        '--2024-01-02 03:05:00--  http://198.51.100.7/x.sh',
        'Saving to: /tmp/x.sh',
      ].join('\n'),
    );
    expect(outcome).toMatchObject({ events: 5, unreadable: 0 });
    expect(events[0]).toMatchObject({ from: '192.0.2.1', us: us(2024, 0, 2, 3, 4, 5) + 678901 });
    expect(events[1]).toMatchObject({ from: '2001:db8::1', us: us(2024, 0, 2, 3, 4, 6) });
    expect(events[2]).toMatchObject({ what: 'message', program: 'apache', pid: 9 });
    expect(events[3]).toMatchObject({ action: 'output', us: us(2024, 0, 2, 3, 5, 0) });
    expect(events[4]).toMatchObject({ action: 'output', certain: false });
  });
});

describe('catalina.out', () => {
  test('both forms, traces, and what is deployed', () => {
    const { events, outcome } = readLog(
      catalina,
      [
        '02-Jan-2024 03:04:05.678 INFO [localhost-startStop-1] org.apache.catalina.startup.HostConfig.deployWAR Deploying web application archive [/opt/tomcat/webapps/x.war]',
        '02-Jan-2024 03:04:06.000 SEVERE [main] a.b.C.d Error',
        'java.lang.IllegalStateException: x',
        '\tat a.b.C.d(C.java:1)',
        'Caused by: java.io.IOException: y',
        'Jan 2, 2024 3:04:07 PM org.apache.catalina.startup.HostConfig deployWAR',
        'INFO: Deploying web application archive /opt/y.war',
        'noise of an application',
      ].join('\n'),
    );
    expect(
      events.map((event) => [event.us, event.what === 'service' ? String(event.detail) : event.what]),
    ).toEqual([
      [us(2024, 0, 2, 3, 4, 5) + 678000, '/opt/tomcat/webapps/x.war'],
      [us(2024, 0, 2, 3, 4, 6), 'message'],
      [us(2024, 0, 2, 15, 4, 7), 'message'],
      [us(2024, 0, 2, 15, 4, 7), '/opt/y.war'],
    ]);
    expect(outcome).toMatchObject({ unreadable: 1, continued: 1 });
  });
});
